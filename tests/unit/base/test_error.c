/* Errors: the sentence, its wrapping, and the table that holds every code. */
#include "base/error.h"
#include "base/text.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_the_lowest_sets_and_each_level_wraps(void **state)
{
    struct error err = {0};

    (void)state;
    assert_false(error_set(&err, E_FIL_01, "%s cannot be read", "x.json"));
    assert_false(error_wrap(&err, "row %d", 7));
    assert_false(error_wrap(&err, "import"));

    assert_string_equal(err.text, "import: row 7: x.json cannot be read");
    assert_int_equal(err.code, E_FIL_01);
    assert_int_equal(error_fault(&err), FAULT_ASKED);
    error_clear(&err);
    assert_int_equal(err.code, E_NONE);
    assert_int_equal(error_fault(&err), FAULT_NONE);
    assert_string_equal(err.text, "");
}

static void test_a_sentence_that_is_too_long_is_cut_between_characters(void **state)
{
    char text[ERROR_TEXT_MAX * 2];
    struct error err;

    (void)state;
    for (size_t lead = 0; lead < 4; lead++) {
        memset(text, 'a', lead);
        for (size_t i = lead; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "\xE2\x82\xAC", 4);
        (void)error_set(&err, E_BUG_01, "%s", text);
        assert_true(strlen(err.text) < ERROR_TEXT_MAX);
        assert_true(strlen(err.text) > ERROR_TEXT_MAX - 6);
        assert_true(text_is_utf8(view_of_text(err.text)));
        (void)error_wrap(&err, "%s", text);
        assert_true(strlen(err.text) < ERROR_TEXT_MAX);
        assert_true(text_is_utf8(view_of_text(err.text)));
        (void)error_wrap(&err, "short");
        assert_true(strlen(err.text) < ERROR_TEXT_MAX);
        assert_true(text_is_utf8(view_of_text(err.text)));
        assert_memory_equal(err.text, "short: ", 7);
    }
}

static void test_a_sentence_that_is_cut_ends_with_a_whole_word_and_says_so(void **state)
{
    char text[ERROR_TEXT_MAX * 2] = "";
    struct error err;

    (void)state;
    for (size_t i = 0; i + 9 < sizeof text; i += 8)
        memcpy(text + i, "seventy ", 9);
    (void)error_set(&err, E_BUG_01, "%s", text);
    assert_string_equal(err.text + strlen(err.text) - strlen("seventy…"), "seventy…");
    (void)error_wrap(&err, "it");
    assert_string_equal(err.text + strlen(err.text) - strlen("seventy…"), "seventy…");
    assert_true(strlen(err.text) < ERROR_TEXT_MAX);
    (void)error_set(&err, E_BUG_01, "%.*s", ERROR_TEXT_MAX - 1, text); /* as long as fits: nothing is missing */
    assert_memory_equal(err.text, text, ERROR_TEXT_MAX - 1);
}

/* The name of a folder is any bytes. */
static void test_what_a_sentence_names_becomes_text(void **state)
{
    struct error err;

    (void)state;
    (void)error_set(&err, E_NOD_01, "there is no node in %s", "/srv/fr\xE9/\xE2\x82\xAC \xE2\x82");
    assert_string_equal(err.text, "there is no node in /srv/fr?/\xE2\x82\xAC ??");
    (void)error_set(&err, E_NOD_01, "none");
    (void)error_wrap(&err, "%s", "\xFF\xC3\xA9");
    assert_string_equal(err.text, "?\xC3\xA9: none");
}

static void test_every_row_of_the_table_is_whole_and_its_code_is_its_own(void **state)
{
    static const int statuses[] = {1, 64, 65, 66, 69, 70, 73, 74, 75, 76, 77, 78};

    (void)state;
    for (int i = 1; i < ERROR_CODE_COUNT; i++) {
        const struct error_row *row = error_row((enum error_code)i);
        const size_t size = strlen(row->code); /* of two digits, or three */
        bool known = false;

        assert_true((size == 8 || size == 9) && row->code[0] == 'E' && row->code[1] == '-' && row->code[5] == '-');
        assert_int_equal(error_code_find(row->code), i); /* the first row with this code */
        assert_true(row->fault > FAULT_NONE && row->fault <= FAULT_BUG);
        for (size_t s = 0; s < sizeof statuses / sizeof statuses[0]; s++)
            known = known || row->exit_status == statuses[s];
        if (!known)
            fail_msg("%s has exit status %d", row->code, row->exit_status);
        if (row->means[strlen(row->means) - 1] != '.' || row->remedy[strlen(row->remedy) - 1] != '.')
            fail_msg("%s: a sentence ends with a full stop", row->code);
    }
    assert_int_equal(error_code_find("E-XXX-99"), E_NONE);
}

/* Runs WHAT in a child and returns the signal that ended it. */
static int signal_of(void (*what)(void))
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        (void)close(STDERR_FILENO);
        (void)signal(SIGABRT, SIG_DFL);
        what();
        _exit(0);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void fail_require(void)
{
    REQUIRE(1 + 1 == 3);
}

static void pass_require(void)
{
    REQUIRE(1 + 1 == 2);
}

static void test_a_broken_promise_of_ours_ends_the_process(void **state)
{
    (void)state;
    assert_int_equal(signal_of(fail_require), SIGABRT);
    assert_int_equal(signal_of(pass_require), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_lowest_sets_and_each_level_wraps),
        cmocka_unit_test(test_a_sentence_that_is_too_long_is_cut_between_characters),
        cmocka_unit_test(test_a_sentence_that_is_cut_ends_with_a_whole_word_and_says_so),
        cmocka_unit_test(test_what_a_sentence_names_becomes_text),
        cmocka_unit_test(test_every_row_of_the_table_is_whole_and_its_code_is_its_own),
        cmocka_unit_test(test_a_broken_promise_of_ours_ends_the_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
