/* Untrusted text: each parser accepts one spelling of a value and refuses every other. */
#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(literal) view_of(literal, sizeof literal - 1)

static void test_utf8_is_told_from_what_is_not(void **state)
{
    static const char *const good[] = {
        "",
        "a",
        "\x7F",
        "\xC2\x80",
        "\xDF\xBF",
        "\xE0\xA0\x80",
        "\xEF\xBF\xBF",
        "\xED\x9F\xBF",
        "\xEE\x80\x80",
        "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF",
        "\xD0\x86\xD0\xB2\xD0\xB0\xD0\xBD",
    };
    static const char *const bad[] = {
        "\x80",
        "\xBF",
        "a\x80",
        "\xC0\x80",
        "\xC1\xBF",
        "\xC2",
        "\xC2\x41",
        "\xC2\xC2",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xE1\x80",
        "\xE1\x80\x41",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF0\x80\x80\x80",
        "\xF0\x8F\xBF\xBF",
        "\xF0\x90\x80",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFE",
        "\xFF",
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!text_is_utf8(view_of_text(good[i])))
            fail_msg("good %zu was refused", i);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (text_is_utf8(view_of_text(bad[i])))
            fail_msg("bad %zu was taken", i);
    assert_false(text_is_utf8(BYTES("\0")));
    assert_false(text_is_utf8(BYTES("a\0b")));
    assert_true(text_is_utf8(view_of(NULL, 0)));
}

/* TEXT at each place of a longer text of plain letters, which is read in blocks. */
static bool is_so_everywhere(const char *text, bool (*is_so)(struct view v))
{
    const size_t size = strlen(text);
    uint8_t whole[100];

    for (size_t at = 0; at + size <= sizeof whole; at++) {
        memset(whole, 'a', sizeof whole);
        memcpy(whole + at, text, size);
        if (!is_so(view_of(whole, sizeof whole)) || !is_so(view_of(whole, at + size)))
            return false;
    }
    return true;
}

static bool is_broken(struct view v)
{
    return !text_is_utf8(v);
}

static bool has_control(struct view v)
{
    return text_has_control(v, false);
}

static bool has_no_control(struct view v)
{
    return !text_has_control(v, false);
}

static bool has_control_in_lines(struct view v)
{
    return text_has_control(v, true);
}

static bool has_no_control_in_lines(struct view v)
{
    return !text_has_control(v, true);
}

static void test_a_character_counts_wherever_it_stands(void **state)
{
    uint8_t nul[100];

    (void)state;
    assert_true(is_so_everywhere("\xC2\x80", text_is_utf8));
    assert_true(is_so_everywhere("\xF4\x8F\xBF\xBF", text_is_utf8));
    assert_true(is_so_everywhere("\xD0\x86\xD0\xB2 \xD0\xB0", text_is_utf8));
    assert_true(is_so_everywhere("\xFF", is_broken));
    assert_true(is_so_everywhere("\x80", is_broken));
    assert_true(is_so_everywhere("\xD0\x86\xD0\x41", is_broken));
    assert_true(is_so_everywhere("\x01", has_control));
    assert_true(is_so_everywhere("\x1F", has_control_in_lines));
    assert_true(is_so_everywhere("\x7F", has_control_in_lines));
    assert_true(is_so_everywhere("\xC2\x9F", has_control_in_lines));
    assert_true(is_so_everywhere("\n", has_control));
    assert_true(is_so_everywhere("\t", has_control));
    assert_true(is_so_everywhere("\n\t", has_no_control_in_lines));
    assert_true(is_so_everywhere("\xC2\xA0 ~\xD0\x86", has_no_control));
    for (size_t at = 0; at < sizeof nul; at++) {
        memset(nul, 'a', sizeof nul);
        nul[at] = 0;
        assert_false(text_is_utf8(view_of(nul, sizeof nul)));
    }
}

static void test_decimals_have_one_spelling(void **state)
{
    static const char *const bad[] = {"",
                                      "00",
                                      "01",
                                      "+1",
                                      "-1",
                                      " 1",
                                      "1 ",
                                      "1a",
                                      "0x1",
                                      "1.0",
                                      "18446744073709551616",
                                      "99999999999999999999",
                                      "100000000000000000000"};
    uint64_t n = 42;
    uint32_t small = 42;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(text_read_u64(view_of_text(bad[i]), &n));
        assert_false(text_read_u32(view_of_text(bad[i]), &small));
    }
    assert_true(n == 42 && small == 42);
    assert_true(text_read_u64(view_of_text("0"), &n) && n == 0);
    assert_true(text_read_u64(view_of_text("18446744073709551615"), &n) && n == UINT64_MAX);
    assert_true(text_read_u32(view_of_text("4294967295"), &small) && small == UINT32_MAX);
    assert_false(text_read_u32(view_of_text("4294967296"), &small));
}

static void test_dates_that_exist_are_read_and_written_back(void **state)
{
    static const char *const good[] = {"1970-01-01", "1969-12-31", "1900-01-01", "2000-02-29",
                                       "2024-02-29", "2026-11-22", "9999-12-31", "1900-12-31"};
    static const char *const bad[] = {"",           "2026-1-01",  "2026-01-1",   "2026/01/01",  "2026-13-01",
                                      "2026-00-01", "2026-01-00", "2026-01-32",  "2026-04-31",  "2025-02-29",
                                      "1900-02-29", "1899-12-31", "2026-01-01 ", " 2026-01-01", "+026-01-01",
                                      "202a-01-01", "20260101",   "2026-01-011"};
    int32_t day = 7;
    char back[11];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (text_read_date(view_of_text(bad[i]), &day))
            fail_msg("%s was taken", bad[i]);
    assert_int_equal(day, 7);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(text_read_date(view_of_text(good[i]), &day));
        text_write_date(day, back);
        assert_string_equal(back, good[i]);
    }
    assert_true(text_read_date(view_of_text("1970-01-02"), &day) && day == 1);
    assert_true(text_read_date(view_of_text("1969-12-31"), &day) && day == -1);
    assert_true(text_read_date(view_of_text("2026-11-17"), &day) && day == 20774);
}

static void test_times_are_written_in_utc_with_milliseconds(void **state)
{
    char text[25];

    (void)state;
    text_write_time(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    text_write_time(INT64_C(1795356118123), text);
    assert_string_equal(text, "2026-11-22T14:01:58.123Z");
    text_write_time(-5, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    text_write_time(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999Z");
    text_write_minute(INT64_C(1795356118123), text);
    assert_string_equal(text, "2026-11-22 14:01 UTC");
    text_write_minute(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31 23:59 UTC");
    assert_int_equal(day_of_ms(INT64_C(1795356118123)), 20779);
    assert_int_equal(day_of_ms(-1), 0);
    assert_int_equal(day_of_ms(DAY_MS - 1), 0);
    assert_int_equal(day_of_ms(DAY_MS), 1);
}

static void test_hex_is_lower_case_and_of_its_length(void **state)
{
    uint8_t out[2] = {9, 9};
    char text[5];

    (void)state;
    assert_false(text_read_hex(view_of_text("0aF0"), out, 2));
    assert_false(text_read_hex(view_of_text("0a"), out, 2));
    assert_false(text_read_hex(view_of_text("0a0b0c"), out, 2));
    assert_false(text_read_hex(view_of_text("0a0g"), out, 2));
    assert_false(text_read_hex(view_of_text("0a b"), out, 2));
    assert_true(text_read_hex(view_of_text("0aff"), out, 2));
    assert_memory_equal(out, "\x0a\xff", 2);
    text_write_hex(out, 2, text);
    assert_string_equal(text, "0aff");
}

static void test_base64_of_every_length_reads_back(void **state)
{
    uint8_t from[100];

    (void)state;
    for (size_t n = 0; n < sizeof from; n++) {
        struct bytes text = {0};
        struct bytes back = {0};

        from[n] = (uint8_t)(n * 37);
        text_append_base64(&text, view_of(from, n));
        assert_int_equal(text.size, (n + 2) / 3 * 4);
        assert_true(text_read_base64(bytes_view(&text), &back));
        assert_true(view_equal(bytes_view(&back), view_of(from, n)));
        bytes_fini(&text);
        bytes_fini(&back);
    }
}

static void test_base64_of_another_spelling_is_refused(void **state)
{
    static const char *const bad[] = {
        "A",     "AA",       "AAA",  "AA=",  "A===", "====",  "AB==",   "AAB=", "AA==AAAA", "AAA=AAAA",
        "AAAA=", "AAAA====", "AA-A", "AA_A", "AA A", "AAA\n", "AAAA\n", "A=AA", "=AAA"};
    struct bytes out = {0};

    (void)state;
    bytes_append_text(&out, "kept");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (text_read_base64(view_of_text(bad[i]), &out))
            fail_msg("%s was taken", bad[i]);
    assert_true(view_equal(bytes_view(&out), view_of_text("kept")));
    assert_true(text_read_base64(view_of_text("AA=="), &out));
    assert_true(text_read_base64(view_of_text("/+8="), &out));
    assert_true(view_equal(bytes_view(&out), BYTES("kept\0\xFF\xEF")));
    bytes_fini(&out);
}

static void test_a_list_is_split_with_its_empty_parts(void **state)
{
    struct view v = view_of_text("a,,b,");
    struct view part;

    (void)state;
    assert_true(text_split(&v, ',', &part) && text_is(part, "a"));
    assert_true(text_split(&v, ',', &part) && text_is(part, ""));
    assert_true(text_split(&v, ',', &part) && text_is(part, "b"));
    assert_true(text_split(&v, ',', &part) && text_is(part, ""));
    assert_false(text_split(&v, ',', &part));
    v = view_of_text("");
    assert_true(text_split(&v, ',', &part) && part.size == 0);
    assert_false(text_split(&v, ',', &part));
}

static void test_the_nearest_word_is_offered_within_two_edits(void **state)
{
    static const char *const words[] = {"identity", "contact", "health", "return"};
    static const char *const short_words[] = {"home", "json", "kind"};
    static const char long_word[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    (void)state;
    assert_string_equal(text_nearest("helth", words, 4), "health");
    assert_string_equal(text_nearest("identiti", words, 4), "identity");
    assert_string_equal(text_nearest("retrun", words, 4), "return");
    assert_string_equal(text_nearest("HEALTH", words, 4), "health"); /* whatever the case */
    assert_null(text_nearest("police", words, 4));
    assert_string_equal(text_nearest("hoem", short_words, 3), "home"); /* two exchanged are one edit */
    assert_string_equal(text_nearest("jsn", short_words, 3), "json");
    assert_null(text_nearest("note", short_words, 3)); /* in a short word two edits are too many */
    assert_null(text_nearest("", words, 4));
    assert_null(text_nearest(long_word, words, 4));
}

static void test_a_line_is_taken_as_fgets_does(void **state)
{
    struct view rest = view_of((const uint8_t *)"one\n\ntwo\0\nlonger", 16);
    char out[6];

    (void)state;
    assert_int_equal(text_take_line(&rest, out, sizeof out), 4);
    assert_string_equal(out, "one\n");
    assert_int_equal(text_take_line(&rest, out, sizeof out), 1);
    assert_string_equal(out, "\n");
    assert_int_equal(text_take_line(&rest, out, sizeof out), 5); /* with its NUL */
    assert_memory_equal(out, "two\0\n", 6);
    assert_int_equal(text_take_line(&rest, out, sizeof out), 5);
    assert_string_equal(out, "longe");
    assert_int_equal(text_take_line(&rest, out, sizeof out), 1);
    assert_string_equal(out, "r");
    assert_int_equal(text_take_line(&rest, out, sizeof out), 0);
    assert_string_equal(out, "");
}

static void test_blanks_around_a_text_go_and_those_in_it_stay(void **state)
{
    (void)state;
    assert_true(text_is(text_trim(view_of_text(" \t a\tb c \t")), "a\tb c"));
    assert_true(text_is(text_trim(view_of_text("a")), "a"));
    assert_true(text_is(text_trim(view_of_text("a\n")), "a\n"));
    assert_int_equal(text_trim(view_of_text(" \t ")).size, 0);
}

static void test_a_character_takes_a_column_however_many_bytes_it_has(void **state)
{
    (void)state;
    assert_int_equal(text_width(view_of_text("")), 0);
    assert_int_equal(text_width(view_of_text("a\xc5\x82\xe2\x80\xa6\xf0\x9f\x99\x82")), 4);
    assert_true(text_is_ascii(view_of_text("a~\t")));
    assert_false(text_is_ascii(view_of_text("a\xc5\x82")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_is_told_from_what_is_not),
        cmocka_unit_test(test_a_character_counts_wherever_it_stands),
        cmocka_unit_test(test_decimals_have_one_spelling),
        cmocka_unit_test(test_dates_that_exist_are_read_and_written_back),
        cmocka_unit_test(test_times_are_written_in_utc_with_milliseconds),
        cmocka_unit_test(test_hex_is_lower_case_and_of_its_length),
        cmocka_unit_test(test_base64_of_every_length_reads_back),
        cmocka_unit_test(test_base64_of_another_spelling_is_refused),
        cmocka_unit_test(test_a_list_is_split_with_its_empty_parts),
        cmocka_unit_test(test_a_line_is_taken_as_fgets_does),
        cmocka_unit_test(test_blanks_around_a_text_go_and_those_in_it_stay),
        cmocka_unit_test(test_a_character_takes_a_column_however_many_bytes_it_has),
        cmocka_unit_test(test_the_nearest_word_is_offered_within_two_edits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
