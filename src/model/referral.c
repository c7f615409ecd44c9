#include "model/referral.h"

#include "model/codes.h"
#include "model/names.h"

static const char *const declines[DECLINE_END] = {
    [DECLINE_AT_CAPACITY] = "at-capacity",
    [DECLINE_SERVICE_UNAVAILABLE] = "service-unavailable",
    [DECLINE_SERVICE_NOT_APPLICABLE] = "service-not-applicable",
    [DECLINE_ALREADY_RECEIVED] = "already-received",
    [DECLINE_BY_SURVIVOR] = "declined-by-survivor",
    [DECLINE_NOT_ELIGIBLE] = "not-eligible",
    [DECLINE_OTHER] = "other",
};

/* To people; docs/CASEWORKER.md has them (./dev docs). */
static const char *const declines_say[DECLINE_END] = {
    [DECLINE_AT_CAPACITY] = "no place is free now",
    [DECLINE_SERVICE_UNAVAILABLE] = "the service is not given at present",
    [DECLINE_SERVICE_NOT_APPLICABLE] = "the service is not what she needs",
    [DECLINE_ALREADY_RECEIVED] = "she has this service already",
    [DECLINE_BY_SURVIVOR] = "she does not want it",
    [DECLINE_NOT_ELIGIBLE] = "she does not meet the conditions of the service",
    [DECLINE_OTHER] = "another reason: say it by phone",
};

const char *service_name(enum service s)
{
    const char *name = codes_name(&codes_service, s);

    return name == NULL ? "?" : name;
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

NAMED_BY(decline_reason_name, enum decline_reason, declines)
NAMED_BY(decline_reason_says, enum decline_reason, declines_say)
