/* Does a new directory reach every member, whether or not there is mail, and at what cost in links? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

static uint64_t directory_of(struct world *w, size_t i)
{
    struct node_status status;
    struct error err;

    assert_true(exchange_status(world_node(w, i), &status, &err));
    return status.shown.directory_sequence;
}

static int64_t alone_ms(struct world *w, size_t i)
{
    struct node_status status;
    struct error err;

    assert_true(exchange_status(world_node(w, i), &status, &err));
    return status.alone_ms;
}

static void assert_all_have(struct world *w, uint64_t sequence)
{
    for (size_t i = 0; i < WORLD_NODES; i++)
        assert_int_equal(directory_of(w, i), sequence);
}

static void test_a_new_directory_is_at_every_member_within_an_hour_without_mail(void **state)
{
    (void)state;
    for (size_t given = 0; given < WORLD_NODES; given++) {
        struct world *w = world_new(7, WORLD_NODES);

        world_publish_to(w, given); /* at once: there is no link yet */
        world_run_ms(w, HOURS);
        assert_all_have(w, world_sequence(w));
        world_publish_to(w, given);
        world_run_ms(w, 2 * MINUTES);
        assert_all_have(w, world_sequence(w));
        world_free(w);
    }
}

static void test_also_where_the_directory_of_all_has_ended(void **state)
{
    struct world *w = world_new(8, WORLD_NODES);

    (void)state;
    world_advance(w, 15 * DAY_MS);
    world_run_ms(w, 10 * MINUTES);
    assert_all_have(w, 1);
    assert_int_equal(world_links(w), WORLD_NODES * (WORLD_NODES - 1) / 2); /* each has asked all others */
    world_publish_to(w, 2);
    world_run_ms(w, HOURS);
    assert_all_have(w, 2);
    world_free(w);
}

/* A ring stands, so that nobody dials for minutes: but at the end of the directory. */
static void test_each_asks_all_others_as_soon_as_the_directory_has_ended(void **state)
{
    struct node_status status;
    struct error err;
    struct world *w = world_new(14, WORLD_NODES);
    int64_t end;

    (void)state;
    assert_true(exchange_status(world_node(w, 0), &status, &err));
    end = status.shown.directory_hard_expiry_ms;
    world_run_ms(w, HOURS);
    world_advance(w, end - world_now(w) - MINUTES);
    world_run_ms(w, MINUTES - 1000);
    assert_true(world_links(w) < WORLD_NODES * (WORLD_NODES - 1) / 2);
    world_run_ms(w, 2 * MINUTES);
    assert_int_equal(world_links(w), WORLD_NODES * (WORLD_NODES - 1) / 2);
    world_free(w);
}

/* Who was down is dialled again, and does not part those on its two sides. */
static void test_who_is_down_parts_nobody_and_has_it_within_an_hour_of_its_return(void **state)
{
    struct world *w = world_new(9, WORLD_NODES);

    (void)state;
    world_run_ms(w, HOURS);
    world_crash(w, 1);
    world_crash(w, 3);
    world_run_ms(w, HOURS);
    world_publish_to(w, 0);
    world_run_ms(w, HOURS);
    assert_int_equal(directory_of(w, 2), 2);
    world_start(w, 1); /* it has it from the world; it passes the next one on */
    world_start(w, 3);
    world_publish_to(w, 3);
    world_run_ms(w, HOURS);
    assert_all_have(w, 3);
    world_free(w);
}

/* One link for each member: the ring. They stand, so nobody dials any more. */
static void test_the_members_keep_one_ring_of_links(void **state)
{
    struct world *w = world_new(10, WORLD_NODES);

    (void)state;
    world_run_ms(w, HOURS);
    assert_int_equal(world_links(w), WORLD_NODES);
    world_run_ms(w, 2 * DAY_MS);
    assert_int_equal(world_links(w), WORLD_NODES);
    world_free(w);
}

static void test_links_that_are_lost_are_made_again_each_time(void **state)
{
    struct world *w = world_new(11, WORLD_NODES);

    (void)state;
    for (unsigned round = 0; round < WORLD_NODES + 1; round++) {
        uint64_t before = world_links(w);

        for (size_t i = 0; i < WORLD_NODES; i++)
            for (size_t k = 0; k < i; k++)
                world_cut(w, i, k);
        world_run_ms(w, HOURS);
        assert_true(world_links(w) >= before + WORLD_NODES - 1);
    }
    world_free(w);
}

/* --- an agency that dials only --- */

static void begin(struct fixture *s)
{
    fixture_begin(s, 12, 2, &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    world_unlist(s->w, MISSION);
    world_step(s->w, 0);
}

static void test_what_waits_for_who_dials_only_comes_when_it_dials_and_its_answer_too(void **state)
{
    struct control_referral answer;
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    world_step(s.w, 0);
    fixture_refer(&s);
    assert_int_equal(s.sent.hold, HOLD_DIALS_ONLY);
    assert_true(s.sent.hold_until_ms > world_now(s.w));
    world_run_ms(s.w, HOURS);
    fixture_restart(&s, MISSION);
    world_run_ms(s.w, BOUND_DIAL_ONLY_MS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    fixture_end(&s);
}

static bool count_linked(void *cookie, const struct control_agency *a, struct error *err)
{
    (void)err;
    *(unsigned *)cookie += a->linked;
    return true;
}

/* It is dialled by nobody: one link, as of the ring, would leave what all others have for it where it is. */
static void test_who_dials_only_dials_each_listed_member_not_only_the_next(void **state)
{
    struct fixture s;
    unsigned linked = 0;

    (void)state;
    fixture_begin(&s, 13, 3, &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    world_unlist(s.w, MISSION);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < i; k++)
            world_cut(s.w, i, k);
    world_run_ms(s.w, 2 * BOUND_DIAL_ONLY_MS);
    assert_true(exchange_agency_list(s.mission, count_linked, &linked, &s.err));
    assert_int_equal(linked, 2);
    fixture_refer(&s);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

static void test_who_dials_only_is_linked_again_in_time(void **state)
{
    struct fixture s;
    uint64_t links;

    (void)state;
    begin(&s);
    world_run_ms(s.w, BOUND_DIAL_ONLY_MS);
    for (unsigned i = 0; i < 3; i++) {
        world_cut(s.w, NGO, MISSION);
        links = world_links(s.w);
        world_run_ms(s.w, BOUND_DIAL_ONLY_MS);
        assert_int_equal(world_links(s.w), links + 1);
    }
    fixture_end(&s);
}

static void test_where_neither_can_dial_a_referral_is_refused_by_name(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_unlist(s.w, NGO);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_FED_48);
    fixture_end(&s);
}

/* Through whom it would be reached is not built: it is dialled by nobody, and dials nobody. */
static void test_who_is_reached_by_a_relay_alone_dials_nobody_and_is_named(void **state)
{
    struct fixture s;
    uint64_t links;

    (void)state;
    fixture_begin(&s, 15, 2, &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    world_relay(s.w, MISSION, NGO);
    world_cut(s.w, NGO, MISSION);
    links = world_links(s.w);
    world_run_ms(s.w, HOURS);
    assert_int_equal(world_links(s.w), links);
    assert_int_equal(alone_ms(s.w, MISSION), 0); /* the directory lists nobody that it could link */
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_FED_48);
    fixture_end(&s);
}

/* --- for how long nobody is linked --- */

static void test_who_was_alone_is_not_once_a_link_is_up(void **state)
{
    struct world *w = world_new(16, 2);

    (void)state;
    world_crash(w, 1);
    world_run_ms(w, HOURS);
    assert_in_range(alone_ms(w, 0), HOURS - MINUTES, HOURS);
    world_start(w, 1);
    world_link(w, 1, 0);
    assert_int_equal(alone_ms(w, 0), 0); /* before the next tick, too */
    world_tick(w, 0);
    assert_int_equal(alone_ms(w, 0), 0);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_directory_is_at_every_member_within_an_hour_without_mail),
        cmocka_unit_test(test_also_where_the_directory_of_all_has_ended),
        cmocka_unit_test(test_each_asks_all_others_as_soon_as_the_directory_has_ended),
        cmocka_unit_test(test_who_is_down_parts_nobody_and_has_it_within_an_hour_of_its_return),
        cmocka_unit_test(test_the_members_keep_one_ring_of_links),
        cmocka_unit_test(test_links_that_are_lost_are_made_again_each_time),
        cmocka_unit_test(test_what_waits_for_who_dials_only_comes_when_it_dials_and_its_answer_too),
        cmocka_unit_test(test_who_dials_only_dials_each_listed_member_not_only_the_next),
        cmocka_unit_test(test_who_dials_only_is_linked_again_in_time),
        cmocka_unit_test(test_where_neither_can_dial_a_referral_is_refused_by_name),
        cmocka_unit_test(test_who_is_reached_by_a_relay_alone_dials_nobody_and_is_named),
        cmocka_unit_test(test_who_was_alone_is_not_once_a_link_is_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
