/* That what lay at an old place of the backup is destroyed. */
#include "cli/verbs/cmd.h"

#include "cli/calls.h"

static const struct told_line lines[] = {
    {"", .text = "Nothing of the keys is said to lie at {name}, number {number} ({place}) any more: statements of\n"
                 "erasure name it no longer."},
    {"Old places that they name still: ", .text = "{left}; refex status names them", .when = "left"},
    {0}};

static const struct told_form form = {.answer = &control_backup_destroyed_contract, .lines = lines};

static bool run_destroyed(struct command *c, int *status, struct error *err)
{
    const struct control_backup_destroyed_ask ask = {.name = view_of_text(c->options.words[0]),
                                                     .number = options_number(&c->options, "number", 0)};

    (void)status;
    return call_backup_destroyed_as_lines(c, &ask, &form, NULL, err);
}

const struct verb cmd_backup_destroyed = {
    .usage = "--home DIR NAME [--number N]",
    .summary = "The disk that was the place NAME of the keys part is destroyed, or overwritten by hand.",
    .help =
        "For a place that node.conf names no more and that the node could not reach to overwrite it: `refex status`\n"
        "names each, with its number, which tells those of one name apart. Until then the statements of erasure that\n"
        "this agency gives name it. That it was said is recorded.",
    .syntax.own = {{.name = "number", .argument = "N", .help = "of several called so", .min = 1, .max = 1000000}},
    .syntax.needs = {"NAME"},
    .syntax.max_words = 1,
    .forms = {&form},
    .run = run_destroyed,
};
