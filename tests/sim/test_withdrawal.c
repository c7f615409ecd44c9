/* What a person reads before she is asked whether to withdraw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/state.h"
#include "exchange/tick.h"
#include "fixture.h"
#include "store/consent_store.h"

static void begin(struct fixture *s)
{
    fixture_begin(s, 29, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
}

static bool ask(struct fixture *s, bool erase_now, bool dry_run)
{
    struct control_consent_withdraw_ask ask = {
        .consent = s->consent, .erase_now = erase_now, .seen_alone = erase_now, .dry_run = dry_run};

    return exchange_consent_withdraw(world_node(s->w, NGO), &ask, &s->shown, &s->err);
}

static uint32_t today(struct fixture *s)
{
    return tick_record_day(world_node(s->w, NGO));
}

static void test_who_is_told_are_those_for_whom_something_may_have_left(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(ask(&s, false, true));
    assert_true(s.shown.would_change);
    assert_false(s.shown.may_have_left);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_true(ask(&s, false, true));
    assert_true(s.shown.would_change);
    assert_true(s.shown.may_have_left);
    assert_false(s.shown.by_hand);
    assert_int_equal(fixture_told(&s), RECIPIENT_NOTHING);
    assert_true(s.shown.may_have_left); /* shown, too */
    world_revoke(s.w, MISSION, REVOKED_LEFT);
    fixture_settle(&s);
    assert_true(ask(&s, false, true));
    assert_true(s.shown.by_hand);
    world_free(s.w);
}

static void test_the_day_of_erasure_that_is_foreseen_is_the_one_recorded(void **state)
{
    struct fixture s;
    uint32_t foreseen;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_true(ask(&s, true, true));
    assert_int_equal(s.shown.erase_from, today(&s));
    assert_true(ask(&s, false, true));
    foreseen = s.shown.erase_from;
    assert_in_range(foreseen, today(&s) + 3, today(&s) + 4); /* 72 hours */
    assert_true(ask(&s, false, false));
    world_tick(s.w, NGO);
    assert_int_equal(s.shown.erase_from, foreseen);
    assert_int_equal(s.shown.progress, CONSENT_STOPPED);
    world_free(s.w);
}

static void test_what_is_foreseen_is_not_done(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_true(ask(&s, true, true));
    fixture_settle(&s);
    assert_true(exchange_consent_show(world_node(s.w, NGO), &s.consent, &s.shown, &s.err));
    assert_int_equal(s.shown.progress, CONSENT_STANDS);
    assert_int_equal(s.shown.erase_from, 0);
    assert_int_equal(people_records(world_node(s.w, NGO), RECORD_WITHDRAWN), 0);
    assert_true(people_can_read(world_node(s.w, MISSION), &s.sent.referral, "prs_FirstName") ||
                people_state(world_node(s.w, MISSION), &s.sent.referral) == REFERRAL_OPENED); /* by that look */
    assert_true(people_log_is_good(world_node(s.w, NGO)));
    world_free(s.w);
}

static void test_said_again_it_changes_nothing_and_erasing_at_once_does(void **state)
{
    struct fixture s;
    uint32_t from;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_true(ask(&s, false, false));
    fixture_settle(&s);
    from = s.shown.erase_from;
    assert_true(ask(&s, false, true));
    assert_false(s.shown.would_change);
    assert_int_equal(s.shown.erase_from, from);
    assert_true(ask(&s, true, true));
    assert_true(s.shown.would_change);
    assert_int_equal(s.shown.erase_from, today(&s));
    assert_true(ask(&s, true, false));
    fixture_settle(&s);
    assert_true(ask(&s, true, true));
    assert_false(s.shown.would_change);
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    assert_int_equal(s.shown.erase_from, 0);
    world_free(s.w);
}

static void test_after_a_stop_it_is_erased_at_once_though_nobody_is_owed_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(ask(&s, false, false));
    fixture_settle(&s);
    assert_int_equal(s.shown.progress, CONSENT_STOPPED);
    assert_true(ask(&s, true, true));
    assert_true(s.shown.would_change);
    assert_true(ask(&s, true, false));
    fixture_settle(&s);
    assert_true(ask(&s, true, true));
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 2);
    assert_true(ask(&s, true, false)); /* again: a repeat */
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 2);
    fixture_end(&s);
}

static void test_what_is_answered_to_erasing_at_once_is_that_it_is_being_erased(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_true(ask(&s, true, false));
    assert_int_equal(s.shown.progress, CONSENT_ERASING);
    assert_int_equal(s.shown.told, RECIPIENT_OWED); /* nothing that asks has left before the commit */
    assert_int_equal(people_records(world_node(s.w, NGO), RECORD_ERASED), 1);
    fixture_settle(&s);
    assert_int_equal(people_records(world_node(s.w, NGO), RECORD_ERASED), 1);
    assert_true(exchange_consent_show(world_node(s.w, NGO), &s.consent, &s.shown, &s.err));
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    assert_int_equal(s.shown.told, RECIPIENT_ERASED);
    world_free(s.w);
}

static void test_where_nothing_is_kept_after_a_stop_it_is_erased_at_once(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    world_erase_after(s.w, 0);
    fixture_settle(&s);
    assert_true(ask(&s, false, true));
    assert_int_equal(s.shown.erase_from, today(&s));
    assert_true(ask(&s, false, false));
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    world_free(s.w);
}

static void test_of_police_and_courts_it_says_that_they_may_keep(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(ask(&s, false, true));
    assert_false(s.shown.irreversible);
    world_set_kind(s.w, MISSION, KIND_POLICE);
    fixture_settle(&s);
    assert_true(ask(&s, false, true));
    assert_true(s.shown.irreversible);
    world_free(s.w);
}

static void test_what_cannot_be_withdrawn_is_refused_before_it_is_asked(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    s.consent.at[0] ^= 1;
    assert_false(ask(&s, false, true));
    assert_int_equal(s.err.code, E_CON_06);
    s.consent.at[0] ^= 1;
    assert_false(exchange_consent_withdraw(
        world_node(s.w, MISSION), &(struct control_consent_withdraw_ask){.consent = s.consent, .dry_run = true},
        &s.shown, &s.err));
    assert_int_equal(s.err.code, E_CON_06);
    world_free(s.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_told_are_those_for_whom_something_may_have_left),
        cmocka_unit_test(test_the_day_of_erasure_that_is_foreseen_is_the_one_recorded),
        cmocka_unit_test(test_what_is_foreseen_is_not_done),
        cmocka_unit_test(test_said_again_it_changes_nothing_and_erasing_at_once_does),
        cmocka_unit_test(test_after_a_stop_it_is_erased_at_once_though_nobody_is_owed_it),
        cmocka_unit_test(test_what_is_answered_to_erasing_at_once_is_that_it_is_being_erased),
        cmocka_unit_test(test_where_nothing_is_kept_after_a_stop_it_is_erased_at_once),
        cmocka_unit_test(test_of_police_and_courts_it_says_that_they_may_keep),
        cmocka_unit_test(test_what_cannot_be_withdrawn_is_refused_before_it_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
