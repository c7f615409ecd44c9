#include "base/step.h"

#include "base/error.h"

void step_enter(const struct step_rule *rules, int *state, int next)
{
    REQUIRE((rules[*state].next & STEP(next)) != 0);
    *state = next;
}
