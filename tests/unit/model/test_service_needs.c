/* Each service has its row, and several need what each of them does. */
#include "model/service_needs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_each_service_but_other_needs_something(void **state)
{
    (void)state;
    for (uint32_t s = 1; s < SERVICE_END; s++)
        assert_int_equal(service_needs(1U << s) == 0, s == SERVICE_OTHER);
    assert_int_equal(service_needs(1) | service_harmed_without(1), 0); /* none */
}

static void test_several_need_what_each_of_them_does(void **state)
{
    const uint32_t both = 1U << SERVICE_SHELTER | 1U << SERVICE_CASH;

    (void)state;
    assert_int_equal(service_needs(both), SECTION_BIT(SECTION_TRIAGE) | SECTION_BIT(SECTION_IDENTITY));
    assert_int_equal(service_harmed_without(both), SECTION_BIT(SECTION_RISK) | SECTION_BIT(SECTION_HEALTH));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_service_but_other_needs_something),
        cmocka_unit_test(test_several_need_what_each_of_them_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
