#include "model/referral.h"

#include "model/names.h"

static const char *const services[SERVICE_END] = {
    [SERVICE_SHELTER] = "SHELTER",
    [SERVICE_EMERGENCY_SHELTER] = "EMERGENCY_SHELTER",
    [SERVICE_FOOD_NFI] = "FOOD_NFI",
    [SERVICE_CASH] = "CASH",
    [SERVICE_MEDICAL_EMERGENCY] = "MEDICAL_EMERGENCY",
    [SERVICE_MEDICAL] = "MEDICAL",
    [SERVICE_PSYCHOSOCIAL] = "PSYCHOSOCIAL",
    [SERVICE_ADDICTION] = "ADDICTION",
    [SERVICE_LEGAL_ADVICE] = "LEGAL_ADVICE",
    [SERVICE_LEGAL_REPRESENTATION_CRIMINAL] = "LEGAL_REPRESENTATION_CRIMINAL",
    [SERVICE_COMPENSATION] = "COMPENSATION",
    [SERVICE_IMMIGRATION_STATUS] = "IMMIGRATION_STATUS",
    [SERVICE_VICTIM_STATUS_APPLICATION] = "VICTIM_STATUS_APPLICATION",
    [SERVICE_IDENTITY_DOCUMENTS] = "IDENTITY_DOCUMENTS",
    [SERVICE_POLICE_PROTECTION] = "POLICE_PROTECTION",
    [SERVICE_INTERPRETATION] = "INTERPRETATION",
    [SERVICE_CHILD_PROTECTION_GUARDIAN] = "CHILD_PROTECTION_GUARDIAN",
    [SERVICE_FAMILY_TRACING] = "FAMILY_TRACING",
    [SERVICE_FAMILY_MEDIATION] = "FAMILY_MEDIATION",
    [SERVICE_EDUCATION] = "EDUCATION",
    [SERVICE_VOCATIONAL_TRAINING] = "VOCATIONAL_TRAINING",
    [SERVICE_EMPLOYMENT] = "EMPLOYMENT",
    [SERVICE_RIGHTS_TRAINING] = "RIGHTS_TRAINING",
    [SERVICE_VOLUNTARY_RETURN] = "VOLUNTARY_RETURN",
    [SERVICE_REINTEGRATION] = "REINTEGRATION",
    [SERVICE_CASE_MANAGEMENT] = "CASE_MANAGEMENT",
    [SERVICE_OTHER] = "OTHER",
};

static const char *const urgencies[URGENCY_END] = {
    [URGENCY_EMERGENCY] = "emergency",
    [URGENCY_URGENT] = "urgent",
    [URGENCY_NORMAL] = "normal",
};

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

NAMED_BY(service_name, enum service, services)
NAMED_BY(urgency_name, enum urgency, urgencies)

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
