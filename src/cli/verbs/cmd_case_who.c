#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "model/spoken_id.h"
#include "output/render.h"

static void write_recipient(struct bytes *out, const struct told_shown *shown)
{
    const struct control_case_share *s = shown->answer;

    char label[BOUND_SPOKEN_ID];

    case_label_write(&s->unread, label);
    if (!ident_is_zero(&s->unread))
        bytes_printf(out, "! case %s, perhaps of her, is not read now: ask again", label);
    else if (s->outside.size != 0)
        render_escaped(out, s->outside);
    else
        bytes_append_text(out, s->recipient.text);
}

/* When it left, or that it waits. */
static void write_sent(struct bytes *out, const struct told_shown *shown)
{
    const struct control_case_share *s = shown->answer;
    char at[RENDER_TIME];
    char again[RENDER_TIME];

    if (!ident_is_zero(&s->unread)) {
        bytes_append_text(out, "not known");
        return;
    }
    render_time(s->sent_ms, at);
    render_time(s->again_ms, again);
    if (s->section != 0)
        bytes_printf(out, "%s%s%s", s->sent_ms == 0 ? "waits here" : at, s->again_ms != 0 ? ", again " : "",
                     s->again_ms != 0 ? again : "");
    else if (s->missing == 0)
        bytes_append_text(out, "nothing left");
    if (s->missing != 0)
        bytes_printf(out, "%s%u printed, not known what", s->section != 0 ? ", " : "", (unsigned)s->missing);
}

static void write_opened(struct bytes *out, const struct told_shown *shown)
{
    const struct control_case_share *s = shown->answer;
    char text[RENDER_TIME];

    render_time_or_day(s->opened_ms, text);
    bytes_append_text(out, text);
}

static void write_told(struct bytes *out, const struct told_shown *shown)
{
    const struct control_case_share *s = shown->answer;

    if (s->told != RECIPIENT_NOTHING)
        bytes_printf(out, "; there: %s", recipient_status_name(s->told));
    else if (s->erased_there_ms != 0)
        bytes_append_text(out, ", erased there");
}

static const struct told_line columns[] = {
    {"RECIPIENT", .write = write_recipient, .says = "recipient outside unread_case"},
    {"SECTION", .text = "{section}"},
    {"LEFT", .write = write_sent, .says = "section sent sent_again unread_case letters_missing"},
    {"RECEIPT", .text = "{receipt}"},
    {"OPENED", .write = write_opened, .says = "opened"},
    {"ANSWER", .text = "{answer}"},
    {"REFERRAL", .text = "{code_name}"},
    {"UNTIL", .text = "{until}"},
    {"CONSENT", "{consent_state}", write_told, .says = "told erased_there_at"},
    {"ID", .text = "{consent}"},
    {0}};

static const struct told_form who_form = {.ask = &control_case_who_ask_contract,
                                          .answer = &control_case_share_contract,
                                          .lines = columns,
                                          .json_only = "case label referral"};

static bool run_who(struct command *c, int *status, struct error *err)
{
    struct control_case_who_ask ask = {0};

    (void)status;
    return connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err) &&
           call_case_who_as_table(c, &ask, &who_form, "She was asked about no agency, and nothing of the case left.",
                                  err);
}

const struct verb cmd_case_who = {
    .usage = "--home DIR CASE",
    .summary = "Who has what of a case, under which consent, until when. The opening is logged in the house log.",
    .help = "A line for each consent and section that left under it: when, when they had it, whether somebody there "
            "opened it,\n"
            "what they answered; also of what was withdrawn, with what they said since. A case that was merged, and "
            "whose key\n"
            "the disk does not give now, is named: what was sent of it may be hers.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&who_form},
    .run = run_who,
};
