/* What is owed to an agency that refex cannot tell any more: it stays until a person says how it ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codec/referral_messages.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "fixture.h"
#include "owed.h"
#include "store/consent_store.h"
#include "store/referral_store.h"

/* She was referred to the mission. */
static void begin(struct fixture *s)
{
    fixture_begin(s, 31, 3, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    fixture_deliver(s);
}

static void test_a_withdrawal_for_an_agency_that_left(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_revoke(s.w, MISSION, REVOKED_LEFT);
    world_crash(s.w, MISSION); /* else it would hear of it (sim_recall) */
    fixture_settle(&s);
    assert_true(exchange_consent_withdraw(s.ngo, &(struct control_consent_withdraw_ask){.consent = s.consent}, &s.shown,
                                          &s.err));
    fixture_settle(&s);
    owed_assert_by_hand(&s, s.ngo, OWED_WITHDRAWAL, &s.consent, MISSION, CONSENT_STOP);
    assert_int_equal(fixture_told(&s), RECIPIENT_OWED);
    assert_true(s.shown.by_hand && !s.shown.asked);
    owed_assert_closes(&s, NGO, MISSION, &s.consent, OWED_WITHDRAWAL, CLOSING_TOLD);
    fixture_look(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_CLOSED);
    assert_false(s.shown.asked);
    fixture_end(&s);
}

/* It waits for a node that is down, whose agency leaves then: what calls back goes all the same, and ends nowhere. */
static void test_a_withdrawal_that_waits_for_an_agency_that_leaves(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    world_revoke(s.w, MISSION, REVOKED_LEFT);
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);
    assert_int_equal(fixture_told(&s), RECIPIENT_OWED);
    assert_true(s.shown.by_hand);
    fixture_end(&s);
}

/* It is asked when something that asks may have left, and since that was made. */
static void test_who_is_down_was_not_asked_yet(void **state)
{
    struct fixture s;
    int64_t owed;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_OWED);
    assert_false(s.shown.by_hand || s.shown.asked);
    owed = s.shown.told_since_ms;
    assert_int_not_equal(owed, 0);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ASKED);
    assert_true(s.shown.asked && s.shown.told_since_ms >= owed);
    fixture_end(&s);
}

static void reply_to_who_is_cut_off(enum revocation_reason why)
{
    struct control_referral answered;
    struct fixture s;

    begin(&s);
    world_crash(s.w, NGO);
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answered, &s.err));
    fixture_settle(&s);
    assert_false(owed_now(s.mission).last.by_hand);
    world_revoke(s.w, NGO, why);
    fixture_settle(&s);
    world_advance(s.w, 2 * DAY_MS);
    fixture_settle(&s);
    owed_assert_by_hand(&s, s.mission, OWED_REPLY, &s.sent.referral, NGO, REFERRAL_ACCEPTED);
    owed_assert_closes(&s, MISSION, NGO, &s.sent.referral, OWED_REPLY, CLOSING_NOBODY_LEFT);
    fixture_end(&s);
}

static void test_a_reply_for_an_agency_that_left(void **state)
{
    (void)state;
    reply_to_who_is_cut_off(REVOKED_LEFT);
    reply_to_who_is_cut_off(REVOKED_KEY_COMPROMISE);
}

static void test_a_statement_for_an_agency_that_left(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(exchange_consent_withdraw(s.ngo, &(struct control_consent_withdraw_ask){.consent = s.consent}, &s.shown,
                                          &s.err));
    fixture_settle(&s);
    assert_int_equal(owed_now(s.mission).count, 0);
    world_crash(s.w, NGO);
    world_revoke(s.w, NGO, REVOKED_KEY_COMPROMISE);
    fixture_settle(&s);
    world_advance(s.w, 5 * DAY_MS);
    fixture_settle(&s);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    owed_assert_by_hand(&s, s.mission, OWED_STATEMENT, &s.consent, NGO, CONSENT_ERASE);
    owed_assert_closes(&s, MISSION, NGO, &s.consent, OWED_STATEMENT, CLOSING_TOLD);
    fixture_end(&s);
}

/* There is no verb that cancels yet: the message is put as one will. */
static void test_a_cancellation_for_an_agency_that_left(void **state)
{
    struct referral_row referral;
    struct peer_row peer;
    struct body body = {.kind = MESSAGE_CANCEL, .has_referral = true};
    struct fixture s;
    bool found;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    assert_true(peers_find(s.ngo, world_address(s.w, MISSION), &found, &peer, &s.err));
    assert_true(referral_store_find(s.ngo->db, &s.sent.referral, &found, &referral, &s.err));
    assert_true(found);
    body.referral = referral.id;
    assert_true(outbox_put_plain(s.ngo, world_address(s.w, MISSION), &body, referral.number, referral.consent, &s.err));
    fixture_settle(&s);
    assert_false(owed_now(s.ngo).last.by_hand);
    world_revoke(s.w, MISSION, REVOKED_LEFT);
    fixture_settle(&s);
    owed_assert_by_hand(&s, s.ngo, OWED_CANCELLATION, &s.sent.referral, MISSION, REFERRAL_CANCELLED);
    fixture_edit(&s, NGO, "DELETE FROM obligation"); /* it is made again as the log says */
    fixture_settle(&s);
    owed_assert_by_hand(&s, s.ngo, OWED_CANCELLATION, &s.sent.referral, MISSION, REFERRAL_CANCELLED);
    owed_assert_closes(&s, NGO, MISSION, &s.sent.referral, OWED_CANCELLATION, CLOSING_TOLD);
    fixture_end(&s);
}

static void test_what_waited_is_withheld_when_it_is_closed(void **state)
{
    struct control_referral answered;
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, NGO);
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answered, &s.err));
    fixture_settle(&s);
    world_revoke(s.w, NGO, REVOKED_LEFT);
    fixture_settle(&s);
    assert_int_equal(people_records(s.mission, RECORD_WITHHELD), 0);
    assert_true(exchange_owed_close(s.mission, world_address(s.w, NGO), &s.sent.referral, CLOSING_TOLD, &s.err));
    world_tick(s.w, MISSION);
    assert_int_equal(people_records(s.mission, RECORD_WITHHELD), 1);
    world_pardon(s.w, NGO);
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED); /* it was told outside */
    fixture_end(&s);
}

static void test_what_a_member_can_be_told_is_not_closed(void **state)
{
    struct control_referral answered;
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, NGO);
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answered, &s.err));
    fixture_settle(&s);
    assert_false(exchange_owed_close(s.mission, world_address(s.w, NGO), &s.sent.referral, CLOSING_TOLD, &s.err));
    assert_int_equal(s.err.code, E_OWE_02);
    assert_int_equal(owed_now(s.mission).count, 1);
    assert_false(exchange_owed_close(s.mission, world_address(s.w, NGO), &s.person, CLOSING_TOLD, &s.err));
    assert_int_equal(s.err.code, E_OWE_01);
    fixture_end(&s);
}

static void test_what_is_owed_to_another_agency_is_not_closed_with_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_revoke(s.w, MISSION, REVOKED_LEFT);
    fixture_settle(&s);
    assert_true(exchange_consent_withdraw(s.ngo, &(struct control_consent_withdraw_ask){.consent = s.consent}, &s.shown,
                                          &s.err));
    fixture_settle(&s);
    assert_false(exchange_owed_close(s.ngo, world_address(s.w, SHELTER), &s.consent, CLOSING_TOLD, &s.err));
    assert_int_equal(s.err.code, E_OWE_01);
    assert_int_equal(owed_now(s.ngo).count, 1);
    fixture_end(&s);
}

static void test_an_answer_to_an_agency_that_left_before_it(void **state)
{
    struct control_referral answered;
    struct fixture s;

    (void)state;
    begin(&s);
    world_revoke(s.w, NGO, REVOKED_LEFT);
    fixture_settle(&s);
    if (!exchange_referral_decline(s.mission, &s.sent.referral, DECLINE_AT_CAPACITY, (struct view){0}, &answered,
                                   &s.err))
        fail_msg("%s", s.err.text);
    assert_int_equal(answered.state, REFERRAL_DECLINED);
    assert_true(answered.by_hand);
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DECLINED);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED); /* nothing left for it */
    owed_assert_by_hand(&s, s.mission, OWED_REPLY, &s.sent.referral, NGO, REFERRAL_DECLINED);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    owed_assert_by_hand(&s, s.mission, OWED_REPLY, &s.sent.referral, NGO, REFERRAL_DECLINED);
    owed_assert_closes(&s, MISSION, NGO, &s.sent.referral, OWED_REPLY, CLOSING_TOLD);
    fixture_end(&s);
}

static void test_an_answer_reaches_an_agency_that_came_back(void **state)
{
    struct control_referral answered;
    struct fixture s;

    (void)state;
    begin(&s);
    world_revoke(s.w, NGO, REVOKED_LEFT);
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answered, &s.err));
    fixture_settle(&s);
    world_pardon(s.w, NGO);
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(owed_now(s.mission).count, 0);
    fixture_end(&s);
}

/* The agency itself: what it owes to members is a person's to tell, until it is a member again. */
static void test_what_an_agency_owes_that_was_revoked_itself(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_revoke(s.w, NGO, REVOKED_KEY_COMPROMISE);
    fixture_settle(&s);
    assert_true(exchange_consent_withdraw(
        s.ngo, &(struct control_consent_withdraw_ask){.consent = s.consent, .dry_run = true}, &s.shown, &s.err));
    assert_true(s.shown.by_hand);
    assert_true(exchange_consent_withdraw(s.ngo, &(struct control_consent_withdraw_ask){.consent = s.consent}, &s.shown,
                                          &s.err));
    fixture_settle(&s);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
    assert_true(s.shown.by_hand);
    assert_true(owed_now(s.ngo).last.cut_off);
    owed_assert_by_hand(&s, s.ngo, OWED_WITHDRAWAL, &s.consent, MISSION, CONSENT_STOP);
    owed_assert_closes(&s, NGO, MISSION, &s.consent, OWED_WITHDRAWAL, CLOSING_TOLD);
    fixture_end(&s);
}

static void test_what_an_agency_owes_that_was_taken_back(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_revoke(s.w, NGO, REVOKED_SUSPENDED);
    fixture_settle(&s);
    assert_true(exchange_consent_withdraw(s.ngo, &(struct control_consent_withdraw_ask){.consent = s.consent}, &s.shown,
                                          &s.err));
    fixture_settle(&s);
    owed_assert_by_hand(&s, s.ngo, OWED_WITHDRAWAL, &s.consent, MISSION, CONSENT_STOP);
    world_pardon(s.w, NGO);
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
    assert_int_equal(s.err.code, E_CON_05);
    assert_false(owed_now(s.ngo).count != 0 && owed_now(s.ngo).last.by_hand);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_withdrawal_for_an_agency_that_left),
        cmocka_unit_test(test_a_withdrawal_that_waits_for_an_agency_that_leaves),
        cmocka_unit_test(test_who_is_down_was_not_asked_yet),
        cmocka_unit_test(test_a_reply_for_an_agency_that_left),
        cmocka_unit_test(test_a_statement_for_an_agency_that_left),
        cmocka_unit_test(test_a_cancellation_for_an_agency_that_left),
        cmocka_unit_test(test_what_waited_is_withheld_when_it_is_closed),
        cmocka_unit_test(test_what_a_member_can_be_told_is_not_closed),
        cmocka_unit_test(test_what_is_owed_to_another_agency_is_not_closed_with_it),
        cmocka_unit_test(test_an_answer_to_an_agency_that_left_before_it),
        cmocka_unit_test(test_an_answer_reaches_an_agency_that_came_back),
        cmocka_unit_test(test_what_an_agency_owes_that_was_revoked_itself),
        cmocka_unit_test(test_what_an_agency_owes_that_was_taken_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
