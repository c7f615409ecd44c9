/* Arenas: within their bound, aligned, freed as a whole, and reused. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_an_arena_gives_up_to_its_bound_and_not_a_byte_more(void **state)
{
    struct arena a = {.max = 160};

    (void)state;
    assert_non_null(arena_alloc(&a, 80));
    assert_null(arena_alloc(&a, 81));
    assert_non_null(arena_alloc(&a, 80));
    assert_int_equal(a.used, 160);
    assert_null(arena_alloc(&a, 1));
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX - 7));
    arena_fini(&a);
}

static void test_after_a_reset_all_of_it_is_there_again(void **state)
{
    struct arena a = {.max = 64};
    void *first;

    (void)state;
    first = arena_alloc(&a, 64);
    assert_non_null(first);
    assert_null(arena_alloc(&a, 1));
    arena_reset(&a);
    assert_int_equal(a.used, 0);
    assert_ptr_equal(arena_alloc(&a, 64), first);
    arena_fini(&a);
    assert_null(a.first);
}

static void test_what_is_given_out_is_aligned_and_does_not_overlap(void **state)
{
    struct arena a = {0};
    uint8_t *parts[400];

    (void)state;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 400; i++) {
            parts[i] = arena_alloc(&a, i * 7);
            assert_int_equal((uintptr_t)parts[i] % 16, 0);
            memset(parts[i], (int)(i & 0xFF), i * 7);
        }
        for (size_t i = 0; i < 400; i++)
            for (size_t k = 0; k < i * 7; k++)
                assert_int_equal(parts[i][k], i & 0xFF);
        arena_reset(&a);
    }
    arena_fini(&a);
}

static void test_a_part_larger_than_a_block_gets_one_of_its_own(void **state)
{
    struct arena a = {0};

    (void)state;
    memset(arena_new(&a, 8), 1, 8);
    memset(arena_new(&a, 1000000), 2, 1000000);
    memset(arena_new(&a, 8), 3, 8);
    arena_reset(&a);
    memset(arena_new(&a, 1000000), 4, 1000000);
    arena_fini(&a);
}

static void test_copies_are_whole_and_texts_end(void **state)
{
    struct arena a = {0};
    struct view copy;

    (void)state;
    memset(arena_new(&a, 100), 0xFF, 100);
    arena_reset(&a);
    copy = arena_copy(&a, view_of_text("refex"));
    assert_true(view_equal(copy, view_of_text("refex")));
    assert_string_equal(arena_strdup(&a, view_of("refex!", 5)), "refex");
    assert_string_equal(arena_strdup(&a, view_of(NULL, 0)), "");
    assert_int_equal(arena_copy(&a, view_of(NULL, 0)).size, 0);
    arena_fini(&a);
}

static void test_a_wiping_arena_overwrites_all_that_it_gave(void **state)
{
    struct arena a = {.wiping = true};
    uint8_t *parts[60];

    (void)state;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 60; i++) /* several blocks, and one larger than a block */
            parts[i] = memset(arena_alloc(&a, i == 30 ? 40000 : 1000 + i), 0xA5, i == 30 ? 40000 : 1000 + i);
        arena_reset(&a);
        for (size_t i = 0; i < 60; i++)
            for (size_t at = 0; at < (i == 30 ? 40000 : 1000 + i); at++)
                assert_int_equal(parts[i][at], 0);
    }
    arena_fini(&a);
    assert_true(a.wiping);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_arena_gives_up_to_its_bound_and_not_a_byte_more),
        cmocka_unit_test(test_after_a_reset_all_of_it_is_there_again),
        cmocka_unit_test(test_what_is_given_out_is_aligned_and_does_not_overlap),
        cmocka_unit_test(test_a_part_larger_than_a_block_gets_one_of_its_own),
        cmocka_unit_test(test_a_wiping_arena_overwrites_all_that_it_gave),
        cmocka_unit_test(test_copies_are_whole_and_texts_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
