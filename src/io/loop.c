#include "io/loop.h"

#include "io/inside.h"

#include <signal.h>
#include <stdlib.h>

void loop_member_add(struct member **list, struct member *m, void (*end)(struct member *self))
{
    REQUIRE(m->from == NULL);
    m->end = end;
    m->next = *list;
    m->from = list;
    if (m->next != NULL)
        m->next->from = &m->next;
    *list = m;
}

void loop_member_remove(struct member *m)
{
    if (m->from == NULL)
        return;
    *m->from = m->next;
    if (m->next != NULL)
        m->next->from = m->from;
    m->from = NULL;
}

void loop_handle_close(struct loop *l, uv_handle_t *h, uv_close_cb done)
{
    REQUIRE(!uv_is_closing(h));
    l->closing++;
    uv_close(h, done);
}

void loop_handle_closed(struct loop *l)
{
    REQUIRE(l->closing > 0);
    l->closing--;
}

/* What is delivered here needs a tick as much as what was read: an owner that pauses meanwhile resumes in the tick. */
static void on_idle(uv_idle_t *h)
{
    struct loop *l = h->data;

    if (l->ready != NULL)
        l->needs_tick = true;
    stream_deliver_ready(l);
}

/* Runs after the round's I/O, and once more before the wait, for what timers and close callbacks did. */
static void end_round(struct loop *l)
{
    if (l->needs_tick) {
        l->needs_tick = false;
        if (l->on_tick != NULL)
            l->on_tick(l->tick_cookie);
    }
    stream_flush_dirty(l);
    if (l->needs_tick || l->ready != NULL)
        (void)uv_idle_start(&l->idle, on_idle); /* an active idle handle means: do not wait */
    else
        (void)uv_idle_stop(&l->idle);
}

static void on_prepare(uv_prepare_t *h)
{
    end_round(h->data);
}

static void on_check(uv_check_t *h)
{
    end_round(h->data);
}

struct loop *loop_new(void)
{
    struct loop *l = xnew(sizeof *l);

    (void)signal(SIGPIPE, SIG_IGN);
    REQUIRE(uv_loop_init(&l->uv) == 0);
    REQUIRE(uv_prepare_init(&l->uv, &l->prepare) == 0);
    REQUIRE(uv_check_init(&l->uv, &l->check) == 0);
    REQUIRE(uv_idle_init(&l->uv, &l->idle) == 0);
    l->prepare.data = l->check.data = l->idle.data = l;
    REQUIRE(uv_prepare_start(&l->prepare, on_prepare) == 0);
    REQUIRE(uv_check_start(&l->check, on_check) == 0);
    l->scratch = xnew(SCRATCH_SIZE);
    return l;
}

static void run_closing(struct loop *l)
{
    while (l->closing > 0)
        (void)uv_run(&l->uv, UV_RUN_NOWAIT);
}

void loop_run(struct loop *l)
{
    (void)uv_run(&l->uv, UV_RUN_DEFAULT);
    run_closing(l);
}

void loop_stop(struct loop *l)
{
    uv_stop(&l->uv);
}

static void on_own_handle_closed(uv_handle_t *h)
{
    loop_handle_closed(h->data);
}

static void on_signal_closed(uv_handle_t *h)
{
    struct signal_hook *hook = h->data;

    loop_handle_closed(hook->loop);
}

void loop_free(struct loop *l)
{
    if (l == NULL)
        return;
    l->on_tick = NULL;
    while (l->streams != NULL)
        l->streams->end(l->streams);
    run_closing(l);
    while (l->members != NULL)
        l->members->end(l->members);
    for (size_t i = 0; i < l->signal_count; i++)
        loop_handle_close(l, (uv_handle_t *)&l->signals[i].uv, on_signal_closed);
    run_closing(l);
    loop_handle_close(l, (uv_handle_t *)&l->prepare, on_own_handle_closed);
    loop_handle_close(l, (uv_handle_t *)&l->check, on_own_handle_closed);
    loop_handle_close(l, (uv_handle_t *)&l->idle, on_own_handle_closed);
    run_closing(l);
    REQUIRE(l->dirty == NULL && l->ready == NULL && l->streams == NULL && l->members == NULL);
    REQUIRE(uv_loop_close(&l->uv) == 0);
    bytes_fini(&l->spare);
    free(l->scratch);
    free(l);
}

void loop_on_tick(struct loop *l, loop_tick_fn *fn, void *cookie)
{
    l->on_tick = fn;
    l->tick_cookie = cookie;
}

void loop_wake(struct loop *l)
{
    l->needs_tick = true;
    (void)uv_idle_start(&l->idle, on_idle);
}

static void on_signal(uv_signal_t *h, int signal_number)
{
    struct signal_hook *hook = h->data;

    hook->loop->needs_tick = true;
    hook->fn(hook->cookie, signal_number);
}

void loop_on_signal(struct loop *l, int signal_number, loop_signal_fn *fn, void *cookie)
{
    struct signal_hook *hook = &l->signals[l->signal_count];

    REQUIRE(l->signal_count < SIGNALS_MAX);
    l->signal_count++;
    hook->fn = fn;
    hook->cookie = cookie;
    hook->loop = l;
    REQUIRE(uv_signal_init(&l->uv, &hook->uv) == 0);
    hook->uv.data = hook;
    REQUIRE(uv_signal_start(&hook->uv, on_signal, signal_number) == 0);
}

int64_t loop_now_ms(const struct loop *l)
{
    return (int64_t)uv_now(&l->uv);
}
