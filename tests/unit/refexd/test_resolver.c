/* Does each question get one answer, whatever the process does? With a real `refex-link --resolve`. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/seam_messages.h"
#include "io/loop.h"
#include "io/timer.h"
#include "refexd/link_process.h"
#include "refexd/resolver.h"

#define TIMEOUT_MS 20000 /* a busy machine, a sanitized build */

struct link_process *__real_link_process_new(struct loop *l, const char *argument,
                                             const struct link_process_events *events, void *cookie);
struct link_process *__wrap_link_process_new(struct loop *l, const char *argument,
                                             const struct link_process_events *events, void *cookie);

/* Of the last process made, so that a test can speak in its place. */
static const struct link_process_events *process_events;
static void *process_cookie;

struct link_process *__wrap_link_process_new(struct loop *l, const char *argument,
                                             const struct link_process_events *events, void *cookie)
{
    process_events = events;
    process_cookie = cookie;
    return __real_link_process_new(l, argument, events, cookie);
}

struct fixture {
    struct loop *loop;
    struct resolver *resolver;
    unsigned answers;
    struct address agency; /* of the last answer */
    char address[64];
    uint16_t port;
    bool heard;
    bool timed_out;
};

static void on_answer(void *cookie, const struct address *agency, const struct resolver_answer *answer)
{
    struct fixture *f = cookie;
    struct view address = answer->count > 0 ? answer->addresses[0] : view_of(NULL, 0);

    f->answers++;
    f->agency = *agency;
    f->port = answer->port;
    f->heard = answer->heard;
    assert_true(address.size < sizeof f->address);
    (void)snprintf(f->address, sizeof f->address, "%.*s", (int)address.size, (const char *)address.at);
}

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

static void wait_for_answers(struct fixture *f, unsigned n)
{
    struct timer *t = timer_new(f->loop, on_timeout, f);

    f->timed_out = false;
    timer_start(t, TIMEOUT_MS);
    while (f->answers < n && !f->timed_out)
        loop_run(f->loop);
    timer_free(t);
    assert_int_equal(f->answers, n);
}

static void fixture_open(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    f->loop = loop_new();
    loop_on_tick(f->loop, on_tick, f->loop);
    f->resolver = resolver_new(f->loop, on_answer, f);
}

static void fixture_close(struct fixture *f)
{
    loop_free(f->loop);
    resolver_free(f->resolver);
}

static bool ask(struct fixture *f, const char *agency)
{
    struct address a;

    assert_true(address_read(view_of_text(agency), &a));
    return resolver_ask(f->resolver, &a, view_of_text("localhost"), 7411);
}

/* The only child of this process. */
static void kill_child(void)
{
    FILE *children = fopen("/proc/thread-self/children", "r");
    int pid = 0;

    assert_non_null(children);
    assert_int_equal(fscanf(children, "%d", &pid), 1);
    (void)fclose(children);
    assert_int_equal(kill(pid, SIGKILL), 0);
}

static void test_a_question_is_answered_with_its_agency_and_port(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    assert_true(ask(&f, "ngo@nrm.example"));
    wait_for_answers(&f, 1);
    assert_string_equal(f.agency.text, "ngo@nrm.example");
    assert_true(strcmp(f.address, "127.0.0.1") == 0 || strcmp(f.address, "::1") == 0);
    assert_int_equal(f.port, 7411);
    assert_true(ask(&f, "mission@nrm.example")); /* of the process that runs already */
    wait_for_answers(&f, 2);
    assert_string_equal(f.agency.text, "mission@nrm.example");
    fixture_close(&f);
}

static void test_an_agency_has_one_question_at_a_time_and_all_have_a_bound(void **state)
{
    struct fixture f;
    char agency[32];
    unsigned n = 0;

    (void)state;
    fixture_open(&f);
    assert_true(ask(&f, "ngo@nrm.example"));
    assert_false(ask(&f, "ngo@nrm.example"));
    do
        (void)snprintf(agency, sizeof agency, "a%u@nrm.example", ++n);
    while (ask(&f, agency));
    wait_for_answers(&f, n);
    assert_true(ask(&f, "ngo@nrm.example"));
    fixture_close(&f);
}

/* Killed before a byte could reach it. */
static void test_a_question_that_dies_with_its_process_is_not_heard(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    assert_true(ask(&f, "ngo@nrm.example"));
    kill_child();
    wait_for_answers(&f, 1);
    assert_string_equal(f.address, "");
    assert_false(f.heard);
    assert_true(ask(&f, "ngo@nrm.example")); /* in the pause: it waits for the next process */
    wait_for_answers(&f, 2);
    assert_string_not_equal(f.address, "");
    assert_true(f.heard);
    fixture_close(&f);
}

static void refuse_answer_to(struct fixture *f, uint32_t question)
{
    struct view address = view_of_text("203.0.113.9");
    struct seam_resolved answer = {.question = question, .addresses = &address, .address_count = 1};
    struct bytes payload = {0};
    struct error err = {0};
    unsigned answers = f->answers;

    seam_resolved_encode(&answer, &payload);
    assert_false(process_events->on_frame(process_cookie, SEAM_RESOLVED, bytes_view(&payload), &err));
    assert_int_equal(err.code, E_LNK_13);
    assert_int_equal(f->answers, answers);
    bytes_fini(&payload);
}

/* A process that was taken over could else give an agency another address at any time. */
static void test_an_answer_to_what_is_not_asked_now_is_refused(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    assert_true(ask(&f, "ngo@nrm.example"));
    wait_for_answers(&f, 1);
    refuse_answer_to(&f, 1); /* answered already */
    refuse_answer_to(&f, 2);
    fixture_close(&f);
}

static void test_a_stopped_resolver_answers_nothing(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    resolver_stop(f.resolver);
    assert_true(ask(&f, "ngo@nrm.example"));
    assert_int_equal(f.answers, 0);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_question_is_answered_with_its_agency_and_port),
        cmocka_unit_test(test_an_agency_has_one_question_at_a_time_and_all_have_a_bound),
        cmocka_unit_test(test_a_question_that_dies_with_its_process_is_not_heard),
        cmocka_unit_test(test_an_answer_to_what_is_not_asked_now_is_refused),
        cmocka_unit_test(test_a_stopped_resolver_answers_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
