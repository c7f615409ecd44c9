#include "model/resource.h"

#include "base/bounds.h"

static const struct {
    const char *name;
    uint64_t share;
} resources[RESOURCE_COUNT] = {
#define RESOURCE_ROW(id, name, share, counted) [RESOURCE_##id] = {name, share},
#include "model/resources.def"
#undef RESOURCE_ROW
};

const char *resource_name(enum resource r)
{
    return r < RESOURCE_COUNT ? resources[r].name : "?";
}

uint64_t resource_share(enum resource r)
{
    return resources[r].share;
}
