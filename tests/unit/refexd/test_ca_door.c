/* What refexd asks of refex-ca, and what it believes of it: the process is the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/bounds.h"
#include "codec/peer_messages.h"
#include "codec/seam_messages.h"
#include "exchange/traffic/link_calls.h"
#include "refexd/ca_door.h"
#include "refexd/link_process.h"

#define LINK UINT64_C(7)

/* The process, as the door sees it. */
static const struct link_process_events *events;
static void *cookie;
static bool running;
static bool starts; /* when it is asked to */
static unsigned sent;
static struct bytes last_sent;
static uint16_t last_kind;
static unsigned answers;
static uint64_t answered_link;
static enum renewal_refusal answered;

struct link_process *__wrap_link_process_new_of(struct loop *l, const char *program, const char *const *arguments,
                                                const struct link_process_events *e, void *c);
void __wrap_link_process_start(struct link_process *p);
struct bytes *__wrap_link_process_send_begin(struct link_process *p, uint16_t kind);
void __wrap_link_process_send_end(struct link_process *p);
void __wrap_link_process_stop(struct link_process *p);
void __wrap_link_process_free(struct link_process *p);
void __wrap_exchange_renewal_answer(struct exchange *x, uint64_t link, struct view answer);

struct link_process *__wrap_link_process_new_of(struct loop *l, const char *program, const char *const *arguments,
                                                const struct link_process_events *e, void *c)
{
    (void)l;
    assert_string_equal(program, "refex-ca");
    assert_string_equal(arguments[0], "serve");
    events = e;
    cookie = c;
    return NULL;
}

static void begin_process(void)
{
    running = true;
    events->on_started(cookie);
}

static void end_process(void)
{
    running = false;
    events->on_exited(cookie);
}

void __wrap_link_process_start(struct link_process *p)
{
    (void)p;
    if (starts && !running)
        begin_process();
}

struct bytes *__wrap_link_process_send_begin(struct link_process *p, uint16_t kind)
{
    (void)p;
    if (!running)
        return NULL;
    last_kind = kind;
    bytes_clear(&last_sent);
    return &last_sent;
}

void __wrap_link_process_send_end(struct link_process *p)
{
    (void)p;
    sent++;
}

void __wrap_link_process_stop(struct link_process *p)
{
    (void)p;
    if (running)
        end_process();
}

void __wrap_link_process_free(struct link_process *p)
{
    (void)p;
}

void __wrap_exchange_renewal_answer(struct exchange *x, uint64_t link, struct view answer)
{
    struct arena arena = {0};
    struct peer_renewed r;
    struct error err;

    (void)x;
    assert_true(peer_renewed_decode(answer, &arena, &r, &err));
    answered_link = link;
    answered = r.refusal;
    answers++;
    arena_fini(&arena);
}

static bool greet(const char *build, uint32_t landlock, bool seccomp, struct error *err)
{
    const struct seam_hello hello = {.build = view_of_text(build), .landlock = landlock, .seccomp = seccomp};
    struct bytes payload = {0};
    bool taken;

    seam_hello_encode(&hello, &payload);
    taken = events->on_frame(cookie, SEAM_HELLO, bytes_view(&payload), err);
    bytes_fini(&payload);
    return taken;
}

/* It refuses what was asked as NUMBER, because of WHY. */
static bool refuse(uint32_t number, enum renewal_refusal refusal, const char *why)
{
    struct seam_ca_renewed r = {.question = number, .why = view_of_text(why)};
    struct bytes answer = {0};
    struct bytes payload = {0};
    struct error err;
    bool taken;

    peer_renewed_encode(&(struct peer_renewed){.refusal = refusal}, &answer);
    r.answer = bytes_view(&answer);
    seam_ca_renewed_encode(&r, &payload);
    taken = events->on_frame(cookie, SEAM_CA_RENEWED, bytes_view(&payload), &err);
    bytes_fini(&answer);
    bytes_fini(&payload);
    return taken;
}

/* It makes what was asked as NUMBER. */
static bool make(uint32_t number)
{
    const struct view der = view_of_text("a certificate");
    struct seam_ca_renewed r = {.question = number};
    struct bytes answer = {0};
    struct bytes payload = {0};
    struct error err;
    bool taken;

    peer_renewed_encode(&(struct peer_renewed){.transport = der, .transport_ca = der}, &answer);
    r.answer = bytes_view(&answer);
    seam_ca_renewed_encode(&r, &payload);
    taken = events->on_frame(cookie, SEAM_CA_RENEWED, bytes_view(&payload), &err);
    bytes_fini(&answer);
    bytes_fini(&payload);
    return taken;
}

static uint32_t number_sent(void)
{
    struct arena arena = {0};
    struct seam_renew q;
    struct error err;
    uint32_t number;

    assert_int_equal(last_kind, SEAM_RENEW);
    assert_true(seam_renew_decode(bytes_view(&last_sent), &arena, &q, &err));
    assert_true(view_equal(q.request, view_of_text("a request")));
    number = q.question;
    arena_fini(&arena);
    return number;
}

static struct ca_door *begin(void)
{
    running = false;
    starts = true;
    sent = answers = 0;
    return ca_door_new(NULL, "/fed", false);
}

static bool ask(struct ca_door *d)
{
    return ca_door_ask(d, NULL, LINK, view_of_text("a request"));
}

static void end(struct ca_door *d)
{
    ca_door_stop(d);
    ca_door_free(d);
    bytes_fini(&last_sent);
}

static struct ca_state state_of(const struct ca_door *d)
{
    struct ca_state s;

    ca_door_state(d, &s);
    return s;
}

static void test_it_is_heard_from_the_same_build_alone(void **state)
{
    struct ca_door *d = begin();
    struct error err;

    (void)state;
    assert_true(ask(d));
    assert_false(greet("something else", 3, true, &err));
    assert_int_equal(err.code, E_LNK_13);
    assert_false(state_of(d).greeted);
    end_process();
    begin_process();
    assert_false(refuse(number_sent(), RENEWAL_PERSON, "")); /* not before it has greeted */
    assert_true(greet(SEAM_BUILD, 3, true, &err));
    assert_true(refuse(number_sent(), RENEWAL_PERSON, ""));
    assert_int_equal(answered, RENEWAL_PERSON);
    assert_true(answered_link == LINK);
    end(d);
}

static void test_how_it_is_confined_is_known(void **state)
{
    struct ca_door *d = begin();
    struct error err;

    (void)state;
    assert_false(state_of(NULL).greeted);
    assert_true(ask(d));
    assert_true(greet(SEAM_BUILD, 0, true, &err));
    assert_true(state_of(d).greeted && state_of(d).landlock == 0 && state_of(d).seccomp);
    end(d);
}

static void test_what_it_left_is_asked_of_some_more_and_not_for_ever(void **state)
{
    struct ca_door *d = begin();
    struct error err;

    (void)state;
    assert_true(ask(d));
    assert_true(greet(SEAM_BUILD, 3, true, &err));
    for (unsigned i = 1; i < 5; i++) {
        assert_int_equal(sent, i);
        end_process();
        assert_int_equal(answers, 0);
        assert_string_equal(state_of(d).why, "");
        begin_process();
        assert_true(number_sent() != 0);
    }
    end_process();
    assert_int_equal(answers, 1);
    assert_int_equal(answered, RENEWAL_BROKEN); /* only the first of these greeted */
    assert_string_equal(state_of(d).why, "refex-ca ended before it answered");
    begin_process();
    assert_int_equal(sent, 5);
    end(d);
}

static bool send_failed(const char *code, struct error *err)
{
    const struct seam_failed failed = {view_of_text(code), view_of_text("/fed cannot be opened")};
    struct bytes payload = {0};
    bool taken;

    seam_failed_encode(&failed, &payload);
    taken = events->on_frame(cookie, SEAM_FAILED, bytes_view(&payload), err);
    bytes_fini(&payload);
    return taken;
}

/* The folder was moved away: no question is at fault, and the code is that of the folder. */
static void test_one_that_does_not_start_says_why_it_is_in_vain(void **state)
{
    struct ca_door *d = begin();
    struct error err;

    (void)state;
    assert_true(ask(d));
    for (unsigned i = 0; i < 5; i++) {
        assert_false(send_failed("E-FED-01", &err));
        assert_int_equal(err.code, E_LNK_13);
        assert_non_null(strstr(err.text, "E-FED-01: /fed cannot be opened"));
        end_process();
        if (i < 4)
            begin_process();
    }
    assert_int_equal(answers, 1);
    assert_int_equal(answered, RENEWAL_BROKEN);
    assert_string_equal(state_of(d).why, "refex-ca does not start: E-FED-01");
    end(d);

    d = begin();
    assert_true(ask(d));
    assert_false(send_failed("E-FED-01", &err));
    end_process();
    for (unsigned i = 0; i < 3; i++) {
        begin_process();
        assert_true(greet(SEAM_BUILD, 3, true, &err)); /* it does now, and its end has another reason */
        end_process();
    }
    begin_process();
    end_process();
    assert_string_equal(state_of(d).why, "refex-ca ended before it answered");
    end(d);
}

static void begin_greeting(void)
{
    struct error err;

    begin_process();
    assert_true(greet(SEAM_BUILD, 3, true, &err));
}

/* Whatever is in it: who asks it is named to the coordinator, and nobody else waits for that. */
static void test_a_question_at_which_it_ends_waits_alone_for_a_person(void **state)
{
    struct ca_door *d = begin();
    uint32_t second;
    struct error err;

    (void)state;
    assert_true(ca_door_ask(d, NULL, LINK + 1, view_of_text("a request")));
    assert_true(greet(SEAM_BUILD, 3, true, &err));
    assert_true(ask(d));
    second = number_sent();
    for (unsigned i = 1; i < 5; i++) {
        end_process();
        assert_int_equal(answers, 0);
        begin_greeting();
    }
    end_process();
    assert_int_equal(answers, 1);
    assert_int_equal(answered, RENEWAL_PERSON);
    assert_true(answered_link == LINK + 1);
    begin_greeting();
    assert_true(make(second));
    assert_int_equal(answers, 2);
    assert_true(answered_link == LINK);
    assert_int_equal(answered, 0);
    end(d);
}

/* Each question ends it: it is not they. */
static void test_where_none_answers_all_are_refused(void **state)
{
    struct ca_door *d = begin();
    struct error err;

    (void)state;
    for (int i = 0; i < 8; i++)
        assert_true(ask(d));
    assert_true(greet(SEAM_BUILD, 3, true, &err));
    for (unsigned i = 1; i < 15; i++) {
        end_process();
        begin_greeting();
    }
    assert_int_equal(answers, 2);
    end_process();
    assert_int_equal(answers, 8);
    assert_int_equal(answered, RENEWAL_BROKEN);
    end(d);
}

static void test_what_is_asked_while_none_runs_waits_for_the_next(void **state)
{
    struct ca_door *d = begin();
    struct error err;

    (void)state;
    starts = false;
    assert_true(ask(d));
    assert_int_equal(sent, 0);
    begin_process();
    assert_int_equal(sent, 1);
    assert_true(greet(SEAM_BUILD, 3, true, &err));
    assert_true(refuse(number_sent(), RENEWAL_TOO_SOON, ""));
    assert_false(refuse(number_sent(), RENEWAL_TOO_SOON, "")); /* it was answered */
    assert_int_equal(answers, 1);
    end(d);
    assert_int_equal(answers, 1);
}

static void test_what_waits_when_the_node_ends_is_answered(void **state)
{
    struct ca_door *d = begin();

    (void)state;
    for (int i = 0; i < 16; i++)
        assert_true(ask(d));
    assert_false(ask(d));
    end(d);
    assert_int_equal(answers, 16);
    assert_int_equal(answered, RENEWAL_BROKEN);
}

static void test_why_none_was_made_is_known_until_one_is(void **state)
{
    struct ca_door *d = begin();
    struct error err;
    int64_t since;

    (void)state;
    assert_true(ask(d));
    assert_true(greet(SEAM_BUILD, 3, true, &err));
    assert_true(refuse(number_sent(), RENEWAL_PERSON, "E-FED-55"));
    since = state_of(d).since_ms;
    assert_string_equal(state_of(d).why, "E-FED-55");
    assert_true(since > 0);
    assert_true(ask(d));
    assert_true(refuse(number_sent(), RENEWAL_BROKEN, "E-FED-01"));
    assert_string_equal(state_of(d).why, "E-FED-01");
    assert_true(state_of(d).since_ms == since);
    assert_true(ask(d));
    assert_true(refuse(number_sent(), RENEWAL_PERSON, "")); /* before a key was tried */
    assert_string_equal(state_of(d).why, "E-FED-01");
    assert_true(ask(d));
    assert_true(make(number_sent()));
    assert_string_equal(state_of(d).why, "");
    end(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_heard_from_the_same_build_alone),
        cmocka_unit_test(test_how_it_is_confined_is_known),
        cmocka_unit_test(test_what_it_left_is_asked_of_some_more_and_not_for_ever),
        cmocka_unit_test(test_one_that_does_not_start_says_why_it_is_in_vain),
        cmocka_unit_test(test_a_question_at_which_it_ends_waits_alone_for_a_person),
        cmocka_unit_test(test_where_none_answers_all_are_refused),
        cmocka_unit_test(test_what_is_asked_while_none_runs_waits_for_the_next),
        cmocka_unit_test(test_what_waits_when_the_node_ends_is_answered),
        cmocka_unit_test(test_why_none_was_made_is_known_until_one_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
