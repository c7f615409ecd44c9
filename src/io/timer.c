#include "io/timer.h"

#include "io/inside.h"

#include <stdlib.h>

struct timer {
    struct member member; /* first: loop_free finds the timer by it */
    struct loop *loop;
    uv_timer_t uv;
    timer_fn *fn;
    void *cookie;
};

static void end_timer(struct member *m)
{
    timer_free((struct timer *)m);
}

struct timer *timer_new(struct loop *l, timer_fn *fn, void *cookie)
{
    struct timer *t = xnew(sizeof *t);

    t->loop = l;
    t->fn = fn;
    t->cookie = cookie;
    REQUIRE(uv_timer_init(&l->uv, &t->uv) == 0);
    t->uv.data = t;
    loop_member_add(&l->members, &t->member, end_timer);
    return t;
}

void timer_detach(struct timer *t)
{
    loop_member_remove(&t->member);
}

static void on_due(uv_timer_t *h)
{
    struct timer *t = h->data;

    t->loop->needs_tick = true;
    t->fn(t->cookie);
}

void timer_start(struct timer *t, int64_t delay_ms)
{
    REQUIRE(uv_timer_start(&t->uv, on_due, delay_ms < 0 ? 0 : (uint64_t)delay_ms, 0) == 0);
}

void timer_stop(struct timer *t)
{
    (void)uv_timer_stop(&t->uv);
}

bool timer_is_running(const struct timer *t)
{
    return uv_is_active((const uv_handle_t *)&t->uv) != 0;
}

static void on_timer_closed(uv_handle_t *h)
{
    struct timer *t = h->data;

    loop_handle_closed(t->loop);
    free(t);
}

void timer_free(struct timer *t)
{
    if (t == NULL)
        return;
    loop_member_remove(&t->member);
    loop_handle_close(t->loop, (uv_handle_t *)&t->uv, on_timer_closed);
}
