#include "fake_clock.h"

static int64_t fake_now(struct clock *self)
{
    return ((struct fake_clock *)(void *)self)->ms;
}

static int64_t fake_steady(struct clock *self)
{
    const struct fake_clock *c = (struct fake_clock *)(void *)self;

    return c->ms - c->set_ms;
}

void fake_clock_init(struct fake_clock *c, int64_t ms)
{
    *c = (struct fake_clock){.clock = {.now_ms = fake_now, .steady_ms = fake_steady}, .ms = ms};
}

void fake_clock_set(struct fake_clock *c, int64_t ms)
{
    c->ms += ms;
    c->set_ms += ms;
}

/* splitmix64: small, well distributed, and the same on every machine. */
uint64_t fake_random_next(struct fake_random *d)
{
    uint64_t z = d->state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

uint64_t fake_random_below(struct fake_random *d, uint64_t end)
{
    return fake_random_next(d) % end;
}

static void fake_fill(struct random_source *self, uint8_t *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(fake_random_next((struct fake_random *)(void *)self) >> 24);
}

void fake_random_init(struct fake_random *d, uint64_t seed)
{
    d->random.fill = fake_fill;
    d->state = seed;
}
