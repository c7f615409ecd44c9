#include "exchange/kinds/reply_times.h"

#include "base/bounds.h"
#include "base/clock.h"
#include "exchange/tick.h"

bool reply_times_is_soon(struct exchange *x, int64_t time_ms, unsigned days)
{
    return day_of_ms(time_ms) <= day_of_ms(tick_record_ms(x)) + days;
}

static unsigned days_ahead(enum referral_state s)
{
    return s == REFERRAL_WAITLISTED ? BOUND_WAITLIST_DAYS : BOUND_EXPECTED_DAYS;
}

bool reply_times_check(struct exchange *x, const struct reply_message *reply, struct error *err)
{
    unsigned days = days_ahead(reply->state);

    if (reply->from_ms != 0 && day_of_ms(reply->from_ms) < day_of_ms(tick_record_ms(x)))
        return error_set(err, E_REF_11, "the day from which she is taken is over: she would be sent there in vain");
    return reply->time_ms == 0 ||
           (reply->time_ms > tick_record_ms(x) && reply_times_is_soon(x, reply->time_ms, days)) ||
           error_set(err, E_REF_11, "a time in the next %u days is named", days);
}
