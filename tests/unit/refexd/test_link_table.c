/* Does refexd know which links are open, whatever the network process reports? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bounds.h"
#include "refexd/link_table.h"

static void test_a_link_stands_from_its_coming_to_its_end(void **state)
{
    struct link_table l = {0};

    (void)state;
    assert_true(link_table_add(&l, 1));
    assert_true(link_table_add(&l, 2));
    assert_true(link_table_add(&l, 7));
    assert_true(link_table_has(&l, 2));
    assert_true(link_table_remove(&l, 2));

    assert_false(link_table_has(&l, 2));
    assert_false(link_table_remove(&l, 2));
    assert_true(link_table_has(&l, 1));
    assert_true(link_table_has(&l, 7));
    link_table_fini(&l);
}

static void test_no_number_stands_twice(void **state)
{
    struct link_table l = {0};

    (void)state;
    assert_true(link_table_add(&l, 5));
    assert_false(link_table_add(&l, 5));
    assert_false(link_table_add(&l, 0));
    link_table_fini(&l);
}

/* A connection has its number from accept on; a later one may end its handshake earlier. */
static void test_links_come_up_in_any_order(void **state)
{
    static const uint32_t numbers[] = {5, 2, 9, 1, 7};
    struct link_table l = {0};

    (void)state;
    for (size_t i = 0; i < 5; i++)
        assert_true(link_table_add(&l, numbers[i]));
    for (size_t i = 0; i < 5; i++) {
        assert_true(link_table_has(&l, numbers[i]));
        assert_false(link_table_add(&l, numbers[i]));
    }
    assert_true(link_table_set_full(&l, 2, true));
    assert_true(link_table_add(&l, 3));
    assert_true(link_table_is_full(&l, 2));
    assert_false(link_table_is_full(&l, 3));
    assert_true(link_table_remove(&l, 5));
    assert_false(link_table_has(&l, 5));
    assert_true(link_table_has(&l, 9));
    link_table_fini(&l);
}

static void test_a_full_link_is_full_until_it_has_room(void **state)
{
    struct link_table l = {0};

    (void)state;
    assert_true(link_table_add(&l, 3));
    assert_false(link_table_is_full(&l, 3));
    assert_true(link_table_set_full(&l, 3, true));
    assert_true(link_table_is_full(&l, 3));
    assert_true(link_table_set_full(&l, 3, false));
    assert_false(link_table_is_full(&l, 3));
    assert_true(link_table_is_full(&l, 9)); /* nothing is sent on a link that is not there */
    assert_false(link_table_set_full(&l, 9, true));
    link_table_fini(&l);
}

static void test_links_are_bounded(void **state)
{
    struct link_table l = {0};

    (void)state;
    for (uint32_t i = 1; i <= BOUND_LINKS; i++)
        assert_true(link_table_add(&l, i));
    assert_false(link_table_add(&l, BOUND_LINKS + 1));
    assert_true(link_table_remove(&l, 1));
    assert_true(link_table_add(&l, BOUND_LINKS + 1));
    link_table_clear(&l);
    assert_false(link_table_has(&l, 2));
    link_table_fini(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_link_stands_from_its_coming_to_its_end),
        cmocka_unit_test(test_no_number_stands_twice),
        cmocka_unit_test(test_links_come_up_in_any_order),
        cmocka_unit_test(test_a_full_link_is_full_until_it_has_room),
        cmocka_unit_test(test_links_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
