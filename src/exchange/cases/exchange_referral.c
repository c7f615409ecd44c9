/* Referrals as people see them: listed, shown, accepted, declined. (exchange.h) */
#include "codec/body_codec.h"
#include "codec/record_codec.h"
#include "exchange/consent/body_contents.h"
#include "exchange/consent/consent_book.h"
#include "exchange/logs/audit.h"
#include "exchange/members/peers.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/stored_body.h"
#include "model/case_fields.h"
#include "store/case_store.h"

/* The one state a person reads: the referral's own, and while nobody answered, where its message is. */
static enum referral_state shown_state(const struct referral_row *row, enum message_state message)
{
    if (row->state != REFERRAL_SAVED)
        return row->state;
    switch (message) {
    case MESSAGE_WAITING:
        return REFERRAL_WAITING;
    case MESSAGE_RECEIPTED:
    case MESSAGE_STORED:
        return REFERRAL_DELIVERED;
    case MESSAGE_WITHHELD:
        return REFERRAL_STOPPED;
    case MESSAGE_EXPIRED:
        return REFERRAL_EXPIRED;
    case MESSAGE_REFUSED:
        return REFERRAL_REFUSED;
    }
    return REFERRAL_SAVED;
}

static bool is_open(enum referral_state s)
{
    return s == REFERRAL_SAVED || s == REFERRAL_WAITING || s == REFERRAL_DELIVERED;
}

static bool fill_summary(struct exchange *x, const struct referral_row *row, const struct address *peer,
                         enum message_state first, struct referral_summary *out, struct error *err)
{
    struct case_row c;
    struct message_row m;
    bool found;

    *out = (struct referral_summary){.id = row->id,
                                     .direction = row->direction,
                                     .peer = *peer,
                                     .kind = row->kind,
                                     .urgency = row->urgency,
                                     .purpose = row->purpose,
                                     .state = shown_state(row, first),
                                     .made_ms = row->made_ms,
                                     .due_ms = row->due_ms,
                                     .shared = row->shared,
                                     .offered = row->offered,
                                     .services = row->services};
    out->overdue = is_open(out->state) && row->due_ms != 0 && row->due_ms < clock_now_ms(x->clock);
    if (!message_store_get(x->db, row->message, &found, &m, err))
        return false;
    if (found)
        out->message = m.id;
    if (row->case_number == 0)
        return true;
    if (!case_store_get(x->db, row->case_number, &found, &c, err))
        return false;
    if (found)
        out->case_id = c.id;
    return true;
}

struct referral_list {
    struct exchange *x;
    bool overdue;
    exchange_on_referral_fn *on_referral;
    void *cookie;
};

static bool list_referral(void *cookie, const struct referral_listing *l, struct error *err)
{
    struct referral_list *list = cookie;
    struct referral_summary summary;

    if (!fill_summary(list->x, &l->row, &l->peer, l->first_message, &summary, err))
        return false;
    return (list->overdue && !summary.overdue) || list->on_referral(list->cookie, &summary, err);
}

bool exchange_referral_list(struct exchange *x, enum direction direction, bool overdue,
                            exchange_on_referral_fn *on_referral, void *cookie, struct error *err)
{
    struct referral_filter filter = {.direction = direction, .overdue = overdue, .now_ms = clock_now_ms(x->clock)};
    struct referral_list list = {.x = x, .overdue = overdue, .on_referral = on_referral, .cookie = cookie};

    return referral_store_walk(x->db, &filter, list_referral, &list, err);
}

static bool find_referral(struct exchange *x, const struct ident *id, struct referral_row *row, struct peer_row *peer,
                          struct error *err)
{
    char text[IDENT_TEXT];
    bool found;

    ident_write(id, text);
    if (!referral_store_find(x->db, id, &found, row, err))
        return false;
    if (!found)
        return error_set(err, E_REF_01, "there is no referral %s here", text);
    return peers_get(x, row->peer, &found, peer, err) &&
           (found || error_set(err, E_LOG_02, "the agency of referral %s is missing", text));
}

static bool summarise_row(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                          struct referral_summary *out, struct error *err)
{
    struct message_row m = {.state = MESSAGE_WAITING};
    bool found;

    return message_store_get(x->db, row->message, &found, &m, err) &&
           fill_summary(x, row, &peer->agency, m.state, out, err);
}

/* --- showing --- */

struct referral_view {
    struct exchange *x;
    const struct referral_row *row;
    const struct peer_row *peer;
    struct referral_detail *out;
    bool open_data;
    section_set opened;
    enum error_code held; /* why something is not opened; 0: nothing was held back */
};

static void add_entry(struct referral_view *s, const struct timeline_entry *e)
{
    if (s->out->timeline_count < TIMELINE_MAX)
        s->out->timeline[s->out->timeline_count++] = *e;
}

static bool add_own_record(struct referral_view *s, const struct message_row *m, struct error *err)
{
    struct bytes stored = {0};
    struct record r;
    bool found;
    bool ok = log_store_record(s->x->db, LOG_EXCHANGE, m->record_index, &found, &stored, err) &&
              (!found || record_decode(bytes_view(&stored), &s->x->tick_arena, &r, err));

    bytes_fini(&stored);
    if (ok && found)
        add_entry(s, &(struct timeline_entry){.time_ms = r.time_ms,
                                              .kind = r.kind,
                                              .index = m->record_index,
                                              .message_kind = m->kind,
                                              .outcome = m->direction == DIRECTION_IN ? m->outcome : 0});
    return ok;
}

/* The receipt's own record tells when the other node had it. */
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
        add_entry(s, &(struct timeline_entry){.time_ms = r.time_ms,
                                              .kind = RECORD_RECEIPTED,
                                              .message_kind = m->kind,
                                              .outcome = (uint32_t)r.received.outcome});
    bytes_fini(&record);
    bytes_fini(&path);
    bytes_fini(&note);
    return ok;
}

static bool open_body(struct referral_view *s, const struct message_row *m, struct body *body, bool *there,
                      struct error *err)
{
    struct stored_body stored;
    struct error why = {0};

    if (!stored_body_open(s->x, m->number, there, &stored, &why, err))
        return false;
    if (*there)
        return body_decode(stored.bytes, &s->x->tick_arena, body, err);
    if (why.code == E_NONE)
        return true; /* there is none */
    *err = why;
    return false;
}

/* What is read is asked of the consent it came under, each message of its own, each time: the rule is the one by which
 * it was let in, on today's day. */
static bool readable_sections(struct referral_view *s, const struct consent_entry *entry, const struct body *body,
                              section_set *out, struct error *err)
{
    struct exchange *x = s->x;
    struct body_contents holds;
    bool in = s->row->direction == DIRECTION_IN;
    const struct address *own = membership_own(x->membership);
    struct consent_question q = {.recipient = address_view(in ? own : &s->peer->agency),
                                 .sender = address_view(in ? &s->peer->agency : own),
                                 .purpose = s->row->purpose,
                                 .today = tick_today(x)};

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

/* The consent of a message, or NULL in *ENTRY: none is needed. *STANDS false: nothing under it is opened. */
static bool find_consent(struct referral_view *s, const struct message_row *m, struct consent_entry **entry,
                         bool *stands, struct error *err)
{
    struct consent_row consent;
    bool found;

    *entry = NULL;
    *stands = true;
    if (m->consent == 0 || m->kind == MESSAGE_WITHDRAWAL || m->kind == MESSAGE_ERASURE_STATEMENT)
        return true;
    if (!consent_store_get(s->x->db, m->consent, &found, &consent, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the consent of a message is missing");
    *stands = consent.progress == CONSENT_STANDS;
    if (!*stands) {
        s->held = E_CON_05;
        return true;
    }
    return consent_book_get(s->x, m->consent, entry, err);
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
    if (!s->open_data || m->state == MESSAGE_REFUSED)
        return true;
    if (!find_consent(s, m, &entry, &there, err))
        return false;
    if (!there)
        return true;
    if (!open_body(s, m, &body, &there, err))
        return false;
    if (!there)
        return true;
    if (entry != NULL && !readable_sections(s, entry, &body, &may, err))
        return false;
    for (size_t i = 0; i < body.section_count; i++) {
        if ((may & SECTION_BIT(body.sections[i].section)) == 0)
            continue;
        s->out->data.sections[body.sections[i].section] = body.sections[i].data;
        s->opened |= SECTION_BIT(body.sections[i].section);
    }
    if (body.kind == MESSAGE_REPLY) {
        s->out->reason = body.reply.reason;
        s->out->note = body.reply.note;
    }
    return true;
}

static bool set_held_error(enum error_code why, struct error *err)
{
    if (why == E_CON_05)
        return error_set(err, E_CON_05, "the consent under which this was shared was withdrawn");
    return error_set(err, E_CON_03, "the consent under which this was shared has ended");
}

bool exchange_referral_show(struct exchange *x, const struct ident *id, bool open_data, struct referral_detail *out,
                            struct error *err)
{
    struct record record = {.kind = RECORD_OPENED};
    struct referral_row row;
    struct peer_row peer;
    struct referral_view s = {.x = x, .row = &row, .peer = &peer, .out = out, .open_data = open_data};

    *out = (struct referral_detail){0};
    if (open_data && x->read_only)
        return error_set(err, E_NOD_21, "a stopped node opens no sealed data");
    if (!find_referral(x, id, &row, &peer, err) || !summarise_row(x, &row, &peer, &out->summary, err) ||
        !message_store_walk_referral(x->db, row.number, show_message, &s, err))
        return false;
    if (!open_data)
        return true;
    if (s.opened == 0 && s.held != 0) {
        *out = (struct referral_detail){0};
        return set_held_error(s.held, err);
    }
    record.house = (struct record_house){.has_object = true, .object = row.id, .what = HOUSE_REFERRAL};
    return tick_begin(x, err) && audit_append(x->audit, &record, NULL, err);
}

/* --- answering --- */

static bool may_answer(struct exchange *x, const struct referral_row *row, struct error *err)
{
    struct consent_row consent;
    bool found;

    if (row->consent == 0)
        return true;
    if (!consent_store_get(x->db, row->consent, &found, &consent, err))
        return false;
    if (found && consent.progress != CONSENT_STANDS)
        return set_held_error(E_CON_05, err);
    if (found && consent.until < tick_today(x))
        return set_held_error(E_CON_03, err);
    return true;
}

static bool send_reply(struct exchange *x, const struct ident *id, const struct reply_message *reply,
                       struct referral_summary *out, struct error *err)
{
    struct body body = {.kind = MESSAGE_REPLY, .has_referral = true, .referral = *id, .reply = *reply};
    struct referral_row row;
    struct message_row first;
    struct peer_row peer;
    uint64_t mark;
    bool found;

    if (!find_referral(x, id, &row, &peer, err))
        return false;
    if (row.direction != DIRECTION_IN)
        return error_set(err, E_REF_02, "this agency sent the referral: %s answers it", peer.agency.text);
    if (row.state != REFERRAL_DELIVERED)
        return error_set(err, E_REF_07, "the referral is %s already", referral_state_name(row.state));
    if (!may_answer(x, &row, err) || !message_store_get(x->db, row.message, &found, &first, err))
        return false;
    body.reply.in_reply_to = first.id;
    row.state = reply->state;
    mark = tick_mark(x);
    return tick_ended(x, mark,
                      outbox_put_plain(x, &peer.agency, &body, row.number, 0, err) &&
                          referral_store_update(x->db, &row, err) && summarise_row(x, &row, &peer, out, err),
                      err);
}

/* An answer goes under no consent of hers: it has codes, and no room for free text about her. */
static bool check_no_note(struct view note, struct error *err)
{
    return note.size == 0 || error_set(err, E_REF_08, "an answer has no free text: it would leave without her consent");
}

bool exchange_referral_accept(struct exchange *x, const struct ident *id, struct view note,
                              struct referral_summary *out, struct error *err)
{
    struct reply_message reply = {.state = REFERRAL_ACCEPTED};

    return check_no_note(note, err) && send_reply(x, id, &reply, out, err);
}

bool exchange_referral_decline(struct exchange *x, const struct ident *id, enum decline_reason reason, struct view note,
                               struct referral_summary *out, struct error *err)
{
    struct reply_message reply = {.state = REFERRAL_DECLINED, .reason = reason};

    return check_no_note(note, err) && send_reply(x, id, &reply, out, err);
}
