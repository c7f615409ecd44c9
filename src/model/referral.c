#include "model/referral.h"

#include "base/bounds.h"
#include "base/clock.h"
#include "model/codes.h"

const char *service_name(enum service s)
{
    const char *name = codes_name(&codes_service, s);

    return name == NULL ? "?" : name;
}

bool referral_phone_ok(struct view phone)
{
    for (size_t i = 0; i < phone.size; i++)
        if ((phone.at[i] < '0' || phone.at[i] > '9') && (i > 0 || phone.at[i] != '+'))
            return false;
    return phone.size <= BOUND_PHONE;
}

bool referral_checks_done(uint32_t checked)
{
    const uint32_t phoned = UINT32_C(1) << CLOSING_CHECK_AGENCY | UINT32_C(1) << CLOSING_CHECK_BRINGER;
    const uint32_t either = UINT32_C(1) << CLOSING_CHECK_LAW | UINT32_C(1) << CLOSING_CHECK_ADULT;

    return (checked & phoned) == phoned && (checked & either) != 0;
}

int64_t urgency_due_ms(enum urgency u)
{
    switch (u) {
    case URGENCY_EMERGENCY:
        return DAY_MS;
    case URGENCY_URGENT:
        return 3 * DAY_MS;
    case URGENCY_NORMAL:
    case URGENCY_END:
        break;
    }
    return 14 * DAY_MS;
}

int64_t referral_more_by(enum referral_state s, enum urgency u, int64_t now_ms, int64_t appointment_ms)
{
    unsigned days;

    if (!referral_state_says_more(s, &days))
        return 0;
    if (appointment_ms > now_ms)
        return appointment_ms + DAY_MS;
    return now_ms + (days != 0 ? days * DAY_MS : urgency_due_ms(u));
}

int64_t referral_clock_stands_until(int64_t now_ms)
{
    for (unsigned days = 0; days < BOUND_STANDS_DAYS;) {
        uint32_t weekday;

        now_ms += DAY_MS;
        weekday = (day_of_ms(now_ms) + 4) % 7; /* 1970-01-01 was a Thursday; Sunday is 0 */
        days += weekday != 0 && weekday != 6;
    }
    return now_ms;
}
