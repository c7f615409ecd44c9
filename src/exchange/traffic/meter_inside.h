#ifndef EXCHANGE_METER_INSIDE_H
#define EXCHANGE_METER_INSIDE_H
/* What the files of the meter share.
 *
 * Floor: exchange; private to the meter, and to simulations that look at what it counts.
 */

#include "exchange/traffic/meter.h"
#include "exchange/traffic/meter_paces.h"

struct meter {
    struct usage *first;
    struct usage *dirty; /* those with something that is not written ahead */
    uint64_t shares[RESOURCE_COUNT];
    uint32_t today; /* as the tick began, for asking the clocks at each frame is dear; 0: no tick yet */
    int64_t hour;   /* of the last look at lines left out */
    bool to_count;  /* some usage has counts without a record */
    bool recorded;  /* some have records that are not committed yet */
};

/* Of one agency, as long as the node runs; made by meter_find. */
struct usage {
    struct usage *next;
    struct usage *next_dirty;
    bool dirty; /* in the list of those to be written */
    struct address agency;
    int64_t peer; /* its number in peer_store */
    uint32_t day; /* unix day of what follows */
    uint64_t used[RESOURCE_COUNT];
    uint64_t stored[RESOURCE_COUNT]; /* written ahead */
    struct {
        int64_t hour; /* unix hour of the count */
        uint64_t count;
    } lines[LINE_COUNT];
    struct {
        uint64_t count;      /* not in a record yet */
        uint32_t day;        /* on which they came */
        int64_t hour;        /* of the last record; 0: none on that day */
        uint64_t recorded;   /* in a record of this tick, which may be undone … */
        int64_t hour_before; /* … and then this was the hour */
    } counts[COUNTED_WHAT_END];
    struct {
        unsigned used;
        int64_t since_ms;
    } paces[PACE_COUNT];
    int64_t rubbish_hour; /* unix hour of: */
    uint32_t rubbish;     /* refusals at steps 1 to 9 */
    int64_t released_up_to;
    uint32_t hung_up;
};

/* Unix hour of the records that are made now. */
int64_t meter_hour(const struct exchange *x);
/* In the tick: says of the hour that is over which log lines were left out. */
void meter_close_hour(struct exchange *x);

#endif
