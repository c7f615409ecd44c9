/* Days: of the world, and of the person at the machine. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_a_day_begins_where_the_person_is(void **state)
{
    const int64_t evening = 20785 * DAY_MS + INT64_C(18) * 3600000; /* 2026-11-28, 18:00 UTC */

    (void)state;
    assert_int_equal(setenv("TZ", "UTC", 1), 0);
    assert_int_equal(clock_local_day(evening), 20785);
    assert_int_equal(setenv("TZ", "PST-8", 1), 0); /* POSIX: eight hours east, Manila */
    assert_int_equal(clock_local_day(evening), 20786);
    assert_int_equal(setenv("TZ", "EST+20", 1), 0);
    assert_int_equal(clock_local_day(evening), 20784);
    assert_int_equal(day_of_ms(evening), 20785);
}

static void test_a_pause_is_doubled_up_to_the_longest(void **state)
{
    (void)state;
    assert_int_equal(pause_doubled(250, 0, 60000), 250);
    assert_int_equal(pause_doubled(250, 1, 60000), 500);
    assert_int_equal(pause_doubled(250, 7, 60000), 32000);
    assert_int_equal(pause_doubled(250, 8, 60000), 60000);
    assert_int_equal(pause_doubled(10000, 9, 5120000), 5120000);
    assert_int_equal(pause_doubled(10000, UINT32_MAX, DAY_MS), DAY_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_day_begins_where_the_person_is),
        cmocka_unit_test(test_a_pause_is_doubled_up_to_the_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
