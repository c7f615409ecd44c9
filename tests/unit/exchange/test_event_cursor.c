#include "exchange/logs/event_cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool reads(const char *text)
{
    struct event_cursor c;

    return event_cursor_read(view_of_text(text), &c);
}

static void test_what_is_written_is_read(void **state)
{
    static const struct hash leaf = {{0x0f, 0x3a, 0x99, 0xc1, 0xe2, 0x7b, 0x4d, 0x58, 0xff}};
    struct event_cursor c = {0};
    struct event_cursor read;
    char text[EVENT_CURSOR_TEXT];

    (void)state;
    event_cursor_write(&c, text);
    assert_string_equal(text, "0-0");
    c.in[LOG_EXCHANGE] = event_place_behind(56, &leaf);
    event_cursor_write(&c, text);
    assert_string_equal(text, "57.0f3a99c1e27b4d58-0");
    c.in[LOG_HOUSE] = event_place_behind(UINT64_MAX - 1, &leaf);
    event_cursor_write(&c, text);
    assert_string_equal(text, "57.0f3a99c1e27b4d58-18446744073709551615.0f3a99c1e27b4d58");
    assert_true(event_cursor_read(view_of_text(text), &read));
    assert_memory_equal(&read, &c, sizeof c);
    c.is_handed = true;
    event_cursor_write(&c, text);
    assert_string_equal(text, "57.0f3a99c1e27b4d58-+18446744073709551615.0f3a99c1e27b4d58");
    assert_true(event_cursor_read(view_of_text(text), &read));
    assert_true(read.is_handed);
    assert_memory_equal(&read.in, &c.in, sizeof c.in);
}

static void test_nothing_else_is_read(void **state)
{
    (void)state;
    assert_true(reads("0-3.0f3a99c1e27b4d58"));
    assert_false(reads(""));
    assert_false(reads("0"));
    assert_false(reads("0-"));
    assert_false(reads("-0"));
    assert_false(reads("0-0-0"));
    assert_false(reads("0-+0"));
    assert_false(reads("0-+"));
    assert_false(reads("+3.0f3a99c1e27b4d58-0"));
    assert_false(reads("0-3")); /* which record that is must be said */
    assert_false(reads("0.0000000000000000-0"));
    assert_false(reads("0.-0"));
    assert_false(reads("03.0f3a99c1e27b4d58-0"));
    assert_false(reads("3.0F3A99C1E27B4D58-0"));
    assert_false(reads("3.0f3a99c1e27b4d5-0"));
    assert_false(reads("3.0f3a99c1e27b4d58a-0"));
    assert_false(reads("18446744073709551616.0f3a99c1e27b4d58-0"));
    assert_false(reads("start"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_nothing_else_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
