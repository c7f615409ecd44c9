/* What a node stores of its federation: certificates, the directory, key bundles. Taken whole or not at all, whichever
 * statement fails; what is not there, or not as it was, is named at the start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "codec/peer_messages.h"
#include "exchange/members/federation.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/other_directory.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "fixture.h"

static const struct people_consent consent = {.sections = BIT(TRIAGE)};

static const struct bundle *bundle_at(struct fixture *s, size_t at, size_t of)
{
    return membership_bundle(world_node(s->w, at)->membership, address_view(world_address(s->w, of)));
}

/* Brings to the NGO, from the mission, the bundle of node OF with this number, signed by the key of node SIGNER. */
static bool bring_bundle(struct fixture *s, size_t of, size_t signer, uint64_t sequence)
{
    struct exchange *x = world_node(s->w, signer);
    struct bundle b = *bundle_at(s, of, of);
    struct bytes note = {0};
    bool ok;

    b.sequence = sequence;
    world_must(bundle_sign(&b, membership_federation(x->membership),
                           (struct sign_key *)(uintptr_t)vault_identity(x->vault), &note, &s->err),
               &s->err, "sign a bundle");
    ok = world_inject(s->w, MISSION, NGO, PEER_BUNDLE, bytes_view(&note));
    bytes_fini(&note);
    return ok;
}

/* --- whichever statement fails --- */

static bool bring_own(struct fixture *s)
{
    return bring_bundle(s, NGO, NGO, bundle_at(s, NGO, NGO)->sequence + 5);
}

static bool bring_the_missions(struct fixture *s)
{
    return bring_bundle(s, MISSION, MISSION, bundle_at(s, NGO, MISSION)->sequence + 5);
}

static void test_a_bundle_is_stored_and_one_in_our_name_answered_whole(void **state)
{
    struct fixture s;
    uint64_t before;

    (void)state;
    fixture_begin(&s, 111, 2, &consent);
    fixture_deliver(&s);
    before = bundle_at(&s, NGO, MISSION)->sequence;
    assert_in_range(fixture_at_each_statement(&s, NGO, bring_the_missions, MINUTES), 2, 500);
    assert_true(bundle_at(&s, NGO, MISSION)->sequence > before);
    fixture_restart(&s, NGO); /* it is in the store */
    assert_true(bundle_at(&s, NGO, MISSION)->sequence > before);

    before = bundle_at(&s, NGO, NGO)->sequence;
    assert_in_range(fixture_at_each_statement(&s, NGO, bring_own, MINUTES), 4, 500);
    assert_true(bundle_at(&s, NGO, NGO)->sequence > before + 5);
    assert_true(federation_has_other_keys(s.ngo));
    fixture_end(&s);
}

/* On a link that stands, so that nothing else was written before in the tick. */
static void test_a_bundle_in_our_name_that_cannot_be_kept_is_answered_when_it_comes_again(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 120, 2, &consent);
    for (unsigned n = 1; n <= 4; n++) {
        uint64_t before = bundle_at(&s, NGO, NGO)->sequence;

        world_link(s.w, NGO, MISSION);
        world_run_ms(s.w, MINUTES);
        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        assert_true(bring_own(&s));
        if (world_node(s.w, NGO) != NULL)
            world_tick(s.w, NGO);
        assert_null(world_node(s.w, NGO));
        fixture_restart(&s, NGO);
        assert_int_equal(bundle_at(&s, NGO, NGO)->sequence, before);
        assert_false(federation_has_other_keys(s.ngo));
    }
    assert_true(bring_own(&s));
    world_tick(s.w, NGO);
    assert_true(federation_has_other_keys(s.ngo));
    fixture_end(&s);
}

/* No number is after the largest: then ours go on after our own. */
static void test_after_keys_of_the_largest_number_ours_are_numbered_on_their_own(void **state)
{
    struct fixture s;
    uint64_t before;

    (void)state;
    fixture_begin(&s, 122, 2, &consent);
    before = bundle_at(&s, NGO, NGO)->sequence;
    assert_true(bring_bundle(&s, NGO, NGO, INT64_MAX));
    world_tick(s.w, NGO);
    assert_true(federation_has_other_keys(s.ngo));
    assert_int_equal(bundle_at(&s, NGO, NGO)->sequence, before); /* nothing of ours would count before it */
    world_run_ms(s.w, INT64_C(8) * 24 * HOURS);
    assert_in_range(bundle_at(&s, NGO, NGO)->sequence, before + 1, before + 8); /* by the week, as ever */
    fixture_restart(&s, NGO);
    assert_in_range(bundle_at(&s, NGO, NGO)->sequence, before + 1, before + 8);
    fixture_end(&s);
}

static struct bytes other_of_ngo; /* a certificate of the NGO for a key that nobody has */
static bool other_is_listed;

static bool change_own(struct fixture *s)
{
    other_is_listed = !other_is_listed;
    world_list_with(s->w, NGO, other_is_listed ? bytes_view(&other_of_ngo) : (struct view){0});
    return true;
}

static void test_our_bundle_is_shown_again_or_the_directory_is_not_taken(void **state)
{
    struct fixture s;
    uint64_t before;

    (void)state;
    fixture_begin(&s, 121, 2, &consent);
    before = bundle_at(&s, NGO, NGO)->sequence;
    world_crash(s.w, MISSION);
    world_certify(s.w, NGO, &other_of_ngo);
    other_is_listed = false;
    assert_in_range(fixture_at_each_statement(&s, NGO, change_own, MINUTES), 3, 500);
    if (!other_is_listed)
        assert_true(change_own(&s));
    world_tick(s.w, NGO);
    assert_null(bundle_at(&s, NGO, NGO));
    assert_in_range(fixture_at_each_statement(&s, NGO, change_own, MINUTES), 3, 500);
    if (other_is_listed)
        assert_true(change_own(&s));
    world_tick(s.w, NGO);
    assert_int_equal(bundle_at(&s, NGO, NGO)->sequence, before);
    bytes_fini(&other_of_ngo);
    fixture_end(&s);
}

static void test_another_directory_of_one_number_is_kept_whole(void **state)
{
    struct fixture s;
    unsigned step = getenv("REFEX_LONG") != NULL ? 1 : 3;
    uint64_t kept;

    (void)state;
    fixture_begin(&s, 112, 2, NULL);
    world_publish(s.w);
    world_tick(s.w, NGO);
    for (unsigned n = 1;; n += step) {
        struct bytes other = {0};
        uint64_t sequence;

        world_advance(s.w, MINUTES);
        world_sign_directory(s.w, world_sequence(s.w), &other);
        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        assert_false(exchange_take_directory(s.ngo, bytes_view(&other), &sequence, &s.err));
        bytes_fini(&other);
        if (s.err.code != E_FED_22)
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        world_run_ms(s.w, MINUTES);
        fixture_look(&s);
        if (s.ngo != NULL)
            break;
        fixture_restart(&s, NGO);
    }
    assert_true(db_fault_is_armed(s.ngo->db, DB_FAULT_STEP));
    world_mend(s.w, NGO);
    assert_true(other_directory_kept(s.ngo, &kept, &s.err));
    assert_int_equal(kept, world_sequence(s.w));
    fixture_end(&s);
}

/* The evidence is a file for people: where it cannot be written, nothing says that it is there. */
static void test_a_directory_that_cannot_be_kept_is_not_said_to_be(void **state)
{
    char path[FILE_PATH_MAX];
    struct bytes other = {0};
    struct fixture s;
    uint64_t sequence;
    uint64_t kept;

    (void)state;
    fixture_begin(&s, 113, 2, NULL);
    world_publish(s.w);
    world_tick(s.w, NGO);
    world_advance(s.w, MINUTES);
    world_sign_directory(s.w, world_sequence(s.w), &other);
    (void)snprintf(path, sizeof path, "%s/" OTHER_DIRECTORY_FILE, world_home(s.w, NGO));
    assert_int_equal(mkdir(path, 0700), 0);
    world_let_fail(s.w, NGO);
    assert_false(exchange_take_directory(s.ngo, bytes_view(&other), &sequence, &s.err));
    assert_int_not_equal(s.err.code, E_FED_22);
    world_tick(s.w, NGO);
    assert_int_equal(rmdir(path), 0);
    fixture_restart(&s, NGO);
    assert_true(other_directory_kept(s.ngo, &kept, &s.err));
    assert_int_equal(kept, 0);

    assert_false(exchange_take_directory(s.ngo, bytes_view(&other), &sequence, &s.err));
    assert_int_equal(s.err.code, E_FED_22);
    world_tick(s.w, NGO);
    assert_true(other_directory_kept(s.ngo, &kept, &s.err));
    assert_int_equal(kept, world_sequence(s.w));
    bytes_fini(&other);
    fixture_end(&s);
}

static void test_what_waits_for_who_leaves_ends_with_the_directory_that_says_so(void **state)
{
    struct fixture s;
    unsigned step = getenv("REFEX_LONG") != NULL ? 1 : 3;

    (void)state;
    fixture_begin(&s, 114, 2, &consent);
    world_crash(s.w, MISSION);
    for (unsigned n = 1;; n += step) {
        bool failed;

        fixture_refer(&s);
        world_tick(s.w, NGO);
        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        world_revoke(s.w, MISSION, REVOKED_LEFT);
        world_run_ms(s.w, MINUTES);
        fixture_look(&s);
        failed = s.ngo == NULL;
        if (failed) {
            fixture_restart(&s, NGO);
            world_run_ms(s.w, MINUTES);
        } else {
            assert_true(db_fault_is_armed(s.ngo->db, DB_FAULT_STEP));
            world_mend(s.w, NGO);
        }
        assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_STOPPED);
        if (!failed)
            break;
        world_pardon(s.w, MISSION);
        world_tick(s.w, NGO);
    }
    fixture_end(&s);
}

/* At the new one, its first tick; at the NGO, that its log begins anew. */
static void test_another_machine_is_followed_whole_and_its_first_keys_are_offered(void **state)
{
    struct fixture s;
    unsigned step = getenv("REFEX_LONG") != NULL ? 1 : 3;

    (void)state;
    for (size_t at = NGO; at <= MISSION; at++) {
        fixture_begin(&s, 115, 2, &consent);
        fixture_deliver(&s);
        for (unsigned n = 1;; n += step) {
            if (at == NGO)
                world_fault(s.w, NGO, DB_FAULT_STEP, n);
            world_replace(s.w, MISSION);
            if (at == MISSION)
                world_fault(s.w, MISSION, DB_FAULT_STEP, n);
            world_run_ms(s.w, MINUTES);
            fixture_look(&s);
            if (world_node(s.w, at) != NULL)
                break;
            fixture_restart(&s, at);
            world_run_ms(s.w, MINUTES);
        }
        assert_true(db_fault_is_armed(world_node(s.w, at)->db, DB_FAULT_STEP));
        world_mend(s.w, at);
        assert_non_null(bundle_at(&s, MISSION, MISSION));
        assert_int_equal(people_peer(s.w, NGO, MISSION).incarnation,
                         membership_incarnation(s.ngo->membership, address_view(s.to)));
        fixture_end(&s);
    }
}

/* --- bundles in our name --- */

static void test_a_bundle_in_our_name_by_another_key_ends_the_link(void **state)
{
    struct fixture s;
    uint64_t before;

    (void)state;
    fixture_begin(&s, 116, 2, &consent);
    fixture_deliver(&s);
    before = bundle_at(&s, NGO, NGO)->sequence;
    assert_false(bring_bundle(&s, NGO, MISSION, before + 5));
    assert_int_equal(bundle_at(&s, NGO, NGO)->sequence, before);
    assert_false(federation_has_other_keys(s.ngo));
    fixture_end(&s);
}

/* After months in doubt of its clock a node has no key to offer: it says what it found, and offers none. */
static void test_a_node_without_keys_to_offer_keeps_what_came_in_its_name(void **state)
{
    struct fixture s;
    uint64_t before;

    (void)state;
    fixture_begin(&s, 122, 2, &consent);
    world_crash(s.w, MISSION);
    world_set_clock(s.w, NGO, 365 * DAY_MS);
    fixture_restart(&s, NGO);
    for (int week = 0; week < 20; week++) {
        world_advance(s.w, 7 * DAY_MS);
        world_publish(s.w);
        world_tick(s.w, NGO);
    }
    before = bundle_at(&s, NGO, NGO)->sequence;
    world_start(s.w, MISSION);
    assert_true(bring_own(&s));
    world_tick(s.w, NGO);
    assert_true(federation_has_other_keys(s.ngo));
    assert_int_equal(bundle_at(&s, NGO, NGO)->sequence, before);
    fixture_end(&s);
}

/* Where the directory lists us with another key meanwhile, we show none: the finding stays. */
static void test_keys_of_another_in_our_name_are_told_while_ours_are_not_shown(void **state)
{
    struct bytes other = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 117, 2, &consent);
    fixture_deliver(&s);
    assert_true(bring_own(&s));
    world_tick(s.w, NGO);
    assert_true(federation_has_other_keys(s.ngo));
    world_crash(s.w, MISSION);
    world_certify(s.w, NGO, &other);
    world_list_with(s.w, NGO, bytes_view(&other));
    world_tick(s.w, NGO);
    assert_null(bundle_at(&s, NGO, NGO));
    assert_true(federation_has_other_keys(s.ngo));
    bytes_fini(&other);
    fixture_end(&s);
}

/* --- what is not there --- */

static void test_a_home_that_lacks_a_part_of_its_membership_is_named(void **state)
{
    static const char *const parts[] = {"root", "issuing", "transport-ca", "transport", "identity", "directory"};
    struct fixture s;
    char sql[128];

    (void)state;
    fixture_begin(&s, 118, 2, NULL);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        (void)snprintf(sql, sizeof sql, "CREATE TABLE kept AS SELECT * FROM note; DELETE FROM note WHERE what = '%s'",
                       parts[i]);
        fixture_edit_down(&s, NGO, sql);
        assert_false(world_try_start(s.w, NGO, &s.err));
        assert_int_equal(s.err.code, E_NOD_02);
        fixture_edit_down(&s, NGO, "DELETE FROM note; INSERT INTO note SELECT * FROM kept; DROP TABLE kept");
    }
    fixture_edit_down(&s, NGO,
                      "CREATE TABLE kept AS SELECT * FROM note; UPDATE note SET note = x'00' WHERE what = 'root'");
    assert_false(world_try_start(s.w, NGO, &s.err));
    assert_int_equal(error_fault(&s.err), FAULT_LOCAL);
    fixture_edit(&s, NGO, "DELETE FROM note; INSERT INTO note SELECT * FROM kept; DROP TABLE kept");
    fixture_end(&s);
}

/* --- the list --- */

struct listed {
    unsigned count;
    unsigned out_of_reach;
    unsigned most;
};

static bool list_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct listed *l = cookie;

    l->count++;
    l->out_of_reach += a->out_of_reach;
    return l->count < l->most || error_set(err, E_USE_04, "enough");
}

static void test_the_list_of_agencies_says_who_cannot_be_reached_and_ends_when_its_reader_does(void **state)
{
    struct listed l = {.most = 9};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 119, 3, NULL);
    assert_true(exchange_agency_list(s.ngo, list_agency, &l, &s.err));
    assert_true(l.count == 3 && l.out_of_reach == 0);
    world_unlist(s.w, NGO);
    world_unlist(s.w, MISSION);
    world_tick(s.w, NGO);
    l = (struct listed){.most = 9};
    assert_true(exchange_agency_list(s.ngo, list_agency, &l, &s.err));
    assert_true(l.count == 3 && l.out_of_reach == 1); /* the mission; not this agency */
    l = (struct listed){.most = 2};
    assert_false(exchange_agency_list(s.ngo, list_agency, &l, &s.err));
    assert_int_equal(s.err.code, E_USE_04);
    assert_int_equal(l.count, 2);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bundle_is_stored_and_one_in_our_name_answered_whole),
        cmocka_unit_test(test_a_bundle_in_our_name_that_cannot_be_kept_is_answered_when_it_comes_again),
        cmocka_unit_test(test_after_keys_of_the_largest_number_ours_are_numbered_on_their_own),
        cmocka_unit_test(test_our_bundle_is_shown_again_or_the_directory_is_not_taken),
        cmocka_unit_test(test_a_node_without_keys_to_offer_keeps_what_came_in_its_name),
        cmocka_unit_test(test_another_directory_of_one_number_is_kept_whole),
        cmocka_unit_test(test_a_directory_that_cannot_be_kept_is_not_said_to_be),
        cmocka_unit_test(test_what_waits_for_who_leaves_ends_with_the_directory_that_says_so),
        cmocka_unit_test(test_another_machine_is_followed_whole_and_its_first_keys_are_offered),
        cmocka_unit_test(test_a_bundle_in_our_name_by_another_key_ends_the_link),
        cmocka_unit_test(test_keys_of_another_in_our_name_are_told_while_ours_are_not_shown),
        cmocka_unit_test(test_a_home_that_lacks_a_part_of_its_membership_is_named),
        cmocka_unit_test(test_the_list_of_agencies_says_who_cannot_be_reached_and_ends_when_its_reader_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
