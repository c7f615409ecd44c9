/* What people say in place of ids: the words, and that a slip is found. */
#include "model/spoken_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct error err;

static const char *const words[] = {
#define WORD_ROW(word) word,
#include "model/words.def"
};
#define WORDS (sizeof words / sizeof words[0])

/* Whether one letter more, less or another makes A of B. */
static bool are_near(const char *a, const char *b)
{
    size_t n = strlen(a);
    size_t m = strlen(b);
    size_t at = 0;

    if (n > m)
        return are_near(b, a);
    if (m - n > 1)
        return false;
    while (at < n && a[at] == b[at])
        at++;
    return strcmp(a + at + (n == m && at < n), b + at + (at < m)) == 0;
}

static void test_words_are_short_letters_and_not_near_each_other(void **state)
{
    (void)state;
    assert_true(are_near("lake", "lamke") && are_near("lake", "lime") == false && are_near("lake", "lane"));
    assert_int_equal(WORDS, 1024);
    for (size_t i = 0; i < WORDS; i++) {
        size_t size = strlen(words[i]);

        assert_true(size >= 4 && size <= 8 && strspn(words[i], "abcdefghijklmnopqrstuvwxyz") == size);
        if (i > 0)
            assert_true(strcmp(words[i - 1], words[i]) < 0);
        for (size_t j = 0; j < i; j++)
            if (are_near(words[i], words[j]))
                fail_msg("%s and %s", words[i], words[j]);
    }
}

static struct ident id_of(uint32_t first, uint8_t rest)
{
    struct ident id;

    memset(&id, rest, sizeof id);
    write_u32(id.at, first);
    return id;
}

/* Each spelling is read as a range that has the id, and whose ends, and no id beside them, are spelled so. */
static void assert_read_back(const struct ident *id, void (*write)(const struct ident *, char[static BOUND_SPOKEN_ID]),
                             enum spoken_id form)
{
    char text[BOUND_SPOKEN_ID];
    char other[BOUND_SPOKEN_ID];
    struct ident first;
    struct ident last;

    write(id, text);
    assert_int_equal(spoken_id_form(view_of_text(text)), form);
    if (!spoken_id_read(view_of_text(text), &first, &last, &err))
        fail_msg("%s", err.text);
    assert_true(memcmp(first.at, id->at, IDENT_SIZE) <= 0 && memcmp(id->at, last.at, IDENT_SIZE) <= 0);
    assert_true(spoken_id_is_span(&first, &last));
    write(&first, other);
    assert_string_equal(other, text);
    write(&last, other);
    assert_string_equal(other, text);
    if (read_u32(first.at) > 0) {
        first = id_of(read_u32(first.at) - 1, 0xff);
        write(&first, other);
        assert_string_not_equal(other, text);
    }
    if (read_u32(last.at) < UINT32_MAX) {
        last = id_of(read_u32(last.at) + 1, 0);
        write(&last, other);
        assert_string_not_equal(other, text);
    }
}

static void test_what_is_spelled_is_read_as_the_ids_that_are_spelled_so(void **state)
{
    uint32_t first = 0;

    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct ident id = id_of(i == 0 ? UINT32_MAX : first, (uint8_t)i);

        assert_read_back(&id, case_label_write, SPOKEN_ID_LABEL);
        assert_read_back(&id, code_name_write, SPOKEN_ID_CODE_NAME);
        first = first * 1664525 + 1013904223;
    }
}

static void assert_refused(const char *text, enum error_code code, const char *why)
{
    struct ident first;
    struct ident last;

    error_clear(&err);
    assert_false(spoken_id_read(view_of_text(text), &first, &last, &err));
    assert_int_equal(err.code, code);
    if (strstr(err.text, why) == NULL)
        fail_msg("%s", err.text);
}

static void test_a_slip_in_a_digit_is_found(void **state)
{
    struct ident id = id_of(0x12345678, 1);
    char text[BOUND_SPOKEN_ID];
    char *digits;

    (void)state;
    code_name_write(&id, text);
    digits = strchr(text, '-') + 1;
    for (size_t at = 0; at < 5; at++) {
        char right = digits[at];

        if (right == '-')
            continue;
        for (char c = '0'; c <= '9'; c++) {
            digits[at] = c;
            if (c != right)
                assert_refused(text, E_USE_07, "does not go with");
        }
        digits[at] = right;
    }
    assert_true(digits[0] != digits[1]);
    digits[2] = digits[0];
    digits[0] = digits[1];
    digits[1] = digits[2];
    assert_refused(text, E_USE_07, text);
}

static void test_a_word_that_is_none_is_said_with_the_nearest(void **state)
{
    char text[BOUND_SPOKEN_ID];

    (void)state;
    (void)snprintf(text, sizeof text, "%sx-%s-1", words[3], words[4]);
    assert_refused(text, E_USE_04, "is it \"");
    assert_refused("qqqqqqqq-zebra-1", E_USE_04, "\"qqqqqqqq\" is no word");
    assert_refused("zebra-qqqqqqqq-1", E_USE_04, "\"qqqqqqqq\" is no word");
}

static void test_the_forms_are_told_apart(void **state)
{
    static const char *const none[] = {"",
                                       "zebra",
                                       "4f0e1d2c",
                                       "zebra-4",
                                       "zebra-lake",
                                       "zebra-lake-",
                                       "a-b-4-5",
                                       "zebra-41-2",
                                       "-lake-4",
                                       "zebra--4",
                                       "zebra-417-22",
                                       "zebra-l4-4",
                                       "zebra-4l7-2",
                                       "zebra lake 4",
                                       "417-zebra-2",
                                       "abcdefghijklmnop-zebralake-4"};

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_int_equal(spoken_id_form(view_of_text(none[i])), SPOKEN_ID_NONE);
    assert_int_equal(spoken_id_form(view_of_text("Zebra-LAKE-4")), SPOKEN_ID_LABEL);
    assert_int_equal(spoken_id_form(view_of_text("zebra-417-2")), SPOKEN_ID_CODE_NAME);
}

/* Who may not list ids asks of few at once. */
static void test_a_span_is_no_wider_than_a_spelling(void **state)
{
    struct ident first = id_of(0x10000000, 0);
    struct ident last = id_of(0x10000000 + 4096 + 128 - 1, 0xff);

    (void)state;
    assert_true(spoken_id_is_span(&first, &last));
    last = id_of(0x10000000 + 4096 + 128, 0);
    assert_false(spoken_id_is_span(&first, &last));
    assert_false(spoken_id_is_span(&last, &first));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_short_letters_and_not_near_each_other),
        cmocka_unit_test(test_what_is_spelled_is_read_as_the_ids_that_are_spelled_so),
        cmocka_unit_test(test_a_slip_in_a_digit_is_found),
        cmocka_unit_test(test_a_word_that_is_none_is_said_with_the_nearest),
        cmocka_unit_test(test_the_forms_are_told_apart),
        cmocka_unit_test(test_a_span_is_no_wider_than_a_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
