/* Is the process there again when it has died, and gone when it is to stop? With real refex-link processes. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "codec/seam_messages.h"
#include "io/loop.h"
#include "io/timer.h"
#include "refexd/link_process.h"

#define TIMEOUT_MS 20000 /* a busy machine, a sanitized build */

void __real_timer_stop(struct timer *t);
void __wrap_timer_stop(struct timer *t);

static unsigned timer_stops;

void __wrap_timer_stop(struct timer *t)
{
    timer_stops++;
    __real_timer_stop(t);
}

struct fixture {
    struct loop *loop;
    struct link_process *process;
    unsigned started;
    unsigned hellos;
    unsigned exited;
    bool refuses_hello;
    bool timed_out;
};

static void on_started(void *cookie)
{
    struct fixture *f = cookie;

    f->started++;
}

static bool on_frame(void *cookie, uint16_t kind, struct view payload, struct error *err)
{
    struct fixture *f = cookie;

    (void)payload;
    assert_int_equal(kind, SEAM_HELLO);
    f->hellos++;
    return !f->refuses_hello || error_set(err, E_LNK_13, "not this");
}

static void on_exited(void *cookie)
{
    struct fixture *f = cookie;

    f->exited++;
}

static const struct link_process_events events = {on_started, on_frame, on_exited};

static void on_timeout(void *cookie)
{
    struct fixture *f = cookie;

    f->timed_out = true;
    loop_stop(f->loop);
}

static void on_tick(void *cookie)
{
    loop_stop(cookie);
}

/* Runs the loop until *COUNT is N, at most MS; says whether it came to that. */
static bool wait_until(struct fixture *f, const unsigned *count, unsigned n, int64_t ms)
{
    struct timer *t = timer_new(f->loop, on_timeout, f);

    f->timed_out = false;
    timer_start(t, ms);
    while (*count != n && !f->timed_out)
        loop_run(f->loop);
    timer_free(t);
    return *count == n;
}

/* The resolver needs no configuration to say hello. */
static void fixture_open(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    f->loop = loop_new();
    loop_on_tick(f->loop, on_tick, f->loop);
    f->process = link_process_new(f->loop, "--resolve", &events, f);
}

static void fixture_close(struct fixture *f)
{
    loop_free(f->loop);
    link_process_free(f->process);
}

static void test_a_process_that_dies_is_started_again(void **state)
{
    struct fixture f;
    pid_t first;

    (void)state;
    fixture_open(&f);
    link_process_start(f.process);
    assert_int_equal(f.started, 1);
    assert_true(wait_until(&f, &f.hellos, 1, TIMEOUT_MS));
    first = link_process_pid(f.process);
    assert_int_equal(kill(first, SIGKILL), 0);
    assert_true(wait_until(&f, &f.exited, 1, TIMEOUT_MS));
    assert_false(link_process_is_running(f.process));
    assert_true(wait_until(&f, &f.hellos, 2, TIMEOUT_MS));
    assert_int_equal(f.started, 2);
    assert_int_equal(link_process_restarts(f.process), 1);
    assert_int_not_equal(link_process_pid(f.process), first);
    fixture_close(&f);
}

static void test_it_is_started_once(void **state)
{
    struct fixture f;
    pid_t first;

    (void)state;
    fixture_open(&f);
    link_process_start(f.process);
    first = link_process_pid(f.process);
    link_process_start(f.process);
    assert_int_equal(f.started, 1);
    assert_int_equal(link_process_pid(f.process), first);
    fixture_close(&f);
}

static void test_a_frame_that_is_refused_ends_it(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    f.refuses_hello = true;
    link_process_start(f.process);
    assert_true(wait_until(&f, &f.exited, 1, TIMEOUT_MS));
    assert_int_equal(f.hellos, 1);
    fixture_close(&f);
}

static void test_it_stops_for_good(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    link_process_start(f.process);
    assert_true(wait_until(&f, &f.hellos, 1, TIMEOUT_MS));
    link_process_stop(f.process);
    assert_true(wait_until(&f, &f.exited, 1, TIMEOUT_MS));
    link_process_start(f.process);
    assert_false(wait_until(&f, &f.started, 2, 300));
    assert_int_equal(link_process_pid(f.process), 0);
    fixture_close(&f);
}

static void test_a_stop_in_the_backoff_ends_it(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    link_process_start(f.process);
    assert_int_equal(kill(link_process_pid(f.process), SIGKILL), 0);
    assert_true(wait_until(&f, &f.exited, 1, TIMEOUT_MS));
    timer_stops = 0;
    link_process_stop(f.process);
    assert_int_equal(timer_stops, 1); /* it waits for nothing any more */
    assert_false(wait_until(&f, &f.started, 2, 300));
    assert_int_equal(f.exited, 1);
    fixture_close(&f);
}

/* It is stopped by SIGSTOP: the end of its socket does not reach it. */
static void test_a_process_that_hangs_is_killed(void **state)
{
    struct fixture f;
    siginfo_t info;
    pid_t pid;

    (void)state;
    fixture_open(&f);
    link_process_start(f.process);
    assert_true(wait_until(&f, &f.hellos, 1, TIMEOUT_MS));
    pid = link_process_pid(f.process);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT), 0);
    link_process_stop(f.process);
    link_process_stop(f.process); /* again is fine */
    assert_true(wait_until(&f, &f.exited, 1, TIMEOUT_MS));
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_process_that_dies_is_started_again),
        cmocka_unit_test(test_it_is_started_once),
        cmocka_unit_test(test_a_frame_that_is_refused_ends_it),
        cmocka_unit_test(test_it_stops_for_good),
        cmocka_unit_test(test_a_stop_in_the_backoff_ends_it),
        cmocka_unit_test(test_a_process_that_hangs_is_killed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
