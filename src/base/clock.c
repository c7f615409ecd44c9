#include "base/clock.h"

#include <time.h>

static int64_t real_now_ms(struct clock *self)
{
    struct timespec t;

    (void)self;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct clock clock_real = {.now_ms = real_now_ms};
