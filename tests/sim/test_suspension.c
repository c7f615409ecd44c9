/* One officer suspends an agency: every node has it within a round, nothing is exchanged with that agency, and after 72
 * hours all goes on by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange/members/agency_calls.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/state.h"
#include "exchange/traffic/links.h"
#include "fixture.h"

static const struct people_consent consent = {.sections = BIT(TRIAGE)};

static void begin(struct fixture *s, uint64_t seed)
{
    world_let_two_sign = true;
    fixture_begin(s, seed, 3, &consent);
    world_let_two_sign = false;
    world_publish(s->w);
    world_link(s->w, NGO, SHELTER);
    world_link(s->w, NGO, MISSION);
    fixture_settle(s);
}

static void suspend_mission(struct fixture *s, size_t told)
{
    struct bytes note = {0};
    uint64_t sequence;

    world_suspend(s->w, MISSION, &note);
    world_must(exchange_take_directory(world_node(s->w, told), bytes_view(&note), &sequence, &s->err), &s->err,
               "a suspension");
    world_tick(s->w, told);
    fixture_look(s);
    bytes_fini(&note);
}

static bool is_suspended_at(struct fixture *s, size_t i)
{
    struct address agency;

    return membership_suspended_until(world_node(s->w, i)->membership, &agency) != 0 && address_equal(&agency, s->to);
}

static enum hold hold_at_ngo(struct fixture *s)
{
    struct held held;

    world_must(holds_ask(s->ngo, s->to, MESSAGE_REFERRAL, &held, &s->err), &s->err, "holds");
    return held.hold;
}

static void test_a_suspension_cuts_the_link_goes_round_and_ends_by_itself(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 921);
    assert_non_null(links_find_agency(s.ngo, s.to));
    suspend_mission(&s, NGO);
    assert_null(links_find_agency(s.ngo, s.to)); /* in the tick that took it */
    assert_int_equal(hold_at_ngo(&s), HOLD_SUSPENDED);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_FED_28);
    world_run_ms(s.w, 60000);
    assert_true(is_suspended_at(&s, SHELTER));
    fixture_restart(&s, NGO); /* it is in the store */
    fixture_look(&s);
    assert_true(is_suspended_at(&s, NGO));
    world_link(s.w, NGO, SHELTER); /* and no alarm: it is no other directory */
    world_run_ms(s.w, 60000);
    assert_true(is_suspended_at(&s, NGO) && is_suspended_at(&s, SHELTER));

    world_run_ms(s.w, BOUND_SUSPENSION_MS);
    fixture_look(&s);
    assert_false(is_suspended_at(&s, NGO) || is_suspended_at(&s, SHELTER));
    assert_int_equal(hold_at_ngo(&s), HOLD_NONE); /* and nobody had to confirm anything */
    fixture_refer(&s);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

static void test_a_newer_directory_ends_a_suspension(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 922);
    suspend_mission(&s, SHELTER);
    world_run_ms(s.w, 60000);
    assert_true(is_suspended_at(&s, NGO));
    world_publish(s.w);
    fixture_settle(&s);
    assert_false(is_suspended_at(&s, NGO) || is_suspended_at(&s, SHELTER));
    assert_int_equal(hold_at_ngo(&s), HOLD_NONE);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_suspension_cuts_the_link_goes_round_and_ends_by_itself),
        cmocka_unit_test(test_a_newer_directory_ends_a_suspension),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
