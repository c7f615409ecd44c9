/* That what lay at an old place of the backup is destroyed. */
#include "cli/verbs/cmd.h"

#include "cli/calls.h"

static const struct told_line lines[] = {
    {"", .text = "Nothing of the keys is said to lie at {name} any more: statements of erasure name it no longer."},
    {0}};

static const struct told_form form = {
    .answer = &control_backup_destroyed_contract, .lines = lines, .json_only = "places" /* one, mostly */};

static bool run_destroyed(struct command *c, int *status, struct error *err)
{
    const struct control_backup_destroyed_ask ask = {.name = view_of_text(c->options.words[0])};

    (void)status;
    return call_backup_destroyed_as_lines(c, &ask, &form, NULL, err);
}

const struct verb cmd_backup_destroyed = {
    .usage = "--home DIR NAME",
    .summary = "The disk that was the place NAME of the keys part is destroyed, or overwritten by hand.",
    .help =
        "For a place that node.conf names no more and that the node could not reach to overwrite it: `refex status`\n"
        "names each. Until then the statements of erasure that this agency gives name it. That it was said is\n"
        "recorded.",
    .syntax.needs = {"NAME"},
    .syntax.max_words = 1,
    .forms = {&form},
    .run = run_destroyed,
};
