#ifndef TESTS_FAKE_CLOCK_H
#define TESTS_FAKE_CLOCK_H
/* A clock that is advanced by hand and a random source with a seed, so that a run can be repeated exactly. */

#include "base/clock.h"

struct fake_clock {
    struct clock clock; /* pass &fake.clock where a clock is needed */
    int64_t ms;         /* the wall clock; what is added to it passes for the steady one too … */
    int64_t set_ms;     /* … but for this: by how much somebody set the wall clock on or back */
};

struct fake_random {
    struct random_source random;
    uint64_t state;
};

void fake_clock_init(struct fake_clock *c, int64_t ms);
/* Somebody sets the wall clock on by MS, or back. */
void fake_clock_set(struct fake_clock *c, int64_t ms);
void fake_random_init(struct fake_random *d, uint64_t seed);
uint64_t fake_random_next(struct fake_random *d);
/* A number below END; END > 0. */
uint64_t fake_random_below(struct fake_random *d, uint64_t end);

#endif
