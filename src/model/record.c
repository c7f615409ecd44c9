#include "model/record.h"

#include "model/names.h"

static const char *const kinds[RECORD_HOUSE_END] = {
#define NAME(number, name) [number] = #name,
    RECORD_EXCHANGE_KINDS(NAME) RECORD_HOUSE_KINDS(NAME)
#undef NAME
};

NAMED_BY(record_kind_name, enum record_kind, kinds)
FOUND_BY(record_kind_find, enum record_kind, kinds)

bool owed_is_about_consent(enum owed value)
{
    return value == OWED_WITHDRAWAL || value == OWED_STATEMENT;
}

_Static_assert(RECORD_EXCHANGE_END <= RECORD_OPENED, "the kinds of each log are apart");

bool record_kind_is_house(enum record_kind k)
{
    return k >= RECORD_OPENED && k < RECORD_HOUSE_END;
}

const char *taken_state_name(enum consent_state s)
{
    return s == CONSENT_GIVEN ? "taken-over" : consent_state_name(s);
}
