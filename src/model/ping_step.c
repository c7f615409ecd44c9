#include "model/ping_step.h"

#include "base/error.h"

static const struct {
    const char *name;
    const char *done;
    const char *waits;
} steps[PING_STEP_END] = {
#define PING_ROW(id, name, done, waits) [PING_##id] = {name, done, waits},
#include "model/ping_steps.def"
};

static bool is_step(enum ping_step s)
{
    return s > PING_BEGIN && s < PING_STEP_END;
}

const char *ping_step_name(enum ping_step s)
{
    return is_step(s) ? steps[s].name : "?";
}

const char *ping_step_done(enum ping_step s)
{
    REQUIRE(is_step(s));
    return steps[s].done;
}

const char *ping_step_waits(enum ping_step s)
{
    REQUIRE(is_step(s));
    return steps[s].waits;
}
