#include "model/service_needs.h"

static const struct {
    section_set needs;
    section_set harms;
} rows[SERVICE_END] = {
#define S(name)                          SECTION_BIT(SECTION_##name)
#define NEEDS_ROW(service, needs, harms) [SERVICE_##service] = {needs, harms},
#include "model/service_needs.def"
#undef S
};

section_set service_needs(uint32_t services)
{
    section_set needs = 0;

    for (int s = 1; s < SERVICE_END; s++)
        if ((services >> s & 1) != 0)
            needs |= rows[s].needs;
    return needs;
}

section_set service_harmed_without(uint32_t services)
{
    section_set harms = 0;

    for (int s = 1; s < SERVICE_END; s++)
        if ((services >> s & 1) != 0)
            harms |= rows[s].harms;
    return harms;
}
