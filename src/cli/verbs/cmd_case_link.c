#include "cli/verbs/cmd.h"

#include "cli/calls.h"

static void write_case(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_linked *l = s->answer;

    if (l->held_by_others)
        bytes_append_text(out, "held by others");
}

static const struct told_line linked_columns[] = {
    {"CASE", .text = "{case}", .write = write_case, .says = "held_by_others"},
    {"LABEL", .text = "{label}"},
    {"IS HER", .text = "{relation}"},
    {"SINCE", .text = "{since}"},
    {0}};

static const struct told_form linked_form = {.answer = &control_case_linked_contract, .lines = linked_columns};

/* --as says what the other one is; to end a link nothing is. */
static bool read_relation(const struct command *c, struct control_case_link_ask *ask, struct error *err)
{
    const char *as = options_value(&c->options, "as");
    bool lift = options_flag(&c->options, "lift");

    if (!options_not_both(&c->options, "as", "lift", err))
        return false;
    if (as == NULL && !lift)
        return error_set(err, E_USE_02, "--as is missing: what the other one is to her: " CASE_RELATION_CHOICES);
    return as == NULL || case_relation_find(view_of_text(as), &ask->relation) ||
           error_set(err, E_USE_03, "--as %s: it is one of " CASE_RELATION_CHOICES, as);
}

static bool run_link(struct command *c, int *status, struct error *err)
{
    const char *with = options_value(&c->options, "with");
    struct control_case_link_ask ask = {0};

    (void)status;
    if (with == NULL && (options_value(&c->options, "as") != NULL || options_flag(&c->options, "lift")))
        return error_set(err, E_USE_02, "--with is missing: the other case");
    return (with == NULL || read_relation(c, &ask, err)) &&
           connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err) &&
           (with == NULL || connection_ident(c, REFEX_NODE, CASE_ID, with, &ask.other, err)) &&
           call_case_link_as_table(c, &ask, &linked_form, "No case is linked with it.", err);
}

const struct verb cmd_case_link = {
    .usage = "--home DIR CASE [--with OTHER --as " CASE_RELATION_CHOICES " | --lift]",
    .summary = "Say that two cases belong together; without --with: which do.",
    .help = "OTHER is her child, her parent, … A companion travels or lives with her. refex case show, case find and "
            "referral "
            "send\n"
            "name the linked cases. Who does not see the other case reads that others hold one; who is kept from it, "
            "nothing.\n"
            "It stays at this agency, and goes with either case.",
    .syntax.own = {OPTION_VALUE("with", "OTHER", "the other case"),
                   OPTION_VALUE("as", "WORD", "what the other one is to her"),
                   OPTION_FLAG("lift", "they do not belong together any more")},
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&linked_form},
    .run = run_link,
};
