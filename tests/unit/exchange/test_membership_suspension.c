/* What one officer may do alone: suspend an agency for 72 hours, in the directory in use, and change nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/membership_suspension.h"
#include "two_members.h"

#define ALL  3 /* keys 1 and 2 of three, which is enough */
#define ONE  1
#define LAST (NOW + BOUND_SUSPENSION_MS)

struct scene {
    struct federation_fixture f;
    struct fixture_agency *mission;
    struct fixture_agency *ngo;
    struct bytes note;
    struct membership *m; /* of the ngo */
};

static int set_up(void **state)
{
    struct scene *s = xnew(sizeof *s);
    struct membership_files files;
    struct error err;

    federation_fixture_init(&s->f, "nrm.example", NOW, 3, 2);
    s->mission = federation_fixture_admit(&s->f, "mission@nrm.example");
    s->ngo = federation_fixture_admit(&s->f, "ngo@nrm.example");
    federation_fixture_directory(&s->f, ALL, &s->note);
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    assert_true(membership_open(&files, NOW, &s->m, &err));
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;

    membership_free(s->m);
    bytes_fini(&s->note);
    federation_fixture_fini(&s->f);
    free(s);
    return 0;
}

static void add(struct scene *s, const struct fixture_agency *a, enum revocation_reason reason, int64_t time_ms)
{
    struct revocation r = {.agency = a->address, .reason = reason, .time_ms = time_ms};
    size_t at = s->f.revocation_count++;

    digest_sha256(bytes_view(&a->identity), &r.name);
    for (; at > 0 && memcmp(&s->f.revocations[at - 1].name, &r.name, HASH_SIZE) > 0; at--)
        s->f.revocations[at] = s->f.revocations[at - 1];
    s->f.revocations[at] = r;
}

/* Offers what the fixture lists, under the number in use. */
static enum error_code offer(struct scene *s, unsigned signers, int64_t now_ms, enum directory_result *what)
{
    struct error err = {0};

    s->f.sequence = membership_directory(s->m)->sequence - 1;
    bytes_clear(&s->note);
    federation_fixture_directory(&s->f, signers, &s->note);
    return membership_take_directory(s->m, bytes_view(&s->note), now_ms, 0, what, &err) ? E_NONE : err.code;
}

static bool is_out(struct scene *s, int64_t now_ms)
{
    struct error err;

    return !membership_admits(s->m, address_view(&s->mission->address), now_ms, NULL, &err);
}

static void test_one_officer_suspends_an_agency_until_it_ends_or_a_directory_comes(void **state)
{
    struct scene *s = *state;
    enum directory_result what;
    struct address agency;
    struct error err;

    add(s, s->mission, REVOKED_SUSPENDED, NOW);
    assert_int_equal(offer(s, ONE, NOW, &what), E_NONE);
    assert_int_equal(what, DIRECTORY_SUSPENDS);
    assert_true(is_out(s, NOW));
    assert_int_equal(membership_hold(s->m, address_view(&s->mission->address), NOW), HOLD_SUSPENDED);
    assert_int_equal(membership_suspended_until(s->m, &agency), LAST);
    assert_true(address_equal(&agency, &s->mission->address));
    assert_int_equal(offer(s, ONE, NOW, &what), E_NONE); /* again: it is in use */
    assert_int_equal(what, DIRECTORY_SAME);
    s->f.revocation_count = 0;
    assert_int_equal(offer(s, ALL, NOW, &what), E_NONE); /* what all signed is no other directory */
    assert_int_equal(what, DIRECTORY_SAME);
    assert_true(is_out(s, NOW));

    membership_end_suspension(s->m);
    assert_false(is_out(s, NOW));
    assert_int_equal(membership_suspended_until(s->m, &agency), 0);

    add(s, s->mission, REVOKED_SUSPENDED, NOW);
    assert_int_equal(offer(s, ONE, NOW, &what), E_NONE);
    s->f.revocation_count = 0;
    bytes_clear(&s->note);
    federation_fixture_directory(&s->f, ALL, &s->note);
    assert_true(membership_take_directory(s->m, bytes_view(&s->note), NOW, 0, &what, &err));
    assert_int_equal(what, DIRECTORY_TAKEN);
    assert_false(is_out(s, NOW)); /* the next directory says what is to be */
    assert_int_equal(membership_suspended_until(s->m, &agency), 0);
}

static void test_a_suspension_ends_after_72_hours(void **state)
{
    struct scene *s = *state;
    enum directory_result what;

    add(s, s->mission, REVOKED_SUSPENDED, NOW);
    assert_int_equal(offer(s, ONE, LAST, &what), E_FED_20);
    assert_false(is_out(s, LAST));
    assert_int_equal(offer(s, ONE, LAST - 1, &what), E_NONE);
    assert_true(is_out(s, LAST - 1));
}

static void test_a_suspension_of_the_future_is_none(void **state)
{
    struct scene *s = *state;
    enum directory_result what;

    add(s, s->mission, REVOKED_SUSPENDED, NOW + BOUND_CLOCKS_MS + 1);
    assert_int_equal(offer(s, ONE, NOW, &what), E_FED_20);
    assert_int_equal(offer(s, ONE, NOW + 1, &what), E_NONE);
}

/* A later one takes the place of an earlier one, not the other way round. */
static void test_of_two_suspensions_the_later_counts(void **state)
{
    struct scene *s = *state;
    enum directory_result what;
    struct address agency;

    add(s, s->mission, REVOKED_SUSPENDED, NOW + 1000);
    assert_int_equal(offer(s, ONE, NOW + 1000, &what), E_NONE);
    s->f.revocation_count = 0;
    add(s, s->mission, REVOKED_SUSPENDED, NOW);
    assert_int_equal(offer(s, ONE, NOW + 1000, &what), E_FED_20);
    s->f.revocation_count = 0;
    add(s, s->ngo, REVOKED_SUSPENDED, NOW + 2000);
    assert_int_equal(offer(s, ONE, NOW + 2000, &what), E_NONE);
    assert_int_equal(membership_suspended_until(s->m, &agency), LAST + 2000);
    assert_false(is_out(s, NOW + 2000));
}

static void test_one_officer_changes_nothing_else(void **state)
{
    struct scene *s = *state;
    enum directory_result what;

    assert_int_equal(offer(s, ONE, NOW, &what), E_NONE); /* nothing is added */
    assert_int_equal(what, DIRECTORY_SAME);
    add(s, s->mission, REVOKED_LEFT, NOW);
    assert_int_equal(offer(s, ONE, NOW, &what), E_FED_20); /* another reason */
    s->f.revocation_count = 0;
    add(s, s->mission, REVOKED_SUSPENDED, NOW);
    add(s, s->ngo, REVOKED_SUSPENDED, NOW);
    assert_int_equal(offer(s, ONE, NOW, &what), E_FED_20); /* two agencies */
    s->f.revocation_count = 0;
    add(s, s->mission, REVOKED_SUSPENDED, NOW);
    assert_int_equal(offer(s, 0, NOW, &what), E_FED_24); /* by nobody: that is no note */
    s->f.members[0].kind = KIND_POLICE;
    assert_int_equal(offer(s, ONE, NOW, &what), E_FED_20); /* another kind of agency */
    s->f.members[0].kind = membership_directory(s->m)->members[0].kind;
    s->f.revocations[0].agency.text[0] = '\0';
    assert_int_equal(offer(s, ONE, NOW, &what), E_FED_20); /* an authority, not an agency */
    assert_false(is_out(s, NOW));
}

/* What all signed as revoked stays so. */
static void test_one_officer_takes_no_revocation_back(void **state)
{
    struct scene *s = *state;
    enum directory_result what;
    struct error err;

    add(s, s->ngo, REVOKED_LEFT, NOW);
    bytes_clear(&s->note);
    federation_fixture_directory(&s->f, ALL, &s->note);
    assert_true(membership_take_directory(s->m, bytes_view(&s->note), NOW, 0, &what, &err));
    s->f.revocation_count = 0;
    add(s, s->mission, REVOKED_SUSPENDED, NOW);
    assert_int_equal(offer(s, ONE, NOW, &what), E_FED_20);
    add(s, s->ngo, REVOKED_LEFT, NOW);
    assert_int_equal(offer(s, ONE, NOW, &what), E_NONE);
    assert_int_equal(what, DIRECTORY_SUSPENDS);
}

#undef SCENE
#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_one_officer_suspends_an_agency_until_it_ends_or_a_directory_comes),
        SCENE(test_a_suspension_ends_after_72_hours),
        SCENE(test_a_suspension_of_the_future_is_none),
        SCENE(test_of_two_suspensions_the_later_counts),
        SCENE(test_one_officer_changes_nothing_else),
        SCENE(test_one_officer_takes_no_revocation_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
