/* Somebody has a directory key, and shows one member another directory than the others: with a second certificate for
 * an agency that is a member. With the first link of that member to any other it is noticed, and named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "codec/peer.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership.h"
#include "exchange/members/other_directory.h"
#include "exchange/state.h"
#include "exchange/traffic/links.h"
#include "fixture.h"

#define A_MINUTE INT64_C(60000)

/* Agencies NGO, MISSION and SHELTER; the mission is shown, alone, a directory that lists the shelter with a key that
 * the shelter did not make. */
struct shown {
    struct fixture f;
    uint64_t number;    /* of the newest directory that all have */
    struct bytes other; /* a certificate of the shelter for another key */
    struct bytes note;  /* what the mission is shown */
};

static void give(struct shown *s, size_t i, struct view note)
{
    uint64_t sequence;

    world_must(exchange_take_directory(world_node(s->f.w, i), note, &sequence, &s->f.err), &s->f.err, "a directory");
    world_run_ms(s->f.w, 1000);
}

/* The mission is alone while it is shown the directory NUMBER, and then off. */
static void show_the_mission(struct shown *s, uint64_t seed, unsigned ahead)
{
    fixture_begin(&s->f, seed, 3, NULL);
    world_publish(s->f.w);
    fixture_settle(&s->f);
    s->number = world_sequence(s->f.w);
    world_certify(s->f.w, SHELTER, &s->other);
    world_sign_with(s->f.w, SHELTER, bytes_view(&s->other), s->number + ahead, &s->note);
    world_crash(s->f.w, NGO);
    world_crash(s->f.w, SHELTER);
    give(s, MISSION, bytes_view(&s->note));
    world_crash(s->f.w, MISSION);
    world_start(s->f.w, NGO);
    world_start(s->f.w, SHELTER);
    world_link(s->f.w, NGO, SHELTER);
    world_run_ms(s->f.w, 1000);
    fixture_look(&s->f);
}

static void drop(struct shown *s)
{
    bytes_fini(&s->other);
    bytes_fini(&s->note);
    fixture_end(&s->f);
}

/* The mission comes back and meets the NGO. */
static void meet(struct shown *s)
{
    world_start(s->f.w, MISSION);
    fixture_look(&s->f);
    world_link(s->f.w, NGO, MISSION);
    world_run_ms(s->f.w, A_MINUTE);
    fixture_look(&s->f);
}

/* Node I names directory NUMBER as one of two, and has NOTE as evidence. */
static void assert_named(struct shown *s, size_t i, uint64_t number, const struct bytes *note)
{
    char path[FILE_PATH_MAX];
    struct bytes kept = {0};
    uint64_t found;

    world_must(other_directory_kept(world_node(s->f.w, i), &found, &s->f.err), &s->f.err, "what is kept");
    assert_int_equal(found, number);
    (void)snprintf(path, sizeof path, "%s/" OTHER_DIRECTORY_FILE, world_home(s->f.w, i));
    assert_true(file_read(path, BOUND_DIRECTORY, &kept, &s->f.err));
    assert_true(note == NULL || view_equal(bytes_view(&kept), bytes_view(note)));
    bytes_fini(&kept);
}

static void test_two_directories_of_one_number_are_named_by_both_who_meet(void **state)
{
    struct shown s = {0};
    struct bytes official = {0};

    (void)state;
    show_the_mission(&s, 901, 1);
    world_sign_directory(s.f.w, s.number + 1, &official);
    give(&s, NGO, bytes_view(&official));
    meet(&s);
    assert_named(&s, NGO, s.number + 1, &s.note);
    assert_named(&s, MISSION, s.number + 1, &official);
    world_publish(s.f.w); /* a newer one ends it */
    world_run_ms(s.f.w, A_MINUTE);
    world_must(other_directory_kept(s.f.ngo, &s.number, &s.f.err), &s.f.err, "what is kept");
    assert_int_equal(s.number, 0);
    bytes_fini(&official);
    drop(&s);
}

/* A newer directory is in use by all others, and takes the place of the mission's with the link: what it was shown is
 * compared all the same. */
static void test_what_one_member_was_shown_is_named_though_a_newer_directory_is_in_use(void **state)
{
    struct shown s = {0};
    struct bytes official = {0};
    struct bytes newer = {0};

    (void)state;
    show_the_mission(&s, 902, 1);
    world_sign_directory(s.f.w, s.number + 1, &official);
    give(&s, NGO, bytes_view(&official));
    world_sign_directory(s.f.w, s.number + 2, &newer);
    give(&s, NGO, bytes_view(&newer));
    meet(&s);
    assert_named(&s, NGO, s.number + 1, &s.note);
    assert_int_equal(membership_directory(s.f.mission->membership)->sequence, s.number + 2);
    bytes_fini(&official);
    bytes_fini(&newer);
    drop(&s);
}

static struct view watched_note;
static unsigned shown_before;

static void count_shown(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)cookie;
    (void)to;
    if (from == MISSION && kind == PEER_DIRECTORY && view_equal(payload, watched_note))
        shown_before++;
}

/* The newer one came with the link, before the mission's next commit: what it had goes out before it all the same. */
static void test_what_was_in_use_is_shown_though_the_newer_came_in_the_same_moment(void **state)
{
    struct shown s = {0};
    struct bytes newer = {0};
    uint64_t sequence;

    (void)state;
    show_the_mission(&s, 906, 1);
    world_sign_directory(s.f.w, s.number + 2, &newer);
    give(&s, NGO, bytes_view(&newer));
    world_start(s.f.w, MISSION);
    fixture_look(&s.f);
    watched_note = bytes_view(&s.note);
    shown_before = 0;
    world_watch(s.f.w, count_shown, NULL);
    world_link(s.f.w, NGO, MISSION);
    while (links_find_agency(s.f.mission, world_address(s.f.w, NGO)) == NULL)
        world_step(s.f.w, 1);
    if (shown_before == 0)
        world_must(exchange_take_directory(s.f.mission, bytes_view(&newer), &sequence, &s.f.err), &s.f.err, "newer");
    world_run_ms(s.f.w, 1000);
    assert_int_equal(shown_before, 1);
    world_watch(s.f.w, NULL, NULL);
    bytes_fini(&newer);
    drop(&s);
}

/* Nobody had a directory of that number: it goes round as the newest, the others hold the key that changed, and whose
 * it is reads that it did not make it. */
static void test_a_newer_directory_of_one_member_goes_round_and_the_key_in_it_is_held(void **state)
{
    struct shown s = {0};
    struct membership_status own;
    struct held held;

    (void)state;
    show_the_mission(&s, 903, 1);
    meet(&s);
    assert_int_equal(membership_directory(s.f.ngo->membership)->sequence, s.number + 1);
    world_must(holds_ask(s.f.ngo, world_address(s.f.w, SHELTER), MESSAGE_REFERRAL, &held, &s.f.err), &s.f.err, "holds");
    assert_int_equal(held.hold, HOLD_KEY_CHANGED);
    world_link(s.f.w, NGO, SHELTER);
    world_run_ms(s.f.w, A_MINUTE);
    membership_status(world_node(s.f.w, SHELTER)->membership, world_now(s.f.w), &own);
    assert_true(own.own_differs);
    drop(&s);
}

/* Directory NUMBER in other words; they are signed. */
static enum error_code offer(struct shown *s, uint64_t number)
{
    struct bytes note = {0};
    uint64_t sequence;
    bool ok;

    world_sign_directory(s->f.w, number, &note);
    s->f.err.code = E_NONE;
    ok = exchange_take_directory(s->f.ngo, bytes_view(&note), &sequence, &s->f.err);
    assert_int_equal(ok, s->f.err.code == E_NONE);
    world_run_ms(s->f.w, 1000);
    bytes_fini(&note);
    return s->f.err.code;
}

static void test_the_last_directories_are_known_and_none_before_them(void **state)
{
    struct shown s = {0};
    uint64_t newest;

    (void)state;
    fixture_begin(&s.f, 904, 2, NULL);
    world_crash(s.f.w, MISSION);
    for (unsigned i = 0; i < BOUND_DIRECTORIES_KNOWN + 2; i++) {
        world_publish(s.f.w);
        world_tick(s.f.w, NGO);
    }
    newest = world_sequence(s.f.w);
    world_advance(s.f.w, A_MINUTE);
    assert_int_equal(offer(&s, newest - BOUND_DIRECTORIES_KNOWN), E_NONE);
    assert_int_equal(offer(&s, newest - BOUND_DIRECTORIES_KNOWN + 1), E_FED_22);
    fixture_restart(&s.f, NGO); /* they are in the store */
    fixture_look(&s.f);
    assert_int_equal(offer(&s, newest - 1), E_FED_22);
    assert_int_equal(offer(&s, newest), E_FED_22);
    fixture_end(&s.f);
}

/* Anybody can write a directory; only what the federation signed is an alarm. */
static void test_an_older_directory_that_is_not_signed_is_no_alarm(void **state)
{
    struct bytes note = {0};
    struct shown s = {0};
    uint64_t sequence;
    uint64_t kept;

    (void)state;
    fixture_begin(&s.f, 905, 2, NULL);
    world_publish(s.f.w);
    world_tick(s.f.w, NGO);
    world_advance(s.f.w, A_MINUTE);
    world_sign_directory(s.f.w, world_sequence(s.f.w), &note);
    world_publish(s.f.w);
    world_tick(s.f.w, NGO);
    note.at[note.size - 20] = note.at[note.size - 20] == 'A' ? 'B' : 'A'; /* of the signature, in base64 */
    assert_false(exchange_take_directory(s.f.ngo, bytes_view(&note), &sequence, &s.f.err));
    assert_int_equal(s.f.err.code, E_FED_20);
    world_must(other_directory_kept(s.f.ngo, &kept, &s.f.err), &s.f.err, "what is kept");
    assert_int_equal(kept, 0);
    bytes_fini(&note);
    fixture_end(&s.f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_directories_of_one_number_are_named_by_both_who_meet),
        cmocka_unit_test(test_what_one_member_was_shown_is_named_though_a_newer_directory_is_in_use),
        cmocka_unit_test(test_what_was_in_use_is_shown_though_the_newer_came_in_the_same_moment),
        cmocka_unit_test(test_a_newer_directory_of_one_member_goes_round_and_the_key_in_it_is_held),
        cmocka_unit_test(test_the_last_directories_are_known_and_none_before_them),
        cmocka_unit_test(test_an_older_directory_that_is_not_signed_is_no_alarm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
