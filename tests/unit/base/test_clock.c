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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_day_begins_where_the_person_is)};

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
