/* Is a command line read as it was meant, or refused? */
#include "base/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NUMBER(n, from, to)                                                                                            \
    {                                                                                                                  \
        .name = (n), .argument = "N", .help = "a number", .min = (from), .max = (to)                                   \
    }

static const struct options_syntax syntax = {
    .own = {OPTION_FOLDER("home", "DIR", "where"),
            OPTION_LIST("to", "AGENCY,…", "with whom"),
            OPTION_VALUE("case", "CASE", "whose"),
            OPTION_FLAG("partial", "leave out"),
            NUMBER("ready-fd", 3, 1023),
            NUMBER("founders", 0, 9),
            {.name = "basis", .argument = "CODE", .help = "a basis of two", .times = 2},
            {.name = "a-name-that-is-long", .argument = "ARGUMENT", .help = "on a line of its own"},
            {.name = "unshown", .is_hidden = true}},
    .needs = {"FILE"},
    .max_words = 2,
};
static const struct option_row common[] = {
    {.name = "json", .help = "as JSON", .times = BOUND_OPTION_VALUES}, OPTION_FLAG("help", "this"), {0}};
static const struct options_syntax needing = {
    .own = {{.name = "out", .argument = "FILE", .help = "", .is_needed = true}, OPTION_VALUE("in", "FILE", "")},
};

static struct options options;

static bool read_line(const struct options_syntax *s, struct error *err, int argc, const char *const argv[])
{
    memset(err, 0, sizeof *err);
    memset(&options, 0xa5, sizeof options);
    return options_check_words(argc, (char **)(uintptr_t)argv, err) &&
           options_read(s, common, argc, (char **)(uintptr_t)argv, &options, err);
}

#define LINE(...)                                                                                                      \
    (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *)), (const char *[])                              \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }
#define READ(err, ...) read_line(&syntax, err, LINE(__VA_ARGS__))

static void assert_refused(enum error_code code, const char *text, int argc, const char *const argv[])
{
    struct error err;

    assert_false(read_line(&syntax, &err, argc, argv));
    assert_int_equal(err.code, code);
    assert_string_equal(err.text, text);
}

static void test_options_and_words_stand_in_any_order(void **state)
{
    struct error err;

    (void)state;
    assert_true(READ(&err, "--case=a=b", "one", "--partial", "two", "--home", "h", "--json"));
    assert_string_equal(options_value(&options, "case"), "a=b");
    assert_string_equal(options_value(&options, "home"), "h");
    assert_true(options_flag(&options, "partial") && options_flag(&options, "json"));
    assert_false(options_flag(&options, "unshown") || options.help);
    assert_int_equal(options.word_count, 2);
    assert_string_equal(options.words[0], "one");
    assert_string_equal(options.words[1], "two");
    assert_null(options_value(&options, "to"));
    assert_true(READ(&err, "--", "--case"));
    assert_string_equal(options.words[0], "--case");
    assert_true(READ(&err, "-"));
    assert_string_equal(options.words[0], "-");
}

static void test_a_repeated_option_keeps_all_its_values(void **state)
{
    struct error err;

    (void)state;
    assert_true(READ(&err, "f", "--to", "a", "--to=b,c"));
    assert_int_equal(options_values(&options, "to").count, 2);
    assert_string_equal(options_value(&options, "to"), "a");
    assert_string_equal(options_values(&options, "to").values[1], "b,c");
}

static void test_an_option_is_given_a_bounded_number_of_times(void **state)
{
    const char *argv[2 * BOUND_OPTION_VALUES + 3];
    struct error err;

    (void)state;
    argv[0] = "f";
    for (size_t i = 0; i < BOUND_OPTION_VALUES + 1; i++) {
        argv[2 * i + 1] = "--to";
        argv[2 * i + 2] = "a";
    }
    assert_true(read_line(&syntax, &err, 2 * BOUND_OPTION_VALUES + 1, argv));
    assert_false(read_line(&syntax, &err, 2 * BOUND_OPTION_VALUES + 3, argv));
    assert_int_equal(err.code, E_USE_04);
    assert_true(READ(&err, "f", "--basis", "a", "--basis", "b"));
    assert_refused(E_USE_04, "--basis is given more than 2 times", LINE("f", "--basis=a", "--basis=b", "--basis=c"));
    assert_refused(E_USE_03, "--case is given twice", LINE("f", "--case", "a", "--case", "b"));
    assert_refused(E_USE_03, "--partial is given twice", LINE("f", "--partial", "--partial"));
    assert_true(READ(&err, "f", "--json", "--json")); /* before the verb and behind it */
}

static void test_words_that_are_no_text_or_too_long_are_refused(void **state)
{
    static char longest[BOUND_WORD + 2];
    struct error err;

    (void)state;
    assert_false(READ(&err, "\xc3\x28"));
    assert_int_equal(err.code, E_TXT_01);
    memset(longest, 'a', BOUND_WORD);
    assert_true(READ(&err, longest));
    longest[BOUND_WORD] = 'a';
    assert_false(READ(&err, longest));
    assert_int_equal(err.code, E_USE_04);
}

static void test_nothing_is_guessed(void **state)
{
    (void)state;
    assert_refused(E_USE_01, "there is no option --partal; did you mean --partial?", LINE("f", "--partal"));
    assert_refused(E_USE_01, "there is no option --part", LINE("f", "--part"));
    assert_refused(E_USE_01, "options are written in full, with two dashes: \"-p\" is none", LINE("f", "-p"));
    assert_refused(E_USE_01, "--partial takes no value", LINE("f", "--partial=yes"));
    assert_refused(E_USE_01, "there is one word too many: \"c\"", LINE("a", "b", "c"));
}

static void test_what_is_missing_is_named(void **state)
{
    struct error err;

    (void)state;
    assert_refused(E_USE_02, "FILE is missing", LINE("--partial"));
    assert_refused(E_USE_02, "--case needs a value: --case CASE", LINE("f", "--case"));
    assert_refused(E_USE_02, "--case needs a value: --case CASE", LINE("--case", "--to", "a")); /* not a later one */
    assert_refused(E_USE_02, "--case needs a value: --case CASE", LINE("--case", "--json"));
    assert_true(READ(&err, "f", "--case=--to"));
    assert_false(read_line(&needing, &err, LINE("--in", "a")));
    assert_string_equal(err.text, "--out FILE is missing");
    options_add_usage("refex x", "--out FILE", &err);
    assert_string_equal(err.text, "--out FILE is missing; usage: refex x --out FILE");
    assert_false(read_line(&needing, &err, LINE("word")));
    options_add_usage("refex x", "--out FILE", &err);
    assert_null(strstr(err.text, "usage"));
    for (size_t i = 0; i < 2; i++) {
        assert_true(read_line(&needing, &err, 1, &(const char *){i == 0 ? "--help" : "-h"}));
        assert_true(options.help);
    }
}

static void test_a_number_keeps_to_its_bounds(void **state)
{
    struct error err;

    (void)state;
    assert_true(READ(&err, "f", "--ready-fd", "3", "--founders=0"));
    assert_int_equal(options_number(&options, "ready-fd", 7), 3);
    assert_int_equal(options_number(&options, "founders", 7), 0);
    assert_true(READ(&err, "f", "--ready-fd", "1023", "--founders=9"));
    assert_true(READ(&err, "f"));
    assert_int_equal(options_number(&options, "founders", 7), 7);
    for (size_t i = 0; i < 5; i++)
        assert_refused(E_USE_04, "--ready-fd takes a number from 3 to 1023",
                       LINE("f", "--ready-fd", ((const char *[]){"2", "1024", "+3", "x", "03"})[i]));
    assert_refused(E_USE_04, "--founders takes a number up to 9", LINE("f", "--founders", "10"));
}

static void test_a_folder_is_not_empty_and_ends_without_slashes(void **state)
{
    char home[] = "--home=/a/b//";
    struct error err;

    (void)state;
    assert_true(READ(&err, "f", home));
    assert_string_equal(options_value(&options, "home"), "/a/b");
    assert_refused(E_USE_04, "--home names no folder", LINE("f", "--home="));
}

static void test_json_is_seen_before_anything_is_read(void **state)
{
    const char *line[] = {"--bogus", "--json", "--", "--json"};
    char **words = (char **)(uintptr_t)line;

    (void)state;
    assert_true(options_want_json(4, words));
    assert_false(options_want_json(1, words));
    assert_false(options_want_json(2, words + 2));
}

static void test_help_shows_each_row(void **state)
{
    static const char want[] = "  --home DIR        where\n"
                               "  --to AGENCY,…     with whom (may be repeated)\n"
                               "  --case CASE       whose\n"
                               "  --partial         leave out\n"
                               "  --ready-fd N      a number\n"
                               "  --founders N      a number\n"
                               "  --basis CODE      a basis of two (may be repeated)\n"
                               "  --a-name-that-is-long ARGUMENT\n"
                               "                    on a line of its own\n";
    char got[sizeof want + 64] = "";
    int before = dup(STDOUT_FILENO);
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    (void)fflush(stdout);
    (void)dup2(ends[1], STDOUT_FILENO);
    options_print_help(syntax.own, 20);
    (void)fflush(stdout);
    (void)dup2(before, STDOUT_FILENO);
    assert_true(read(ends[0], got, sizeof got - 1) > 0);
    assert_string_equal(got, want);
    (void)close(before);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_and_words_stand_in_any_order),
        cmocka_unit_test(test_a_repeated_option_keeps_all_its_values),
        cmocka_unit_test(test_an_option_is_given_a_bounded_number_of_times),
        cmocka_unit_test(test_words_that_are_no_text_or_too_long_are_refused),
        cmocka_unit_test(test_nothing_is_guessed),
        cmocka_unit_test(test_what_is_missing_is_named),
        cmocka_unit_test(test_a_number_keeps_to_its_bounds),
        cmocka_unit_test(test_a_folder_is_not_empty_and_ends_without_slashes),
        cmocka_unit_test(test_json_is_seen_before_anything_is_read),
        cmocka_unit_test(test_help_shows_each_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
