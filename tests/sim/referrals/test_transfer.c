/* Transfer of responsibility: it moves when the agency that was asked accepts, on both sides, and in no other way. */
#include "fixture.h"

#include "exchange/referrals/referral_calls.h"
#include "exchange/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct people_consent consent = {.sections = BIT(TRIAGE) | BIT(HEALTH),
                                              .purpose = PURPOSE_CASE_MANAGEMENT};

static const struct reply_message acknowledged = {.state = REFERRAL_ACKNOWLEDGED};
static const struct reply_message accepted = {.state = REFERRAL_ACCEPTED};
static const struct reply_message arrived = {.state = REFERRAL_ARRIVED};
static const struct reply_message declined = {.state = REFERRAL_DECLINED, .reason = DECLINE_AT_CAPACITY};
static const struct reply_message confirmed = {.state = REFERRAL_CANCELLED};
static const struct reply_message given_back = {.state = REFERRAL_GIVEN_BACK, .reason = DECLINE_OTHER};
static const struct reply_message finished = {.state = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN};
static const struct reply_message closed = {.state = REFERRAL_CLOSED};

static bool try_transfer(struct fixture *s)
{
    static const uint32_t services[] = {SERVICE_MEDICAL};
    const struct control_refer_ask ask = {.case_id = s->person,
                                          .to = *s->to,
                                          .kind = MESSAGE_TRANSFER,
                                          .services = services,
                                          .service_count = 1,
                                          .urgency = URGENCY_NORMAL,
                                          .purpose = PURPOSE_CASE_MANAGEMENT,
                                          .partial = true};

    return exchange_refer(s->ngo, &ask, &s->sent, &s->err);
}

static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, &consent);
    world_must(try_transfer(s), &s->err, "transfer");
    fixture_settle(s);
}

static void answer(struct fixture *s, const struct reply_message *reply)
{
    struct control_referral out;

    world_must(exchange_referral_answer(s->mission, &s->sent.referral, reply, &out, &s->err), &s->err, "answer");
}

static void cancel(struct fixture *s)
{
    struct control_referral out;

    world_must(exchange_referral_cancel(s->ngo, &s->sent.referral, &out, &s->err), &s->err, "cancel");
}

static struct control_referral shown(struct fixture *s, struct exchange *x)
{
    struct control_referral_detail d;

    world_must(exchange_referral_show(x, &s->sent.referral, false, &d, &s->err), &s->err, "show");
    return d.summary;
}

/* At one node, and whom it names. */
static void is_at(struct fixture *s, struct exchange *x, enum transfer transfer, const struct address *responsible)
{
    const struct control_referral r = shown(s, x);

    assert_string_equal(transfer_name(r.transfer), transfer_name(transfer));
    assert_string_equal(r.responsible.text, responsible != NULL ? responsible->text : "");
}

static void both_say(struct fixture *s, enum transfer transfer, const struct address *responsible)
{
    fixture_settle(s);
    is_at(s, s->ngo, transfer, responsible);
    is_at(s, s->mission, transfer, responsible);
}

static const struct address *ngo(struct fixture *s)
{
    return world_address(s->w, NGO);
}

static void test_it_moves_when_it_is_accepted(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 981);
    both_say(&s, TRANSFER_ASKED, ngo(&s));
    answer(&s, &acknowledged);
    both_say(&s, TRANSFER_ASKED, ngo(&s));
    answer(&s, &accepted);
    is_at(&s, s.ngo, TRANSFER_ASKED, ngo(&s)); /* it has not heard of it */
    both_say(&s, TRANSFER_MOVED, s.to);
    answer(&s, &arrived);
    answer(&s, &finished);
    both_say(&s, TRANSFER_MOVED, s.to);
    answer(&s, &closed);
    both_say(&s, TRANSFER_MOVED, s.to);
    fixture_restart(&s, NGO);
    is_at(&s, s.ngo, TRANSFER_MOVED, s.to);
    fixture_end(&s);
}

static void test_what_was_declined_has_not_moved(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 982);
    answer(&s, &declined);
    both_say(&s, TRANSFER_NOT_MOVED, ngo(&s));
    fixture_end(&s);
}

static void test_what_was_given_back_is_the_senders(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 983);
    answer(&s, &accepted);
    both_say(&s, TRANSFER_MOVED, s.to);
    answer(&s, &given_back);
    both_say(&s, TRANSFER_NOT_MOVED, ngo(&s));
    fixture_end(&s);
}

/* Of both the first that reaches their node counts, as of a referral. */
static void test_cancelling_and_accepting_cross(void **state)
{
    (void)state;
    for (int accept_first = 0; accept_first <= 1; accept_first++) {
        struct fixture s;

        begin(&s, 984);
        if (accept_first)
            answer(&s, &accepted);
        cancel(&s);
        is_at(&s, s.ngo, TRANSFER_ASKED, ngo(&s)); /* as far as is known there */
        fixture_settle(&s);
        if (accept_first) {
            both_say(&s, TRANSFER_MOVED, s.to); /* until a person there confirms */
            answer(&s, &confirmed);
        }
        both_say(&s, TRANSFER_NOT_MOVED, ngo(&s));
        fixture_end(&s);
    }
}

static void test_what_does_not_reach_them_stays(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 985, 2, &consent);
    world_crash(s.w, MISSION);
    world_run_ms(s.w, MINUTES);
    fixture_look(&s);
    world_must(try_transfer(&s), &s.err, "transfer");
    world_tick(s.w, NGO);
    is_at(&s, s.ngo, TRANSFER_ASKED, ngo(&s));
    world_run_ms(s.w, (BOUND_EXPIRY_DAYS + 2) * DAY_MS);
    is_at(&s, s.ngo, TRANSFER_NOT_MOVED, ngo(&s));
    fixture_end(&s);
}

static void test_after_she_withdrew_neither_is_named(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 986);
    answer(&s, &accepted);
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, false));
    both_say(&s, TRANSFER_ENDED, NULL);
    fixture_end(&s);
}

static void test_without_her_consent_nothing_is_transferred(void **state)
{
    const struct people_consent services = {.sections = BIT(TRIAGE)};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 987, 2, &services);
    assert_false(try_transfer(&s)); /* she agreed to another purpose */
    assert_int_equal(s.err.code, E_CON_01);
    fixture_end(&s);
}

static void test_losses_and_repeats_leave_one_responsible(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 6; seed++) {
        struct fixture s;
        struct conditions *c;

        fixture_begin(&s, 990 + seed, 2, &consent);
        c = world_conditions(s.w);
        c->loss = c->repeat = c->reorder = 200;
        world_must(try_transfer(&s), &s.err, "transfer");
        world_run_ms(s.w, HOURS);
        answer(&s, &acknowledged);
        answer(&s, seed % 2 == 0 ? &accepted : &declined);
        world_tick(s.w, MISSION);
        if (seed == 4)
            fixture_restart(&s, NGO);
        world_run_ms(s.w, 2 * HOURS);
        both_say(&s, seed % 2 == 0 ? TRANSFER_MOVED : TRANSFER_NOT_MOVED, seed % 2 == 0 ? s.to : ngo(&s));
        fixture_end(&s);
    }
}

static void test_a_referral_is_no_transfer(void **state)
{
    const struct people_consent services = {.sections = BIT(TRIAGE)};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 988, 2, &services);
    fixture_deliver(&s);
    is_at(&s, s.ngo, (enum transfer)0, ngo(&s));
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_moves_when_it_is_accepted),
        cmocka_unit_test(test_what_was_declined_has_not_moved),
        cmocka_unit_test(test_what_was_given_back_is_the_senders),
        cmocka_unit_test(test_cancelling_and_accepting_cross),
        cmocka_unit_test(test_what_does_not_reach_them_stays),
        cmocka_unit_test(test_after_she_withdrew_neither_is_named),
        cmocka_unit_test(test_without_her_consent_nothing_is_transferred),
        cmocka_unit_test(test_losses_and_repeats_leave_one_responsible),
        cmocka_unit_test(test_a_referral_is_no_transfer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
