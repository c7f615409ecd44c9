/* Enrolling again: certificates are renewed, and no directory takes the place of a newer one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "exchange/home.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/federation.h"
#include "exchange/members/membership.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/other_directory.h"
#include "exchange/renewal/renewal.h"
#include "exchange/state.h"
#include "people.h"

enum { NGO, MISSION };

/* NGO has directory 2, in which MISSION is revoked; OLD is directory 1, in which it is not. */
struct fixture {
    struct world *w;
    struct bytes old;
    struct control_enrol_result result;
    uint64_t records; /* DIRECTORY records of NGO */
    struct error err;
};

static void begin(struct fixture *s)
{
    *s = (struct fixture){.w = world_new(31, 2)};
    world_sign_directory(s->w, 1, &s->old);
    world_revoke(s->w, MISSION, REVOKED_KEY_COMPROMISE);
    world_tick(s->w, NGO);
    assert_int_equal(world_sequence(s->w), 2);
    s->records = people_records(world_node(s->w, NGO), RECORD_DIRECTORY);
    world_crash(s->w, NGO);
}

static void end(struct fixture *s)
{
    if (world_node(s->w, NGO) != NULL)
        assert_true(people_log_is_good(world_node(s->w, NGO)));
    bytes_fini(&s->old);
    world_free(s->w);
}

static bool enrol(struct fixture *s, struct view in_membership, struct view directory)
{
    struct bytes file = {0};
    bool ok;

    world_membership(s->w, NGO, in_membership, &file);
    ok = world_enrol(s->w, NGO, bytes_view(&file), directory, &s->result, &s->err);
    bytes_fini(&file);
    return ok;
}

/* As it lies in the home: the federation brings nothing at this start that the node has. */
static void check_in_use(struct fixture *s, uint64_t sequence, uint64_t records)
{
    struct exchange *ngo;

    world_start(s->w, NGO);
    world_tick(s->w, NGO);
    ngo = world_node(s->w, NGO);
    assert_int_equal(membership_directory(ngo->membership)->sequence, sequence);
    assert_int_equal(membership_hold(ngo->membership, address_view(world_address(s->w, MISSION)), world_now(s->w)),
                     HOLD_KEY_COMPROMISED);
    assert_int_equal(people_records(ngo, RECORD_DIRECTORY), records);
}

static void test_an_older_directory_in_a_membership_admits_nobody_again(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(enrol(&s, bytes_view(&s.old), (struct view){0}));
    assert_int_equal(s.result.directory_sequence, 2);
    assert_int_equal(s.result.offered_sequence, 1);
    check_in_use(&s, 2, s.records); /* nor does the log say that it was in use */
    end(&s);
}

static void test_nor_does_an_older_directory_beside_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(enrol(&s, bytes_view(&s.old), bytes_view(&s.old)));
    assert_int_equal(s.result.directory_sequence, 2);
    check_in_use(&s, 2, s.records);
    end(&s);
}

static void test_a_newer_directory_is_taken_from_either_and_recorded_once(void **state)
{
    struct fixture s;
    struct bytes third = {0};
    struct bytes fourth = {0};

    (void)state;
    begin(&s);
    world_sign_directory(s.w, 3, &third);
    world_sign_directory(s.w, 4, &fourth);
    assert_true(enrol(&s, bytes_view(&third), (struct view){0}));
    assert_int_equal(s.result.directory_sequence, 3);
    assert_int_equal(s.result.offered_sequence, 3);
    assert_true(enrol(&s, bytes_view(&s.old), bytes_view(&fourth)));
    assert_int_equal(s.result.directory_sequence, 4);
    assert_int_equal(s.result.offered_sequence, 4);
    check_in_use(&s, 4, s.records + 2);
    bytes_fini(&third);
    bytes_fini(&fourth);
    end(&s);
}

static void test_another_directory_of_the_same_number_is_an_alarm_and_changes_nothing(void **state)
{
    struct fixture s;
    struct bytes other = {0};

    (void)state;
    begin(&s);
    world_advance(s.w, MINUTES);
    world_sign_directory(s.w, 2, &other);
    assert_false(enrol(&s, bytes_view(&other), (struct view){0}));
    assert_int_equal(s.err.code, E_FED_22);
    assert_false(enrol(&s, bytes_view(&s.old), bytes_view(&other)));
    assert_int_equal(s.err.code, E_FED_22);
    check_in_use(&s, 2, s.records);
    bytes_fini(&other);
    end(&s);
}

/* An alarm: a record, a finding, a line; once, until a newer directory comes. */
static void test_another_directory_of_the_same_number_is_recorded_and_named_once(void **state)
{
    struct fixture s;
    struct exchange *ngo;
    struct bytes others[2] = {{0}};
    struct bytes kept = {0};
    struct bytes third = {0};
    struct node_status status;
    char path[FILE_PATH_MAX];
    uint64_t sequence;

    (void)state;
    begin(&s);
    world_start(s.w, NGO);
    world_tick(s.w, NGO);
    ngo = world_node(s.w, NGO);
    assert_true(exchange_status(ngo, &status, &s.err));
    assert_int_equal(status.other_directory, 0);
    for (int i = 0; i < 2; i++) {
        world_advance(s.w, MINUTES);
        world_sign_directory(s.w, 2, &others[i]);
        assert_false(exchange_take_directory(ngo, bytes_view(&others[i]), &sequence, &s.err));
        assert_int_equal(s.err.code, E_FED_22);
        world_tick(s.w, NGO);
        assert_int_equal(people_records(ngo, RECORD_DIRECTORY), s.records + 1);
    }
    assert_true(exchange_status(ngo, &status, &s.err));
    assert_int_equal(status.other_directory, 2);
    assert_true(file_join_path(path, ngo->home, OTHER_DIRECTORY_FILE, &s.err) &&
                file_read_private(path, BOUND_DIRECTORY, &kept, &s.err));
    assert_true(view_equal(bytes_view(&kept), bytes_view(&others[0])));
    world_crash(s.w, NGO);
    check_in_use(&s, 2, s.records + 1);
    ngo = world_node(s.w, NGO);
    assert_true(exchange_status(ngo, &status, &s.err));
    assert_int_equal(status.other_directory, 2);

    world_sign_directory(s.w, 3, &third);
    assert_true(exchange_take_directory(ngo, bytes_view(&third), &sequence, &s.err));
    world_tick(s.w, NGO);
    assert_true(exchange_status(ngo, &status, &s.err));
    assert_int_equal(status.other_directory, 0);
    bytes_fini(&others[0]);
    bytes_fini(&others[1]);
    bytes_fini(&kept);
    bytes_fini(&third);
    end(&s);
}

static void check_compared(struct exchange *ngo, unsigned count, uint32_t by)
{
    uint32_t uid;

    assert_int_equal(people_records(ngo, RECORD_COMPARED), count);
    assert_true(people_decided(ngo, RECORD_COMPARED, &uid));
    assert_int_equal(uid, by);
}

/* There is no log before the node is enrolled: what the words of an invitation prove waits in its home. */
static void test_what_the_words_of_an_invitation_proved_is_recorded(void **state)
{
    char hex[2 * HASH_SIZE + 1];
    char path[FILE_PATH_MAX];
    char fingerprint[FINGERPRINT_TEXT];
    struct bytes file = {0};
    struct hash fid;
    struct fixture s;

    (void)state;
    s = (struct fixture){.w = world_new(32, 2)};
    world_sign_directory(s.w, 1, &s.old);
    fid = membership_federation(world_node(s.w, NGO)->membership)->fid;
    fingerprint_write(&fid, fingerprint);
    world_crash(s.w, NGO);
    world_membership(s.w, NGO, bytes_view(&s.old), &file);
    assert_true(file_join_path(path, world_home(s.w, NGO), HOME_INVITED, &s.err));
    text_write_hex(fid.at, HASH_SIZE, hex);
    hex[0] = hex[0] == '0' ? '1' : '0'; /* another federation's */
    assert_true(file_write(path, view_of_text(hex), 0600, &s.err));
    assert_false(world_enrol(s.w, NGO, bytes_view(&file), (struct view){0}, &s.result, &s.err));
    assert_int_equal(s.err.code, E_ENR_01);
    assert_true(file_exists(path));
    text_write_hex(fid.at, HASH_SIZE, hex);
    assert_true(file_write(path, view_of_text(hex), 0600, &s.err));
    assert_true(world_enrol(s.w, NGO, bytes_view(&file), (struct view){0}, &s.result, &s.err));
    assert_false(file_exists(path));
    world_start(s.w, NGO);
    world_tick(s.w, NGO);
    check_compared(world_node(s.w, NGO), 1, geteuid());
    world_crash(s.w, NGO);
    assert_true(world_enrol(s.w, NGO, bytes_view(&file), (struct view){0}, &s.result, &s.err));
    world_start(s.w, NGO);
    assert_int_equal(people_records(world_node(s.w, NGO), RECORD_COMPARED), 1);
    bytes_fini(&file);
    bytes_fini(&s.old);
    world_free(s.w);
}

/* Who compared what stands in the log: the federation's fingerprint, typed at a stopped node and at one that runs, and
 * that of another agency, whose key counts already. */
static void test_a_fingerprint_that_was_compared_is_recorded_with_who_did(void **state)
{
    const uint32_t uid = geteuid();
    struct control_take_membership_ask ask = {0};
    struct control_membership_taken taken;
    struct fixture s;
    struct exchange *ngo;
    struct bytes file = {0};
    char fingerprint[FINGERPRINT_TEXT];
    struct hash other;
    struct peer p;
    bool changed;
    bool held_there;

    (void)state;
    s = (struct fixture){.w = world_new(31, 2)};
    world_sign_directory(s.w, 1, &s.old);
    ngo = world_node(s.w, NGO);
    assert_int_equal(people_records(ngo, RECORD_COMPARED), 0);
    fingerprint_write(&membership_federation(ngo->membership)->fid, fingerprint);
    world_crash(s.w, NGO);
    world_membership(s.w, NGO, bytes_view(&s.old), &file);
    assert_true(world_enrol_compared(s.w, NGO, bytes_view(&file), view_of_text(fingerprint), &s.result, &s.err));
    world_start(s.w, NGO);
    world_tick(s.w, NGO);
    ngo = world_node(s.w, NGO);
    check_compared(ngo, 1, uid);

    exchange_acting(ngo, &uid);
    ask = (struct control_take_membership_ask){bytes_view(&file), view_of_text(fingerprint)};
    assert_true(exchange_take_membership(ngo, &ask, &taken, &s.err));
    check_compared(ngo, 2, uid);
    ask.fingerprint = (struct view){0};
    assert_true(exchange_take_membership(ngo, &ask, &taken, &s.err));
    check_compared(ngo, 2, uid);
    other = membership_federation(ngo->membership)->fid;
    other.at[0] ^= 1;
    fingerprint_write(&other, fingerprint);
    ask.fingerprint = view_of_text(fingerprint);
    assert_false(exchange_take_membership(ngo, &ask, &taken, &s.err));
    assert_int_equal(s.err.code, E_ENR_01);

    assert_true(membership_find_peer(ngo->membership, address_view(world_address(s.w, MISSION)), &p));
    fingerprint_write(&p.fingerprint, fingerprint);
    assert_true(exchange_agency_confirm(ngo, world_address(s.w, MISSION), view_of_text(fingerprint), &changed,
                                        &held_there, &s.err));
    assert_false(changed);
    assert_int_equal(people_records(ngo, RECORD_AGENCY_KEY), 1);
    check_compared(ngo, 2, uid);
    bytes_fini(&file);
    end(&s);
}

static void test_the_membership_of_another_federation_is_refused(void **state)
{
    struct fixture s;
    struct world *other = world_new_apart(32, 2);
    struct bytes note = {0};
    struct bytes file = {0};

    (void)state;
    begin(&s);
    world_sign_directory(other, 9, &note);
    world_membership(other, NGO, bytes_view(&note), &file);
    assert_false(world_enrol(s.w, NGO, bytes_view(&file), (struct view){0}, &s.result, &s.err));
    assert_int_equal(s.err.code, E_ENR_01);
    check_in_use(&s, 2, s.records);
    bytes_fini(&note);
    bytes_fini(&file);
    world_free(other);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_older_directory_in_a_membership_admits_nobody_again),
        cmocka_unit_test(test_nor_does_an_older_directory_beside_it),
        cmocka_unit_test(test_a_newer_directory_is_taken_from_either_and_recorded_once),
        cmocka_unit_test(test_another_directory_of_the_same_number_is_an_alarm_and_changes_nothing),
        cmocka_unit_test(test_another_directory_of_the_same_number_is_recorded_and_named_once),
        cmocka_unit_test(test_what_the_words_of_an_invitation_proved_is_recorded),
        cmocka_unit_test(test_a_fingerprint_that_was_compared_is_recorded_with_who_did),
        cmocka_unit_test(test_the_membership_of_another_federation_is_refused),
    };

    return cmocka_run_group_tests_name("enrol", tests, NULL, NULL);
}
