/* What each service needs is a field of the contract, and whoever sends reads in a line why. */
#include "model/service_needs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "model/case_fields.h"

#define COLUMNS 80
#define TITLE   20 /* columns before the field */

static const char *name_of(const char *field)
{
    return case_field_ref_name(case_field_ref_find(view_of_text(field)));
}

static void test_each_need_is_a_field_of_the_contract(void **state)
{
    (void)state;
    for (size_t i = 0; i < service_needs_count; i++) {
        assert_string_equal(name_of(service_needs[i].field), service_needs[i].field);
        if (service_needs[i].also[0] != '\0')
            assert_string_equal(name_of(service_needs[i].also), service_needs[i].also);
        for (size_t n = 0; n < i; n++)
            assert_string_not_equal(service_needs[n].field, service_needs[i].field); /* it is told once */
    }
}

static void test_each_says_in_a_line_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < service_needs_count; i++) {
        assert_true(strlen(service_needs[i].why) > 0);
        assert_true(TITLE + strlen(service_needs[i].field) + strlen(": ") + strlen(service_needs[i].why) <= COLUMNS);
    }
}

static uint32_t all_services(void)
{
    uint32_t all = 0;

    for (size_t i = 0; i < service_needs_count; i++)
        all |= service_needs[i].services;
    return all;
}

static void test_each_service_but_other_needs_something(void **state)
{
    (void)state;
    for (uint32_t s = 1; s < SERVICE_END; s++)
        assert_int_equal((all_services() >> s & 1) == 0, s == SERVICE_OTHER);
    assert_int_equal(all_services() & ~((UINT32_C(1) << SERVICE_END) - 2), 0);
}

static bool needs(enum service s, const char *field, bool may_harm)
{
    for (size_t i = 0; i < service_needs_count; i++)
        if ((service_needs[i].services >> s & 1) != 0 && strcmp(service_needs[i].field, field) == 0 &&
            service_needs[i].may_harm == may_harm)
            return true;
    return false;
}

static void test_what_may_harm_where_it_is_lacking(void **state)
{
    (void)state;
    assert_true(needs(SERVICE_SHELTER, "ext_DangerNow", true));
    assert_true(needs(SERVICE_SHELTER, "ext_MustNotComeIn", true));
    assert_true(needs(SERVICE_EMERGENCY_SHELTER, "ext_MustNotComeIn", true));
    assert_true(needs(SERVICE_SHELTER, "ext_ChildrenAccompanied", false));
    assert_true(needs(SERVICE_SHELTER, "ext_AccessNeeds", false));
    assert_true(needs(SERVICE_MEDICAL, "ext_Allergies", true));
    assert_true(needs(SERVICE_MEDICAL_EMERGENCY, "ext_UrgentCare", true));
    assert_true(needs(SERVICE_LEGAL_ADVICE, "prs_Citizenship", false));
    assert_true(needs(SERVICE_INTERPRETATION, "ext_TriageLanguages", false));
    assert_true(needs(SERVICE_VOLUNTARY_RETURN, "ext_ReturnCountry", false));
    assert_true(needs(SERVICE_VOLUNTARY_RETURN, "ext_SafeToCall", true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_need_is_a_field_of_the_contract),
        cmocka_unit_test(test_each_says_in_a_line_why),
        cmocka_unit_test(test_each_service_but_other_needs_something),
        cmocka_unit_test(test_what_may_harm_where_it_is_lacking),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
