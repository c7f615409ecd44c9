/* The key bundles of the members: which is kept, and whose is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/members/bundle_cache.h"
#include "exchange/members/membership_bundles.h"
#include "two_members.h"

static void test_the_newest_bundle_of_an_agency_is_kept(void **state)
{
    struct two_members *s = *state;
    const struct bundle_key *key;
    struct bytes note = {0};
    struct address whose;
    bool is_new;
    struct error err;

    assert_false(membership_sealing_key(s->m, mission(), day_of_ms(NOW), &key, &err));
    assert_int_equal(err.code, E_FED_30);
    make_bundle(s, "mission@nrm.example", s->mission->identity_key, 2, &note);
    assert_true(membership_take_bundle(s->m, bytes_view(&note), &whose, &is_new, &err));
    assert_true(is_new);
    assert_true(address_equal(&whose, &s->mission->address));
    assert_true(membership_take_bundle(s->m, bytes_view(&note), &whose, &is_new, &err));
    assert_false(is_new);
    make_bundle(s, "mission@nrm.example", s->mission->identity_key, 1, &note);
    assert_true(membership_take_bundle(s->m, bytes_view(&note), &whose, &is_new, &err));
    assert_false(is_new);

    assert_int_equal(membership_bundle(s->m, mission())->sequence, 2);
    assert_true(membership_sealing_key(s->m, mission(), day_of_ms(NOW), &key, &err));
    assert_int_equal(key->public_key[0], 1);
    assert_true(membership_sealing_key(s->m, mission(), day_of_ms(NOW) + 7, &key, &err));
    assert_int_equal(key->public_key[0], 2);
    assert_false(membership_sealing_key(s->m, mission(), day_of_ms(NOW) + 35, &key, &err));
    bytes_fini(&note);
}

/* Its clock is ahead by hours, and Monday has begun there. */
static void test_before_its_first_day_by_one_a_key_is_used(void **state)
{
    struct two_members *s = *state;
    const struct bundle_key *key;
    struct bytes note = {0};
    struct address whose;
    bool is_new;
    struct error err;
    uint32_t first;

    make_bundle(s, "mission@nrm.example", s->mission->identity_key, 1, &note);
    assert_true(membership_take_bundle(s->m, bytes_view(&note), &whose, &is_new, &err));
    first = membership_bundle(s->m, mission())->keys[0].use_from;
    assert_true(membership_sealing_key(s->m, mission(), first - 1, &key, &err));
    assert_int_equal(key->public_key[0], 1);
    assert_false(membership_sealing_key(s->m, mission(), first - 2, &key, &err));
    assert_int_equal(err.code, E_FED_30);
    bytes_fini(&note);
}

static void refuse_bundle(struct two_members *s, const struct bytes *note, enum error_code code)
{
    struct address whose;
    struct error err = {0};
    bool is_new;

    assert_false(membership_take_bundle(s->m, bytes_view(note), &whose, &is_new, &err));
    assert_int_equal(err.code, code);
    assert_null(membership_bundle(s->m, mission()));
}

static void test_a_bundle_that_another_key_signed_is_refused(void **state)
{
    struct two_members *s = *state;
    struct bytes note = {0};

    make_bundle(s, "mission@nrm.example", s->ngo->identity_key, 1, &note);
    refuse_bundle(s, &note, E_FED_29);
    make_bundle(s, "mission@nrm.example", s->mission->transport_key, 1, &note);
    refuse_bundle(s, &note, E_FED_29);
    make_bundle(s, "police@nrm.example", s->mission->identity_key, 1, &note);
    refuse_bundle(s, &note, E_FED_25);
    make_bundle(s, "mission@nrm.example", s->mission->identity_key, 1, &note);
    note.at[40]++;
    refuse_bundle(s, &note, E_FED_29);
    bytes_fini(&note);
}

static void test_a_compromised_key_offers_no_bundle(void **state)
{
    struct two_members *s = *state;
    struct bytes note = {0};

    make_bundle(s, "mission@nrm.example", s->mission->identity_key, 1, &note);
    revoke(s, bytes_view(&s->mission->identity), &s->mission->address, REVOKED_KEY_COMPROMISE);
    take_directory(s, DIRECTORY_TAKEN);

    refuse_bundle(s, &note, E_FED_29);
    bytes_fini(&note);
}

static void test_the_directorys_bundle_is_used_until_a_newer_one_comes(void **state)
{
    struct two_members *s = *state;
    struct bytes first = {0};
    struct bytes second = {0};
    struct address whose;
    bool is_new;
    struct error err;

    make_bundle(s, "mission@nrm.example", s->mission->identity_key, 1, &first);
    s->f.members[0].bundle = bytes_view(&first);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_int_equal(membership_bundle(s->m, mission())->sequence, 1);

    make_bundle(s, "mission@nrm.example", s->mission->identity_key, 5, &second);
    assert_true(membership_take_bundle(s->m, bytes_view(&second), &whose, &is_new, &err));
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_int_equal(membership_bundle(s->m, mission())->sequence, 5);
    assert_true(view_equal(membership_bundle_note(s->m, mission()), bytes_view(&second)));
    bytes_fini(&first);
    bytes_fini(&second);
}

static void test_a_bundle_of_the_directory_that_does_not_hold_is_none(void **state)
{
    struct two_members *s = *state;
    struct bytes forged = {0};
    const struct bundle_key *key;
    struct error err;

    make_bundle(s, "mission@nrm.example", s->ngo->identity_key, 1, &forged);
    s->f.members[0].bundle = bytes_view(&forged);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_null(membership_bundle(s->m, mission()));
    assert_int_equal(membership_bundle_note(s->m, mission()).size, 0);
    assert_false(membership_sealing_key(s->m, mission(), day_of_ms(NOW), &key, &err));
    assert_int_equal(err.code, E_FED_30);
    bytes_fini(&forged);
}

static void test_who_is_in_no_directory_has_no_bundle(void **state)
{
    struct two_members *s = *state;

    assert_null(membership_bundle(s->m, view_of_text("police@nrm.example")));
    assert_int_equal(membership_bundle_note(s->m, view_of_text("police@nrm.example")).size, 0);
}

static void test_who_leaves_the_directory_takes_its_bundle_with_it(void **state)
{
    struct two_members *s = *state;
    struct member entry = s->f.members[0];
    struct bytes note = {0};
    struct address whose;
    bool is_new;
    struct error err;

    make_bundle(s, "mission@nrm.example", s->mission->identity_key, 9, &note);
    assert_true(membership_take_bundle(s->m, bytes_view(&note), &whose, &is_new, &err));
    s->f.members[0] = s->f.members[--s->f.member_count];
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_null(membership_bundle(s->m, mission()));

    s->f.members[s->f.member_count++] = s->f.members[0]; /* it comes back, and nothing is left of before */
    s->f.members[0] = entry;
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_null(membership_bundle(s->m, mission()));
    bytes_fini(&note);
}

static void test_who_is_listed_with_anothers_certificate_offers_no_bundle(void **state)
{
    struct two_members *s = *state;
    struct bytes note = {0};

    s->f.members[0].identity_certificate = bytes_view(&s->ngo->identity);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    make_bundle(s, "mission@nrm.example", s->ngo->identity_key, 1, &note); /* by the key that is listed */
    refuse_bundle(s, &note, E_FED_29);
    bytes_fini(&note);
}

static void test_a_new_identity_key_forgets_the_old_keys_bundle(void **state)
{
    struct two_members *s = *state;
    struct bytes note = {0};
    struct address whose;
    bool is_new;
    struct error err;
    struct fixture_agency *again;

    make_bundle(s, "mission@nrm.example", s->mission->identity_key, 9, &note);
    assert_true(membership_take_bundle(s->m, bytes_view(&note), &whose, &is_new, &err));
    again = federation_fixture_admit(&s->f, "mission@nrm.example");
    s->f.members[0] = s->f.members[--s->f.member_count];
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);

    assert_null(membership_bundle(s->m, mission()));
    make_bundle(s, "mission@nrm.example", again->identity_key, 1, &note);
    assert_true(membership_take_bundle(s->m, bytes_view(&note), &whose, &is_new, &err));
    assert_true(is_new);
    bytes_fini(&note);
}

static void test_a_bundle_is_opened_as_one_of_its_agency_and_within_its_bound(void **state)
{
    struct two_members *s = *state;
    struct bytes note = {0};
    struct bundle b;
    struct peer p;
    struct error err;

    assert_true(membership_find_peer(s->m, mission(), &p));
    make_bundle(s, "mission@nrm.example", s->mission->identity_key, 1, &note);
    assert_true(bundle_open(bytes_view(&note), &s->f.federation, &s->mission->address, p.identity, &b, &err));
    assert_false(bundle_open(bytes_view(&note), &s->f.federation, &s->ngo->address, p.identity, &b, &err));
    assert_int_equal(err.code, E_FED_29);
    assert_false(
        bundle_open(view_of(note.at, note.size - 1), &s->f.federation, &s->mission->address, p.identity, &b, &err));
    assert_int_equal(err.code, E_FED_29);
    while (note.size <= BOUND_NOTE)
        bytes_append_u8(&note, 'x');
    assert_false(bundle_peek(bytes_view(&note), &b, &err));
    assert_int_equal(err.code, E_FED_29);
    bytes_fini(&note);
}

/* Its number says nothing under another key. */
static void test_a_kept_bundle_gives_way_to_one_of_another_key_whatever_its_number(void **state)
{
    static const uint8_t one[KEY_SIZE] = {1};
    static const uint8_t other[KEY_SIZE] = {2};
    struct bundle_cache c = {0};
    struct bundle b = {.agency = {"mission@nrm.example"}, .sequence = 9};

    (void)state;
    assert_true(bundle_cache_put(&c, &b, one, view_of_text("first")));
    b.sequence = 8;
    assert_false(bundle_cache_put(&c, &b, one, view_of_text("older")));
    assert_true(bundle_cache_put(&c, &b, other, view_of_text("another's")));
    assert_true(view_equal(bytes_view(&bundle_cache_find(&c, mission())->note), view_of_text("another's")));
    bundle_cache_fini(&c);
}

static void test_a_sealing_key_is_kept_21_days_after_its_week(void **state)
{
    struct bundle_key k;

    (void)state;
    bundle_schedule(20773, 0, &k); /* Monday 16 November 2026 is day 20773 */
    assert_int_equal(k.use_from, 20773);
    assert_int_equal(k.use_until, 20780);
    assert_int_equal(k.keep_until, 20800);
    bundle_schedule(20779, 0, &k); /* Sunday */
    assert_int_equal(k.use_from, 20773);
    bundle_schedule(20779, 4, &k);
    assert_int_equal(k.use_from, 20801);
    bundle_schedule(0, 0, &k);
    assert_int_equal(k.use_from, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_the_newest_bundle_of_an_agency_is_kept),
        SCENE(test_before_its_first_day_by_one_a_key_is_used),
        SCENE(test_a_bundle_that_another_key_signed_is_refused),
        SCENE(test_a_compromised_key_offers_no_bundle),
        SCENE(test_the_directorys_bundle_is_used_until_a_newer_one_comes),
        SCENE(test_a_bundle_of_the_directory_that_does_not_hold_is_none),
        SCENE(test_who_is_in_no_directory_has_no_bundle),
        SCENE(test_who_leaves_the_directory_takes_its_bundle_with_it),
        SCENE(test_who_is_listed_with_anothers_certificate_offers_no_bundle),
        SCENE(test_a_new_identity_key_forgets_the_old_keys_bundle),
        SCENE(test_a_bundle_is_opened_as_one_of_its_agency_and_within_its_bound),
        SCENE(test_a_kept_bundle_gives_way_to_one_of_another_key_whatever_its_number),
        SCENE(test_a_sealing_key_is_kept_21_days_after_its_week),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
