/* exchange_referral_show: a referral's timeline, and the sections that its consents still allow to be read. */
#include "exchange/referrals/referral_calls.h"

#include "codec/audit_messages.h"
#include "exchange/entries/entry_reach.h"
#include "exchange/kinds/kind_corrected.h"
#include "exchange/kinds/kind_referral_erased.h"
#include "exchange/kinds/kind_reply.h"
#include "exchange/kinds/referral_opening.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/members/membership.h"
#include "exchange/referrals/referral_bodies.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/settling.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"

struct referral_view {
    struct exchange *x;
    const struct referral_row *row;
    const struct peer_row *peer;
    struct control_referral_detail *out;
    struct control_timeline_entry *timeline;     /* that of OUT */
    struct newest_section sections[SECTION_END]; /* opened */
    bool open_data;
    uint32_t answers; /* number of the newest answer that was looked at; 0: none was */
    int64_t as_of_ms; /* what was made later is not read; 0: all is */
    struct control_sections_came *history;
    struct control_sections_came *outcomes; /* oldest first, until all are there */
    section_set opened;
    enum error_code held; /* why a message was not opened; 0: all were */
};

static void add_entry(struct referral_view *s, const struct control_timeline_entry *e)
{
    if (s->out->timeline_count == BOUND_TIMELINE)
        s->out->timeline_more++;
    else
        s->timeline[s->out->timeline_count++] = *e;
}

static bool add_own_record(struct referral_view *s, const struct message_row *m, struct error *err)
{
    struct bytes stored = {0};
    struct record r;
    bool found;
    bool ok = log_store_record(s->x->db, LOG_EXCHANGE, m->record_index, &found, &stored, err) &&
              (!found || audit_read_row(&(struct record_row){.index = m->record_index, .bytes = bytes_view(&stored)},
                                        &s->x->tick_arena, &r, err));

    bytes_fini(&stored);
    if (ok && found)
        add_entry(s, &(struct control_timeline_entry){.time_ms = r.time_ms,
                                                      .kind = r.kind,
                                                      .index = m->record_index,
                                                      .message_kind = m->kind,
                                                      .outcome = m->direction == DIRECTION_IN ? m->outcome : 0,
                                                      .arrival = settling_arrival(m),
                                                      .arrival_ms = m->missing_ms});
    return ok;
}

/* The time is that of the receipt's own record: when the other node stored the message. */
static bool add_receipt(struct referral_view *s, const struct message_row *m, struct error *err)
{
    struct bytes record = {0};
    struct bytes path = {0};
    struct bytes note = {0};
    struct record r;
    bool found;
    bool ok = message_store_receipt(s->x->db, m->number, &found, &record, &path, &note, err) &&
              (!found || record_decode(bytes_view(&record), &s->x->tick_arena, &r, err));

    if (ok && found)
        add_entry(s, &(struct control_timeline_entry){.time_ms = r.time_ms,
                                                      .kind = RECORD_RECEIPTED,
                                                      .message_kind = m->kind,
                                                      .outcome = (uint32_t)r.received.outcome});
    bytes_fini(&record);
    bytes_fini(&path);
    bytes_fini(&note);
    return ok;
}

/* What the agency that refers says of her coming, while that stands. */
static void show_coming(struct referral_view *s, const struct body *body)
{
    if (body->update.state == s->out->summary.state)
        s->out->said = body->update.state;
}

/* What an answer says is of the service, in codes, and nothing of her: it is shown until the key of the consent is
 * destroyed, whatever has become of the consent. Its note is not. */
static bool show_answer(struct referral_view *s, const struct message_row *m, struct error *err)
{
    struct stored_body stored;
    struct error gone = {0};
    struct body body;
    bool there;

    if (s->x->read_only || (m->kind != MESSAGE_REPLY && m->kind != MESSAGE_UPDATE) || m->state == MESSAGE_REFUSED ||
        s->out->summary.state == REFERRAL_ERASED)
        return true;
    if (!stored_body_open(s->x, m->number, &there, &stored, &gone, err))
        return false;
    if (there && !stored_body_decode(s->x, &stored, m->kind, &body, err))
        return false;
    if (there && m->kind == MESSAGE_UPDATE)
        show_coming(s, &body);
    if (!there || m->kind != MESSAGE_REPLY || kind_reply_number(&body.reply) <= s->answers)
        return true;
    s->answers = kind_reply_number(&body.reply);
    s->out->reason = body.reply.reason;
    s->out->place = body.reply.place;
    s->out->from_ms = body.reply.from_ms;
    s->out->phone = body.reply.phone;
    s->out->bring = body.reply.bring;
    s->out->asked = body.reply.asked;
    s->out->progress = body.reply.progress;
    s->out->outcome = body.reply.outcome;
    s->out->brought = body.reply.brought;
    s->out->checked = body.reply.checked;
    return true;
}

/* Adds what M brought to LIST: the newest stay there. */
static void add_came(struct control_sections_came *list, size_t *count, const struct message_row *m,
                     const struct opened_body *b)
{
    struct control_sections_came one = {.time_ms = ident_message_ms(&m->id), .message_kind = m->kind};

    for (size_t i = 0; i < b->body.section_count; i++)
        one.sections |= SECTION_BIT(b->body.sections[i].section) & b->may;
    if (one.sections == 0)
        return;
    if (*count == BOUND_TIMELINE)
        memmove(list, list + 1, --*count * sizeof *list);
    list[(*count)++] = one;
}

/* That it was said, and of what; what it says stands with her case, as the newest of it. */
static bool show_outcome(struct referral_view *s, const struct message_row *m, struct error *err)
{
    struct opened_body body;
    struct error why = {0};

    if (s->x->read_only || m->kind != MESSAGE_OUTCOME || m->state == MESSAGE_REFUSED || m->state == MESSAGE_WITHHELD ||
        m->state == MESSAGE_EXPIRED)
        return true;
    if (!referral_bodies_open(s->x, s->peer, m, &body, &why)) {
        *err = why;
        return vault_is_lost(&why);
    }
    if (body.there)
        add_came(s->outcomes, &s->out->outcome_count, m, &body);
    return true;
}

static void reverse_outcomes(struct referral_view *s)
{
    const size_t count = s->out->outcome_count;

    for (size_t i = 0; i < count / 2; i++) {
        const struct control_sections_came older = s->outcomes[i];

        s->outcomes[i] = s->outcomes[count - 1 - i];
        s->outcomes[count - 1 - i] = older;
    }
}

static bool show_message(void *cookie, const struct message_row *m, struct error *err)
{
    struct referral_view *s = cookie;
    struct opened_body body;

    if (!add_own_record(s, m, err) || (m->direction == DIRECTION_OUT && !add_receipt(s, m, err)))
        return false;
    if (!show_answer(s, m, err) || !show_outcome(s, m, err) ||
        !kind_referral_erased_time(s->x, &s->peer->agency, &s->row->id, m, &s->out->erased_there_ms, err))
        return false;
    if (!s->open_data || m->state == MESSAGE_REFUSED || m->kind == MESSAGE_OUTCOME) /* that is shown with her case */
        return true;
    if (!referral_bodies_open(s->x, s->peer, m, &body, err))
        return false;
    if (s->held == 0 || body.held == E_CON_21 || body.held == E_CON_05)
        s->held = body.held != 0 ? body.held : s->held;
    if (!body.there)
        return true;
    add_came(s->history, &s->out->history_count, m, &body);
    if (s->as_of_ms != 0 && ident_message_ms(&m->id) > s->as_of_ms)
        return true;
    s->opened |= referral_bodies_take(&body, m, s->sections);
    if (kind_actions(body.body.kind)->show != NULL)
        kind_actions(body.body.kind)->show(&body.body, s->out);
    return true;
}

static bool record_asked(struct exchange *x, enum record_kind kind, const struct ident *referral, struct error *err)
{
    struct record record = {.kind = kind};

    record.house = (struct record_house){.has_object = true, .object = *referral, .what = HOUSE_REFERRAL};
    return acting_sign(x, &record, err) && tick_begin(x, err) && audit_append(x->audit, &record, NULL, err);
}

static void fill_sections(const struct referral_view *s)
{
    struct control_case_section *data = arena_new(&s->x->tick_arena, SECTION_END * sizeof *data);

    s->out->data = data;
    for (enum section i = SECTION_TRIAGE; i < SECTION_END; i++)
        if (s->sections[i].data.size != 0)
            data[s->out->data_count++] = (struct control_case_section){.section = i, .data = s->sections[i].data};
}

static bool fill_corrections(struct exchange *x, const struct referral_row *row, struct control_referral_detail *out,
                             struct error *err)
{
    struct control_correction_shown *all = arena_new(&x->tick_arena, BOUND_TIMELINE * sizeof *all);

    out->corrections = all;
    return kind_corrected_list(x, row, all, &out->correction_count, err);
}

/* Whom to phone about it, and who else could help where it cannot wait. */
static bool fill_reach(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                       struct control_referral_detail *out, struct error *err)
{
    const struct control_referral *r = &out->summary;

    return entry_reach_fill(x, &peer->agency, &out->reach, err) &&
           (row->direction != DIRECTION_OUT || r->urgency != URGENCY_EMERGENCY || !referral_state_is_open(r->state) ||
            referral_state_is_accepted(r->state) ||
            entry_reach_others(x, row->case_number, &peer->agency, r->services, &out->others, &out->other_count, err));
}

/* OPENED: the kind of record that states that its data was. */
static bool open_and_show(struct exchange *x, const struct ident *id, bool open_data, int64_t as_of_ms,
                          enum record_kind opened, struct control_referral_detail *out, struct error *err)
{
    struct referral_row row;
    struct peer_row peer;
    struct referral_view s = {
        .x = x, .row = &row, .peer = &peer, .out = out, .open_data = open_data, .as_of_ms = as_of_ms};

    if (open_data && x->read_only)
        return error_set(err, E_NOD_21, "a stopped node opens no sealed data");
    s.timeline = arena_new(&x->tick_arena, BOUND_TIMELINE * sizeof *s.timeline);
    s.history = arena_new(&x->tick_arena, BOUND_TIMELINE * sizeof *s.history);
    s.outcomes = arena_new(&x->tick_arena, BOUND_TIMELINE * sizeof *s.outcomes);
    *out = (struct control_referral_detail){.timeline = s.timeline, .history = s.history, .outcomes = s.outcomes};
    if (!referral_summary_find(x, id, &row, &peer, err) || !referral_opening_note(x, &row, &peer, err) ||
        !referral_summary_fill(x, &row, &peer, &out->summary, err) || !fill_reach(x, &row, &peer, out, err) ||
        !fill_corrections(x, &row, out, err) || !message_store_walk_referral(x->db, row.number, show_message, &s, err))
        return false;
    reverse_outcomes(&s);
    if (!open_data)
        return true;
    if (s.opened == 0 && s.held != 0) {
        *out = (struct control_referral_detail){0};
        return record_asked(x, RECORD_NOT_OPENED, &row.id, err) && referral_summary_held(s.held, err);
    }
    fill_sections(&s);
    return record_asked(x, opened, &row.id, err);
}

bool exchange_referral_show(struct exchange *x, const struct ident *id, bool open_data,
                            struct control_referral_detail *out, struct error *err)
{
    return open_and_show(x, id, open_data, 0, RECORD_OPENED, out, err);
}

bool exchange_referral_show_as_of(struct exchange *x, const struct ident *id, int64_t as_of_ms,
                                  struct control_referral_detail *out, struct error *err)
{
    return open_and_show(x, id, true, as_of_ms, RECORD_OPENED, out, err);
}

bool exchange_referral_export(struct exchange *x, const struct ident *id, struct control_referral_detail *out,
                              struct error *err)
{
    return open_and_show(x, id, true, 0, RECORD_EXPORTED, out, err);
}
