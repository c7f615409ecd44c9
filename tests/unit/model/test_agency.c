/* Kinds of agency. */
#include "model/agency.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_every_kind_is_found_by_its_name(void **state)
{
    enum agency_kind k;

    (void)state;
    for (unsigned i = 1; i < KIND_END; i++) {
        assert_true(agency_kind_find(view_of_text(agency_kind_name((enum agency_kind)i)), &k));
        assert_int_equal(k, i);
    }
    assert_string_equal(agency_kind_name(KIND_SUPPORT_NGO), "SupportNGO");
    assert_string_equal(agency_kind_name((enum agency_kind)0), "?");
    assert_false(agency_kind_find(view_of_text("shelter"), &k));
    assert_false(agency_kind_find(view_of_text("?"), &k));
}

static void test_what_police_and_courts_are_told_cannot_be_taken_back(void **state)
{
    (void)state;
    assert_true(agency_kind_is_irreversible(KIND_POLICE));
    assert_true(agency_kind_is_irreversible(KIND_BORDER_GUARD));
    assert_true(agency_kind_is_irreversible(KIND_PROSECUTION));
    assert_true(agency_kind_is_irreversible(KIND_COURT));
    assert_false(agency_kind_is_irreversible(KIND_SHELTER));
    assert_false(agency_kind_is_irreversible(KIND_MINISTRY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_is_found_by_its_name),
        cmocka_unit_test(test_what_police_and_courts_are_told_cannot_be_taken_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
