#include "base/bounds.h"
#include "base/clock.h"
#include "model/referral.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define MONDAY (UINT32_C(20780) * DAY_MS) /* 2026-11-23 */

static int64_t days_from(int64_t ms)
{
    return (referral_clock_stands_until(ms) - ms) / DAY_MS;
}

static void test_the_clock_stands_for_five_working_days(void **state)
{
    static const int64_t days[] = {7, 7, 7, 7, 7, 6, 5}; /* from Monday on */

    (void)state;
    assert_int_equal(BOUND_STANDS_DAYS, 5);
    for (int d = 0; d < 7; d++)
        assert_int_equal(days_from(MONDAY + d * DAY_MS + 1234567), days[d]);
    assert_int_equal(referral_clock_stands_until(MONDAY + 1) % DAY_MS, 1);
}

static void test_how_urgent_it_is_says_by_when(void **state)
{
    (void)state;
    assert_int_equal(urgency_due_ms(URGENCY_EMERGENCY), DAY_MS);
    assert_int_equal(urgency_due_ms(URGENCY_URGENT), 3 * DAY_MS);
    assert_int_equal(urgency_due_ms(URGENCY_NORMAL), 14 * DAY_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_clock_stands_for_five_working_days),
        cmocka_unit_test(test_how_urgent_it_is_says_by_when),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
