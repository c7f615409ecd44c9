/* How far a withdrawal has come, and from when its answer is late. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "codec/peer_messages.h"
#include "owed.h"

static void begin_delivered(struct fixture *s)
{
    fixture_begin(s, 29, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(s);
}

static void look(struct fixture *s, struct exchange *x)
{
    assert_true(exchange_consent_show(x, &s->consent, &s->shown, &s->err));
}

static void test_a_withdrawal_that_was_receipted_is_not_late_before_its_answer_is_due(void **state)
{
    struct owed_look l;
    struct fixture s;
    uint32_t day;
    unsigned hours = 0;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, false));
    day = s.shown.erase_from;
    fixture_settle(&s);
    l = owed_now(s.ngo);
    assert_true(l.count == 1 && l.last.receipt_ms != 0);
    assert_int_equal(l.last.answer_by, day + 1);
    assert_int_equal(l.last.late_ms, (int64_t)(day + 2) * DAY_MS);
    look(&s, s.ngo);
    assert_true(s.shown.told == RECIPIENT_ASKED && s.shown.receipt_ms == l.last.receipt_ms);
    assert_int_equal(s.shown.answer_by, day + 1);
    look(&s, s.mission); /* it says from when it erases */
    assert_int_equal(s.shown.erase_from, day);
    for (; owed_now(s.ngo).count != 0; hours++) {
        assert_true(hours < 97 && world_now(s.w) < owed_now(s.ngo).last.late_ms);
        world_run_ms(s.w, HOURS);
    }
    assert_true(hours > 71);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

/* Erasing at once begins anew: the receipt of the stop is not its receipt. */
static void test_a_withdrawal_without_a_receipt_is_late_after_an_hour_and_says_why_it_waits(void **state)
{
    struct owed_look l;
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    world_crash(s.w, MISSION);
    world_run_ms(s.w, 5 * HOURS);
    assert_true(owed_now(s.ngo).last.receipt_ms != 0);
    assert_true(fixture_withdraw(&s, true));
    world_tick(s.w, NGO);
    l = owed_now(s.ngo);
    assert_int_equal(l.last.receipt_ms, 0);
    assert_int_equal(l.last.hold, HOLD_NO_LINK);
    assert_true(l.last.late_ms > world_now(s.w) && l.last.late_ms <= world_now(s.w) + HOURS);
    look(&s, s.ngo);
    assert_true(s.shown.receipt_ms == 0 && s.shown.answer_by == 0 && s.shown.hold == HOLD_NO_LINK);
    fixture_restart(&s, MISSION);
    world_conditions(s.w)->drop = PEER_RECEIPT;
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED); /* the statement says more than a receipt */
    fixture_end(&s);
}

static void test_an_answer_that_does_not_arrive_is_late_after_three_days(void **state)
{
    struct control_referral answered;
    struct owed_look l;
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    world_crash(s.w, NGO);
    assert_true(exchange_referral_decline(s.mission, &s.sent.referral, DECLINE_AT_CAPACITY, (struct view){0}, &answered,
                                          &s.err));
    world_tick(s.w, MISSION);
    l = owed_now(s.mission);
    assert_int_equal(l.last.what, OWED_REPLY);
    assert_int_equal(l.last.late_ms - l.last.since_ms, BOUND_OWED_LATE_MS);
    fixture_end(&s);
}

static void test_where_nothing_had_come_the_recipient_does_not_say_erased(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 29, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_link(s.w, NGO, MISSION);
    fixture_settle(&s);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    fixture_refer(&s);
    world_run_ms(s.w, MINUTES);
    assert_true(fixture_withdraw(&s, true));
    world_conditions(s.w)->drop = 0;
    fixture_settle(&s);
    look(&s, s.mission);
    assert_true(s.shown.nothing_held);
    look(&s, s.ngo);
    assert_false(s.shown.nothing_held);
    fixture_end(&s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_withdrawal_that_was_receipted_is_not_late_before_its_answer_is_due),
        cmocka_unit_test(test_a_withdrawal_without_a_receipt_is_late_after_an_hour_and_says_why_it_waits),
        cmocka_unit_test(test_an_answer_that_does_not_arrive_is_late_after_three_days),
        cmocka_unit_test(test_where_nothing_had_come_the_recipient_does_not_say_erased),
    };

    log_init("sim", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
