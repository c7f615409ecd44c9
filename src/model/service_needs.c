#include "model/service_needs.h"

enum lack { NEEDED, HARMS };

const struct service_need service_needs[] = {
#define S(name)                                     (UINT32_C(1) << SERVICE_##name)
#define NEEDS_ROW(services, lack, field, also, why) {services, (lack) == HARMS, field, also, why},
#include "model/service_needs.def"
#undef S
};

const size_t service_needs_count = sizeof service_needs / sizeof service_needs[0];
