/* What is owed to a member that refuses it without a receipt, for what does not pass: nobody's signed word. People are
 * shown it, and one may end it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "exchange/state.h"
#include "fixture.h"
#include "owed.h"
#include "store/message_store.h"

/* She was referred to the mission. */
static void begin(struct fixture *s)
{
    fixture_begin(s, 31, 3, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    fixture_deliver(s);
}

static unsigned envelopes; /* of the mission, since it was set */

static void on_frame(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)cookie;
    (void)to;
    (void)payload;
    envelopes += from == MISSION && kind == PEER_ENVELOPE;
}

/* The mission's answer, which does not reach the ngo. */
static void answer_in_vain(struct fixture *s)
{
    struct control_referral answered;

    begin(s);
    world_watch(s->w, on_frame, NULL);
    world_conditions(s->w)->drop = PEER_ENVELOPE;
    assert_true(exchange_referral_accept(s->mission, &s->sent.referral, (struct view){0}, &answered, &s->err));
    world_run_ms(s->w, MINUTES);
    assert_int_equal(owed_now(s->mission).count, 1);
    assert_false(owed_now(s->mission).last.by_hand);
}

static bool keep_waiting(void *cookie, const struct message_row *m, struct error *err)
{
    (void)err;
    *(struct message_row *)cookie = *m;
    return true;
}

/* The one message that node FROM has for TO. */
static struct message_row waiting_for(struct fixture *s, size_t from, size_t to)
{
    struct exchange *x = world_node(s->w, from);
    struct peer_row peer = people_peer(s->w, from, to);
    struct message_row m = {0};

    assert_true(message_store_walk_waiting(x->db, peer.number, 0, 10, keep_waiting, &m, &s->err));
    assert_int_not_equal(m.number, 0);
    return m;
}

/* Node AT says, in a frame that nobody signed, that it refuses what FROM has for it. */
static void refuse(struct fixture *s, size_t at, size_t from, struct peer_refusal refusal)
{
    struct bytes frame = {0};

    refusal.has_message = true;
    refusal.message = waiting_for(s, from, at).id;
    peer_refusal_encode(&refusal, &frame);
    assert_true(world_inject(s->w, at, from, PEER_REFUSAL, bytes_view(&frame)));
    world_tick(s->w, from);
    bytes_fini(&frame);
}

static bool keep_entry(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    (void)e;
    (void)err;
    *(struct record *)cookie = *r;
    return true;
}

static const struct peer_refusal of_another = {.step = STEP_ACTS, .reason = REFUSAL_OF_ANOTHER};
static const struct peer_refusal not_proven = {.step = STEP_ACTS, .reason = REFUSAL_NOT_PROVEN};

static void test_an_answer_that_a_member_refuses_for_good_stays_until_a_person_closes_it(void **state)
{
    struct control_audit_list_ask filter = {.log = LOG_EXCHANGE, .kind = RECORD_WITHHELD};
    struct record withheld = {0};
    struct owed_look l;
    struct fixture s;
    int64_t since;

    (void)state;
    answer_in_vain(&s);
    since = world_now(s.w);
    refuse(&s, NGO, MISSION, of_another);
    owed_assert_by_hand(&s, s.mission, OWED_REPLY, &s.sent.referral, NGO, REFERRAL_ACCEPTED);
    for (unsigned day = 1; day <= 4; day++) {
        envelopes = 0;
        world_run_ms(s.w, DAY_MS);
        world_publish(s.w);
        assert_true(envelopes > 0); /* tried on, daily at least */
        refuse(&s, NGO, MISSION, day % 2 != 0 ? not_proven : of_another);
    }
    fixture_restart(&s, MISSION);
    world_run_ms(s.w, MINUTES);
    owed_assert_by_hand(&s, s.mission, OWED_REPLY, &s.sent.referral, NGO, REFERRAL_ACCEPTED);
    l = owed_now(s.mission);
    assert_int_equal(l.last.refused_at, STEP_ACTS);
    assert_int_equal(l.last.refused_why, REFUSAL_OF_ANOTHER);
    assert_true(l.last.refused_ms >= since && l.last.refused_ms < since + MINUTES); /* the first time */
    assert_int_equal(people_records(s.mission, RECORD_SETTLED), 0);

    owed_assert_closes(&s, MISSION, NGO, &s.sent.referral, OWED_REPLY, CLOSING_TOLD);
    assert_true(exchange_audit_list(s.mission, &filter, NULL, keep_entry, &withheld, &s.err));
    assert_int_equal(withheld.withheld.reason, DENIAL_CLOSED);
    assert_int_equal(withheld.withheld.left, LEFT_PERHAPS);
    envelopes = 0;
    world_run_ms(s.w, 3 * DAY_MS);
    assert_int_equal(envelopes, 0);
    fixture_end(&s);
}

static void test_what_a_member_refused_for_good_and_takes_after_all_ends_as_always(void **state)
{
    struct fixture s;

    (void)state;
    answer_in_vain(&s);
    refuse(&s, NGO, MISSION, of_another);
    assert_true(owed_now(s.mission).last.by_hand);
    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, DAY_MS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(owed_now(s.mission).count, 0);
    assert_int_equal(people_records(s.mission, RECORD_SETTLED), 1);
    fixture_end(&s);
}

static void test_what_is_refused_for_a_reason_that_passes_is_not_closed(void **state)
{
    static const struct peer_refusal passing[] = {{.step = STEP_ACTS, .reason = REFUSAL_NOT_KNOWN_YET},
                                                  {.step = STEP_CONSENT, .hold = HOLD_NO_ROOM},
                                                  {.step = STEP_RECORD, .hold = HOLD_CLOCK},
                                                  {.step = STEP_ADDRESSED},
                                                  {.step = STEP_MEMBER, .hold = HOLD_THEIR_DIRECTORY},
                                                  {.step = STEP_MEMBER},
                                                  {.step = STEP_CHECKPOINT},
                                                  {.step = STEP_OPENS}};
    struct fixture s;

    (void)state;
    answer_in_vain(&s);
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        refuse(&s, NGO, MISSION, of_another);
        assert_true(owed_now(s.mission).last.by_hand);
        refuse(&s, NGO, MISSION, passing[i]); /* its last word counts */
        assert_false(owed_now(s.mission).last.by_hand);
        assert_int_equal(owed_now(s.mission).last.refused_at, 0);
        assert_false(exchange_owed_close(s.mission, world_address(s.w, NGO), &s.sent.referral, CLOSING_TOLD, &s.err));
        assert_int_equal(s.err.code, E_OWE_02);
    }
    fixture_end(&s);
}

/* In turn for good and for a reason that passes: one who lies may say so as often as the wire carries it. */
static void test_that_it_is_refused_is_told_once(void **state)
{
    static const struct peer_refusal no_step = {.step = STEP_ACTS, .reason = REFUSAL_NO_STEP};
    static const struct peer_refusal passes = {.step = STEP_MEMBER, .hold = HOLD_CLOCK};
    struct fixture s;

    (void)state;
    answer_in_vain(&s);
    for (int i = 0; i < 5; i++) {
        refuse(&s, NGO, MISSION, no_step);
        assert_int_equal(owed_now(s.mission).last.refused_at, STEP_ACTS);
        refuse(&s, NGO, MISSION, passes);
        assert_int_equal(owed_now(s.mission).last.refused_at, 0);
    }
    assert_int_equal(people_records(s.mission, RECORD_ANSWER_REFUSED), 1);
    fixture_end(&s);
}

static void test_what_can_never_be_read_there_is_told_by_a_person(void **state)
{
    static const enum admission_step steps[] = {STEP_CONTENT, STEP_RECORD};
    struct fixture s;

    (void)state;
    answer_in_vain(&s);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        refuse(&s, NGO, MISSION, (struct peer_refusal){.step = steps[i]});
        assert_true(owed_now(s.mission).last.by_hand);
        assert_int_equal(owed_now(s.mission).last.refused_at, steps[i]);
    }
    world_revoke(s.w, NGO, REVOKED_LEFT);
    world_run_ms(s.w, MINUTES);
    assert_true(owed_now(s.mission).last.by_hand);
    assert_int_equal(owed_now(s.mission).last.refused_at, 0); /* it is no member: that is why */
    fixture_end(&s);
}

/* What the ngo's database says of its own message is another one: the true node refuses the answer to it. */
static void test_an_answer_to_a_referral_that_was_changed_there_is_told_by_a_person(void **state)
{
    struct control_referral answered;
    struct owed_look l;
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_edit(&s, NGO, "UPDATE message SET id = zeroblob(16) WHERE direction = 1 AND kind = 1");
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answered, &s.err));
    world_run_ms(s.w, MINUTES);
    l = owed_now(s.mission);
    assert_true(l.last.by_hand);
    assert_int_equal(l.last.refused_why, REFUSAL_OF_ANOTHER);
    owed_assert_closes(&s, MISSION, NGO, &s.sent.referral, OWED_REPLY, CLOSING_NOBODY_LEFT);
    fixture_end(&s);
}

static void test_a_statement_that_a_member_refuses_for_good_is_told_by_a_person(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(exchange_consent_withdraw(s.ngo, &(struct control_consent_withdraw_ask){.consent = s.consent}, &s.shown,
                                          &s.err));
    fixture_settle(&s);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    world_run_ms(s.w, 4 * DAY_MS);
    refuse(&s, NGO, MISSION, not_proven);
    owed_assert_by_hand(&s, s.mission, OWED_STATEMENT, &s.consent, NGO, CONSENT_ERASE);
    owed_assert_closes(&s, MISSION, NGO, &s.consent, OWED_STATEMENT, CLOSING_TOLD);
    fixture_end(&s);
}

static void test_a_withdrawal_that_a_member_refuses_for_good_is_told_by_a_person(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    assert_true(exchange_consent_withdraw(s.ngo, &(struct control_consent_withdraw_ask){.consent = s.consent}, &s.shown,
                                          &s.err));
    world_run_ms(s.w, MINUTES);
    refuse(&s, MISSION, NGO, not_proven);
    owed_assert_by_hand(&s, s.ngo, OWED_WITHDRAWAL, &s.consent, MISSION, CONSENT_STOP);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
    assert_true(s.shown.by_hand);
    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, 10 * MINUTES); /* it has arrived: what was said before counts no more */
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_STOPPED);
    assert_int_equal(owed_now(s.ngo).count, 1);
    assert_false(owed_now(s.ngo).last.by_hand);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    assert_true(exchange_consent_withdraw(
        s.ngo,
        &(struct control_consent_withdraw_ask){.consent = s.consent, .erase_now = true, .seen_alone = SEEN_ALONE},
        &s.shown, &s.err));
    world_run_ms(s.w, MINUTES);
    refuse(&s, MISSION, NGO, not_proven);
    owed_assert_by_hand(&s, s.ngo, OWED_WITHDRAWAL, &s.consent, MISSION, CONSENT_ERASE);
    owed_assert_closes(&s, NGO, MISSION, &s.consent, OWED_WITHDRAWAL, CLOSING_TOLD);
    fixture_end(&s);
}

static void test_what_was_refused_of_a_stop_is_not_said_of_the_erasure(void **state)
{
    struct control_consent_withdraw_ask ask = {.erase_now = true, .seen_alone = SEEN_ALONE};
    struct fixture s;

    (void)state;
    begin(&s);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    assert_true(exchange_consent_withdraw(s.ngo, &(struct control_consent_withdraw_ask){.consent = s.consent}, &s.shown,
                                          &s.err));
    world_run_ms(s.w, MINUTES);
    refuse(&s, MISSION, NGO, not_proven);
    assert_true(owed_now(s.ngo).last.by_hand);
    ask.consent = s.consent;
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &s.shown, &s.err));
    world_run_ms(s.w, MINUTES);
    assert_int_equal(owed_now(s.ngo).last.step, CONSENT_ERASE);
    assert_false(owed_now(s.ngo).last.by_hand);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_that_a_member_refuses_for_good_stays_until_a_person_closes_it),
        cmocka_unit_test(test_what_a_member_refused_for_good_and_takes_after_all_ends_as_always),
        cmocka_unit_test(test_what_is_refused_for_a_reason_that_passes_is_not_closed),
        cmocka_unit_test(test_that_it_is_refused_is_told_once),
        cmocka_unit_test(test_what_can_never_be_read_there_is_told_by_a_person),
        cmocka_unit_test(test_an_answer_to_a_referral_that_was_changed_there_is_told_by_a_person),
        cmocka_unit_test(test_a_statement_that_a_member_refuses_for_good_is_told_by_a_person),
        cmocka_unit_test(test_a_withdrawal_that_a_member_refuses_for_good_is_told_by_a_person),
        cmocka_unit_test(test_what_was_refused_of_a_stop_is_not_said_of_the_erasure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
