#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
/* Time and random numbers are parameters, so that a test can set them: a year of bad network takes a second.
 *
 * Floor: base. The real clock is here; the real random source is in crypto/random.h; the fakes are in tests/lib.
 */

#include <stddef.h>
#include <stdint.h>

struct clock {
    int64_t (*now_ms)(struct clock *self);    /* unix milliseconds, by the wall clock: people may set it */
    int64_t (*steady_ms)(struct clock *self); /* milliseconds since some start: never set, runs while asleep too */
};

struct random_source {
    void (*fill)(struct random_source *self, uint8_t *at, size_t size); /* fills SIZE bytes */
};

#define MINUTE_MS ((int64_t)60000)
#define HOUR_MS   ((int64_t)3600000)
#define DAY_MS    ((int64_t)86400000)

extern struct clock clock_real;

static inline int64_t clock_now_ms(struct clock *c)
{
    return c->now_ms(c);
}

/* For differences within one process only. */
static inline int64_t clock_steady_ms(struct clock *c)
{
    return c->steady_ms(c);
}

static inline void random_fill(struct random_source *d, void *at, size_t size)
{
    d->fill(d, at, size);
}

/* The unix day (UTC) of a time in milliseconds; times before 1970 count as day 0. */
static inline uint32_t day_of_ms(int64_t ms)
{
    return ms < 0 ? 0 : (uint32_t)(ms / DAY_MS);
}

/* The day that it is at that time where the user of this process is (TZ), as a unix day. */
uint32_t clock_local_day(int64_t ms);

/* The pause after TIMES that failed since the first: FIRST_MS doubled each time, at most LONGEST_MS. */
int64_t pause_doubled(int64_t first_ms, uint32_t times, int64_t longest_ms);

#endif
