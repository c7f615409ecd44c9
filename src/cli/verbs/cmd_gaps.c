/* What a home that was put back lacks of what its agency sent. */
#include "cli/verbs/cmd.h"

#include "cli/calls.h"

static void write_message(struct bytes *out, const struct told_shown *s)
{
    const struct control_node_gap *g = s->answer;
    char id[IDENT_TEXT];

    if (g->more || g->awaited) {
        bytes_append_text(out, g->awaited ? "has not said yet what it has" : "and more, not listed");
        return;
    }
    ident_write(&g->message, id);
    bytes_printf(out, "%s%s", g->kind == MESSAGE_WITHDRAWAL ? "of consent " : "", id);
}

/* A withdrawal is of none. */
static void write_referral(struct bytes *out, const struct told_shown *s)
{
    const struct control_node_gap *g = s->answer;
    char id[IDENT_TEXT];

    ident_write(&g->referral, id);
    bytes_append_text(out, ident_is_zero(&g->referral) ? "-" : id);
}

static const struct told_line columns[] = {
    {"SAID BY", .text = "{agency}"},
    {"KIND", .text = "{kind}"},
    {"MESSAGE", .write = write_message, .says = "message more awaited"},
    {"REFERRAL", .write = write_referral, .says = "referral"},
    {0},
};

static const struct told_form form = {
    .answer = &control_node_gap_contract, .lines = columns, .json_only = "log_number index"};

static bool run_gaps(struct command *c, int *status, struct error *err)
{
    const char *seen = options_value(&c->options, "seen");
    struct control_node_gaps_ask ask = {0};

    (void)status;
    if (seen != NULL && (seen[0] == '\0' || view_of_text(seen).size > BOUND_ADDRESS))
        return error_set(err, E_USE_04, "--seen is the name of an agency");
    if (seen != NULL)
        ask.seen = view_of_text(seen);
    return call_node_gaps_as_table(c, &ask, &form,
                                   seen == NULL ? "No agency says that it has what is not here."
                                                : "That was looked after, and is listed no more.",
                                   err);
}

const struct verb cmd_node_gaps = {
    .usage = "--home DIR [--seen AGENCY]",
    .summary = "What this agency sent behind the copy from which its home was put back, as others have it.",
    .help =
        "Each agency says by itself what it has, once its node is linked. That is its word alone: nothing of it is "
        "here, not for\nwhom it was either. Phone the agency and ask by the id of the referral or of the message. "
        "What it sent to this agency\ncomes again by itself. A withdrawal is listed where it came back under a key "
        "that may be in other hands: ask her whether\nshe said it. Of one agency 1,024 are listed; where it has more, "
        "that is said, and they come when these were looked\nafter.",
    .syntax.own = {OPTION_VALUE("seen", "AGENCY", "what it has was looked after, and is listed no more")},
    .forms = {&form},
    .run = run_gaps,
};
