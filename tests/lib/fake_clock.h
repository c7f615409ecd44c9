#ifndef TESTS_FAKE_CLOCK_H
#define TESTS_FAKE_CLOCK_H
/* A clock that is advanced by hand and dice that are thrown from a seed, so that a run can be repeated exactly. */

#include "base/clock.h"

struct fake_clock {
    struct clock clock; /* give &fake.clock to whoever asks for a clock */
    int64_t ms;
};

struct fake_dice {
    struct random_source random;
    uint64_t state;
};

void fake_clock_init(struct fake_clock *c, int64_t ms);
void fake_dice_init(struct fake_dice *d, uint64_t seed);
uint64_t fake_dice_next(struct fake_dice *d);
/* A number below END, END > 0. */
uint64_t fake_dice_below(struct fake_dice *d, uint64_t end);

#endif
