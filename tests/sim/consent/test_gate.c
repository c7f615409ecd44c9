/* The gate where the ground moves under a message: her consent ends in the tick in which it was made, its row names
 * another recipient, the directory in use does not say what kind of agency it is for. Nothing leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/frame.h"
#include "codec/peer_messages.h"
#include "exchange/state.h"
#include "fixture.h"

static const struct people_consent consent = {.sections = BIT(TRIAGE) | BIT(HEALTH)};

/* Envelopes that the NGO sent. */
static void count_envelopes(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)to;
    (void)payload;
    *(unsigned *)cookie += from == NGO && kind == PEER_ENVELOPE;
}

static void test_what_she_ends_in_the_tick_of_a_referral_never_leaves(void **state)
{
    struct fixture s;
    unsigned sent = 0;

    (void)state;
    fixture_begin(&s, 81, 2, &consent);
    fixture_deliver(&s); /* they are linked */
    world_watch(s.w, count_envelopes, &sent);
    fixture_refer(&s);
    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    assert_int_equal(sent, 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_STOPPED);
    fixture_settle(&s);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    fixture_end(&s);
}

/* Somebody changed the database: the message is the shelter's now, log and consent still say the mission. */
static void test_a_message_whose_row_names_another_agency_goes_to_whom_the_log_names(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 82, 3, &consent);
    world_link(s.w, NGO, SHELTER);
    fixture_settle(&s);
    world_crash(s.w, MISSION);
    fixture_refer(&s);
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO,
                 "UPDATE message SET peer = (SELECT number FROM peer WHERE agency = 'shelter@sim.example')"
                 " WHERE kind = 1");
    world_start(s.w, MISSION);
    fixture_look(&s);
    fixture_settle(&s);
    assert_int_equal(people_count(world_node(s.w, SHELTER), &s.sent.referral), 0);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    assert_int_equal(people_records(world_node(s.w, SHELTER), RECORD_RECEIVED), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);
    fixture_end(&s);
}

/* Once the directory has ended it says nothing of anybody, also not of whether data can be called back there. */
static void test_nothing_is_saved_for_an_agency_whose_kind_nobody_states(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 83, 2, &consent);
    world_remove(s.w, MISSION);
    fixture_settle(&s);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_FED_25);
    world_crash(s.w, MISSION);
    world_advance(s.w, 15 * DAY_MS);
    world_tick(s.w, NGO);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_CON_01);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 0);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_she_ends_in_the_tick_of_a_referral_never_leaves),
        cmocka_unit_test(test_a_message_whose_row_names_another_agency_goes_to_whom_the_log_names),
        cmocka_unit_test(test_nothing_is_saved_for_an_agency_whose_kind_nobody_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
