/* That time passes for open referrals is told once, when it does, and to nobody who may not know of others' cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange/referrals/referral_calls.h"
#include "fixture.h"
#include "people.h"
#include "watcher.h"

static struct watcher w; /* large */

static void refer(struct fixture *s, enum urgency urgency)
{
    assert_true(
        people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.urgency = urgency}, &s->sent, &s->err));
    world_tick(s->w, NGO);
}

static void begin(struct fixture *s, enum urgency urgency, bool away)
{
    fixture_begin(s, 81, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    if (away)
        world_crash(s->w, MISSION);
    watcher_begin(&w, STAFF_ROLES_ALL, "0-0");
    refer(s, urgency);
}

/* How often node I said it, from the first event on. */
static unsigned told(struct fixture *s, size_t i)
{
    watcher_begin(&w, STAFF_ROLES_ALL, "0-0");
    watcher_read(&w, world_node(s->w, i));
    return watcher_count(&w, "due");
}

static void test_an_emergency_without_a_receipt_is_told_after_five_minutes_and_once(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, URGENCY_EMERGENCY, true);
    world_run_ms(s.w, 4 * MINUTES);
    assert_int_equal(told(&s, NGO), 0);
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(told(&s, NGO), 1);
    fixture_restart(&s, NGO);
    world_run_ms(s.w, HOURS); /* it has not arrived: nobody could have answered */
    assert_int_equal(told(&s, NGO), 1);
    world_run_ms(s.w, 11 * HOURS + 2 * MINUTES);
    assert_int_equal(told(&s, NGO), 2); /* half of its day is over */
    world_run_ms(s.w, 13 * HOURS);
    assert_int_equal(told(&s, NGO), 3); /* all of it */
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 50 * HOURS);
    assert_int_equal(told(&s, NGO), 3);
    fixture_end(&s);
}

static void test_an_emergency_without_an_answer_is_told_on_both_sides(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, URGENCY_EMERGENCY, false);
    world_run_ms(s.w, 29 * MINUTES);
    assert_int_equal(told(&s, NGO), 0);
    assert_int_equal(told(&s, MISSION), 0);
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(told(&s, NGO), 1);
    assert_int_equal(told(&s, MISSION), 1);
    fixture_end(&s);
}

static unsigned told_how(struct fixture *s, size_t i, const char *how)
{
    unsigned count = 0;

    watcher_begin(&w, STAFF_ROLES_ALL, "0-0");
    watcher_read(&w, world_node(s->w, i));
    count = watcher_count_how(&w, "due", how);
    return count;
}

/* Opened it has thirty minutes from then on. */
static void test_that_an_emergency_was_opened_and_is_not_answered_is_told_of_its_own(void **state)
{
    struct control_referral_detail d;
    struct fixture s;

    (void)state;
    begin(&s, URGENCY_EMERGENCY, false);
    world_run_ms(s.w, 20 * MINUTES);
    world_must(exchange_referral_show(s.mission, &s.sent.referral, false, &d, &s.err), &s.err, "show");
    world_run_ms(s.w, 25 * MINUTES);
    for (size_t i = NGO; i <= MISSION; i++)
        assert_int_equal(told(&s, i), 0);
    world_run_ms(s.w, 10 * MINUTES);
    for (size_t i = NGO; i <= MISSION; i++) {
        assert_int_equal(told_how(&s, i, "emergency-unanswered"), 1);
        assert_int_equal(told_how(&s, i, "emergency-unopened"), 0);
    }
    fixture_end(&s);
}

/* Nothing is released, and their own answer is waited for by its time. */
static void test_who_accepted_by_phone_is_not_alarmed_of_and_gets_no_more(void **state)
{
    struct control_referral line;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 82, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    refer(&s, URGENCY_EMERGENCY);
    world_run_ms(s.w, MINUTES);
    assert_false(exchange_referral_accept_by_phone(s.mission, &s.sent.referral, &line, &s.err));
    assert_int_equal(s.err.code, E_REF_12);
    world_must(exchange_referral_accept_by_phone(s.ngo, &s.sent.referral, &line, &s.err), &s.err, "write down");
    assert_int_equal(line.state, REFERRAL_DELIVERED);
    world_must(exchange_referral_accept_by_phone(s.ngo, &s.sent.referral, &line, &s.err), &s.err, "again");
    assert_int_equal(people_records(s.ngo, RECORD_SAID_BY_PHONE), 1);
    world_run_ms(s.w, HOURS);
    assert_int_equal(told(&s, NGO), 0);
    assert_int_equal(told_how(&s, MISSION, "emergency-unopened"), 1); /* there nobody wrote anything down */
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    fixture_restart(&s, NGO);
    world_must(exchange_referral_accept_by_phone(s.ngo, &s.sent.referral, &line, &s.err), &s.err, "again");
    assert_true(line.phoned_ms != 0);
    world_run_ms(s.w, 30 * HOURS);
    assert_int_equal(told_how(&s, NGO, "overdue"), 1);
    world_must(exchange_referral_accept(s.mission, &s.sent.referral, view_of(NULL, 0), &line, &s.err), &s.err,
               "accept");
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE) | BIT(HEALTH));
    fixture_end(&s);
}

/* An hour after the time, and not as what is overdue. */
static void test_that_she_did_not_come_is_told_once_on_both_sides(void **state)
{
    struct reply_message expected = {.state = REFERRAL_EXPECTED};
    struct control_referral line;
    struct fixture s;

    (void)state;
    begin(&s, URGENCY_URGENT, false);
    world_run_ms(s.w, MINUTES);
    world_must(exchange_referral_accept(s.mission, &s.sent.referral, view_of(NULL, 0), &line, &s.err), &s.err,
               "accept");
    expected.time_ms = world_now(s.w) + 5 * HOURS;
    world_must(exchange_referral_answer(s.mission, &s.sent.referral, &expected, &line, &s.err), &s.err, "expect");
    world_run_ms(s.w, 5 * HOURS + 50 * MINUTES);
    for (size_t i = NGO; i <= MISSION; i++)
        assert_int_equal(told(&s, i), 0);
    world_run_ms(s.w, 30 * HOURS);
    for (size_t i = NGO; i <= MISSION; i++) {
        assert_int_equal(told_how(&s, i, "not-arrived"), 1);
        assert_int_equal(told(&s, i), 1);
    }
    fixture_end(&s);
}

static void test_nothing_is_told_of_what_was_answered(void **state)
{
    struct control_referral line;
    struct fixture s;

    (void)state;
    begin(&s, URGENCY_EMERGENCY, false);
    world_run_ms(s.w, MINUTES);
    world_must(exchange_referral_accept(s.mission, &s.sent.referral, view_of(NULL, 0), &line, &s.err), &s.err,
               "accept");
    world_must(
        exchange_referral_answer(s.mission, &s.sent.referral,
                                 &(struct reply_message){.state = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN},
                                 &line, &s.err),
        &s.err, "finish");
    world_run_ms(s.w, 60 * HOURS);
    assert_int_equal(told(&s, NGO), 0);
    assert_int_equal(told(&s, MISSION), 0);
    fixture_end(&s);
}

static void test_what_became_due_while_the_node_was_down_is_told_at_the_start(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, URGENCY_EMERGENCY, false);
    world_run_ms(s.w, MINUTES);
    world_crash(s.w, MISSION);
    world_run_ms(s.w, 20 * HOURS);
    assert_int_equal(told(&s, NGO), 2); /* no answer, and half of its time is over */
    world_start(s.w, MISSION);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(told(&s, MISSION), 2);
    fixture_end(&s);
}

static void count_tick(void *cookie, size_t i, bool ok)
{
    (void)ok;
    ((unsigned *)cookie)[i]++;
}

static void test_who_waits_for_a_clock_that_was_set_back_sleeps(void **state)
{
    unsigned ticks[2] = {0};
    struct fixture s;

    (void)state;
    begin(&s, URGENCY_URGENT, false);
    world_run_ms(s.w, HOURS);
    world_set_clock(s.w, NGO, -2 * HOURS);
    world_on_tick(s.w, count_tick, ticks);
    world_run_ms(s.w, 38 * HOURS);
    assert_int_equal(told(&s, NGO), 1);
    assert_true(ticks[NGO] < 5000);
    fixture_end(&s);
}

static void test_nothing_is_told_under_a_consent_that_ended(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, URGENCY_URGENT, false);
    world_run_ms(s.w, MINUTES);
    assert_true(fixture_withdraw(&s, false));
    world_run_ms(s.w, 80 * HOURS);
    assert_int_equal(told(&s, NGO), 0);
    assert_int_equal(told(&s, MISSION), 0);
    fixture_end(&s);
}

static void test_nothing_is_told_of_what_nobody_can_answer(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, URGENCY_URGENT, false);
    world_run_ms(s.w, MINUTES);
    world_revoke(s.w, MISSION, REVOKED_LEFT); /* it stays open, and is another finding */
    world_run_ms(s.w, 80 * HOURS);
    assert_int_equal(told(&s, NGO), 0);
    fixture_end(&s);
}

static void test_a_caseworker_is_told_nothing_of_the_house(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, URGENCY_EMERGENCY, true);
    world_run_ms(s.w, 10 * MINUTES);
    watcher_begin(&w, STAFF_ROLE_BIT(STAFF_CASEWORKER), "0-0");
    watcher_read(&w, s.ngo);
    assert_int_equal(watcher_count(&w, "due"), 0);
    watcher_begin(&w, STAFF_ROLE_BIT(STAFF_CONNECTOR), "0-0");
    watcher_read(&w, s.ngo);
    assert_int_equal(watcher_count(&w, "due"), 1);
    assert_true(ident_is_zero(&w.last.referral)); /* its times would say how urgent it was */
    fixture_end(&s);
}

static bool let_time_pass(struct fixture *s)
{
    world_run_ms(s->w, 10 * MINUTES);
    return true;
}

static void test_whichever_statement_fails_it_is_told_once(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, URGENCY_EMERGENCY, true);
    (void)fixture_at_each_statement(&s, NGO, let_time_pass, MINUTES);
    assert_in_range(told(&s, NGO), 1, 2); /* by then half of its day may be over, too */
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_emergency_without_a_receipt_is_told_after_five_minutes_and_once),
        cmocka_unit_test(test_an_emergency_without_an_answer_is_told_on_both_sides),
        cmocka_unit_test(test_that_an_emergency_was_opened_and_is_not_answered_is_told_of_its_own),
        cmocka_unit_test(test_who_accepted_by_phone_is_not_alarmed_of_and_gets_no_more),
        cmocka_unit_test(test_that_she_did_not_come_is_told_once_on_both_sides),
        cmocka_unit_test(test_nothing_is_told_of_what_was_answered),
        cmocka_unit_test(test_what_became_due_while_the_node_was_down_is_told_at_the_start),
        cmocka_unit_test(test_who_waits_for_a_clock_that_was_set_back_sleeps),
        cmocka_unit_test(test_nothing_is_told_under_a_consent_that_ended),
        cmocka_unit_test(test_nothing_is_told_of_what_nobody_can_answer),
        cmocka_unit_test(test_a_caseworker_is_told_nothing_of_the_house),
        cmocka_unit_test(test_whichever_statement_fails_it_is_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
