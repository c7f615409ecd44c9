/* What is sent by a machine that was off for weeks, or whose clock is ahead by days, while its clock is in doubt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "fixture.h"

enum { THIRD = 2 };

/* Of three nodes the third is off, so that one peer alone ends no doubt. */
static void begin(struct fixture *s)
{
    fixture_begin(s, 71, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_crash(s->w, THIRD);
}

static bool is_in_doubt(const struct fixture *s)
{
    struct control_clock clock;
    struct error err;

    assert_true(exchange_clock_show(s->ngo, &clock, &err));
    return clock.in_doubt;
}

/* The NGO was off for so long. */
static void be_off(struct fixture *s, unsigned days)
{
    world_crash(s->w, NGO);
    world_advance(s->w, days * DAY_MS);
    world_publish(s->w);
    world_start(s->w, NGO);
    fixture_look(s);
    world_tick(s->w, NGO);
}

static void assert_delivered_in_doubt(struct fixture *s)
{
    world_run_ms(s->w, 10 * MINUTES);
    assert_true(is_in_doubt(s));
    assert_int_equal(people_state(s->ngo, &s->sent.referral), REFERRAL_DELIVERED);
}

static void test_after_forty_days_off_a_referral_leaves_while_the_clock_is_in_doubt(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    be_off(&s, 40);
    fixture_refer(&s);
    assert_delivered_in_doubt(&s);
    fixture_end(&s);
}

/* Its last day is not counted from before the weeks in which the machine was off. */
static void test_what_was_made_in_doubt_does_not_expire_when_the_doubt_ends(void **state)
{
    struct fixture s;
    bool changed;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    be_off(&s, 40);
    fixture_refer(&s);
    assert_true(exchange_clock_confirm(s.ngo, &changed, &s.err));
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 0);
    world_start(s.w, MISSION);
    world_start(s.w, THIRD); /* peers end each other's doubt, and have keys for today again */
    world_run_ms(s.w, HOURS);
    fixture_look(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

/* Nobody else's clock agrees: an envelope that lasts until a day by the one that is ahead would be refused. */
static void test_with_a_clock_ahead_by_days_a_referral_leaves(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_set_clock(s.w, NGO, 10 * DAY_MS); /* the directory has 14 days */
    fixture_restart(&s, NGO);
    world_tick(s.w, NGO);
    fixture_refer(&s);
    assert_delivered_in_doubt(&s);
    fixture_end(&s);
}

/* A signed refusal would be for good. */
static void test_what_only_the_recipients_doubted_clock_ends_is_taken_when_it_is_right(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 72, 2, NULL);
    s.consent =
        people_consent(s.ngo, &s.person, s.to,
                       &(struct people_consent){.sections = BIT(TRIAGE), .until = day_of_ms(world_now(s.w)) + 5});
    world_tick(s.w, NGO);
    world_set_clock(s.w, MISSION, 10 * DAY_MS);
    fixture_restart(&s, MISSION);
    world_conditions(s.w)->drop = PEER_COSIGNED; /* nobody ends its doubt */
    fixture_refer(&s);
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(people_records(s.mission, RECORD_REFUSED), 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_WAITING);

    world_set_clock(s.w, MISSION, 0);
    world_run_ms(s.w, 2 * HOURS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_after_forty_days_off_a_referral_leaves_while_the_clock_is_in_doubt),
        cmocka_unit_test(test_what_was_made_in_doubt_does_not_expire_when_the_doubt_ends),
        cmocka_unit_test(test_with_a_clock_ahead_by_days_a_referral_leaves),
        cmocka_unit_test(test_what_only_the_recipients_doubted_clock_ends_is_taken_when_it_is_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
