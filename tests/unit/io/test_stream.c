/* Frames over a socketpair, in one loop. */
#include "base/bounds.h"
#include "codec/frame.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "send_frame.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct stream_endpoint {
    struct loop *loop;
    struct stream *stream;
    size_t frames;
    size_t bytes;
    uint16_t last_kind;
    size_t closed;
    enum error_code why;
    size_t drained;
    size_t pause_after; /* frames; 0: never */
    size_t close_after;
    size_t stop_after;
    bool inside_call; /* a public function is running: no callback may come */
};

static void on_frame(void *cookie, uint16_t kind, struct view payload)
{
    struct stream_endpoint *e = cookie;

    assert_false(e->inside_call);
    assert_int_equal(e->closed, 0);
    e->frames++;
    e->bytes += payload.size;
    e->last_kind = kind;
    if (e->frames == e->pause_after)
        stream_pause(e->stream);
    if (e->frames == e->close_after)
        stream_close(e->stream);
    if (e->frames == e->stop_after)
        loop_stop(e->loop);
}

static void on_bytes(void *cookie, struct view bytes)
{
    struct stream_endpoint *e = cookie;

    e->bytes += bytes.size;
}

static void on_drained(void *cookie)
{
    struct stream_endpoint *e = cookie;

    assert_false(e->inside_call);
    e->drained++;
}

static void on_closed(void *cookie, const struct error *err)
{
    struct stream_endpoint *e = cookie;

    assert_false(e->inside_call);
    e->closed++;
    e->why = err->code;
    loop_stop(e->loop);
}

static const struct stream_events events = {on_frame, on_bytes, on_drained, on_closed};

struct pair {
    struct loop *loop;
    struct stream_endpoint a;
    struct stream_endpoint b;
    int raw; /* the other end, where the test itself holds it */
};

static void pair_open(struct pair *p)
{
    int fds[2];

    memset(p, 0, sizeof *p);
    p->loop = p->a.loop = p->b.loop = loop_new();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    p->a.stream = stream_open_fd(p->loop, fds[0], STREAM_FRAMED, &events, &p->a);
    p->b.stream = stream_open_fd(p->loop, fds[1], STREAM_FRAMED, &events, &p->b);
}

static void half_open(struct pair *p, enum stream_mode mode)
{
    int fds[2];

    memset(p, 0, sizeof *p);
    p->loop = p->a.loop = loop_new();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    p->a.stream = stream_open_fd(p->loop, fds[0], mode, &events, &p->a);
    p->raw = fds[1];
}

static void on_due(void *cookie)
{
    loop_stop(cookie);
}

static void run_ms(struct loop *l, int64_t ms)
{
    struct timer *t = timer_new(l, on_due, l);

    timer_start(t, ms);
    loop_run(l);
    timer_free(t);
}

static void test_frames_arrive_whole_and_in_order(void **state)
{
    struct pair p;
    struct bytes big = {0};

    (void)state;
    pair_open(&p);
    memset(bytes_reserve(&big, BOUND_FRAME), 7, BOUND_FRAME);
    big.size = BOUND_FRAME;
    p.b.stop_after = 3;

    p.b.inside_call = true;
    send_frame(p.a.stream, 1, view_of_text("one"));
    send_frame(p.a.stream, 2, bytes_view(&big));
    send_frame(p.a.stream, 3, view_of(NULL, 0));
    p.b.inside_call = false;
    loop_run(p.loop);

    assert_int_equal(p.b.frames, 3);
    assert_int_equal(p.b.bytes, 3 + BOUND_FRAME);
    assert_int_equal(p.b.last_kind, 3);
    bytes_fini(&big);
    loop_free(p.loop);
    assert_int_equal(p.a.closed, 1);
    assert_int_equal(p.b.closed, 1);
}

static void test_many_frames_of_one_tick_leave_with_one_write(void **state)
{
    struct pair p;
    uint8_t got[4096];
    ssize_t n;

    (void)state;
    half_open(&p, STREAM_FRAMED);
    for (int i = 0; i < 10; i++)
        send_frame(p.a.stream, 9, view_of_text("0123456789"));
    assert_int_equal(recv(p.raw, got, sizeof got, MSG_DONTWAIT), -1); /* not before the tick is over */
    run_ms(p.loop, 1);

    n = recv(p.raw, got, sizeof got, MSG_DONTWAIT);
    assert_int_equal(n, 10 * (FRAME_HEADER + 10));
    (void)close(p.raw);
    loop_free(p.loop);
}

static void assert_refused(const uint8_t *bytes, size_t size, enum error_code why)
{
    struct pair p;

    half_open(&p, STREAM_FRAMED);
    assert_int_equal(write(p.raw, bytes, size), (ssize_t)size);
    (void)shutdown(p.raw, SHUT_WR);
    loop_run(p.loop);
    assert_int_equal(p.a.closed, 1);
    assert_int_equal(p.a.frames, 0);
    assert_int_equal(p.a.why, why);
    (void)close(p.raw);
    loop_free(p.loop);
}

static void test_a_frame_over_the_bound_ends_the_stream(void **state)
{
    (void)state;
    assert_refused((const uint8_t[]){0, 0x10, 0, 1, 0, 1, 0, 0}, 8, E_LNK_10);
}

static void test_kind_zero_ends_the_stream(void **state)
{
    (void)state;
    assert_refused((const uint8_t[]){0, 0, 0, 0, 0, 0, 0, 0}, 8, E_LNK_10);
}

static void test_an_end_in_the_middle_of_a_frame_is_a_fault(void **state)
{
    (void)state;
    assert_refused((const uint8_t[]){0, 0, 0, 9, 0, 1, 0, 0, 1, 2}, 10, E_LNK_16);
}

static void test_an_end_between_frames_is_none(void **state)
{
    (void)state;
    assert_refused((const uint8_t[]){0}, 0, E_NONE);
}

static void test_a_frame_in_single_bytes_arrives(void **state)
{
    struct pair p;
    const uint8_t frame[] = {0, 0, 0, 2, 0, 5, 0, 0, 'h', 'i'};

    (void)state;
    half_open(&p, STREAM_FRAMED);
    for (size_t i = 0; i < sizeof frame; i++) {
        assert_int_equal(write(p.raw, frame + i, 1), 1);
        assert_int_equal(p.a.frames, 0);
        run_ms(p.loop, 1);
    }
    assert_int_equal(p.a.frames, 1);
    assert_int_equal(p.a.bytes, 2);
    (void)close(p.raw);
    loop_free(p.loop);
}

static void test_a_paused_stream_keeps_its_frames_and_gives_them_on_resume(void **state)
{
    struct pair p;

    (void)state;
    pair_open(&p);
    p.b.pause_after = 2;
    for (int i = 0; i < 5; i++)
        send_frame(p.a.stream, 1, view_of_text("x"));
    run_ms(p.loop, 5);
    assert_int_equal(p.b.frames, 2);

    p.b.inside_call = true;
    stream_resume(p.b.stream);
    p.b.inside_call = false;
    run_ms(p.loop, 5);
    assert_int_equal(p.b.frames, 5);
    loop_free(p.loop);
}

static void test_a_stream_closed_in_a_callback_gives_nothing_more(void **state)
{
    struct pair p;

    (void)state;
    pair_open(&p);
    p.b.close_after = 1;
    for (int i = 0; i < 5; i++)
        send_frame(p.a.stream, 1, view_of_text("x"));
    loop_run(p.loop);
    assert_int_equal(p.b.frames, 1);
    assert_int_equal(p.b.closed, 1);
    loop_free(p.loop);
    assert_int_equal(p.b.closed, 1);
}

static void test_what_waits_over_the_limit_ends_the_stream(void **state)
{
    struct pair p;
    struct bytes half = {0};

    (void)state;
    half_open(&p, STREAM_FRAMED);
    stream_set_limit(p.a.stream, 100000);
    memset(bytes_reserve(&half, 90000), 0, 90000);
    half.size = 90000;
    send_frame(p.a.stream, 1, bytes_view(&half));
    p.a.inside_call = true;
    send_frame(p.a.stream, 1, bytes_view(&half));
    send_frame(p.a.stream, 1, bytes_view(&half)); /* after its end: nothing */
    p.a.inside_call = false;
    loop_run(p.loop);
    assert_int_equal(p.a.closed, 1);
    assert_int_equal(p.a.why, E_LNK_22);
    bytes_fini(&half);
    (void)close(p.raw);
    loop_free(p.loop);
}

static void test_a_full_stream_says_when_it_has_drained(void **state)
{
    struct pair p;
    struct bytes much = {0};

    (void)state;
    half_open(&p, STREAM_FRAMED);
    stream_set_limit(p.a.stream, 2 * BOUND_FRAME);
    memset(bytes_reserve(&much, BOUND_FRAME), 0, BOUND_FRAME);
    much.size = BOUND_FRAME;
    send_frame(p.a.stream, 1, bytes_view(&much));
    run_ms(p.loop, 5);
    assert_true(stream_waiting_bytes(p.a.stream) > 0); /* the kernel takes a part */
    for (int i = 0; i < 200 && stream_waiting_bytes(p.a.stream) > 0; i++) {
        uint8_t got[65536];

        while (recv(p.raw, got, sizeof got, MSG_DONTWAIT) > 0)
            ;
        run_ms(p.loop, 1);
    }
    assert_int_equal(p.a.drained, 1);
    assert_int_equal(stream_waiting_bytes(p.a.stream), 0);
    bytes_fini(&much);
    (void)close(p.raw);
    loop_free(p.loop);
}

static void test_finish_writes_what_waits_and_then_ends(void **state)
{
    struct pair p;
    struct bytes much = {0};
    size_t got_all = 0;
    ssize_t n;
    uint8_t got[65536];

    (void)state;
    half_open(&p, STREAM_RAW);
    memset(bytes_reserve(&much, BOUND_FRAME), 0, BOUND_FRAME);
    much.size = BOUND_FRAME;
    stream_write_raw(p.a.stream, bytes_view(&much));
    stream_finish(p.a.stream);
    for (int i = 0; i < 200 && p.a.closed == 0; i++) {
        run_ms(p.loop, 1);
        while ((n = recv(p.raw, got, sizeof got, MSG_DONTWAIT)) > 0)
            got_all += (size_t)n;
    }
    assert_int_equal(p.a.closed, 1);
    assert_int_equal(p.a.why, E_NONE);
    while ((n = recv(p.raw, got, sizeof got, MSG_DONTWAIT)) > 0)
        got_all += (size_t)n;
    assert_int_equal(got_all, BOUND_FRAME);
    bytes_fini(&much);
    (void)close(p.raw);
    loop_free(p.loop);
}

struct three {
    struct stream_endpoint ends[3];
    bool done;
};

/* Once, when all have paused: each is to be written and to be delivered when the middle one is closed. */
static void test_a_stream_that_finishes_takes_nothing_more(void **state)
{
    struct pair p;
    struct bytes much = {0};

    (void)state;
    half_open(&p, STREAM_RAW);
    memset(bytes_reserve(&much, BOUND_FRAME), 0, BOUND_FRAME);
    much.size = BOUND_FRAME;
    stream_write_raw(p.a.stream, bytes_view(&much)); /* more than the socket takes at once */
    stream_finish(p.a.stream);
    assert_int_equal(send(p.raw, "late", 4, MSG_DONTWAIT), 4);
    for (int i = 0; i < 5; i++)
        run_ms(p.loop, 1);
    assert_int_equal(p.a.closed, 0);
    assert_int_equal(p.a.bytes, 0);
    bytes_fini(&much);
    (void)close(p.raw);
    loop_free(p.loop);
}

static void on_three_tick(void *cookie)
{
    struct three *t = cookie;

    if (t->done || t->ends[0].frames + t->ends[1].frames + t->ends[2].frames < 3)
        return;
    t->done = true;
    for (size_t i = 0; i < 3; i++) {
        send_frame(t->ends[i].stream, 1, view_of_text("x"));
        stream_resume(t->ends[i].stream);
    }
    stream_close(t->ends[1].stream);
}

static void test_a_stream_closed_in_the_tick_leaves_the_others_theirs(void **state)
{
    struct three t = {0};
    struct loop *l = loop_new();
    uint8_t got[64];
    int fds[3][2];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds[i]), 0);
        t.ends[i].loop = l;
        t.ends[i].pause_after = 1;
        t.ends[i].stream = stream_open_fd(l, fds[i][0], STREAM_FRAMED, &events, &t.ends[i]);
        for (int n = 0; n < 2; n++)
            assert_int_equal(write(fds[i][1], "\0\0\0\1\0\1\0\0x", FRAME_HEADER + 1), FRAME_HEADER + 1);
    }
    loop_on_tick(l, on_three_tick, &t);
    loop_run(l); /* ended by on_closed */
    run_ms(l, 5);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(t.ends[i].frames, i == 1 ? 1 : 2);
        assert_int_equal(recv(fds[i][1], got, sizeof got, MSG_DONTWAIT), i == 1 ? 0 : FRAME_HEADER + 1);
        (void)close(fds[i][1]);
    }
    assert_int_equal(t.ends[1].closed, 1);
    loop_free(l);
}

static void test_finish_again_or_after_the_end_changes_nothing(void **state)
{
    struct pair p;
    uint8_t got[64];

    (void)state;
    half_open(&p, STREAM_RAW);
    stream_write_raw(p.a.stream, view_of_text("last"));
    p.a.inside_call = true;
    stream_finish(p.a.stream);
    stream_finish(p.a.stream);
    p.a.inside_call = false;
    loop_run(p.loop);
    assert_int_equal(p.a.closed, 1);
    assert_int_equal(recv(p.raw, got, sizeof got, MSG_DONTWAIT), 4);
    assert_int_equal(recv(p.raw, got, sizeof got, MSG_DONTWAIT), 0);
    (void)close(p.raw);
    loop_free(p.loop);

    half_open(&p, STREAM_RAW);
    stream_write_raw(p.a.stream, view_of_text("dropped"));
    stream_close(p.a.stream);
    stream_finish(p.a.stream);
    loop_run(p.loop);
    assert_int_equal(p.a.closed, 1);
    (void)close(p.raw);
    loop_free(p.loop);
}

/* --- the tick --- */

struct ticks {
    struct pair *p;
    size_t count;
    size_t frames_at_first;
};

static void on_tick(void *cookie)
{
    struct ticks *t = cookie;

    t->count++;
    if (t->p->b.frames > 0 && t->frames_at_first == 0)
        t->frames_at_first = t->p->b.frames;
}

static void test_the_tick_comes_once_after_all_that_was_readable(void **state)
{
    struct pair p;
    struct ticks t = {&p, 0, 0};

    (void)state;
    pair_open(&p);
    for (int i = 0; i < 1000; i++)
        send_frame(p.a.stream, 1, view_of_text("x"));
    loop_on_tick(p.loop, on_tick, &t);
    p.b.stop_after = 1000;
    loop_run(p.loop);

    assert_int_equal(t.frames_at_first, 1000);
    assert_int_equal(t.count, 1);
    loop_free(p.loop);
}

static void test_an_idle_loop_does_not_tick(void **state)
{
    struct pair p;
    struct ticks t = {&p, 0, 0};

    (void)state;
    pair_open(&p);
    loop_on_tick(p.loop, on_tick, &t);
    run_ms(p.loop, 30);
    assert_true(t.count <= 1); /* the timer that ended the run */
    loop_free(p.loop);
}

/* A reader that pauses after a few frames and resumes in the tick, as refexd does. */
struct batches {
    struct pair pair;
    struct bytes rest; /* not yet written */
    size_t in_batch;
    size_t taken;
    size_t wanted;
};

static void on_batched(void *cookie, uint16_t kind, struct view payload)
{
    struct batches *b = cookie;

    (void)kind;
    (void)payload;
    b->taken++;
    if (++b->in_batch >= 16)
        stream_pause(b->pair.a.stream);
    if (b->taken == b->wanted)
        loop_stop(b->pair.loop);
}

static void on_batches_tick(void *cookie)
{
    struct batches *b = cookie;
    ssize_t n = b->rest.size > 0 ? write(b->pair.raw, b->rest.at, b->rest.size < 4096 ? b->rest.size : 4096) : 0;

    if (n > 0)
        bytes_consume(&b->rest, (size_t)n);
    if (b->in_batch >= 16)
        stream_resume(b->pair.a.stream);
    b->in_batch = 0;
}

static void on_batches_closed(void *cookie, const struct error *err)
{
    (void)cookie;
    (void)err;
}

static void test_who_pauses_and_goes_on_each_tick_is_never_left_waiting(void **state)
{
    static const struct stream_events batched = {.on_frame = on_batched, .on_closed = on_batches_closed};
    struct batches b = {.wanted = 20000};
    struct timer *late;
    int fds[2];

    (void)state;
    b.pair.loop = loop_new();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    b.pair.a.stream = stream_open_fd(b.pair.loop, fds[0], STREAM_FRAMED, &batched, &b);
    b.pair.raw = fds[1];
    for (size_t i = 0; i < b.wanted; i++)
        frame_append(&b.rest, 7, view_of_text("a small one"));
    late = timer_new(b.pair.loop, on_due, b.pair.loop);
    loop_on_tick(b.pair.loop, on_batches_tick, &b);
    loop_wake(b.pair.loop);
    timer_start(late, 5000);
    loop_run(b.pair.loop);
    assert_int_equal(b.taken, b.wanted);
    timer_free(late);
    loop_free(b.pair.loop);
    (void)close(b.pair.raw);
    bytes_fini(&b.rest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_arrive_whole_and_in_order),
        cmocka_unit_test(test_many_frames_of_one_tick_leave_with_one_write),
        cmocka_unit_test(test_a_frame_over_the_bound_ends_the_stream),
        cmocka_unit_test(test_kind_zero_ends_the_stream),
        cmocka_unit_test(test_an_end_in_the_middle_of_a_frame_is_a_fault),
        cmocka_unit_test(test_an_end_between_frames_is_none),
        cmocka_unit_test(test_a_frame_in_single_bytes_arrives),
        cmocka_unit_test(test_a_paused_stream_keeps_its_frames_and_gives_them_on_resume),
        cmocka_unit_test(test_a_stream_closed_in_a_callback_gives_nothing_more),
        cmocka_unit_test(test_what_waits_over_the_limit_ends_the_stream),
        cmocka_unit_test(test_a_full_stream_says_when_it_has_drained),
        cmocka_unit_test(test_finish_writes_what_waits_and_then_ends),
        cmocka_unit_test(test_a_stream_that_finishes_takes_nothing_more),
        cmocka_unit_test(test_a_stream_closed_in_the_tick_leaves_the_others_theirs),
        cmocka_unit_test(test_finish_again_or_after_the_end_changes_nothing),
        cmocka_unit_test(test_the_tick_comes_once_after_all_that_was_readable),
        cmocka_unit_test(test_an_idle_loop_does_not_tick),
        cmocka_unit_test(test_who_pauses_and_goes_on_each_tick_is_never_left_waiting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
