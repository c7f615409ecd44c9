#include "exchange/kinds/kind_inquiry.h"

#include "exchange/kinds/inquiries.h"
#include "exchange/kinds/inquiry_calls.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "model/codes.h"
#include "model/inquiry.h"

#define UNTIL_MS DAY_MS /* where nobody says until when he waits */

/* --- asking --- */

static bool check_recipients(struct exchange *x, const struct control_capacity_ask *ask, struct error *err)
{
    if (ask->to_count == 0)
        return error_set(err, E_REF_04, "an inquiry goes to one agency at least");
    for (size_t i = 0; i < ask->to_count; i++) {
        for (size_t k = 0; k < i; k++)
            if (address_equal(&ask->to[i], &ask->to[k]))
                return error_set(err, E_REF_04, "%s is named twice", ask->to[i].text);
        if (!inquiries_may_go(x, &ask->to[i], err))
            return false;
    }
    return true;
}

/* To the end of the last day that may be named. */
static int64_t latest_ms(const struct exchange *x)
{
    return (int64_t)(day_of_ms(tick_record_ms(x)) + BOUND_INQUIRY_DAYS + 1) * DAY_MS - 1;
}

static bool check_times(struct exchange *x, const struct inquiry_message *q, struct error *err)
{
    int64_t now = tick_record_ms(x);
    uint32_t today = day_of_ms(now);

    if (q->from < today || q->from > today + BOUND_INQUIRY_FROM_DAYS)
        return error_set(err, E_REF_11, "from when is a day in the next %u", BOUND_INQUIRY_FROM_DAYS);
    return (q->until_ms > now && q->until_ms <= latest_ms(x)) ||
           error_set(err, E_REF_11, "until when an answer is of use is a time in the next %u days", BOUND_INQUIRY_DAYS);
}

/* What is asked, no finer than may be told. */
static bool make(struct exchange *x, const struct control_capacity_ask *ask, struct inquiry_message *q,
                 struct error *err)
{
    int64_t now = tick_record_ms(x);

    *q = (struct inquiry_message){.service = ask->service,
                                  .places = inquiry_places(ask->places, ask->whom, ask->language_count),
                                  .whom = ask->whom,
                                  .from = ask->from != 0 ? ask->from : day_of_ms(now),
                                  .languages = ask->languages,
                                  .language_count = ask->language_count,
                                  .until_ms = ask->until_ms != 0 ? ask->until_ms : now + UNTIL_MS};
    if (q->places == 0 || q->service < 1 || q->service >= SERVICE_END || q->whom < 1 || q->whom >= PLACES_FOR_END)
        return error_set(err, E_REF_04, "one service, and 1 to %u places for one sort of people", BOUND_INQUIRY_PLACES);
    if (q->language_count > BOUND_INQUIRY_LANGUAGES)
        return error_set(err, E_REF_04, "an inquiry names %u languages at most", BOUND_INQUIRY_LANGUAGES);
    for (size_t i = 0; i < q->language_count; i++)
        if (language_find(q->languages[i]) == 0 || (i > 0 && view_compare(q->languages[i - 1], q->languages[i]) >= 0))
            return error_set(err, E_REF_04, "a language is in no list, or out of order");
    return check_times(x, q, err);
}

static bool put_all(struct exchange *x, const struct control_capacity_ask *ask, const struct inquiry_message *q,
                    exchange_on_inquiry_fn *on_item, void *cookie, struct error *err)
{
    const struct body body = {.kind = MESSAGE_INQUIRY, .inquiry = *q};
    struct inquiry_row row = {.until_ms = q->until_ms};
    struct control_inquiry line;

    ident_random(x->random, &row.together);
    for (size_t i = 0; i < ask->to_count; i++)
        if (!inquiries_put(x, &ask->to[i], &body, &row, err) || !inquiries_fill(x, &row, &line, err) ||
            !on_item(cookie, &line, err))
            return false;
    return true;
}

bool exchange_capacity_ask(struct exchange *x, const struct control_capacity_ask *ask, exchange_on_inquiry_fn *on_item,
                           void *cookie, struct error *err)
{
    struct inquiry_message q;
    uint64_t mark;

    if (!own_note_may_sign(x, err) || !make(x, ask, &q, err) || !check_recipients(x, ask, err) ||
        !tick_has_room(x, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, put_all(x, ask, &q, on_item, cookie, err), err);
}

/* --- one that came --- */

/* Whatever it says, it ends by itself. */
static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    int64_t latest = latest_ms(x);
    int64_t until_ms = b->body->inquiry.until_ms;

    return inquiries_keep(x, b, until_ms < latest ? until_ms : latest, err);
}

const struct kind_actions kind_inquiry = {.standing = inquiries_standing, .take = take};
