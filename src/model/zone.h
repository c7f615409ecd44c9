#ifndef MODEL_ZONE_H
#define MODEL_ZONE_H
/* A time zone as the rule that POSIX writes in TZ: what a clock on the wall there shows.
 *
 * Floor: model. The rule says all, so that no node needs another's table of zones: "CET-1CEST,M3.5.0,M10.5.0/3". Taken
 * are rules whose changes name a weekday of a month (M), as those of all zones in use do.
 */

#include "base/bytes.h"

#define ZONE_RULE_MAX 64 /* bytes of a rule: the longest in use has 33 */

/* Weekday (0 is Sunday) in week WEEK (5: the last) of a month, and how long after midnight, by the time before it. */
struct zone_change {
    int month;
    int week;
    int weekday;
    int32_t after_s;
};

struct zone {
    int32_t standard_s; /* ahead of UTC */
    bool has_summer;
    int32_t summer_s; /* ahead of UTC */
    struct zone_change begins;
    struct zone_change ends;
};

bool zone_read(struct view rule, struct zone *out);
/* How far the clocks there are ahead of UTC at TIME_S (unix seconds). */
int32_t zone_offset_s(const struct zone *z, int64_t time_s);

#endif
