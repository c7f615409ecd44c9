#include "model/referral.h"

#include "base/clock.h"
#include "model/codes.h"

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
