/* Buckets and the names of the steps of admission. */
#include "model/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const size_t buckets[] = {4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512};
#define BUCKETS (sizeof buckets / sizeof buckets[0])

static void test_each_size_goes_into_the_smallest_bucket_that_fits(void **state)
{
    (void)state;
    assert_int_equal(envelope_bucket(0), 4096);
    assert_int_equal(envelope_bucket(1), 4096);
    for (size_t i = 0; i < BUCKETS; i++) {
        size_t b = buckets[i] * 1024;

        assert_int_equal(envelope_bucket(b), b);
        assert_int_equal(envelope_bucket(b - 1), b);
        assert_int_equal(envelope_bucket(b + 1), i + 1 < BUCKETS ? buckets[i + 1] * 1024 : 0);
    }
    assert_int_equal(envelope_bucket(SIZE_MAX), 0);
}

static void test_only_the_fifteen_sizes_are_buckets(void **state)
{
    size_t found = 0;

    (void)state;
    for (size_t size = 0; size <= 600 * 1024; size++)
        if (envelope_is_bucket(size)) {
            assert_true(found < BUCKETS);
            assert_int_equal(size, buckets[found++] * 1024);
        }
    assert_int_equal(found, BUCKETS);
    assert_false(envelope_is_bucket(SIZE_MAX));
}

static void test_steps_of_admission_have_names(void **state)
{
    (void)state;
    assert_string_equal(admission_step_name(STEP_BOUNDS), "bounds");
    assert_string_equal(admission_step_name(STEP_CONSENT), "consent");
    assert_string_equal(admission_step_name(STEP_END), "?");
    assert_int_equal(STEP_CONSENT, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_size_goes_into_the_smallest_bucket_that_fits),
        cmocka_unit_test(test_only_the_fifteen_sizes_are_buckets),
        cmocka_unit_test(test_steps_of_admission_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
