#ifndef MODEL_RESOURCE_H
#define MODEL_RESOURCE_H
/* What another agency can use up here, and its share of each a day: made from the rows of resources.def.
 *
 * Floor: model.
 */

#include <stdint.h>

enum resource {
#define RESOURCE_ROW(id, name, share, counted) RESOURCE_##id,
#include "model/resources.def"
#undef RESOURCE_ROW
    RESOURCE_COUNT
};

/* "frames" …; "?" for a number that is none. */
const char *resource_name(enum resource r);
/* How much of it one agency may use in a day; R below RESOURCE_COUNT. */
uint64_t resource_share(enum resource r);

#endif
