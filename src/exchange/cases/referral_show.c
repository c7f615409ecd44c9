/* exchange_referral_show: a referral's timeline, and the sections that its consents still allow to be read. */
#include "exchange/cases/referral_calls.h"

#include "codec/audit_messages.h"
#include "exchange/cases/referral_summary.h"
#include "exchange/consent/body_contents.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_book.h"
#include "exchange/kinds/kind_reply.h"
#include "exchange/kinds/referral_opening.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/members/entry_reach.h"
#include "exchange/members/membership.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/settling.h"
#include "exchange/traffic/stored_body.h"

struct referral_view {
    struct exchange *x;
    const struct referral_row *row;
    const struct peer_row *peer;
    struct control_referral_detail *out;
    struct control_timeline_entry *timeline; /* that of OUT */
    struct view sections[SECTION_END];       /* opened */
    bool open_data;
    uint32_t answers; /* number of the newest answer that was looked at; 0: none was */
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

static bool open_body(struct referral_view *s, const struct message_row *m, struct body *body, uint64_t *slot,
                      bool *there, struct error *err)
{
    struct stored_body stored;
    struct error why = {0};

    if (!stored_body_open(s->x, m->number, there, &stored, &why, err))
        return false;
    if (*there) {
        *slot = stored.slot;
        return stored_body_decode(s->x, &stored, m->kind, body, err);
    }
    if (why.code == E_NONE)
        return true; /* there is none */
    *err = why;
    return false;
}

/* Reading is checked each time, for each message against its own consent: the rule that admitted it, as of today. */
static bool readable_sections(struct referral_view *s, const struct consent_entry *entry, const struct body *body,
                              section_set *out, struct error *err)
{
    struct exchange *x = s->x;
    struct body_contents holds;
    bool in = s->row->direction == DIRECTION_IN;
    const struct address *own = membership_own(x->membership);
    struct consent_question q = {.recipient = address_view(in ? own : &s->peer->agency),
                                 .sender = address_view(in ? &s->peer->agency : own),
                                 .purpose = consent_entry_purpose(entry),
                                 .today = tick_closing_day(x)};

    if (!body_contents_list(body, &x->tick_arena, &holds, err))
        return false;
    q.sections = holds.sections;
    q.fields = holds.fields;
    q.field_count = holds.field_count;
    *out = consent_covers(&entry->receipt.header, entry->grants, entry->grant_count, &q, NULL);
    if (*out != q.sections)
        s->held = s->held != 0 ? s->held : E_CON_03;
    return true;
}

/* The consent of a message; *ENTRY is NULL where none is needed. *STANDS false: nothing under it may be opened. */
static bool find_consent(struct referral_view *s, const struct message_row *m, struct consent_entry **entry,
                         bool *stands, struct error *err)
{
    struct consent_row consent;
    enum denial denied;

    *entry = NULL;
    *stands = true;
    if (!message_kind_is_of_referral(m->kind) || (m->consent == 0 && !message_kind_has(m->kind, KIND_PERMISSION)))
        return true;
    if (!consent_agreement_ask(s->x, m->consent, &consent, &denied, err)) /* none: it was taken under one */
        return false;
    if (denied == 0 && !consent_book_get(s->x, m->consent, entry, err))
        return false;
    if (denied == 0 && !(*entry)->matches_log)
        denied = DENIAL_LOG_MISMATCH;
    *stands = denied == 0;
    if (denied != 0)
        s->held = denied == DENIAL_LOG_MISMATCH ? E_CON_21 : E_CON_05;
    return true;
}

/* Opens the body of a message; not where its row names another consent than the one that it was sealed under. */
static bool open_under(struct referral_view *s, const struct message_row *m, const struct consent_entry *entry,
                       struct body *body, bool *there, struct error *err)
{
    uint64_t slot;

    if (!open_body(s, m, body, &slot, there, err))
        return false;
    if (*there && entry != NULL && slot != entry->row.slot) {
        s->held = E_CON_21;
        *there = false;
    }
    return true;
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

static bool show_message(void *cookie, const struct message_row *m, struct error *err)
{
    struct referral_view *s = cookie;
    struct consent_entry *entry;
    section_set may = SECTION_ALL;
    struct body body;
    bool there;

    if (!add_own_record(s, m, err) || (m->direction == DIRECTION_OUT && !add_receipt(s, m, err)))
        return false;
    if (!show_answer(s, m, err))
        return false;
    if (!s->open_data || m->state == MESSAGE_REFUSED)
        return true;
    if (!find_consent(s, m, &entry, &there, err))
        return false;
    if (!there)
        return true;
    if (!open_under(s, m, entry, &body, &there, err))
        return false;
    if (!there)
        return true;
    if (entry != NULL && !readable_sections(s, entry, &body, &may, err))
        return false;
    for (size_t i = 0; i < body.section_count; i++) {
        if ((may & SECTION_BIT(body.sections[i].section)) == 0)
            continue;
        s->sections[body.sections[i].section] = body.sections[i].data;
        s->opened |= SECTION_BIT(body.sections[i].section);
    }
    if (kind_actions(body.kind)->show != NULL)
        kind_actions(body.kind)->show(&body, s->out);
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
        if (s->sections[i].size != 0)
            data[s->out->data_count++] = (struct control_case_section){.section = i, .data = s->sections[i]};
}

/* Whom to phone about it, and who else could help where it cannot wait. */
static bool fill_reach(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                       struct control_referral_detail *out, struct error *err)
{
    const struct control_referral *r = &out->summary;

    return entry_reach_fill(x, &peer->agency, &out->reach, err) &&
           (row->direction != DIRECTION_OUT || r->urgency != URGENCY_EMERGENCY || !referral_state_is_open(r->state) ||
            entry_reach_others(x, row->case_number, &peer->agency, r->services, &out->others, &out->other_count, err));
}

/* OPENED: the kind of record that states that its data was. */
static bool open_and_show(struct exchange *x, const struct ident *id, bool open_data, enum record_kind opened,
                          struct control_referral_detail *out, struct error *err)
{
    struct referral_row row;
    struct peer_row peer;
    struct referral_view s = {.x = x, .row = &row, .peer = &peer, .out = out, .open_data = open_data};

    if (open_data && x->read_only)
        return error_set(err, E_NOD_21, "a stopped node opens no sealed data");
    s.timeline = arena_new(&x->tick_arena, BOUND_TIMELINE * sizeof *s.timeline);
    *out = (struct control_referral_detail){.timeline = s.timeline};
    if (!referral_summary_find(x, id, &row, &peer, err) || !referral_opening_note(x, &row, &peer, err) ||
        !referral_summary_fill(x, &row, &peer, &out->summary, err) || !fill_reach(x, &row, &peer, out, err) ||
        !message_store_walk_referral(x->db, row.number, show_message, &s, err))
        return false;
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
    return open_and_show(x, id, open_data, RECORD_OPENED, out, err);
}

bool exchange_referral_export(struct exchange *x, const struct ident *id, struct control_referral_detail *out,
                              struct error *err)
{
    return open_and_show(x, id, true, RECORD_EXPORTED, out, err);
}
