/* Does everything that is tried again wait longer each time, and not for ever? */
#include "exchange/retry.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SECONDS INT64_C(1000)
#define MINUTES (60 * SECONDS)

/* Bounds of the first pause and of the longest. */
static const struct {
    int64_t first_least_ms, first_most_ms;
    int64_t longest_least_ms, longest_most_ms;
} bounds[RETRY_END] = {
    /* A peer that is back is linked within a minute, and dialled four times in the first second at most. */
    [RETRY_DIAL] = {250, SECONDS, 10 * SECONDS, MINUTES},
    [RETRY_REFUSED] = {10 * SECONDS, 10 * SECONDS, 60 * MINUTES, 90 * MINUTES},
    /* What waits for an agency that is busy leaves as soon as it would be sent again without that. */
    [RETRY_BUSY] = {10 * SECONDS, 10 * SECONDS, MINUTES, MINUTES},
    [RETRY_OWED] = {10 * SECONDS, 10 * SECONDS, DAY_MS, DAY_MS},
    [RETRY_GROWTH] = {10 * SECONDS, 10 * SECONDS, 10 * MINUTES, 30 * MINUTES},
    [RETRY_COSIGN] = {10 * SECONDS, 10 * SECONDS, 60 * MINUTES, 90 * MINUTES},
    [RETRY_FULL] = {10 * SECONDS, 10 * SECONDS, 10 * MINUTES, 10 * MINUTES},
};

static void test_a_pause_begins_short_doubles_and_ends_at_its_bound(void **state)
{
    (void)state;
    for (enum retry what = 0; what < RETRY_END; what++) {
        int64_t first = retry_pause_ms(what, 0);
        int64_t longest = retry_pause_ms(what, UINT32_MAX);
        int64_t pause = 0;

        assert_in_range(first, bounds[what].first_least_ms, bounds[what].first_most_ms);
        assert_in_range(longest, bounds[what].longest_least_ms, bounds[what].longest_most_ms);
        assert_int_equal(retry_pause_ms(what, 1), 2 * first);
        for (uint32_t tries = 0; tries < 40; tries++) {
            pause = retry_longer_ms(what, pause);
            assert_int_equal(pause, retry_pause_ms(what, tries));
        }
        assert_int_equal(pause, longest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_pause_begins_short_doubles_and_ends_at_its_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
