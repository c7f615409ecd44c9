#include "model/message_kind.h"
#include "model/referral_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum referral_state after(enum referral_state from, enum referral_event event, enum referral_actor who)
{
    enum referral_state s = from;

    return referral_state_step(&s, event, who) ? s : REFERRAL_NONE;
}

static void test_the_first_answer_counts(void **state)
{
    (void)state;
    assert_int_equal(after(REFERRAL_SAVED, EVENT_ACCEPTED, ACTOR_RECIPIENT), REFERRAL_ACCEPTED);
    assert_int_equal(after(REFERRAL_DELIVERED, EVENT_DECLINED, ACTOR_RECIPIENT), REFERRAL_DECLINED);
    assert_int_equal(after(REFERRAL_ACCEPTED, EVENT_DECLINED, ACTOR_RECIPIENT), REFERRAL_NONE);
    assert_int_equal(after(REFERRAL_DECLINED, EVENT_ACCEPTED, ACTOR_RECIPIENT), REFERRAL_NONE);
}

static void test_only_the_agency_that_was_asked_answers(void **state)
{
    (void)state;
    for (int s = REFERRAL_NONE; s < REFERRAL_STATE_END; s++) {
        assert_int_equal(after((enum referral_state)s, EVENT_ACCEPTED, ACTOR_REFERRER), REFERRAL_NONE);
        assert_int_equal(after((enum referral_state)s, EVENT_DECLINED, ACTOR_REFERRER), REFERRAL_NONE);
        assert_int_equal(after((enum referral_state)s, EVENT_ACCEPTED, ACTOR_TAKER), REFERRAL_NONE);
    }
}

static void test_nothing_is_answered_after_the_consent_ended(void **state)
{
    (void)state;
    for (int e = EVENT_MADE; e < EVENT_STOPPED; e++)
        for (int who = ACTOR_REFERRER; who <= ACTOR_TAKER; who++) {
            assert_int_equal(after(REFERRAL_STOPPED, (enum referral_event)e, (enum referral_actor)who), REFERRAL_NONE);
            assert_int_equal(after(REFERRAL_ERASED, (enum referral_event)e, (enum referral_actor)who), REFERRAL_NONE);
        }
}

static void test_whatever_there_is_can_be_stopped_and_erased(void **state)
{
    (void)state;
    for (int s = REFERRAL_NONE + 1; s < REFERRAL_STATE_END; s++) {
        assert_int_equal(after((enum referral_state)s, EVENT_STOPPED, ACTOR_TAKER), REFERRAL_STOPPED);
        assert_int_equal(after((enum referral_state)s, EVENT_ERASED, ACTOR_TAKER), REFERRAL_ERASED);
        assert_int_equal(after((enum referral_state)s, EVENT_STOPPED, ACTOR_RECIPIENT), REFERRAL_NONE);
    }
    assert_int_equal(after(REFERRAL_NONE, EVENT_STOPPED, ACTOR_TAKER), REFERRAL_NONE);
}

static void test_a_step_that_is_no_row_changes_nothing(void **state)
{
    enum referral_state s = REFERRAL_ACCEPTED;

    (void)state;
    assert_false(referral_state_step(&s, EVENT_RECEIPTED, ACTOR_RECIPIENT));
    assert_int_equal(s, REFERRAL_ACCEPTED);
}

static void test_only_what_waits_for_an_answer_is_open(void **state)
{
    (void)state;
    for (int s = REFERRAL_NONE; s <= REFERRAL_STATE_END; s++)
        assert_int_equal(referral_state_is_open((enum referral_state)s),
                         s == REFERRAL_SAVED || s == REFERRAL_WAITING || s == REFERRAL_DELIVERED);
}

static void test_each_state_that_is_set_says_to_people_what_it_is(void **state)
{
    bool set[REFERRAL_STATE_END] = {0};

    (void)state;
    for (int from = REFERRAL_NONE; from < REFERRAL_STATE_END; from++)
        for (int event = EVENT_MADE; event <= EVENT_ERASED; event++)
            for (int who = ACTOR_REFERRER; who <= ACTOR_TAKER; who++) {
                enum referral_state s = (enum referral_state)from;

                if (referral_state_step(&s, (enum referral_event)event, (enum referral_actor)who))
                    set[s] = true;
            }
    for (int s = REFERRAL_NONE; s < REFERRAL_STATE_END; s++)
        assert_int_equal(referral_state_says((enum referral_state)s)[0] != '\0', set[s]);
}

static void test_flags_of_kinds_hold_what_is_built(void **state)
{
    (void)state;
    for (int k = 0; k <= MESSAGE_KIND_END; k++) {
        enum message_kind kind = (enum message_kind)k;
        bool about_consent = k == MESSAGE_WITHDRAWAL || k == MESSAGE_ERASURE_STATEMENT;
        bool is_kind = k > 0 && k < MESSAGE_KIND_END;

        assert_int_equal(message_kind_has(kind, KIND_PASSES_TO_CUT_OFF), about_consent || k == MESSAGE_CORRECTION);
        assert_int_equal(message_kind_has(kind, KIND_PERMISSION),
                         message_kind_has(kind, KIND_BEGINS) || k == MESSAGE_RELEASE || k == MESSAGE_UPDATE ||
                             k == MESSAGE_CORRECTION || k == MESSAGE_ATTACHMENT_PART);
        assert_true(message_kind_needs_permission(kind, true));
        assert_int_equal(message_kind_needs_permission(kind, false), message_kind_has(kind, KIND_PERMISSION));
        assert_int_equal(message_kind_is_of_referral(kind), is_kind && !about_consent);
        if (!is_kind || k <= MESSAGE_ATTACHMENT_PART) /* of a later one its row alone says it */
            assert_int_equal(message_kind_has(kind, KIND_SECTIONS),
                             is_kind && k != MESSAGE_INQUIRY && k != MESSAGE_NOTIFICATION);
        assert_int_equal(message_kind_has(kind, KIND_OWED), about_consent || k == MESSAGE_REPLY || k == MESSAGE_CANCEL);
        assert_false(message_kind_has(kind, KIND_OWED) && message_kind_has(kind, KIND_PERMISSION));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_answer_counts),
        cmocka_unit_test(test_only_the_agency_that_was_asked_answers),
        cmocka_unit_test(test_nothing_is_answered_after_the_consent_ended),
        cmocka_unit_test(test_whatever_there_is_can_be_stopped_and_erased),
        cmocka_unit_test(test_a_step_that_is_no_row_changes_nothing),
        cmocka_unit_test(test_only_what_waits_for_an_answer_is_open),
        cmocka_unit_test(test_each_state_that_is_set_says_to_people_what_it_is),
        cmocka_unit_test(test_flags_of_kinds_hold_what_is_built),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
