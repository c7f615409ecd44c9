/* exchange_watch: what happened since a place in the audit logs, and what was given to who asks. */
#include "exchange/logs/audit_calls.h"

#include <string.h>

#include "codec/told.h"
#include "crypto/digest.h"
#include "exchange/access/holders.h"
#include "exchange/cases/case_ending.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/audit_context.h"
#include "exchange/logs/event_cursor.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/staff/desks.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "model/event.h"
#include "store/handed_store.h"

#define PART 64 /* records of each log that one call looks through: about a millisecond, replies opened */

struct watch {
    struct exchange *x;
    staff_roles roles;
    bool mine;      /* of what who asks holds alone */
    int64_t number; /* of who asks; 0: he is none of the staff */
    exchange_on_event_fn *on_item;
    void *cookie;
    enum log_id log;         /* that is looked through */
    struct event_cursor at;  /* so far */
    struct event_cursor end; /* of what is durable; leaves are not known */
    uint64_t durable_house;  /* records of the house log, whatever END counts there */
    struct arena arena;      /* of one record */
};

static struct event_cursor durable(const struct exchange *x)
{
    struct event_cursor c = {0};

    c.in[LOG_EXCHANGE].size = audit_signed(x->audit, LOG_EXCHANGE);
    c.in[LOG_HOUSE].size = audit_signed(x->audit, LOG_HOUSE);
    return c;
}

/* --- places --- */

static bool read_record(struct exchange *x, enum log_id log, uint64_t index, struct bytes *out, struct error *err)
{
    bool found;

    return log_store_record(x->db, log, index, &found, out, err) &&
           (found || error_set(err, E_LOG_02, "record %llu is missing", (unsigned long long)index));
}

/* The place behind the first SIZE records of LOG. */
static bool find_place(struct exchange *x, enum log_id log, uint64_t size, struct event_place *out, struct error *err)
{
    struct bytes record = {0};
    struct hash leaf;
    bool ok;

    *out = (struct event_place){0};
    if (size == 0)
        return true;
    ok = read_record(x, log, size - 1, &record, err);
    if (ok) {
        digest_leaf(bytes_view(&record), &leaf);
        *out = event_place_behind(size - 1, &leaf);
    }
    bytes_fini(&record);
    return ok;
}

static bool check_place(struct watch *w, enum log_id log, struct error *err)
{
    const struct event_place *asked = &w->at.in[log];
    struct event_place is;

    if (asked->size > w->end.in[log].size)
        return error_set(err, E_LOG_09, "the %s log has %llu records, and the cursor is behind %llu", log_id_name(log),
                         (unsigned long long)w->end.in[log].size, (unsigned long long)asked->size);
    if (!find_place(w->x, log, asked->size, &is, err))
        return false;
    return memcmp(is.leaf, asked->leaf, sizeof is.leaf) == 0 ||
           error_set(err, E_LOG_09, "record %llu of the %s log is another than the cursor's",
                     (unsigned long long)(asked->size - 1), log_id_name(log));
}

/* Whether who asks is told of any kind of record of LOG. */
static bool is_told_of(const struct watch *w, enum log_id log)
{
    for (enum record_kind k = RECORD_DISCLOSED; k < RECORD_HOUSE_END; k++)
        if (record_kind_is_house(k) == (log == LOG_HOUSE) && (event_roles(k) & w->roles) != 0)
            return true;
    return false;
}

/* The place behind the first COUNT of what was given to who asks. *RECORD: how many records of the house log are behind
 * it. */
static bool find_handed_place(struct watch *w, uint64_t count, struct event_place *out, uint64_t *record,
                              struct error *err)
{
    struct handed_row row = {0};
    bool found;

    *out = (struct event_place){0};
    *record = 0;
    if (count == 0)
        return true;
    if (!handed_store_get(w->x->db, w->number, count, &found, &row, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_09,
                         "what was given to you up to the cursor is not kept any more, or it was not yours");
    *record = row.record + 1;
    if (!find_place(w->x, LOG_HOUSE, *record, out, err))
        return false;
    out->size = count;
    return true;
}

/* His cursor counts what was given to him. *RECORD as above. */
static bool check_handed_place(struct watch *w, uint64_t *record, struct error *err)
{
    const struct event_place *asked = &w->at.in[LOG_HOUSE];
    struct event_place is;

    return find_handed_place(w, asked->size, &is, record, err) &&
           ((*record <= w->durable_house && memcmp(is.leaf, asked->leaf, sizeof is.leaf) == 0) ||
            error_set(err, E_LOG_09, "what was given to you is another than the cursor's"));
}

/* Who may not know how long the house log is, which says whether what he named, or brought in, is another's, has a
 * place in what was given to him. A place in the log he was told when he might: he begins anew. */
static bool begin_handed(struct watch *w, bool anew, struct error *err)
{
    uint64_t *count = &w->end.in[LOG_HOUSE].size;
    uint64_t record;

    if (!handed_store_count(w->x->db, w->number, w->durable_house, count, err))
        return false;
    if (anew || !w->at.is_handed)
        w->at.in[LOG_HOUSE] = (struct event_place){0};
    w->at.is_handed = true;
    return anew ? find_handed_place(w, *count, &w->at.in[LOG_HOUSE], &record, err)
                : check_handed_place(w, &record, err);
}

/* He may know it now: it goes on behind the record that said what he was told last. */
static bool leave_handed(struct watch *w, struct error *err)
{
    uint64_t record;

    if (!check_handed_place(w, &record, err))
        return false;
    w->at.in[LOG_HOUSE].size = record;
    w->at.is_handed = false;
    return true;
}

/* Where it begins in LOG; in one of which who asks is told nothing it stays where his cursor has it, unread. */
static bool begin_in(struct watch *w, enum log_id log, bool anew, struct error *err)
{
    if (!is_told_of(w, log) && log == LOG_HOUSE && w->number != 0)
        return begin_handed(w, anew, err);
    if (!is_told_of(w, log)) {
        w->end.in[log] = w->at.in[log];
        return true;
    }
    if (log == LOG_HOUSE && w->at.is_handed && !leave_handed(w, err))
        return false;
    return anew ? find_place(w->x, log, w->end.in[log].size, &w->at.in[log], err) : check_place(w, log, err);
}

static bool begin(struct watch *w, struct view since, struct error *err)
{
    bool anew = since.size == 0;

    if (!anew && !event_cursor_read(since, &w->at))
        return error_set(err, E_USE_04, "--since takes a cursor as `refex watch` printed it, or \"start\"");
    return begin_in(w, LOG_EXCHANGE, anew, err) && begin_in(w, LOG_HOUSE, anew, err);
}

/* --- events --- */

static struct view text_or_none(const char *text)
{
    return text != NULL ? view_of_text(text) : view_of(NULL, 0);
}

/* Whether who asks sees the referral or consent that it is about; of what is about none here supervisors are told. */
static bool is_shown(struct exchange *x, const struct control_audit_entry *beside, bool *shown, struct error *err)
{
    int64_t own;

    *shown = holders_hide_nothing(x);
    if (*shown)
        return true;
    if (!ident_is_zero(&beside->referral))
        return holders_show_referral_id(x, &beside->referral, shown, err);
    if (!ident_is_zero(&beside->consent))
        return holders_show_consent_id(x, &beside->consent, shown, err);
    *shown = message_kind_is_about_nobody(beside->message_kind) || !staff_asker_is_restricted(x, &own);
    return true;
}

/* Whether it is of what who asks holds; what is about no referral or consent is nobody's. */
static bool is_own(struct exchange *x, const struct control_audit_entry *beside, bool *own, struct error *err)
{
    *own = false;
    if (!ident_is_zero(&beside->referral))
        return holders_own_referral_id(x, &beside->referral, own, err);
    return ident_is_zero(&beside->consent) || holders_own_consent_id(x, &beside->consent, own, err);
}

static bool tell(struct watch *w, const struct record *r, struct error *err)
{
    struct control_audit_entry beside = {0};
    const struct ident *message = told_ident(r, "message");
    struct record_notes_said notes = {0};
    char cursor[EVENT_CURSOR_TEXT];
    struct control_event e;
    bool shown;

    if (!audit_context_fill(w->x, r, &beside, err) || !is_shown(w->x, &beside, &shown, err))
        return false;
    if (shown && w->mine && !is_own(w->x, &beside, &shown, err))
        return false;
    if (beside.message_kind == MESSAGE_PING) /* the doctor's, and nobody's work */
        return true;
    if (!shown)
        return true;
    event_cursor_write(&w->at, cursor);
    e = (struct control_event){.cursor = view_of_text(cursor),
                               .event = text_or_none(event_name(r)),
                               .time_ms = r->time_ms,
                               .record = r->kind,
                               .how = text_or_none(event_how(r)),
                               .agency = audit_context_agency(r, &beside, &notes),
                               .message_kind = beside.message_kind,
                               .answer = beside.answer,
                               .referral = beside.referral,
                               .consent = beside.consent};
    if (message != NULL)
        e.message = *message;
    if (event_staff(r) != NULL)
        e.staff = *event_staff(r);
    if (r->kind == RECORD_STAFF)
        e.roles = r->staff.roles;
    if (r->kind == RECORD_DESK)
        e.desk = desks_name(w->x, &r->desk.desk);
    return w->on_item(w->cookie, &e, err);
}

/* --- what was given --- */

/* Whether who asks is told of it. */
static bool is_for(const struct watch *w, const struct record *r)
{
    return event_name(r) != NULL && (event_roles(r->kind) & w->roles) != 0;
}

static bool fill_case(struct watch *w, const struct ident *id, struct control_event *e, bool *told, struct error *err)
{
    struct case_row row;
    bool is_closed;

    if (!case_store_find(w->x->db, id, told, &row, err))
        return false;
    if (!*told)
        return true;
    if (!holders_show_case(w->x, &row, told, err) || !case_ending_is_closed(w->x, &row, &is_closed, err))
        return false;
    *told = *told && (w->number == 0 || staff_asker_works_as(w->x, row.holder));
    e->case_id = row.id;
    e->state = view_of_text(is_closed ? "closed" : "open");
    return true;
}

static bool fill_referral(struct watch *w, const struct ident *id, struct control_event *e, bool *told,
                          struct error *err)
{
    struct message_row first = {.state = MESSAGE_STORED};
    struct referral_row row;
    bool own = true;
    bool found;

    if (!referral_store_find(w->x->db, id, told, &row, err))
        return false;
    if (!*told)
        return true;
    if (!holders_show_referral(w->x, &row, told, err) ||
        (w->number != 0 && !holders_own_referral_id(w->x, id, &own, err)) ||
        !message_store_get(w->x->db, row.message, &found, &first, err))
        return false;
    *told = *told && own;
    e->referral = row.id;
    e->state = view_of_text(referral_state_name(referral_summary_state(&row, first.state)));
    return true;
}

/* R said that GIVEN is whose it is, or that a date of it is near: told to him while it is his, as it is now. */
static bool tell_handed(struct watch *w, const struct record *r, const struct handed_row *given, struct error *err)
{
    char cursor[EVENT_CURSOR_TEXT];
    struct control_event e;
    bool told;

    event_cursor_write(&w->at, cursor);
    e = (struct control_event){.cursor = view_of_text(cursor),
                               .event = view_of_text(r->kind == RECORD_STAND_IN ? "assigned" : event_name(r)),
                               .time_ms = r->time_ms,
                               .record = r->kind,
                               .how = text_or_none(event_how(r))};
    if (!(given->is_referral ? fill_referral : fill_case)(w, &given->object, &e, &told, err))
        return false;
    return !told || w->on_item(w->cookie, &e, err);
}

/* R is a record of the house log. Who is none of the staff (a hook) is told of whatever was given to somebody. */
static bool tell_assigned(struct watch *w, const struct record *r, struct error *err)
{
    struct handed_row given = {.is_referral = r->assigned.what == HOUSE_REFERRAL, .object = r->assigned.object};
    bool found = !w->mine && (event_roles(r->kind) & w->roles) != 0;

    if (w->number != 0 && !handed_store_find(w->x->db, w->number, r->index, &found, &given, err))
        return false;
    return !found || tell_handed(w, r, &given, err);
}

/* R is a record of the house log, of a date: whose case it is is told which, other supervisors that there is one. */
static bool tell_date(struct watch *w, const struct record *r, struct error *err)
{
    struct handed_row given;
    bool found = false;

    if (w->number != 0 && !handed_store_find(w->x->db, w->number, r->index, &found, &given, err))
        return false;
    if (found)
        return tell_handed(w, r, &given, err);
    return !is_for(w, r) || tell(w, r, err);
}

/* The next of what was given to who asks. */
static bool look_through_handed(struct watch *w, struct error *err)
{
    struct event_place *at = &w->at.in[LOG_HOUSE];
    const uint64_t size = w->end.in[LOG_HOUSE].size;
    struct bytes bytes = {0};
    struct handed_row given;
    struct record r;
    struct hash leaf;
    uint64_t end;
    bool ok = true;
    bool found;

    if (at->size == 0 && size != 0 && !handed_store_count_dropped(w->x->db, w->number, &at->size, err))
        return false;
    end = size - at->size > PART ? at->size + PART : size;
    while (ok && at->size < end) {
        bytes_clear(&bytes);
        arena_reset(&w->arena);
        ok = handed_store_get(w->x->db, w->number, at->size + 1, &found, &given, err) &&
             (found || error_set(err, E_LOG_02, "what was given to you is missing")) &&
             read_record(w->x, LOG_HOUSE, given.record, &bytes, err) &&
             audit_read_row(&(struct record_row){.index = given.record, .bytes = bytes_view(&bytes)}, &w->arena, &r,
                            err);
        if (ok) {
            digest_leaf(bytes_view(&bytes), &leaf);
            *at = event_place_behind(at->size, &leaf);
            ok = tell_handed(w, &r, &given, err);
        }
    }
    bytes_fini(&bytes);
    return ok;
}

/* --- the logs --- */

static bool on_record(void *cookie, const struct record_row *row, struct error *err)
{
    struct watch *w = cookie;
    struct event_place *at = &w->at.in[w->log];
    struct hash leaf;
    struct record r;

    if (row->index != at->size)
        return error_set(err, E_LOG_02, "record %llu is missing", (unsigned long long)at->size);
    arena_reset(&w->arena);
    if (!audit_read_row(row, &w->arena, &r, err))
        return false;
    digest_leaf(row->bytes, &leaf);
    *at = event_place_behind(row->index, &leaf);
    if (r.kind == RECORD_ASSIGNED && r.assigned.has_staff)
        return tell_assigned(w, &r, err);
    if (r.kind == RECORD_REMINDED && r.reminded.what >= REMINDER_DATE_NEAR)
        return tell_date(w, &r, err);
    return !is_for(w, &r) || tell(w, &r, err);
}

/* The next records of LOG. */
static bool look_through(struct watch *w, enum log_id log, struct error *err)
{
    const uint64_t size = w->end.in[log].size;
    const uint64_t from = w->at.in[log].size;
    const struct record_filter part = {.from = from, .end = size - from > PART ? from + PART : size};

    w->log = log;
    if (log == LOG_HOUSE && w->at.is_handed)
        return look_through_handed(w, err);
    if (from == size)
        return true;
    if (!log_store_walk(w->x->db, log, &part, on_record, w, err))
        return false;
    return w->at.in[log].size == part.end ||
           error_set(err, E_LOG_02, "record %llu is missing", (unsigned long long)w->at.in[log].size);
}

static bool is_behind(const struct watch *w, enum log_id log)
{
    return w->at.in[log].size < w->end.in[log].size;
}

static bool tell_end(struct watch *w, struct error *err)
{
    char cursor[EVENT_CURSOR_TEXT];

    event_cursor_write(&w->at, cursor);
    return w->on_item(w->cookie,
                      &(struct control_event){.cursor = view_of_text(cursor),
                                              .more = is_behind(w, LOG_EXCHANGE) || is_behind(w, LOG_HOUSE)},
                      err);
}

bool exchange_watch(struct exchange *x, staff_roles roles, const struct control_watch_ask *ask,
                    exchange_on_event_fn *on_item, void *cookie, struct error *err)
{
    struct watch w = {
        .x = x, .roles = roles, .mine = ask->mine, .on_item = on_item, .cookie = cookie, .end = durable(x)};
    bool ok;

    w.number = staff_asker_number(x);
    w.durable_house = w.end.in[LOG_HOUSE].size;
    ok = begin(&w, ask->since, err) && look_through(&w, LOG_EXCHANGE, err) && look_through(&w, LOG_HOUSE, err) &&
         tell_end(&w, err);

    arena_fini(&w.arena);
    return ok;
}
