/* What is owed and has no answer goes again on a link that stands, after pauses that grow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "fixture.h"
#include "owed.h"

static struct {
    struct world *w;
    size_t from;
    unsigned count;
    unsigned times; /* moments at which any went */
    int64_t last_ms;
    int64_t gap_ms; /* between the last two */
} sent;             /* envelopes from one node */

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)cookie;
    (void)to;
    (void)payload;
    if (kind != PEER_ENVELOPE || from != sent.from)
        return;
    sent.count++;
    sent.times += world_now(sent.w) != sent.last_ms;
    sent.gap_ms = world_now(sent.w) - sent.last_ms;
    sent.last_ms = world_now(sent.w);
}

static void begin(struct fixture *s, size_t from)
{
    fixture_begin(s, 71, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(s);
    sent.w = s->w;
    sent.from = from;
    sent.count = 0;
    world_watch(s->w, on_frame_sent, NULL);
    world_conditions(s->w)->drop = PEER_ENVELOPE;
}

static void accept(struct fixture *s)
{
    struct control_referral answered;

    assert_true(exchange_referral_accept(s->mission, &s->sent.referral, (struct view){0}, &answered, &s->err));
    world_tick(s->w, MISSION);
    assert_int_equal(sent.count, 1);
}

static void refer_back(struct fixture *s)
{
    struct ident person = people_case(s->mission);

    (void)people_consent(s->mission, &person, world_address(s->w, NGO),
                         &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s->w, MISSION);
    assert_true(people_refer(s->mission, &person, world_address(s->w, NGO), &(struct people_referral){.now = true},
                             &s->sent, &s->err));
    world_tick(s->w, MISSION);
}

static void test_an_answer_goes_again_after_10_seconds_doubled_up_to_a_day(void **state)
{
    int64_t pause_ms = 10 * SECONDS;
    struct fixture s;

    (void)state;
    begin(&s, MISSION);
    accept(&s);
    for (unsigned tries = 2; tries < 18; tries++) {
        int64_t next_ms = owed_now(s.mission).last.next_try_ms;

        assert_in_range(next_ms - sent.last_ms, pause_ms - SECONDS, pause_ms + SECONDS);
        while (sent.count < tries && world_now(s.w) < next_ms + MINUTES)
            world_run_ms(s.w, pause_ms < MINUTES ? SECONDS : MINUTES);
        assert_int_equal(sent.count, tries);
        assert_in_range(sent.gap_ms, pause_ms, pause_ms + 2 * MINUTES);
        pause_ms = pause_ms * 2 < DAY_MS ? pause_ms * 2 : DAY_MS;
    }
    fixture_end(&s);
}

/* For five hours, of which the last pause is over an hour long. */
static void wait_in_vain(struct fixture *s)
{
    world_run_ms(s->w, 5 * HOURS);
    assert_in_range(sent.count, 8, 13);
    assert_true(owed_now(s->mission).last.next_try_ms > world_now(s->w) + 10 * MINUTES);
    world_conditions(s->w)->drop = 0;
    world_run_ms(s->w, 5 * MINUTES);
    assert_int_equal(owed_now(s->mission).count, 1);
}

static void test_on_a_new_link_it_goes_at_once(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, MISSION);
    accept(&s);
    wait_in_vain(&s);
    world_cut(s.w, NGO, MISSION);
    world_run_ms(s.w, 5 * SECONDS);
    assert_int_equal(owed_now(s.mission).count, 0);
    fixture_end(&s);
}

static void test_when_its_recipient_is_not_busy_any_more_it_goes_with_all_else(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, MISSION);
    accept(&s);
    wait_in_vain(&s);
    assert_true(world_inject(s.w, NGO, MISSION, PEER_BUSY, (struct view){0}));
    refer_back(&s);
    world_run_ms(s.w, 5 * SECONDS);
    assert_int_equal(owed_now(s.mission).count, 0);
    fixture_end(&s);
}

static void test_what_is_not_owed_goes_each_minute(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, NGO);
    fixture_refer(&s);
    world_run_ms(s.w, 5 * HOURS);
    assert_in_range(sent.count, 290, 302);
    fixture_end(&s);
}

static void test_a_withdrawal_that_is_said_again_goes_at_once(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, NGO);
    assert_true(fixture_withdraw(&s, false));
    world_run_ms(s.w, 5 * HOURS);
    assert_in_range(sent.count, 8, 13);
    world_conditions(s.w)->drop = 0;
    assert_true(exchange_consent_withdraw(s.ngo, &(struct control_consent_withdraw_ask){.consent = s.consent}, &s.shown,
                                          &s.err));
    world_run_ms(s.w, 5 * SECONDS);
    assert_true(owed_now(s.ngo).last.receipt_ms != 0);
    fixture_end(&s);
}

static void test_what_is_owed_takes_nothing_else_with_it_when_it_goes_again(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, MISSION);
    accept(&s);
    refer_back(&s);
    assert_int_equal(sent.count, 2);
    world_run_ms(s.w, 5 * HOURS);
    assert_in_range(sent.count, 290 + 10, 302 + 13); /* each minute, and after pauses that double */
    fixture_end(&s);
}

/* COUNT referrals, which the mission has, and answers in vain: one each PAUSE_MS. */
static void answer_in_vain(struct fixture *s, size_t count, int64_t pause_ms)
{
    struct control_referral answered;
    struct ident *referrals = test_calloc(count, sizeof *referrals);

    begin(s, MISSION);
    world_conditions(s->w)->drop = 0;
    for (size_t i = 0; i < count; i++) {
        fixture_refer(s);
        referrals[i] = s->sent.referral;
    }
    fixture_settle(s);
    world_conditions(s->w)->drop = PEER_ENVELOPE;
    sent.count = 0;
    sent.times = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true(exchange_referral_accept(s->mission, &referrals[i], (struct view){0}, &answered, &s->err));
        world_tick(s->w, MISSION);
        world_run_ms(s->w, pause_ms);
    }
    test_free(referrals);
}

static void test_many_answers_go_again_after_pauses_that_grow(void **state)
{
    enum { MANY = 300 };
    struct fixture s;

    (void)state;
    answer_in_vain(&s, MANY, 0);
    world_run_ms(s.w, 5 * HOURS);
    assert_int_equal(owed_now(s.mission).count, MANY);
    assert_in_range(sent.count, 8 * MANY, 13 * MANY);
    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, 6 * HOURS);
    assert_int_equal(owed_now(s.mission).count, 0);
    fixture_end(&s);
}

static void test_what_went_at_many_times_goes_again_at_few(void **state)
{
    enum { MANY = 30 };
    struct fixture s;

    (void)state;
    answer_in_vain(&s, MANY, SECONDS);
    world_run_ms(s.w, 10 * MINUTES);
    assert_in_range(sent.count, 5 * MANY, 8 * MANY);
    assert_in_range(sent.times, MANY, MANY + 10 * 60 / 10);
    fixture_end(&s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_goes_again_after_10_seconds_doubled_up_to_a_day),
        cmocka_unit_test(test_on_a_new_link_it_goes_at_once),
        cmocka_unit_test(test_when_its_recipient_is_not_busy_any_more_it_goes_with_all_else),
        cmocka_unit_test(test_what_is_not_owed_goes_each_minute),
        cmocka_unit_test(test_a_withdrawal_that_is_said_again_goes_at_once),
        cmocka_unit_test(test_what_is_owed_takes_nothing_else_with_it_when_it_goes_again),
        cmocka_unit_test(test_many_answers_go_again_after_pauses_that_grow),
        cmocka_unit_test(test_what_went_at_many_times_goes_again_at_few),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
