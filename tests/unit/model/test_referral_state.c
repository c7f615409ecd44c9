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

/* What may happen, a second time, on purpose: each other step is refused. */
static const struct {
    enum referral_state from;
    enum referral_event event;
    enum referral_actor who;
    enum referral_state to;
} allowed[] = {
    {REFERRAL_NONE, EVENT_MADE, ACTOR_REFERRER, REFERRAL_SAVED},
    {REFERRAL_NONE, EVENT_CAME, ACTOR_REFERRER, REFERRAL_DELIVERED},
    {REFERRAL_SAVED, EVENT_RELEASED, ACTOR_REFERRER, REFERRAL_WAITING},
    {REFERRAL_SAVED, EVENT_WITHHELD, ACTOR_REFERRER, REFERRAL_STOPPED},
    {REFERRAL_SAVED, EVENT_EXPIRED, ACTOR_REFERRER, REFERRAL_EXPIRED},
    {REFERRAL_SAVED, EVENT_RECEIPTED, ACTOR_RECIPIENT, REFERRAL_DELIVERED},
    {REFERRAL_SAVED, EVENT_REFUSED, ACTOR_RECIPIENT, REFERRAL_REFUSED},
    {REFERRAL_DELIVERED, EVENT_ACKNOWLEDGED, ACTOR_RECIPIENT, REFERRAL_ACKNOWLEDGED},
    {REFERRAL_DELIVERED, EVENT_WAITLISTED, ACTOR_RECIPIENT, REFERRAL_WAITLISTED},
    {REFERRAL_DELIVERED, EVENT_ACCEPTED, ACTOR_RECIPIENT, REFERRAL_ACCEPTED},
    {REFERRAL_DELIVERED, EVENT_DECLINED, ACTOR_RECIPIENT, REFERRAL_DECLINED},
    {REFERRAL_ACKNOWLEDGED, EVENT_WAITLISTED, ACTOR_RECIPIENT, REFERRAL_WAITLISTED},
    {REFERRAL_ACKNOWLEDGED, EVENT_ACCEPTED, ACTOR_RECIPIENT, REFERRAL_ACCEPTED},
    {REFERRAL_ACKNOWLEDGED, EVENT_DECLINED, ACTOR_RECIPIENT, REFERRAL_DECLINED},
    {REFERRAL_WAITLISTED, EVENT_WAITLISTED, ACTOR_RECIPIENT, REFERRAL_WAITLISTED},
    {REFERRAL_WAITLISTED, EVENT_ACCEPTED, ACTOR_RECIPIENT, REFERRAL_ACCEPTED},
    {REFERRAL_WAITLISTED, EVENT_DECLINED, ACTOR_RECIPIENT, REFERRAL_DECLINED},
};

static enum referral_state expected(enum referral_state from, enum referral_event event, enum referral_actor who)
{
    if (who == ACTOR_TAKER && from != REFERRAL_NONE && event == EVENT_STOPPED)
        return REFERRAL_STOPPED;
    if (who == ACTOR_TAKER && from != REFERRAL_NONE && event == EVENT_ERASED)
        return REFERRAL_ERASED;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        if (allowed[i].from == from && allowed[i].event == event && allowed[i].who == who)
            return allowed[i].to;
    return REFERRAL_NONE;
}

static void test_each_step_is_as_it_is_said_or_refused(void **state)
{
    (void)state;
    for (int from = REFERRAL_NONE; from <= REFERRAL_STATE_END; from++)
        for (int event = 0; event <= EVENT_ERASED + 1; event++)
            for (int who = 0; who <= ACTOR_TAKER + 1; who++) {
                enum referral_state is = after(from, event, who);

                if (is != expected(from, event, who))
                    fail_msg("%s, event %d, by %d: %s", referral_state_name(from), event, who, referral_state_name(is));
            }
}

static bool is_one_of(enum referral_state s, const enum referral_state *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (all[i] == s)
            return true;
    return false;
}

static const enum referral_state answers[] = {REFERRAL_ACKNOWLEDGED, REFERRAL_ACCEPTED, REFERRAL_WAITLISTED,
                                              REFERRAL_DECLINED};
#define IS_ANSWER(s) is_one_of((s), answers, sizeof answers / sizeof *answers)

/* Those between may be under way: which of two is newer is asked of their numbers. */
static void test_who_refers_takes_any_answer_until_it_ended_here(void **state)
{
    (void)state;
    for (int from = REFERRAL_NONE; from < REFERRAL_STATE_END; from++)
        for (int told = REFERRAL_NONE; told <= REFERRAL_STATE_END; told++) {
            enum referral_state s = from;
            bool ended = from == REFERRAL_NONE || from == REFERRAL_STOPPED || from == REFERRAL_ERASED;

            assert_int_equal(referral_state_adopt(&s, told), !ended && IS_ANSWER(told));
            assert_int_equal(s, !ended && IS_ANSWER(told) ? told : from);
        }
}

static void test_an_answer_says_what_goes_with_it(void **state)
{
    (void)state;
    for (int s = REFERRAL_NONE; s <= REFERRAL_STATE_END; s++)
        for (unsigned parts = 0; parts < 32; parts++) {
            unsigned must = s == REFERRAL_DECLINED ? ANSWER_REASON : s == REFERRAL_WAITLISTED ? ANSWER_TIME : 0;
            unsigned may = s == REFERRAL_ACCEPTED ? ANSWER_DESK : 0;

            assert_int_equal(referral_state_carries(s, parts), IS_ANSWER(s) && (parts & ~may) == (must | ANSWER_STATE));
        }
}

static void test_each_answer_has_its_event(void **state)
{
    (void)state;
    for (int s = REFERRAL_NONE; s <= REFERRAL_STATE_END; s++) {
        enum referral_event event = referral_state_event(s);

        assert_int_equal(event != 0, IS_ANSWER(s));
        assert_int_equal(referral_state_is_answer(s), IS_ANSWER(s));
        if (event != 0)
            assert_int_equal(after(REFERRAL_DELIVERED, event, ACTOR_RECIPIENT), s);
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

static void test_each_state_is_of_one_stage(void **state)
{
    (void)state;
    for (int s = REFERRAL_NONE; s <= REFERRAL_STATE_END; s++) {
        bool unanswered =
            s == REFERRAL_SAVED || s == REFERRAL_WAITING || s == REFERRAL_DELIVERED || s == REFERRAL_ACKNOWLEDGED;

        assert_int_equal(referral_state_is_unanswered(s), unanswered);
        assert_int_equal(referral_state_is_open(s), unanswered || s == REFERRAL_WAITLISTED);
        assert_int_equal(referral_state_is_accepted(s), s == REFERRAL_ACCEPTED);
        assert_int_equal(referral_state_has_ended(s),
                         !unanswered && s != REFERRAL_WAITLISTED && s != REFERRAL_ACCEPTED);
    }
}

static void test_each_state_that_is_set_says_to_people_what_it_is(void **state)
{
    bool set[REFERRAL_STATE_END] = {0};

    (void)state;
    for (int from = REFERRAL_NONE; from < REFERRAL_STATE_END; from++)
        for (int event = EVENT_MADE; event <= EVENT_ERASED; event++)
            for (int who = ACTOR_REFERRER; who <= ACTOR_TAKER; who++) {
                enum referral_state s = from;

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
        cmocka_unit_test(test_each_step_is_as_it_is_said_or_refused),
        cmocka_unit_test(test_who_refers_takes_any_answer_until_it_ended_here),
        cmocka_unit_test(test_an_answer_says_what_goes_with_it),
        cmocka_unit_test(test_each_answer_has_its_event),
        cmocka_unit_test(test_nothing_is_answered_after_the_consent_ended),
        cmocka_unit_test(test_whatever_there_is_can_be_stopped_and_erased),
        cmocka_unit_test(test_a_step_that_is_no_row_changes_nothing),
        cmocka_unit_test(test_each_state_is_of_one_stage),
        cmocka_unit_test(test_each_state_that_is_set_says_to_people_what_it_is),
        cmocka_unit_test(test_flags_of_kinds_hold_what_is_built),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
