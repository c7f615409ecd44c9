#include "cli/rendering/referral_view.h"

#include <stdio.h>

#include "base/text.h"
#include "cli/rendering/correction_view.h"
#include "cli/rendering/holder_view.h"
#include "cli/rendering/reach_view.h"
#include "cli/rendering/state_view.h"
#include "cli/rendering/transfer_view.h"
#include "cli/rendering/waiting_view.h"

static bool is_erased(const struct control_referral *r)
{
    return r->state == REFERRAL_ERASED || r->erased_ms != 0;
}

/* Why what was asked is not shown, in a word; NULL: it is. */
static const char *hidden(const struct control_referral *r)
{
    if (r->urgency != 0)
        return NULL;
    if (is_erased(r))
        return "erased";
    return r->sealed ? "sealed" : r->state == REFERRAL_STOPPED ? "stopped" : "unreadable";
}

/* In place of what was asked. */
static void write_hidden(struct bytes *out, const struct told_shown *s)
{
    const char *word = hidden(s->answer);

    bytes_append_text(out, word != NULL ? word : "");
}

static void write_state(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;

    state_view_write(out, r->state, r->direction);
    bytes_printf(out, "%s%s%s", r->lost_there ? " (lost there)" : "", r->overdue ? " (overdue)" : "",
                 r->arrival != ARRIVAL_SETTLED ? ": " : "");
    waiting_view_arrival(out, r->arrival, r->arrival_ms);
}

/* --- a line of the list --- */

static void write_reason(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;

    bytes_append_text(out, r->hold != HOLD_NONE ? hold_name(r->hold) : "");
}

static void write_next_try(struct bytes *out, const struct told_shown *s)
{
    char at[RENDER_TIME];

    render_time(((const struct control_referral *)s->answer)->next_try_ms, at);
    bytes_append_text(out, at);
}

static void write_holder(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;

    holder_view_write(out, &r->holder, r->account);
}

/* Where it belongs here; of one that went out, for which of their desks it is. */
static void write_desk(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;

    bytes_append_view(out, r->direction == DIRECTION_OUT || r->no_such_desk ? r->for_desk : r->desk);
    bytes_append_text(out, r->no_such_desk ? " (no desk here)" : "");
}

static const struct told_line columns[] = {
    {"REFERRAL", .text = "{referral}"},
    {"CODE-NAME", .text = "{code_name}"},
    {"WAY", .text = "{direction}"},
    {"AGENCY", .text = "{agency}"},
    {"STATE", .write = write_state, .says = "word state lost_there overdue arrival"},
    {"REASON", .write = write_reason, "waits"},
    {"NEXT TRY", .write = write_next_try, "waits"},
    {"URGENCY", "{urgency}", .write = write_hidden},
    {"DUE", "{due}", .write = write_hidden},
    {"SERVICES", "{services}", .write = write_hidden},
    {"SHARED", "{shared}", .write = write_hidden},
    {"HELD BY", .write = write_holder, .says = "holder holder_account"},
    {"DESK", .write = write_desk, .says = "desk for_desk no_such_desk"},
    {0}};

const struct told_form referral_view_listed = {.answer = &control_referral_contract, .lines = columns};

/* --- its timeline --- */

static void write_entry(struct bytes *out, const struct told_shown *s)
{
    const struct control_timeline_entry *e = s->answer;

    bytes_printf(out, "  %-10s %s%s%s", record_kind_name((enum record_kind)e->kind),
                 e->message_kind != 0 ? message_kind_name((enum message_kind)e->message_kind) : "",
                 e->outcome != 0 ? ": " : "", e->outcome != 0 ? outcome_name((enum outcome)e->outcome) : "");
    bytes_append_text(out, e->arrival != ARRIVAL_SETTLED ? ": " : "");
    waiting_view_arrival(out, e->arrival, e->arrival_ms);
    if (e->index != 0)
        bytes_printf(out, "  (record %llu)", (unsigned long long)e->index);
}

static const struct told_line entry_lines[] = {
    {"  ", "{time}", write_entry, .says = "record message_kind outcome arrival index"}, {0}};

const struct told_form referral_view_entry = {.answer = &control_timeline_entry_contract, .lines = entry_lines};

/* --- all of it: beside it stands the view of what is in its sections, if that was asked for --- */

/* What is said of a referral is said of a detail, too. */
_Static_assert(offsetof(struct control_referral_detail, summary) == 0, "a detail begins with its referral");

static void write_peer(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;

    bytes_printf(out, "%s %s", r->direction == DIRECTION_OUT ? "to" : "from", r->peer.text);
}

static void write_why(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_detail *d = s->answer;

    write_state(out, s);
    if (referral_state_carries(d->summary.state, ANSWER_STATE | ANSWER_REASON))
        bytes_printf(out, ": %s",
                     d->reason != 0 ? decline_reason_name((enum decline_reason)d->reason)
                                    : "why is sealed: a running node shows it");
}

/* Who does what, and by when it is to be done. */
static void write_next(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;
    const bool is_theirs = address_equal(&r->next_agency, &r->peer);
    char due[RENDER_TIME];

    if (r->lost_there && (r->direction == DIRECTION_OUT || !referral_state_is_answer(r->state))) {
        bytes_printf(out, "you: phone %s", r->peer.text); /* what is lost there goes on by nothing that is done here */
        return;
    }
    render_time(r->due_ms, due);
    bytes_printf(out, "%s: %s", is_theirs ? r->peer.text : "you", referral_state_does(r->state));
    if (referral_state_is_open(r->state) && r->due_ms != 0)
        bytes_printf(out, ", %s %s", r->overdue ? "which was due" : "by", due);
}

/* For which desk it was sent, and where it is. */
static void write_for_desk(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;

    if (r->direction == DIRECTION_OUT) {
        bytes_printf(out, "%.*s, of %s", (int)r->for_desk.size, (const char *)r->for_desk.at, r->peer.text);
        return;
    }
    bytes_append_view(out, r->desk.size != 0 ? r->desk : view_of_text("none"));
    if (r->for_desk.size != 0 && !view_equal(r->for_desk, r->desk))
        bytes_printf(out, "; they sent it for %.*s%s", (int)r->for_desk.size, (const char *)r->for_desk.at,
                     r->no_such_desk ? ", which is no desk here" : "");
    if (r->desk.size == 0 && ident_is_zero(&r->holder))
        bytes_append_text(out, ": whoever is on duty sees it");
}

static void write_transfer(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;

    transfer_view_write(out, r);
}

static void write_services(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;
    const char *between = ": ";

    for (enum service n = SERVICE_SHELTER; n < SERVICE_END; n++)
        if ((r->services & UINT32_C(1) << n) != 0) {
            bytes_printf(out, "%s%s", between, service_name(n));
            between = ",";
        }
}

/* Why what was asked is not shown. */
static void write_not_read(struct bytes *out, const struct told_shown *s)
{
    static const char sealed[] =
        "sealed    what was asked, and by when it is to be answered, is not read while the node is stopped.\n"
        "          Start it: refex node run (While it runs: the disk does not give its key, E-KEY-21.)";
    static const char stopped[] = "stopped   her consent was withdrawn: what was asked is not read any more";
    static const char unreadable[] =
        "not read  what was asked does not open: tell the operator (refex status names its consent)";
    const struct control_referral *r = s->answer;
    char at[RENDER_TIME];

    render_time(r->erased_ms, at);
    if (is_erased(r))
        bytes_printf(
            out,
            "erased    %s: what was asked, how urgent it was and what was shared cannot be known here any more.\n"
            "          What is left of it stands here and in the audit log",
            r->erased_ms != 0 ? at : "now");
    else
        bytes_append_text(out, r->sealed ? sealed : r->state == REFERRAL_STOPPED ? stopped : unreadable);
}

static void write_hold(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;

    waiting_view_hold(out, "lifted by ", "next try  ", &(struct waiting){r->hold, r->hold_until_ms, r->next_try_ms});
}

/* Where the offer names no section; here it is known all the same. */
static void write_unnamed(struct bytes *out, const struct told_shown *s)
{
    bytes_append_text(out, ((const struct control_referral *)s->answer)->direction == DIRECTION_OUT
                               ? "to them   no section is named: more follows when they accept, if anything"
                               : "offered   no section is named: more follows when you accept, if anything");
}

/* Answered here, and then more came about. */
static void write_answer(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_detail *d = s->answer;

    if (!referral_state_carries(d->summary.state, ANSWER_STATE | ANSWER_REASON) && d->reason != 0)
        bytes_printf(out, "declined: %s", decline_reason_name((enum decline_reason)d->reason));
}

/* What it is the time of. */
static void write_time(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;

    bytes_append_text(out, r->state == REFERRAL_WAITLISTED       ? ": they say more by then"
                           : r->state == REFERRAL_INFO_REQUESTED ? ": what was asked is to be answered by then"
                           : r->state == REFERRAL_EXPECTED       ? ": she is expected"
                           : r->state == REFERRAL_IN_PROGRESS    ? ": the appointment"
                                                                 : "");
}

static void write_place(struct bytes *out, const struct told_shown *s)
{
    bytes_append_text(out, desk_place_says(((const struct control_referral_detail *)s->answer)->place));
}

static void write_lost(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;

    if (r->direction == DIRECTION_OUT && referral_state_is_accepted(r->state))
        bytes_append_text(out, "Phone them: ask who sees to her now, and send it again if\n"
                               "          she still wants it");
    else if (r->direction == DIRECTION_OUT)
        bytes_append_text(out, "They do not answer it: phone them, and send it again if she still\n"
                               "          wants it");
    else if (referral_state_is_answer(r->state))
        bytes_append_text(out, "Your answer is not known there any more, if it had come: phone them\n"
                               "          (`refex status` lists one that had not, until you say that you told them)");
    else
        bytes_append_text(out, "An answer that you give does not reach them: tell them outside refex\n"
                               "          (`refex status` lists it until you say that you did)");
}

static void write_timeline(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_detail *d = s->answer;

    for (size_t i = 0; i < d->timeline_count; i++)
        told_form_write(&referral_view_entry, &(struct told_shown){.answer = &d->timeline[i]}, out);
}

static void write_phone(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_detail *d = s->answer;

    reach_view_phone(out, &d->reach);
}

static void write_others(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_detail *d = s->answer;

    reach_view_others(out, "\n          ", d->others, d->other_count);
}

static void write_hours(struct bytes *out, const struct told_shown *s)
{
    reach_view_hours(out, &((const struct control_referral_detail *)s->answer)->reach);
}

/* Accepted here, and what was offered has not come. */
static void write_nothing_came(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_detail *d = s->answer;
    const struct control_referral *r = &d->summary;

    if (r->direction == DIRECTION_IN && r->state == REFERRAL_ACCEPTED && r->offered != 0)
        bytes_printf(out,
                     "Nothing more has come yet. Where that stays so for 5 minutes phone %s,\n"
                     "          say the code-name, and ask: does your node run, and what does its `refex status` say?",
                     r->peer.text);
}

static void write_came(struct bytes *out, const struct control_sections_came *list, size_t count)
{
    char at[25];

    for (size_t i = 0; i < count; i++) {
        text_write_time(list[i].time_ms, at); /* to be given to --as-of */
        bytes_printf(out, "%s%s, %s: ", i > 0 ? "\n          " : "", at, message_kind_name(list[i].message_kind));
        section_set_write(list[i].sections, out);
    }
}

static void write_history(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_detail *d = s->answer;

    write_came(out, d->history, d->history_count);
}

static void write_outcomes(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_detail *d = s->answer;

    write_came(out, d->outcomes, d->outcome_count);
    bytes_printf(out, "\n          What it says stands with her case%s",
                 d->summary.direction == DIRECTION_OUT ? ": refex case received" : "");
}

static void write_opened(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;
    char text[RENDER_TIME];

    render_time_or_day(r->opened_ms, text);
    bytes_append_text(out, text);
}

static const struct told_line detail_lines[] = {
    {"referral  ", "{referral}, ", write_peer, .says = "direction agency"},
    {"code-name ", .text = "{code_name}: say this to {agency} on the phone"},
    {"case      ", .text = "{case_label}", .when = "case_label"},
    {"state     ", .write = write_why, .says = "word state lost_there overdue arrival reason"},
    {"next      ", .write = write_next, "next next_agency due overdue lost_there", "next"},
    {"Responsible now: ", .text = "{responsible_now}", .when = "responsible_now"},
    {"transfer  ", .write = write_transfer, .when = "transfer"},
    {"made      ", .text = "{made}"},
    {"asks      ", "{kind}", write_services, .says = "services"},
    {"urgency   ", .text = "{urgency}, due {due}", .when = "urgency next"},
    {"urgency   ", .text = "{urgency}", .when = "urgency !next"}, /* nothing is asked for by then any more */
    {"", .write = write_not_read, "sealed erased_at", "!urgency"},
    {"waits     ", .text = "the {waiting_message}", .when = "waits"},
    {"reason    ", .write = write_hold, .when = "waits"},
    {"shared    ", .text = "{shared}"},
    {"offered   ", .text = "{offered}"},
    {"", .write = write_unnamed, .when = "offer_unnamed"},
    {"held by   ", .write = write_holder, .when = "holder", .says = "holder_account"},
    {"desk      ", .text = "{desk}", .when = "desk !for_desk"},
    {"desk      ", .write = write_for_desk, .when = "for_desk", .says = "desk no_such_desk"},
    {"phone     ", .write = write_phone, "reach"},
    {"there     ", .write = write_hours, "reach"},
    {"or ask    ", .write = write_others, "also_offered_by"},
    {"", .write = write_nothing_came, "direction state offered agency"},
    {"answered  ", .write = write_answer, "reason"},
    {"erased    ", .text = "there, at {erased_there_at} by their log: what you sent with it is not kept",
     .when = "erased_there_at"},
    {"opened    ", .write = write_opened, .when = "opened"},
    {"by phone  ",
     .text = "they accepted it, as was written down here at {accepted_by_phone}; no section was released\n"
             "          by that: their signed answer alone does",
     .when = "accepted_by_phone"},
    {"refused   ",
     .text = "an answer of theirs at {answer_refused}: what was answered before does not lead to it. Phone them",
     .when = "answer_refused"},
    {"at        ", "{answer_time}", write_time, .when = "answer_time"},
    {"consent   ", .write = state_view_last_day, .when = "consent_ends !stays_here"},
    {"not told  ", .write = state_view_stays_here, .when = "stays_here next"},
    {"asked     ", .text = "{asked}", .when = "asked"},
    {"not known ", .text = "{not_known}", .when = "not_known"},
    {"progress  ", .text = "{progress}", .when = "progress"},
    {"outcome   ", .text = "{outcome}", .when = "outcome"},
    {"brought by", .text = " {brought_by}", .when = "brought_by"},
    {"said by   ", .text = "the agency that refers: {said_by_referrer}", .when = "said_by_referrer"},
    {"checked   ", .text = "{checked}", .when = "checked"},
    {"place     ", .write = write_place, .when = "place"},
    {"from      ", .text = "{from}", .when = "from"},
    {"phone     ", .text = "{phone}", .when = "phone"},
    {"bring     ", .text = "{bring}", .when = "bring"},
    {"lost      ",
     "the machine of {agency} was replaced after this, and the referral is not known\n          there any more. ",
     write_lost, .when = "lost_there"},
    {"by hand   ",
     .text = "the answer cannot reach {agency}: tell it yourself outside refex, then\n"
             "          refex agency told {agency} {referral} --reason told-outside",
     .when = "by_hand"},
    {"corrected ", .write = correction_view_write_of, .when = "corrections", .says = "corrections direction"},
    {"became    ", .write = write_outcomes, .when = "outcomes"},
    {"history   ", .write = write_history, .when = "history"},
    {"note      ", .text = "{note}"},
    {"", .write = write_timeline, "timeline"},
    {"  and ", .text = "{timeline_more} more: `refex audit list` has them all", .when = "timeline_more"},
    {0}};

static void put_sections(struct json_line *j, const struct told_shown *s)
{
    if (s->beside != NULL)
        case_view_json(s->beside, j);
}

const struct told_form referral_view_shown = {.answer = &control_referral_detail_contract,
                                              .lines = detail_lines,
                                              /* ids and codes for programs; the last is said by who answers */
                                              .json_only = "case purpose message answered_before",
                                              .sections = put_sections};

void referral_view_show(bool json, const struct control_referral_detail *d, const struct case_view *view)
{
    told_form_show(stdout, json, &referral_view_shown, &(struct told_shown){.answer = d, .beside = view});
    if (view != NULL && !json)
        case_view_print(view);
}
