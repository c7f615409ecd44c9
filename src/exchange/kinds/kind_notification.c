#include "exchange/kinds/kind_notification.h"

#include "exchange/kinds/inquiries.h"
#include "exchange/kinds/notification_calls.h"
#include "exchange/members/membership.h"
#include "exchange/members/membership_admits.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "model/agency.h"
#include "model/codes.h"
#include "model/inquiry.h"
#include "model/regions.h"

/* --- shown --- */

static bool fill_notification(struct exchange *x, const struct inquiry_row *row, struct control_notification *out,
                              struct error *err)
{
    struct control_inquiry line;
    struct body body;
    bool readable;
    char *month;

    if (!inquiries_fill(x, row, &line, err) ||
        !inquiries_read(x, row->message, MESSAGE_NOTIFICATION, &readable, &body, err))
        return false;
    *out = (struct control_notification){.number = line.number,
                                         .notification = line.inquiry,
                                         .direction = line.direction,
                                         .agency = line.agency,
                                         .made_ms = line.made_ms,
                                         .state = line.state,
                                         .seen_ms = line.answered_ms};
    if (!readable)
        return true;
    out->age = body.notification.age;
    out->exploitation = body.notification.exploitation;
    out->persons = body.notification.persons;
    out->country = body.notification.country;
    out->region = body.notification.region;
    month = arena_new(&x->tick_arena, INQUIRY_MONTH);
    inquiry_month_write(body.notification.month, month);
    out->month = view_of_text(month);
    return true;
}

struct notification_list {
    struct exchange *x;
    bool all;
    exchange_on_notification_fn *on_item;
    void *cookie;
};

static bool list_row(void *cookie, const struct inquiry_row *row, struct error *err)
{
    struct notification_list *l = cookie;
    struct control_notification line;

    if (row->kind != MESSAGE_NOTIFICATION || (row->answer != 0 && !l->all))
        return true;
    return fill_notification(l->x, row, &line, err) && l->on_item(l->cookie, &line, err);
}

bool exchange_notification_list(struct exchange *x, const struct control_notification_list_ask *ask,
                                struct walk_step *step, exchange_on_notification_fn *on_item, void *cookie,
                                struct error *err)
{
    struct notification_list l = {.x = x, .all = ask->all, .on_item = on_item, .cookie = cookie};

    return inquiry_store_walk(x->db, step, list_row, &l, err);
}

/* --- telling --- */

static bool check_notified(struct exchange *x, const struct address *to, struct error *err)
{
    struct peer peer;

    if (!inquiries_may_go(x, to, err))
        return false;
    return (membership_find_peer(x->membership, address_view(to), &peer) &&
            agency_kind_is_authority(peer.member->kind)) ||
           error_set(err, E_INQ_04, "%s is no authority", to->text);
}

/* A slip would notify of another part of the country. */
static bool check_region(const struct control_notification_ask *ask, struct error *err)
{
    const char *regions = regions_of(ask->country);

    if (ask->region.size == 0 || region_is_of(ask->country, ask->region))
        return true;
    if (regions[0] == '\0')
        return error_set(err, E_INQ_05, "no parts of %.2s are known", (const char *)ask->country.at);
    return error_set(err, E_INQ_05, "%.2s has no part %.*s; it has %s", (const char *)ask->country.at,
                     (int)ask->region.size, (const char *)ask->region.at, regions);
}

/* As what is encoded is checked (rules_notification), and the month has begun. */
static bool check_ask(struct exchange *x, const struct control_notification_ask *ask, struct error *err)
{
    if (ask->age < 1 || ask->age >= NOTIFIED_AGE_END || ask->exploitation < 1 ||
        ask->exploitation >= NOTIFIED_EXPLOITATION_END || ask->persons < 1 || ask->persons >= NOTIFIED_PERSONS_END ||
        country_find(ask->country) == 0 || !inquiry_region_ok(ask->region))
        return error_set(err, E_REF_04, "a notification is codes, a country, a part of it and a month");
    if (!check_region(ask, err))
        return false;
    return ask->month <= inquiry_month_of_day(day_of_ms(tick_record_ms(x))) ||
           error_set(err, E_REF_11, "the month is this one or one before");
}

static bool put(struct exchange *x, const struct control_notification_ask *ask, struct control_notification *out,
                struct error *err)
{
    struct body body = {.kind = MESSAGE_NOTIFICATION};
    struct inquiry_row row = {.until_ms = tick_record_ms(x) + BOUND_EXPIRY_DAYS * DAY_MS};

    body.notification = (struct notification_message){.age = ask->age,
                                                      .exploitation = ask->exploitation,
                                                      .persons = ask->persons,
                                                      .country = ask->country,
                                                      .region = ask->region,
                                                      .month = ask->month};
    return inquiries_put(x, &ask->to, &body, &row, err) && fill_notification(x, &row, out, err);
}

bool exchange_notification_send(struct exchange *x, const struct control_notification_ask *ask,
                                struct control_notification *out, struct error *err)
{
    uint64_t mark;

    if (!own_note_may_sign(x, err) || !check_ask(x, ask, err) || !check_notified(x, &ask->to, err) ||
        !tick_has_room(x, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, put(x, ask, out, err), err);
}

/* --- acknowledging --- */

static bool answer_seen(struct exchange *x, struct inquiry_row *row, struct control_notification *out,
                        struct error *err)
{
    struct body body = {.kind = MESSAGE_ANSWER};
    bool found;

    body.answer = (struct answer_message){.in_reply_to = row->id, .answer = PLAIN_ANSWER_SEEN};
    return inquiries_answer(x, row, &body, err) && inquiry_store_get(x->db, row->number, &found, row, err) &&
           fill_notification(x, row, out, err);
}

bool exchange_notification_acknowledge(struct exchange *x, const struct control_notification_acknowledge_ask *ask,
                                       struct control_notification *out, struct error *err)
{
    struct inquiry_row row;
    uint64_t mark;

    if (!own_note_may_sign(x, err) || !inquiries_find_asked(x, ask->number, MESSAGE_NOTIFICATION, &row, err) ||
        !fill_notification(x, &row, out, err))
        return false;
    if (row.answer != 0)
        return true;
    if (row.until_ms <= tick_closing_ms(x))
        return error_set(err, E_INQ_03, "nobody waits for that any more");
    if (!tick_has_room(x, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, answer_seen(x, &row, out, err), err);
}

/* --- one that came --- */

/* Who is no authority has no use for it. */
static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    (void)b;
    (void)err;
    if (!agency_kind_is_authority(membership_own_kind(x->membership)))
        *why = REFUSAL_NOT_ACTED_ON;
    return true;
}

static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    return inquiries_keep(x, b, tick_record_ms(x) + BOUND_EXPIRY_DAYS * DAY_MS, err);
}

const struct kind_actions kind_notification = {.check = check, .standing = inquiries_standing, .take = take};
