/* Officers or members suspend an agency: every node has it within a round, nothing is exchanged with it, and after 72
 * hours all goes on by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/peer.h"
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

static void tell(struct fixture *s, size_t told, const struct bytes *note)
{
    uint64_t sequence;

    world_must(exchange_take_offered(world_node(s->w, told), bytes_view(note), &sequence, &s->err), &s->err,
               "a suspension");
    world_tick(s->w, told);
    fixture_look(s);
}

static void suspend(struct fixture *s, size_t agency, uint32_t key, size_t told)
{
    struct bytes note = {0};

    world_suspend(s->w, agency, key, &note);
    tell(s, told, &note);
    bytes_fini(&note);
}

static bool is_suspended_at(struct fixture *s, size_t i, size_t agency)
{
    return membership_suspended_until(world_node(s->w, i)->membership, world_address(s->w, agency)) != 0;
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
    suspend(&s, MISSION, 1, NGO);
    assert_null(links_find_agency(s.ngo, s.to)); /* in the tick that took it */
    assert_int_equal(hold_at_ngo(&s), HOLD_SUSPENDED);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_FED_28);
    world_run_ms(s.w, 60000);
    assert_true(is_suspended_at(&s, SHELTER, MISSION));
    fixture_restart(&s, NGO); /* it is in the store */
    fixture_look(&s);
    assert_true(is_suspended_at(&s, NGO, MISSION));
    world_link(s.w, NGO, SHELTER); /* and no alarm: it is no other directory */
    world_run_ms(s.w, 60000);
    assert_true(is_suspended_at(&s, NGO, MISSION) && is_suspended_at(&s, SHELTER, MISSION));

    world_run_ms(s.w, BOUND_SUSPENSION_MS);
    fixture_look(&s);
    assert_false(is_suspended_at(&s, NGO, MISSION) || is_suspended_at(&s, SHELTER, MISSION));
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
    suspend(&s, MISSION, 1, SHELTER);
    world_run_ms(s.w, 60000);
    assert_true(is_suspended_at(&s, NGO, MISSION));
    world_publish(s.w);
    fixture_settle(&s);
    assert_false(is_suspended_at(&s, NGO, MISSION) || is_suspended_at(&s, SHELTER, MISSION));
    assert_int_equal(hold_at_ngo(&s), HOLD_NONE);
    fixture_end(&s);
}

/* Two officers' suspensions stand beside each other, and are all in force again after a restart. */
static void test_several_suspensions_stand_and_are_all_known_after_a_restart(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 923);
    suspend(&s, MISSION, 1, NGO);
    suspend(&s, SHELTER, 2, NGO);
    assert_null(links_find_agency(s.ngo, world_address(s.w, SHELTER)));
    fixture_restart(&s, NGO);
    fixture_look(&s);
    assert_true(is_suspended_at(&s, NGO, MISSION) && is_suspended_at(&s, NGO, SHELTER));
    assert_int_equal(people_records(s.ngo, RECORD_DIRECTORY), 4); /* the two directories, and what suspends */
    fixture_end(&s);
}

/* What does not count here is passed over: the link stands, and nothing is stored. */
static void test_a_suspension_that_does_not_count_is_passed_over(void **state)
{
    struct bytes note = {0};
    struct fixture s;

    (void)state;
    begin(&s, 924);
    world_suspend(s.w, MISSION, 1, &note);
    world_publish(s.w); /* of another directory than that */
    fixture_settle(&s);
    assert_true(world_inject(s.w, SHELTER, NGO, PEER_SUSPENSION, bytes_view(&note)));
    assert_false(is_suspended_at(&s, NGO, MISSION));
    bytes_clear(&note);
    world_suspend(s.w, MISSION, 1, &note);
    assert_true(world_inject(s.w, SHELTER, NGO, PEER_SUSPENSION, bytes_view(&note)));
    assert_true(is_suspended_at(&s, NGO, MISSION));
    bytes_fini(&note);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_suspension_cuts_the_link_goes_round_and_ends_by_itself),
        cmocka_unit_test(test_a_newer_directory_ends_a_suspension),
        cmocka_unit_test(test_several_suspensions_stand_and_are_all_known_after_a_restart),
        cmocka_unit_test(test_a_suspension_that_does_not_count_is_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
