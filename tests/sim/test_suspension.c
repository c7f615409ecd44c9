/* Officers or members suspend an agency: every node has it within a round, nothing is exchanged with it, and after 72
 * hours all goes on by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/peer.h"
#include "exchange/exchange_status.h"
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

static bool state(struct fixture *s, size_t by, size_t agency, struct control_agency_suspended *out)
{
    bool ok = exchange_agency_suspend(world_node(s->w, by), world_address(s->w, agency), out, &s->err);

    world_tick(s->w, by);
    fixture_look(s);
    return ok;
}

static size_t asked_at(struct fixture *s, size_t i)
{
    struct node_status status;

    world_must(exchange_status(world_node(s->w, i), &status, &s->err), &s->err, "status");
    return status.asked_count;
}

/* One member's word is named everywhere and stops nothing; a second one's does, where it was said and at the others. */
static void test_two_members_suspend_an_agency_by_what_people_state_at_each(void **state_)
{
    struct control_agency_suspended out = {0};
    uint32_t owner = geteuid();
    struct fixture s;
    uint32_t uid;

    (void)state_;
    begin(&s, 925);
    exchange_acting(s.ngo, &owner);
    assert_true(state(&s, NGO, MISSION, &out));
    exchange_acting(s.ngo, NULL);
    assert_true(people_decided(s.ngo, RECORD_DIRECTORY, &uid)); /* who it was stands in the log */
    assert_int_equal(uid, owner);
    assert_true(out.changed && out.suspended_until_ms == 0);
    world_run_ms(s.w, 60000);
    assert_non_null(links_find_agency(s.ngo, s.to));
    assert_int_equal(asked_at(&s, SHELTER), 1);
    assert_int_equal(asked_at(&s, MISSION), 1); /* it is told of it, too */
    assert_int_equal(asked_at(&s, NGO), 0);
    assert_true(state(&s, NGO, MISSION, &out));
    assert_false(out.changed); /* said again, it is nothing more */
    assert_false(state(&s, NGO, SHELTER, &out));
    assert_int_equal(s.err.code, E_RVK_10);
    assert_false(state(&s, SHELTER, SHELTER, &out));
    assert_int_equal(s.err.code, E_RVK_07);
    fixture_restart(&s, SHELTER);
    fixture_look(&s);
    assert_int_equal(asked_at(&s, SHELTER), 1);

    assert_true(state(&s, SHELTER, MISSION, &out));
    assert_true(out.changed && out.suspended_until_ms != 0);
    world_link(s.w, NGO, SHELTER);
    world_run_ms(s.w, 60000);
    assert_null(links_find_agency(s.ngo, s.to));
    assert_true(is_suspended_at(&s, NGO, MISSION));
    assert_int_equal(asked_at(&s, NGO), 0); /* it is done */
    assert_int_equal(hold_at_ngo(&s), HOLD_SUSPENDED);
    fixture_end(&s);
}

/* The directory gives the shelter another key, and then its own again, which is new at the ngo by then. */
static void test_a_key_that_is_held_suspends_nobody(void **state_)
{
    struct control_agency_suspended out = {0};
    struct bytes other = {0};
    struct fixture s;
    bool held;

    (void)state_;
    begin(&s, 926);
    world_certify(s.w, SHELTER, &other);
    world_crash(s.w, SHELTER);
    world_list_with(s.w, SHELTER, bytes_view(&other));
    world_run_ms(s.w, 26 * HOURS);
    world_list_with(s.w, SHELTER, (struct view){0});
    world_tick(s.w, NGO);
    world_start(s.w, SHELTER);
    fixture_look(&s);
    world_must(holds_key_is_held(s.ngo, world_address(s.w, SHELTER), &held, &s.err), &s.err, "held");
    assert_true(held);
    assert_true(state(&s, SHELTER, MISSION, &out));
    world_link(s.w, NGO, SHELTER);
    world_run_ms(s.w, 60000);
    assert_non_null(links_find_agency(s.ngo, world_address(s.w, SHELTER)));
    assert_int_equal(asked_at(&s, NGO), 0);
    bytes_fini(&other);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_suspension_cuts_the_link_goes_round_and_ends_by_itself),
        cmocka_unit_test(test_a_newer_directory_ends_a_suspension),
        cmocka_unit_test(test_several_suspensions_stand_and_are_all_known_after_a_restart),
        cmocka_unit_test(test_a_suspension_that_does_not_count_is_passed_over),
        cmocka_unit_test(test_two_members_suspend_an_agency_by_what_people_state_at_each),
        cmocka_unit_test(test_a_key_that_is_held_suspends_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
