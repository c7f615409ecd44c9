#include "model/message_kind.h"
#include "model/referral_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
    {REFERRAL_DELIVERED, EVENT_OPENED, ACTOR_RECIPIENT, REFERRAL_OPENED},
    {REFERRAL_DELIVERED, EVENT_ACKNOWLEDGED, ACTOR_RECIPIENT, REFERRAL_ACKNOWLEDGED},
    {REFERRAL_OPENED, EVENT_ACKNOWLEDGED, ACTOR_RECIPIENT, REFERRAL_ACKNOWLEDGED},
    {REFERRAL_DELIVERED, EVENT_WAITLISTED, ACTOR_RECIPIENT, REFERRAL_WAITLISTED},
    {REFERRAL_OPENED, EVENT_WAITLISTED, ACTOR_RECIPIENT, REFERRAL_WAITLISTED},
    {REFERRAL_ACKNOWLEDGED, EVENT_WAITLISTED, ACTOR_RECIPIENT, REFERRAL_WAITLISTED},
    {REFERRAL_WAITLISTED, EVENT_WAITLISTED, ACTOR_RECIPIENT, REFERRAL_WAITLISTED},
    {REFERRAL_INFO_REQUESTED, EVENT_WAITLISTED, ACTOR_RECIPIENT, REFERRAL_WAITLISTED},
    {REFERRAL_DELIVERED, EVENT_ASKED, ACTOR_RECIPIENT, REFERRAL_INFO_REQUESTED},
    {REFERRAL_OPENED, EVENT_ASKED, ACTOR_RECIPIENT, REFERRAL_INFO_REQUESTED},
    {REFERRAL_ACKNOWLEDGED, EVENT_ASKED, ACTOR_RECIPIENT, REFERRAL_INFO_REQUESTED},
    {REFERRAL_WAITLISTED, EVENT_ASKED, ACTOR_RECIPIENT, REFERRAL_INFO_REQUESTED},
    {REFERRAL_INFO_REQUESTED, EVENT_ASKED, ACTOR_RECIPIENT, REFERRAL_INFO_REQUESTED},
    {REFERRAL_DELIVERED, EVENT_ACCEPTED, ACTOR_RECIPIENT, REFERRAL_ACCEPTED},
    {REFERRAL_OPENED, EVENT_ACCEPTED, ACTOR_RECIPIENT, REFERRAL_ACCEPTED},
    {REFERRAL_ACKNOWLEDGED, EVENT_ACCEPTED, ACTOR_RECIPIENT, REFERRAL_ACCEPTED},
    {REFERRAL_WAITLISTED, EVENT_ACCEPTED, ACTOR_RECIPIENT, REFERRAL_ACCEPTED},
    {REFERRAL_INFO_REQUESTED, EVENT_ACCEPTED, ACTOR_RECIPIENT, REFERRAL_ACCEPTED},
    {REFERRAL_DELIVERED, EVENT_DECLINED, ACTOR_RECIPIENT, REFERRAL_DECLINED},
    {REFERRAL_OPENED, EVENT_DECLINED, ACTOR_RECIPIENT, REFERRAL_DECLINED},
    {REFERRAL_ACKNOWLEDGED, EVENT_DECLINED, ACTOR_RECIPIENT, REFERRAL_DECLINED},
    {REFERRAL_WAITLISTED, EVENT_DECLINED, ACTOR_RECIPIENT, REFERRAL_DECLINED},
    {REFERRAL_INFO_REQUESTED, EVENT_DECLINED, ACTOR_RECIPIENT, REFERRAL_DECLINED},
    {REFERRAL_INFO_REQUESTED, EVENT_UPDATED, ACTOR_REFERRER, REFERRAL_ACKNOWLEDGED},
    {REFERRAL_ACCEPTED, EVENT_EXPECTED, ACTOR_RECIPIENT, REFERRAL_EXPECTED},
    {REFERRAL_EXPECTED, EVENT_EXPECTED, ACTOR_RECIPIENT, REFERRAL_EXPECTED},
    {REFERRAL_NOT_FOUND, EVENT_EXPECTED, ACTOR_RECIPIENT, REFERRAL_EXPECTED},
    {REFERRAL_ACCEPTED, EVENT_ARRIVED, ACTOR_RECIPIENT, REFERRAL_ARRIVED},
    {REFERRAL_EXPECTED, EVENT_ARRIVED, ACTOR_RECIPIENT, REFERRAL_ARRIVED},
    {REFERRAL_NOT_FOUND, EVENT_ARRIVED, ACTOR_RECIPIENT, REFERRAL_ARRIVED},
    {REFERRAL_CANCEL_ASKED, EVENT_ARRIVED, ACTOR_RECIPIENT, REFERRAL_ARRIVED},
    {REFERRAL_GIVE_BACK_ASKED, EVENT_ARRIVED, ACTOR_RECIPIENT, REFERRAL_ARRIVED},
    {REFERRAL_EXPECTED, EVENT_NOT_FOUND, ACTOR_RECIPIENT, REFERRAL_NOT_FOUND},
    {REFERRAL_EXPECTED, EVENT_EXPECTED, ACTOR_REFERRER, REFERRAL_EXPECTED},
    {REFERRAL_NOT_FOUND, EVENT_EXPECTED, ACTOR_REFERRER, REFERRAL_EXPECTED},
    {REFERRAL_EXPECTED, EVENT_ARRIVED, ACTOR_REFERRER, REFERRAL_ARRIVED},
    {REFERRAL_NOT_FOUND, EVENT_ARRIVED, ACTOR_REFERRER, REFERRAL_ARRIVED},
    {REFERRAL_GIVE_BACK_ASKED, EVENT_ARRIVED, ACTOR_REFERRER, REFERRAL_ARRIVED},
    {REFERRAL_ARRIVED, EVENT_TAKEN_BACK, ACTOR_REFERRER, REFERRAL_EXPECTED},
    {REFERRAL_ARRIVED, EVENT_TAKEN_BACK, ACTOR_RECIPIENT, REFERRAL_EXPECTED},
    {REFERRAL_EXPECTED, EVENT_NOT_FOUND, ACTOR_REFERRER, REFERRAL_NOT_FOUND},
    {REFERRAL_NOT_FOUND, EVENT_CLOSED, ACTOR_REFERRER, REFERRAL_CLOSED},
    {REFERRAL_ACCEPTED, EVENT_PROGRESSED, ACTOR_RECIPIENT, REFERRAL_IN_PROGRESS},
    {REFERRAL_EXPECTED, EVENT_PROGRESSED, ACTOR_RECIPIENT, REFERRAL_IN_PROGRESS},
    {REFERRAL_ARRIVED, EVENT_PROGRESSED, ACTOR_RECIPIENT, REFERRAL_IN_PROGRESS},
    {REFERRAL_IN_PROGRESS, EVENT_PROGRESSED, ACTOR_RECIPIENT, REFERRAL_IN_PROGRESS},
    {REFERRAL_ACCEPTED, EVENT_FINISHED, ACTOR_RECIPIENT, REFERRAL_FINISHED},
    {REFERRAL_EXPECTED, EVENT_FINISHED, ACTOR_RECIPIENT, REFERRAL_FINISHED},
    {REFERRAL_ARRIVED, EVENT_FINISHED, ACTOR_RECIPIENT, REFERRAL_FINISHED},
    {REFERRAL_IN_PROGRESS, EVENT_FINISHED, ACTOR_RECIPIENT, REFERRAL_FINISHED},
    {REFERRAL_CANCEL_ASKED, EVENT_FINISHED, ACTOR_RECIPIENT, REFERRAL_FINISHED},
    {REFERRAL_NOT_FOUND, EVENT_CLOSED, ACTOR_RECIPIENT, REFERRAL_CLOSED},
    {REFERRAL_FINISHED, EVENT_CLOSED, ACTOR_RECIPIENT, REFERRAL_CLOSED},
    {REFERRAL_ACCEPTED, EVENT_GIVEN_BACK, ACTOR_RECIPIENT, REFERRAL_GIVEN_BACK},
    {REFERRAL_EXPECTED, EVENT_GIVEN_BACK, ACTOR_RECIPIENT, REFERRAL_GIVEN_BACK},
    {REFERRAL_EXPECTED, EVENT_GIVE_BACK_ASKED, ACTOR_RECIPIENT, REFERRAL_GIVE_BACK_ASKED},
    {REFERRAL_SAVED, EVENT_RECALLED, ACTOR_REFERRER, REFERRAL_CANCELLED},
    {REFERRAL_SAVED, EVENT_CANCEL_ASKED, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_OPENED, EVENT_CANCEL_ASKED, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_ACKNOWLEDGED, EVENT_CANCEL_ASKED, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_WAITLISTED, EVENT_CANCEL_ASKED, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_INFO_REQUESTED, EVENT_CANCEL_ASKED, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_ACCEPTED, EVENT_CANCEL_ASKED, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_EXPECTED, EVENT_CANCEL_ASKED, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_IN_PROGRESS, EVENT_CANCEL_ASKED, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_GIVE_BACK_ASKED, EVENT_CANCEL_ASKED, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_SAVED, EVENT_NOT_NEEDED, ACTOR_REFERRER, REFERRAL_CANCELLED},
    {REFERRAL_DECLINED, EVENT_NOT_NEEDED, ACTOR_REFERRER, REFERRAL_CANCELLED},
    {REFERRAL_GIVEN_BACK, EVENT_NOT_NEEDED, ACTOR_REFERRER, REFERRAL_CANCELLED},
    {REFERRAL_DELIVERED, EVENT_CANCEL_CAME, ACTOR_REFERRER, REFERRAL_CANCELLED},
    {REFERRAL_OPENED, EVENT_CANCEL_CAME, ACTOR_REFERRER, REFERRAL_CANCELLED},
    {REFERRAL_ACKNOWLEDGED, EVENT_CANCEL_CAME, ACTOR_REFERRER, REFERRAL_CANCELLED},
    {REFERRAL_WAITLISTED, EVENT_CANCEL_CAME, ACTOR_REFERRER, REFERRAL_CANCELLED},
    {REFERRAL_INFO_REQUESTED, EVENT_CANCEL_CAME, ACTOR_REFERRER, REFERRAL_CANCELLED},
    {REFERRAL_ACCEPTED, EVENT_CANCEL_CAME, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_EXPECTED, EVENT_CANCEL_CAME, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_IN_PROGRESS, EVENT_CANCEL_CAME, ACTOR_REFERRER, REFERRAL_CANCEL_ASKED},
    {REFERRAL_GIVE_BACK_ASKED, EVENT_CANCEL_CAME, ACTOR_REFERRER, REFERRAL_GIVEN_BACK},
    {REFERRAL_CANCEL_ASKED, EVENT_CANCEL_CONFIRMED, ACTOR_RECIPIENT, REFERRAL_CANCELLED},
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

/* What each answer must say beside its state, and what it may, a second time. */
static const struct {
    enum referral_state state;
    unsigned must;
    unsigned may;
} answers[] = {
    {REFERRAL_OPENED, ANSWER_TIME, 0},
    {REFERRAL_ACKNOWLEDGED, 0, ANSWER_DUE},
    {REFERRAL_ACCEPTED, 0, ANSWER_DESK | ANSWER_DUE},
    {REFERRAL_WAITLISTED, ANSWER_TIME, 0},
    {REFERRAL_INFO_REQUESTED, ANSWER_TIME | ANSWER_ASKED, 0},
    {REFERRAL_DECLINED, ANSWER_REASON, 0},
    {REFERRAL_IN_PROGRESS, ANSWER_PROGRESS, ANSWER_TIME | ANSWER_DUE},
    {REFERRAL_FINISHED, ANSWER_OUTCOME, 0},
    {REFERRAL_CLOSED, 0, ANSWER_CHECKED | ANSWER_OUTCOME},
    {REFERRAL_CANCEL_ASKED, 0, ANSWER_DUE},
    {REFERRAL_CANCELLED, 0, 0},
    {REFERRAL_EXPECTED, ANSWER_TIME, ANSWER_DESK | ANSWER_BROUGHT},
    {REFERRAL_ARRIVED, 0, ANSWER_DUE},
    {REFERRAL_NOT_FOUND, 0, 0},
    {REFERRAL_GIVEN_BACK, ANSWER_REASON, 0},
    {REFERRAL_GIVE_BACK_ASKED, ANSWER_REASON, ANSWER_DUE},
};
#define ANSWERS (sizeof answers / sizeof answers[0])

static size_t answer_of(enum referral_state s)
{
    size_t i = 0;

    while (i < ANSWERS && answers[i].state != s)
        i++;
    return i;
}
#define IS_ANSWER(s) (answer_of(s) < ANSWERS)

/* Those between may be under way: which of two is newer is asked of their numbers. What a cancellation still meets
 * there does not end that it is asked. */
static void test_who_refers_takes_any_answer_until_it_ended_here(void **state)
{
    (void)state;
    for (int from = REFERRAL_NONE; from < REFERRAL_STATE_END; from++)
        for (int told = REFERRAL_NONE; told <= REFERRAL_STATE_END; told++) {
            enum referral_state s = from;
            bool ended = from == REFERRAL_NONE || from == REFERRAL_STOPPED || from == REFERRAL_ERASED;
            bool stays =
                (from == REFERRAL_CANCEL_ASKED && expected(told, EVENT_CANCEL_CAME, ACTOR_REFERRER) != REFERRAL_NONE) ||
                (from == REFERRAL_ARRIVED && expected(told, EVENT_ARRIVED, ACTOR_REFERRER) != REFERRAL_NONE);

            assert_int_equal(referral_state_adopt(&s, told), !ended && IS_ANSWER(told));
            assert_int_equal(s, !ended && !stays && IS_ANSWER(told) ? told : from);
        }
}

/* Whether one answer leads from a state to another, as the table that is written here a second time says. */
static bool leads(enum referral_state from, enum referral_state to, bool cancelled, bool updated)
{
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        enum referral_event event = allowed[i].event;
        bool is_here = event == EVENT_CANCEL_ASKED || event == EVENT_RECALLED;
        bool said = allowed[i].who == ACTOR_RECIPIENT || (event == EVENT_CANCEL_CAME ? cancelled : updated && !is_here);

        if (allowed[i].from == from && allowed[i].to == to && IS_ANSWER(to) && said)
            return true;
    }
    return false;
}

static bool is_led_to(enum referral_state told, uint32_t between, enum referral_state from, bool cancelled,
                      bool updated)
{
    if (between == 0)
        return told == REFERRAL_NONE ? from == REFERRAL_DELIVERED || from == REFERRAL_OPENED : told == from;
    for (int last = REFERRAL_NONE; last < REFERRAL_STATE_END; last++)
        if (leads(last, from, cancelled, updated) && is_led_to(told, between - 1, last, cancelled, updated))
            return true;
    return false;
}

/* One answer for each step, neither more nor fewer; and of what only the agency that refers can say, none where it did
 * not. */
static void test_an_answer_follows_from_the_ones_before(void **state)
{
    (void)state;
    for (int told = REFERRAL_NONE; told < REFERRAL_STATE_END; told++)
        for (uint32_t between = 0; between <= 3; between++)
            for (int from = REFERRAL_NONE; from <= REFERRAL_STATE_END; from++)
                for (int said = 0; said < 4; said++) {
                    bool led = is_led_to(told, between, from, said & 1, said & 2);

                    for (int to = REFERRAL_NONE; to <= REFERRAL_STATE_END; to++) {
                        const struct answer_claim c = {.told = told,
                                                       .between = between,
                                                       .from = from,
                                                       .state = to,
                                                       .has_cancelled = said & 1,
                                                       .has_updated = said & 2};

                        assert_int_equal(referral_state_leads(&c), led && leads(from, to, said & 1, said & 2));
                    }
                }
}

static void test_of_who_began_anew_fewer_answers_may_lead_there(void **state)
{
    struct answer_claim c = {.between = 998, .is_any_before = true, .from = REFERRAL_ACCEPTED};

    (void)state;
    c.state = REFERRAL_EXPECTED;
    assert_true(referral_state_leads(&c));
    c.is_any_before = false; /* one answer accepts; that many do not */
    c.between = 997;
    c.from = REFERRAL_DELIVERED;
    assert_false(referral_state_leads(&c));
}

static void test_an_answer_says_what_goes_with_it(void **state)
{
    (void)state;
    for (int s = REFERRAL_NONE; s <= REFERRAL_STATE_END; s++)
        for (unsigned parts = 0; parts < ANSWER_PARTS_END; parts++) {
            size_t i = answer_of(s);

            assert_int_equal(referral_state_carries(s, parts),
                             i < ANSWERS && (parts & ~answers[i].may) == (answers[i].must | ANSWER_STATE));
        }
}

static void test_each_answer_has_its_event(void **state)
{
    (void)state;
    for (int s = REFERRAL_NONE; s <= REFERRAL_STATE_END; s++) {
        enum referral_event event = referral_state_event(s);
        bool leads = false;

        assert_int_equal(referral_state_is_answer(s), IS_ANSWER(s));
        for (int from = REFERRAL_NONE; from < REFERRAL_STATE_END; from++)
            leads = leads || (event != 0 && expected(from, event, ACTOR_RECIPIENT) == (enum referral_state)s);
        /* that a cancellation is asked, its node says by itself */
        assert_int_equal(event != 0, IS_ANSWER(s) && s != REFERRAL_CANCEL_ASKED);
        assert_int_equal(leads, event != 0);
        assert_int_equal(referral_state_is_said_by_both(s), s == REFERRAL_EXPECTED || s == REFERRAL_ARRIVED ||
                                                                s == REFERRAL_NOT_FOUND || s == REFERRAL_CLOSED);
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

static bool is_one_of(enum referral_state s, const enum referral_state *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (all[i] == s)
            return true;
    return false;
}
#define IS_ONE_OF(s, all) is_one_of((s), (all), sizeof(all) / sizeof *(all))

static void test_each_state_is_of_one_stage(void **state)
{
    static const enum referral_state unanswered[] = {REFERRAL_SAVED, REFERRAL_WAITING, REFERRAL_DELIVERED,
                                                     REFERRAL_OPENED, REFERRAL_ACKNOWLEDGED};
    static const enum referral_state promised[] = {REFERRAL_WAITLISTED, REFERRAL_INFO_REQUESTED};
    static const enum referral_state taken[] = {REFERRAL_ACCEPTED, REFERRAL_IN_PROGRESS, REFERRAL_ARRIVED};
    static const enum referral_state under_way[] = {REFERRAL_EXPECTED, REFERRAL_NOT_FOUND, REFERRAL_CANCEL_ASKED,
                                                    REFERRAL_GIVE_BACK_ASKED};

    (void)state;
    for (int s = REFERRAL_NONE; s <= REFERRAL_STATE_END; s++) {
        bool is_taken = IS_ONE_OF(s, taken) || IS_ONE_OF(s, under_way);
        bool is_open = IS_ONE_OF(s, unanswered) || IS_ONE_OF(s, promised) || is_taken;
        unsigned days;

        assert_int_equal(referral_state_is_unanswered(s), IS_ONE_OF(s, unanswered));
        assert_int_equal(referral_state_is_open(s), is_open);
        assert_int_equal(referral_state_is_accepted(s), is_taken);
        assert_int_equal(referral_state_has_ended(s), !is_open);
        assert_int_equal(referral_state_says_more(s, &days), IS_ONE_OF(s, taken)); /* none falls silent */
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

/* What people read of each state, and who acts next, a second time. */
static const struct {
    enum referral_state state;
    enum referral_word word;
    bool referrer;
    bool recipient;
    enum referral_actor responsible;
} read_as[] = {
    {REFERRAL_SAVED, WORD_NOT_SENT, false, true, ACTOR_REFERRER},
    {REFERRAL_WAITING, WORD_NOT_SENT, false, true, ACTOR_REFERRER},
    {REFERRAL_EXPIRED, WORD_NOT_SENT, true, false, ACTOR_REFERRER},
    {REFERRAL_REFUSED, WORD_NOT_SENT, true, false, ACTOR_REFERRER},
    {REFERRAL_DELIVERED, WORD_THERE, false, true, ACTOR_REFERRER},
    {REFERRAL_OPENED, WORD_SEEN, false, true, ACTOR_REFERRER},
    {REFERRAL_ACKNOWLEDGED, WORD_SEEN, false, true, ACTOR_REFERRER},
    {REFERRAL_WAITLISTED, WORD_ANSWERED, false, true, ACTOR_REFERRER},
    {REFERRAL_INFO_REQUESTED, WORD_ANSWERED, true, false, ACTOR_REFERRER},
    {REFERRAL_DECLINED, WORD_ANSWERED, true, false, ACTOR_REFERRER},
    {REFERRAL_GIVEN_BACK, WORD_ANSWERED, true, false, ACTOR_REFERRER},
    {REFERRAL_ACCEPTED, WORD_ANSWERED, false, true, ACTOR_RECIPIENT},
    {REFERRAL_EXPECTED, WORD_ANSWERED, false, true, ACTOR_RECIPIENT},
    {REFERRAL_ARRIVED, WORD_ANSWERED, false, true, ACTOR_RECIPIENT},
    {REFERRAL_NOT_FOUND, WORD_ANSWERED, true, true, ACTOR_RECIPIENT},
    {REFERRAL_IN_PROGRESS, WORD_ANSWERED, false, true, ACTOR_RECIPIENT},
    {REFERRAL_GIVE_BACK_ASKED, WORD_ANSWERED, true, false, ACTOR_RECIPIENT},
    {REFERRAL_CANCEL_ASKED, WORD_THERE, false, true, ACTOR_RECIPIENT},
};

static void test_each_state_is_read_as_one_of_five_words_with_who_acts_next(void **state)
{
    (void)state;
    for (int s = REFERRAL_NONE; s <= REFERRAL_STATE_END; s++) {
        size_t i = 0;
        bool does;

        while (i < sizeof read_as / sizeof read_as[0] && read_as[i].state != (enum referral_state)s)
            i++;
        does = i < sizeof read_as / sizeof read_as[0];
        assert_int_equal(referral_state_word(s), does                                            ? read_as[i].word
                                                 : s == REFERRAL_NONE || s == REFERRAL_STATE_END ? WORD_NONE
                                                                                                 : WORD_FINISHED);
        assert_int_equal(referral_state_is_next(s, ACTOR_REFERRER), does && read_as[i].referrer);
        assert_int_equal(referral_state_is_next(s, ACTOR_RECIPIENT), does && read_as[i].recipient);
        assert_int_equal(referral_state_does(s)[0] != '\0', does);
        assert_int_equal(referral_state_responsible(s), does ? read_as[i].responsible : 0);
    }
    for (int w = WORD_NONE; w <= WORD_END; w++) {
        assert_true(w == WORD_NOT_SENT || strstr(referral_word_says(w, false), "sent") == NULL);
        assert_string_not_equal(referral_word_says(w, true), "");
    }
}

static void test_flags_of_kinds_hold_what_is_built(void **state)
{
    (void)state;
    for (int k = 0; k <= MESSAGE_KIND_END; k++) {
        enum message_kind kind = (enum message_kind)k;
        bool about_consent = k == MESSAGE_WITHDRAWAL || k == MESSAGE_ERASURE_STATEMENT;
        bool about_nobody =
            k == MESSAGE_INQUIRY || k == MESSAGE_ANSWER || k == MESSAGE_NOTIFICATION || k == MESSAGE_PING;
        bool is_kind = k > 0 && k < MESSAGE_KIND_END;

        assert_int_equal(message_kind_has(kind, KIND_PASSES_TO_CUT_OFF), about_consent || k == MESSAGE_CORRECTION);
        assert_int_equal(message_kind_has(kind, KIND_PERMISSION),
                         message_kind_has(kind, KIND_BEGINS) || k == MESSAGE_RELEASE || k == MESSAGE_UPDATE ||
                             k == MESSAGE_CORRECTION || k == MESSAGE_ATTACHMENT_PART || k == MESSAGE_OUTCOME);
        assert_true(message_kind_needs_permission(kind, true));
        assert_int_equal(message_kind_needs_permission(kind, false), message_kind_has(kind, KIND_PERMISSION));
        assert_int_equal(message_kind_is_of_referral(kind), is_kind && !about_consent && !about_nobody);
        assert_int_equal(message_kind_is_about_nobody(kind), about_nobody);
        if (!is_kind || k <= MESSAGE_ATTACHMENT_PART) /* of a later one its row alone says it */
            assert_int_equal(message_kind_has(kind, KIND_SECTIONS), is_kind && !about_nobody);
        assert_int_equal(message_kind_has(kind, KIND_OWED), about_consent || k == MESSAGE_REPLY || k == MESSAGE_CANCEL);
        assert_false(message_kind_has(kind, KIND_OWED) && message_kind_has(kind, KIND_PERMISSION));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_step_is_as_it_is_said_or_refused),
        cmocka_unit_test(test_who_refers_takes_any_answer_until_it_ended_here),
        cmocka_unit_test(test_an_answer_follows_from_the_ones_before),
        cmocka_unit_test(test_of_who_began_anew_fewer_answers_may_lead_there),
        cmocka_unit_test(test_an_answer_says_what_goes_with_it),
        cmocka_unit_test(test_each_answer_has_its_event),
        cmocka_unit_test(test_nothing_is_answered_after_the_consent_ended),
        cmocka_unit_test(test_whatever_there_is_can_be_stopped_and_erased),
        cmocka_unit_test(test_a_step_that_is_no_row_changes_nothing),
        cmocka_unit_test(test_each_state_is_of_one_stage),
        cmocka_unit_test(test_each_state_that_is_set_says_to_people_what_it_is),
        cmocka_unit_test(test_each_state_is_read_as_one_of_five_words_with_who_acts_next),
        cmocka_unit_test(test_flags_of_kinds_hold_what_is_built),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
