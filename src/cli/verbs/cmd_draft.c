#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "cli/dialogue/draft_id.h"
#include "model/spoken_id.h"
#include "output/told_form.h"

static void write_for(struct bytes *out, const struct told_shown *s)
{
    const struct control_draft *d = s->answer;

    bytes_append_text(out, d->unread ? "does not open" : draft_for_name(d->what));
}

static void write_maker(struct bytes *out, const struct told_shown *s)
{
    const struct control_draft *d = s->answer;
    char text[IDENT_TEXT];

    ident_write(&d->maker, text);
    if (d->account.size > 0)
        render_escaped(out, d->account);
    else
        bytes_append_text(out, ident_is_zero(&d->maker) ? "-" : text);
}

/* --- list --- */

static void write_case(struct bytes *out, const struct told_shown *s)
{
    char label[BOUND_SPOKEN_ID];

    case_label_write(&((const struct control_draft *)s->answer)->case_id, label);
    bytes_append_text(out, label);
}

static const struct told_line listed_lines[] = {{"DRAFT", .text = "{draft}"},
                                                {"FOR", .write = write_for, .says = "for unread"},
                                                {"ANSWERS", .text = "{answered}"},
                                                {"CHANGED", .text = "{changed}"},
                                                {"ERASED ON", .text = "{until}"},
                                                {"CASE", .write = write_case, .says = "case", .when = "case"},
                                                {"OF", .write = write_maker, .says = "maker maker_account"},
                                                {0}};

static const struct told_form listed_form = {
    .answer = &control_draft_contract, .lines = listed_lines, .json_only = "answers" /* `draft show` shows them */};

static bool run_list(struct command *c, int *status, struct error *err)
{
    (void)status;
    return call_draft_list_as_table(c, NULL, &listed_form, "There are no drafts here.", err);
}

const struct verb cmd_draft_list = {
    .usage = "--home DIR",
    .summary = "Dialogues that were begun and not finished: what was answered lies sealed at the node.",
    .help = "Go on with one: `refex refer --draft DRAFT`. A draft is erased when it became a case or a referral, and "
            "when it\nwas not changed for 30 days. You see your own; a supervisor sees all.",
    .forms = {&listed_form},
    .run = run_list,
};

/* --- show --- */

static void write_answers(struct bytes *out, const struct told_shown *s)
{
    const struct control_draft *d = s->answer;

    for (size_t i = 0; i < d->answer_count; i++) {
        const struct control_draft_answer *a = &d->answers[i];

        bytes_append_text(out, i > 0 ? "\n" : "");
        render_escaped(out, a->question);
        bytes_append_text(out, ": ");
        if (a->said == ANSWER_GIVEN)
            render_escaped(out, a->text);
        else
            bytes_printf(out, "(%s)", a->said == ANSWER_NOT_KNOWN ? "not known" : "later");
    }
}

static const struct told_line shown_lines[] = {{"draft       ", .text = "{draft}"},
                                               {"for         ", .write = write_for, .says = "for unread"},
                                               {"case        ", .text = "{case}", .when = "case"},
                                               {"changed     ", .text = "{changed}"},
                                               {"erased on   ", .text = "{until}, unless it is changed before"},
                                               {"of          ", .write = write_maker, .says = "maker maker_account"},
                                               {"", .write = write_answers, .says = "answers"},
                                               {0}};

static const struct told_form shown_form = {
    .answer = &control_draft_contract, .lines = shown_lines, .json_only = "answered" /* they are shown */};

static bool run_show(struct command *c, int *status, struct error *err)
{
    struct control_draft_ask ask;

    (void)status;
    return draft_id_find(c, c->options.words[0], &ask.draft, err) &&
           call_draft_show_as_lines(c, &ask, &shown_form, NULL, err);
}

const struct verb cmd_draft_show = {
    .usage = "--home DIR DRAFT",
    .summary = "What was answered in a dialogue so far.",
    .help = "Opening it is noted in your agency's house log.",
    .syntax.needs = {"DRAFT"},
    .syntax.max_words = 1,
    .forms = {&shown_form},
    .run = run_show,
};

/* --- drop --- */

static bool run_drop(struct command *c, int *status, struct error *err)
{
    struct control_draft_ask ask;

    (void)status;
    return draft_id_find(c, c->options.words[0], &ask.draft, err) && call_draft_drop(c, &ask, NULL, NULL, err) &&
           (c->json || puts("The draft is given up; its key is destroyed.") >= 0);
}

const struct verb cmd_draft_drop = {
    .usage = "--home DIR DRAFT",
    .summary = "Give up what was answered in a dialogue so far: it is erased.",
    .syntax.needs = {"DRAFT"},
    .syntax.max_words = 1,
    .run = run_drop,
};
