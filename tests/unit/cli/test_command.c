/* Is a command line parsed as it was meant, or refused? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/verbs/cmd.h"

static struct command command;

static bool read_line(const struct verb *v, struct error *err, int argc, const char *const argv[])
{
    const struct verb_row row = {.verb = v};

    memset(err, 0, sizeof *err);
    return command_read(&row, argc, (char **)(uintptr_t)argv, &command, err);
}

#define READ(v, err, ...)                                                                                              \
    read_line(v, err, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *)),                             \
              (const char *[]){__VA_ARGS__})

static void test_options_and_words_stand_in_any_order(void **state)
{
    struct error err;

    (void)state;
    assert_true(READ(&cmd_consent_withdraw, &err, "--home", "h", "abc", "--seen-alone=yes", "--erase-now", "--json"));
    assert_string_equal(command.home, "h");
    assert_string_equal(command.options.words[0], "abc");
    assert_string_equal(options_value(&command.options, "seen-alone"), "yes");
    assert_true(options_flag(&command.options, "erase-now"));
    assert_true(command.json);
}

static void test_an_unknown_option_is_named_with_its_neighbour(void **state)
{
    struct error err;

    (void)state;
    assert_false(READ(&cmd_referral_send, &err, "--partal"));
    assert_int_equal(err.code, E_USE_01);
    assert_non_null(strstr(err.text, "did you mean --partial?"));
    assert_false(READ(&cmd_referral_send, &err, "--zzzzzzzz"));
    assert_int_equal(err.code, E_USE_01);
    assert_null(strstr(err.text, "did you mean"));
}

static void add_usage(const struct verb *v, struct error *err)
{
    char written[64];

    for (size_t i = 0; i < VERB_COUNT; i++)
        if (verb_rows[i].verb == v) {
            (void)snprintf(written, sizeof written, "refex %s", verb_rows[i].words);
            options_add_usage(written, v->usage, err);
        }
}

static const struct verb *const with_needs[] = {&cmd_agency_confirm,   &cmd_agency_close,    &cmd_agency_told,
                                                &cmd_case_show,        &cmd_consent_show,    &cmd_agency_suspend,
                                                &cmd_consent_withdraw, &cmd_enrol,           &cmd_referral_show,
                                                &cmd_referral_accept,  &cmd_referral_decline};

static void test_each_word_that_is_missing_is_named_as_the_usage_line_has_it(void **state)
{
    struct error err;

    (void)state;
    for (size_t i = 0; i < sizeof with_needs / sizeof with_needs[0]; i++)
        for (int n = 0; n < OPTIONS_WORDS && with_needs[i]->syntax.needs[n] != NULL; n++) {
            assert_false(read_line(with_needs[i], &err, n, (const char *[]){"a"}));
            assert_int_equal(err.code, E_USE_02);
            assert_true(strncmp(err.text, with_needs[i]->syntax.needs[n], strlen(with_needs[i]->syntax.needs[n])) == 0);
            assert_non_null(strstr(with_needs[i]->usage, with_needs[i]->syntax.needs[n]));
        }
    assert_false(READ(&cmd_referral_accept, &err, "--json"));
    add_usage(&cmd_referral_accept, &err);
    assert_non_null(strstr(err.text, "ID is missing; usage: refex referral accept --home DIR ID [--place PLACE] "));
    assert_false(READ(&cmd_enrol, &err, "--json"));
    add_usage(&cmd_enrol, &err);
    assert_non_null(strstr(err.text, "; usage: refex enrol --home DIR MEMBERSHIP"));
    assert_false(READ(&cmd_referral_accept, &err, "a", "b"));
    add_usage(&cmd_referral_accept, &err);
    assert_null(strstr(err.text, "usage"));
}

static void test_what_is_missing_or_too_much_is_named(void **state)
{
    struct error err;

    (void)state;
    assert_false(READ(&cmd_referral_send, &err, "--case"));
    assert_int_equal(err.code, E_USE_02);
    assert_false(READ(&cmd_referral_send, &err, "--case", "--to", "a"));
    assert_int_equal(err.code, E_USE_02);
    assert_non_null(strstr(err.text, "--case needs a value")); /* the word that was forgotten, not a later one */
    assert_false(READ(&cmd_referral_send, &err, "--case", "--to=a"));
    assert_int_equal(err.code, E_USE_02);
    assert_true(READ(&cmd_referral_send, &err, "--case=--to"));
    assert_false(READ(&cmd_referral_send, &err, "--case", "a", "--case", "b"));
    assert_int_equal(err.code, E_USE_03);
    assert_false(READ(&cmd_referral_send, &err, "--partial=yes"));
    assert_int_equal(err.code, E_USE_01);
    assert_false(READ(&cmd_case_show, &err, "--json"));
    assert_int_equal(err.code, E_USE_02);
    assert_false(READ(&cmd_case_show, &err, "a", "b"));
    assert_int_equal(err.code, E_USE_01);
    assert_false(READ(&cmd_case_show, &err, "--home", ""));
    assert_int_equal(err.code, E_USE_04);
}

static void test_words_behind_two_dashes_are_words(void **state)
{
    struct error err;

    (void)state;
    assert_true(READ(&cmd_case_import, &err, "--", "--odd-name"));
    assert_string_equal(command.options.words[0], "--odd-name");
    assert_true(READ(&cmd_case_import, &err, "-"));
    assert_string_equal(command.options.words[0], "-");
}

static void test_help_asks_for_nothing_else(void **state)
{
    struct error err;

    (void)state;
    assert_true(READ(&cmd_case_show, &err, "--help"));
    assert_true(command.options.help);
    assert_true(READ(&cmd_case_show, &err, "-h"));
    assert_true(command.options.help);
}

static int before(struct error *err, int argc, const char *const argv[])
{
    int count = -1;

    memset(err, 0, sizeof *err);
    return command_count_leading(argc, (char **)(uintptr_t)argv, &count, err) ? count : -1;
}

static void test_home_and_json_may_stand_before_the_verb(void **state)
{
    struct error err;

    (void)state;
    assert_int_equal(before(&err, 2, (const char *const[]){"status", "--json"}), 0);
    assert_int_equal(before(&err, 3, (const char *const[]){"--json", "referral", "list"}), 1);
    assert_int_equal(before(&err, 4, (const char *const[]){"--home", "d", "--json", "status"}), 3);
    assert_int_equal(before(&err, 2, (const char *const[]){"--home=d", "status"}), 1);
    assert_int_equal(before(&err, 2, (const char *const[]){"--partial", "status"}), 0);
    assert_int_equal(before(&err, 1, (const char *const[]){"--home"}), -1);
    assert_int_equal(err.code, E_USE_02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_home_and_json_may_stand_before_the_verb),
        cmocka_unit_test(test_options_and_words_stand_in_any_order),
        cmocka_unit_test(test_an_unknown_option_is_named_with_its_neighbour),
        cmocka_unit_test(test_each_word_that_is_missing_is_named_as_the_usage_line_has_it),
        cmocka_unit_test(test_what_is_missing_or_too_much_is_named),
        cmocka_unit_test(test_words_behind_two_dashes_are_words),
        cmocka_unit_test(test_help_asks_for_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
