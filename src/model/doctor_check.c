#include "model/doctor_check.h"

#include "base/error.h"

static const struct {
    const char *name;
    const char *looks_at;
    const char *well;
    bool askers;
} checks[DOCTOR_CHECK_END] = {
#define NODE                                               false
#define ASKER                                              true
#define CHECK_ROW(id, name, who, function, looks_at, well) [DOCTOR_##id] = {name, looks_at, well, who},
#include "model/doctor_checks.def"
};

static bool is_check(enum doctor_check c)
{
    return c > DOCTOR_NOTHING && c < DOCTOR_CHECK_END;
}

const char *doctor_check_name(enum doctor_check c)
{
    return is_check(c) ? checks[c].name : "?";
}

const char *doctor_check_looks_at(enum doctor_check c)
{
    REQUIRE(is_check(c));
    return checks[c].looks_at;
}

const char *doctor_check_well(enum doctor_check c)
{
    REQUIRE(is_check(c));
    return checks[c].well;
}

bool doctor_check_is_askers(enum doctor_check c)
{
    return is_check(c) && checks[c].askers;
}
