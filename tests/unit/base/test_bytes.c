/* Bytes that are owned and bytes that are borrowed. */
#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_numbers_are_written_big_endian_and_read_back(void **state)
{
    struct bytes b = {0};

    (void)state;
    bytes_append_u8(&b, 0x01);
    bytes_append_u16(&b, 0x0203);
    bytes_append_u32(&b, 0xF4050607);
    bytes_append_u64(&b, UINT64_C(0xF8090A0B0C0D0E0F));

    assert_int_equal(b.size, 15);
    assert_memory_equal(b.at, "\x01\x02\x03\xF4\x05\x06\x07\xF8\x09\x0A\x0B\x0C\x0D\x0E\x0F", 15);
    assert_int_equal(read_u16(b.at + 1), 0x0203);
    assert_true(read_u32(b.at + 3) == 0xF4050607);
    assert_true(read_u64(b.at + 7) == UINT64_C(0xF8090A0B0C0D0E0F));
    bytes_fini(&b);
    assert_null(b.at);
    bytes_fini(&b);
}

static void test_bytes_grow_and_keep_what_they_hold(void **state)
{
    struct bytes b = {0};

    (void)state;
    for (unsigned i = 0; i < 100000; i++)
        bytes_append_u8(&b, (uint8_t)(i * 7));
    assert_int_equal(b.size, 100000);
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(b.at[i], (uint8_t)(i * 7));
    bytes_consume(&b, 99998);
    assert_int_equal(b.size, 2);
    assert_int_equal(b.at[0], (uint8_t)(99998 * 7));
    bytes_consume(&b, 0);
    bytes_clear(&b);
    assert_int_equal(b.size, 0);
    bytes_append(&b, NULL, 0);
    bytes_printf(&b, "%s-%d", "a", 17);
    assert_true(view_equal(bytes_view(&b), view_of_text("a-17")));
    bytes_fini(&b);
}

static void test_room_for_nothing_is_a_place_too(void **state)
{
    struct bytes b = {0};

    (void)state;

    assert_non_null(bytes_reserve(&b, 0));

    bytes_fini(&b);
}

static void test_views_compare_as_their_bytes_do(void **state)
{
    (void)state;
    assert_true(view_equal(view_of(NULL, 0), view_of_text("")));
    assert_false(view_equal(view_of_text("a"), view_of_text("b")));
    assert_false(view_equal(view_of_text("a"), view_of_text("ab")));
    assert_true(view_compare(view_of_text("a"), view_of_text("b")) < 0);
    assert_true(view_compare(view_of_text("b"), view_of_text("a")) > 0);
    assert_true(view_compare(view_of_text("a"), view_of_text("ab")) < 0);
    assert_true(view_compare(view_of_text("ab"), view_of_text("a")) > 0);
    assert_true(view_compare(view_of_text("\xFF"), view_of_text("a")) > 0); /* bytes are unsigned */
    assert_int_equal(view_compare(view_of(NULL, 0), view_of_text("")), 0);
    assert_int_equal(view_compare(view_of_text("ab"), view_of_text("ab")), 0);
}

/* Wiping is seen in memory that is still ours: what remains behind the content. */
static void test_wiping_bytes_overwrite_what_they_drop(void **state)
{
    static const uint8_t zeros[16];
    struct bytes b = {.wiping = true};

    (void)state;
    bytes_append(&b, "the first 16 ....the other 16 ...", 32);
    bytes_truncate(&b, 24);
    assert_memory_equal(b.at + 24, zeros, 8);
    bytes_consume(&b, 16);
    assert_memory_equal(b.at, ".the oth", 8);
    assert_memory_equal(b.at + 8, zeros, 16);
    bytes_clear(&b);
    assert_memory_equal(b.at, zeros, 8);
    bytes_fini(&b);
    assert_true(b.wiping && b.at == NULL && b.room == 0);
}

/* realloc may keep the place, and then nothing is left behind: so growing takes another place always. */
static void test_wiping_bytes_grow_by_a_copy(void **state)
{
    struct bytes b = {.wiping = true};
    const uint8_t *old;

    (void)state;
    bytes_append(&b, "sixty-four bytes of room", 24);
    for (int i = 0; i < 12; i++) {
        old = b.at;
        (void)bytes_reserve(&b, b.room - b.size + 1);
        assert_ptr_not_equal(b.at, old);
        assert_memory_equal(b.at, "sixty-four bytes of room", 24);
    }
    bytes_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_written_big_endian_and_read_back),
        cmocka_unit_test(test_bytes_grow_and_keep_what_they_hold),
        cmocka_unit_test(test_room_for_nothing_is_a_place_too),
        cmocka_unit_test(test_wiping_bytes_overwrite_what_they_drop),
        cmocka_unit_test(test_wiping_bytes_grow_by_a_copy),
        cmocka_unit_test(test_views_compare_as_their_bytes_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
