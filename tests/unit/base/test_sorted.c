/* Binary search: every row of tables of every small size is found, and what is not there has its place. */
#include "base/sorted.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int compare_numbers(const void *key, const void *row)
{
    int a = *(const int *)key;
    int b = *(const int *)row;

    return a < b ? -1 : a > b;
}

static void test_each_row_is_found_and_nothing_else(void **state)
{
    int rows[9];

    (void)state;
    for (int i = 0; i < 9; i++)
        rows[i] = 2 * i + 1;
    for (size_t count = 0; count <= 9; count++) {
        for (int key = 0; key <= 19; key++) {
            const int *found = sorted_find(&key, rows, count, sizeof *rows, compare_numbers);
            size_t below = (size_t)key / 2 < count ? (size_t)key / 2 : count;

            assert_int_equal(sorted_place(&key, rows, count, sizeof *rows, compare_numbers), below);
            if (key % 2 == 1 && (size_t)key / 2 < count)
                assert_ptr_equal(found, &rows[key / 2]);
            else
                assert_null(found);
        }
    }
}

static void test_of_equal_rows_the_first_is_found(void **state)
{
    static const int rows[] = {1, 4, 4, 4, 9};
    const int key = 4;

    (void)state;
    assert_ptr_equal(sorted_find(&key, rows, 5, sizeof *rows, compare_numbers), &rows[1]);
}

static void test_an_empty_table_needs_no_memory(void **state)
{
    const int key = 4;

    (void)state;
    assert_int_equal(sorted_place(&key, NULL, 0, sizeof key, compare_numbers), 0);
    assert_null(sorted_find(&key, NULL, 0, sizeof key, compare_numbers));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_row_is_found_and_nothing_else),
        cmocka_unit_test(test_of_equal_rows_the_first_is_found),
        cmocka_unit_test(test_an_empty_table_needs_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
