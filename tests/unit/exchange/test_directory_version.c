/* Entries of a directory that the federation signed and that mean nothing: each shuts out itself and nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "two_members.h"

#include "exchange/members/membership_admits.h"

static const struct view junk = {(const uint8_t *)"no certificate", 14};

static void test_a_transport_ca_that_cannot_be_read_shuts_nobody_else_out(void **state)
{
    struct two_members *s = *state;
    struct address agency;
    struct error err;
    size_t count;

    s->f.more_transport_ca = junk;
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    (void)membership_transport_cas(s->m, &count);
    assert_int_equal(count, 1);
    assert_true(
        membership_admits_node(s->m, bytes_view(&s->mission->transport), &s->mission->node, NOW, &agency, &err));
}

static void test_a_directory_of_nobody_lists_no_machine(void **state)
{
    struct two_members *s = *state;

    assert_non_null(membership_find_node(s->m, &s->mission->node));
    s->f.member_count = 0;
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_null(membership_find_node(s->m, &s->mission->node));
    assert_int_equal(membership_hold(s->m, mission(), NOW), HOLD_ABSENT);
}

static void test_who_is_listed_with_what_is_no_certificate_is_not_proven(void **state)
{
    struct two_members *s = *state;
    struct membership_status status;
    struct peer p;

    for (size_t i = 0; i < 2; i++)
        s->f.members[i].identity_certificate = junk;
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_true(membership_find_peer(s->m, mission(), &p));
    assert_null(p.identity);
    assert_int_equal(membership_hold(s->m, mission(), NOW), HOLD_NOT_PROVEN);
    refuse_agency(s, "mission@nrm.example", NOW, E_CRT_01);
    membership_status(s->m, NOW, &status);
    assert_true(status.own_differs);
}

/* It has no dates that could have passed. */
static void test_who_is_listed_with_anothers_certificate_is_not_proven(void **state)
{
    struct two_members *s = *state;

    s->f.members[0].identity_certificate = bytes_view(&s->ngo->identity);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_int_equal(membership_hold(s->m, mission(), NOW), HOLD_NOT_PROVEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_a_transport_ca_that_cannot_be_read_shuts_nobody_else_out),
        SCENE(test_a_directory_of_nobody_lists_no_machine),
        SCENE(test_who_is_listed_with_what_is_no_certificate_is_not_proven),
        SCENE(test_who_is_listed_with_anothers_certificate_is_not_proven),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
