/* Is a consent recorded as it was said, by options or by a file, and is what contradicts itself refused? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "cli/verbs/cmd.h"
#include "cli/verbs/consent_options.h"

#define CASE "00112233445566778899aabbccddeeff"

static struct command command;
static struct consent_options *record_options;
static char path[] = "/tmp/refex-consent-XXXXXX";

static bool read_line(struct error *err, int argc, const char *const argv[])
{
    memset(err, 0, sizeof *err);
    assert_true(
        command_read(&(struct verb_row){.verb = &cmd_consent_record}, argc, (char **)(uintptr_t)argv, &command, err));
    consent_options_fini(record_options);
    consent_options_init(record_options);
    return consent_options_read(&command, record_options, err) && consent_options_names(&command, record_options, err);
}

#define READ(err, ...)                                                                                                 \
    read_line(err, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *)), (const char *[]){__VA_ARGS__})
#define WHOLE                                                                                                          \
    "--case", CASE, "--section", "identity,contact", "--to", "shelter@nrm.example", "--purpose", "services",           \
        "--given-by", "self", "--language", "uk", "--notice", "n-1"

static bool read_text(const char *text, struct error *err)
{
    const char *argv[] = {path};

    assert_true(file_write(path, view_of_text(text), 0600, err));
    return read_line(err, 1, argv);
}

static void test_options_become_one_request(void **state)
{
    const struct control_consent_record_ask *ask;
    struct error err;

    (void)state;
    assert_true(READ(&err, WHOLE, "--to", "mission@nrm.example", "--except", "prs_Birthdate,prs_FirstName", "--until",
                     "2027-01-31", "--onward", "named:z@nrm.example,named:b@nrm.example", "--seen-alone", "yes",
                     "--interpreter", "independent", "--told-irreversible"));
    ask = &record_options->ask;
    assert_int_equal(ask->to_count, 2);
    assert_string_equal(ask->to[1].text, "mission@nrm.example");
    assert_int_equal(ask->grant_count, 1);
    assert_int_equal(ask->grants[0].sections, SECTION_BIT(SECTION_IDENTITY) | SECTION_BIT(SECTION_CONTACT));
    assert_int_equal(ask->grants[0].excluded_count, 2);
    assert_true(ask->grants[0].excluded[0] < ask->grants[0].excluded[1]);
    assert_int_equal(ask->grants[0].onward, ONWARD_NAMED);
    assert_string_equal(ask->grants[0].named[0].text, "b@nrm.example");
    assert_int_equal(ask->until, 20849);
    assert_int_equal(ask->seen_alone, SEEN_ALONE);
    assert_int_equal(ask->interpreter, 1);
    assert_true(ask->told_irreversible);
}

#define WITHOUT(...)                                                                                                   \
    "--case", CASE, "--to", "shelter@nrm.example", "--purpose", "services", "--given-by", "self", "--language", "uk",  \
        "--notice", "n-1", __VA_ARGS__

static void test_a_consent_may_say_only_that_she_may_be_referred(void **state)
{
    struct error err;

    (void)state;
    assert_true(READ(&err, WITHOUT("--section", "none")));
    assert_int_equal(record_options->ask.grant_count, 1);
    assert_int_equal(record_options->ask.grants[0].sections, 0);
    assert_int_equal(record_options->ask.grants[0].purpose, PURPOSE_SERVICES);
    assert_false(READ(&err, WITHOUT("--section", "none,identity")));
    assert_int_equal(err.code, E_USE_04);
    assert_false(READ(&err, WITHOUT("--section", "none", "--section", "identity")));
    assert_int_equal(err.code, E_USE_04);
    assert_false(READ(&err, WITHOUT("--section", "none", "--except", "prs_Birthdate")));
    assert_int_equal(err.code, E_USE_03);
    assert_false(READ(&err, WITHOUT("--seen-alone", "yes"))); /* it must be said */
    assert_int_equal(err.code, E_USE_02);
}

static void test_a_file_says_the_same(void **state)
{
    struct error err = {0};

    (void)state;
    assert_true(read_text("{\"case\":\"" CASE "\",\"to\":[\"shelter@nrm.example\"],\"until\":\"2027-01-31\","
                          "\"given_by\":\"self+guardian\",\"notice\":\"n-1\",\"language\":\"uk\",\"seen_alone\":false,"
                          "\"grants\":[{\"sections\":[\"identity\"],\"purpose\":\"services\"},"
                          "{\"sections\":[\"family\"],\"purpose\":\"family-tracing\",\"onward\":\"ask-first\"}]}",
                          &err));
    assert_int_equal(record_options->ask.grant_count, 2);
    assert_int_equal(record_options->ask.given_by, GIVEN_BY_BOTH);
    assert_int_equal(record_options->ask.seen_alone, SEEN_NOT_ALONE);
    assert_int_equal(record_options->ask.grants[0].onward, ONWARD_NONE);
    assert_int_equal(record_options->ask.grants[1].onward, ONWARD_ASK_FIRST);
}

static void test_a_language_is_one_of_the_list_however_it_is_written(void **state)
{
    struct error err = {0};
    static const char file[] = "{\"case\":\"" CASE "\",\"to\":[\"shelter@nrm.example\"],\"given_by\":\"self\","
                               "\"notice\":\"n-1\",\"language\":\"ukrainian\",\"seen_alone\":true,"
                               "\"grants\":[{\"sections\":[\"identity\"],\"purpose\":\"services\"}]}";

    (void)state;
    assert_true(READ(&err, WITHOUT("--section", "identity", "--seen-alone", "yes"))); /* --language uk */
    assert_true(view_equal(record_options->ask.language, view_of_text("ukr")));
    assert_false(read_text(file, &err));
    assert_int_equal(err.code, E_CON_26);
    assert_null(strstr(err.text, "ukrainian"));
}

static void test_a_file_with_faults_names_the_key(void **state)
{
    struct error err = {0};

    (void)state;
    assert_false(read_text("{\"case\":\"" CASE "\",\"too\":[]}", &err));
    assert_int_equal(err.code, E_USE_04);
    assert_non_null(strstr(err.text, "\"too\""));
    assert_false(read_text("{\"case\":\"Olena\"}", &err));
    assert_null(strstr(err.text, "Olena"));                        /* a value is never repeated */
    assert_false(read_text("{\"case\":\"olena-maria-3\"}", &err)); /* nor one that looks like a label */
    assert_null(strstr(err.text, "olena"));
    assert_false(read_text("{\"case\":\"" CASE "\",\"case\":\"" CASE "\"}", &err));
    assert_int_equal(err.code, E_IMP_02);
    assert_false(read_text("not JSON", &err));
    assert_int_equal(err.code, E_IMP_02);
    assert_false(read_text("[]", &err));
    assert_int_equal(err.code, E_IMP_02);
    assert_false(read_text("", &err));
    assert_false(read_text("{\"case\":\"\xff\"}", &err));
    assert_int_equal(err.code, E_TXT_01);
    assert_false(read_text("{\"grants\":[{\"sections\":[\"idenity\"]}]}", &err));
    assert_int_equal(err.code, E_USE_04);
}

static void test_what_is_missing_is_named(void **state)
{
    struct error err;

    (void)state;
    assert_false(READ(&err, "--to", "a@b.c"));
    assert_int_equal(err.code, E_USE_02);
    assert_false(READ(&err, "--case", CASE, "--section", "identity", "--purpose", "services", "--given-by", "self",
                      "--language", "uk", "--notice", "n"));
    assert_non_null(strstr(err.text, "--to"));
    assert_false(READ(&err, "--case", CASE, "--to", "a@b.c", "--purpose", "services", "--given-by", "self"));
    assert_non_null(strstr(err.text, "--section"));
    assert_false(READ(&err, "--case", CASE, "--to", "a@b.c", "--section", "identity", "--given-by", "self"));
    assert_non_null(strstr(err.text, "--purpose"));
    assert_false(READ(&err, "--case", CASE, "--to", "a@b.c", "--section", "identity", "--purpose", "services"));
    assert_non_null(strstr(err.text, "--given-by"));
    assert_false(READ(&err, "--case", CASE, "--to", "a@b.c", "--section", "identity", "--purpose", "services",
                      "--given-by", "self", "--language", "uk"));
    assert_non_null(strstr(err.text, "--notice"));
}

static void test_what_contradicts_itself_is_refused(void **state)
{
    struct error err;

    (void)state;
    assert_false(READ(&err, WHOLE, "--onward", "none", "--onward", "named:a@b.c"));
    assert_int_equal(err.code, E_USE_03);
    assert_false(READ(&err, WHOLE, "--except", "vic_TraffickingStatus")); /* a field of another section */
    assert_int_equal(err.code, E_USE_03);
    assert_false(READ(&err, WHOLE, "--to", "shelter@nrm.example"));
    assert_int_equal(err.code, E_USE_03);
    assert_false(READ(&err, "--case", CASE, path));
    assert_int_equal(err.code, E_USE_03);
}

static void test_values_of_another_form_are_refused(void **state)
{
    struct error err;

    (void)state;
    assert_false(READ(&err, "--case", "HERON-41"));
    assert_int_equal(err.code, E_USE_04);
    assert_false(READ(&err, "--case", "00000000000000000000000000000000"));
    assert_int_equal(err.code, E_USE_04);
    assert_false(READ(&err, WHOLE, "--except", "prs_Nonsense"));
    assert_int_equal(err.code, E_USE_04);
    assert_false(READ(&err, WHOLE, "--interpreter", "her-brother"));
    assert_int_equal(err.code, E_USE_04);
    assert_false(READ(&err, WHOLE, "--until", "soon"));
    assert_int_equal(err.code, E_USE_04);
    assert_false(READ(&err, WHOLE, "--to", "not an agency"));
    assert_int_equal(err.code, E_USE_04);
}

static void test_a_no_needs_no_sections(void **state)
{
    struct error err;

    (void)state;
    assert_true(READ(&err, "--case", CASE, "--to", "police@nrm.example", "--given-by", "self", "--refused"));
    assert_true(record_options->ask.refused);
    assert_int_equal(record_options->ask.grant_count, 0);
}

static void test_a_file_is_taken_at_its_bound_and_not_over_it(void **state)
{
    const char *argv[] = {path};
    struct bytes text = {0};
    struct error err;

    (void)state;
    while (text.size < BOUND_CONSENT_FILE + 1)
        bytes_append_u8(&text, ' ');
    assert_true(file_write(path, view_of(text.at, BOUND_CONSENT_FILE), 0600, &err));
    assert_false(read_line(&err, 1, argv));
    assert_int_not_equal(err.code, E_FIL_04); /* read, and found to say nothing */
    assert_true(file_write(path, bytes_view(&text), 0600, &err));
    assert_false(read_line(&err, 1, argv));
    assert_int_equal(err.code, E_FIL_04);
    bytes_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_is_taken_at_its_bound_and_not_over_it),
        cmocka_unit_test(test_options_become_one_request),
        cmocka_unit_test(test_a_consent_may_say_only_that_she_may_be_referred),
        cmocka_unit_test(test_a_file_says_the_same),
        cmocka_unit_test(test_a_language_is_one_of_the_list_however_it_is_written),
        cmocka_unit_test(test_a_file_with_faults_names_the_key),
        cmocka_unit_test(test_what_is_missing_is_named),
        cmocka_unit_test(test_what_contradicts_itself_is_refused),
        cmocka_unit_test(test_values_of_another_form_are_refused),
        cmocka_unit_test(test_a_no_needs_no_sections),
    };
    int fd = mkstemp(path);
    int failed;

    if (fd < 0)
        return 1;
    (void)close(fd);
    record_options = xnew(sizeof *record_options);
    consent_options_init(record_options);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    consent_options_fini(record_options);
    free(record_options);
    (void)unlink(path);
    return failed;
}
