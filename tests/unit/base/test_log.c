/* Lines of the log: which are written, and that the journal gets the level of each. */
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What log_line writes at LEVEL. */
static void written(enum log_level level, char out[static 256])
{
    FILE *log = tmpfile();
    const int kept = dup(STDERR_FILENO);
    size_t size;

    assert_non_null(log);
    assert_true(kept >= 0 && fflush(stderr) == 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
    log_line(level, "event=test.line text=\"two\nlines\"");
    assert_true(fflush(stderr) == 0 && dup2(kept, STDERR_FILENO) >= 0 && close(kept) == 0);
    rewind(log);
    size = fread(out, 1, 255, log);
    out[size] = '\0';
    (void)fclose(log);
}

/* sd-daemon(3): "<N>" with the level of syslog(3) in front. */
static void test_the_journal_gets_the_level(void **state)
{
    char line[256];

    (void)state;
    log_init("refex-test", LOG_INFO);
    assert_int_equal(setenv("JOURNAL_STREAM", "8:1", 1), 0);
    written(LOG_ERROR, line);
    assert_string_equal(line, "<3>event=test.line text=\"two lines\"\n");
    written(LOG_WARNING, line);
    assert_string_equal(line, "<4>event=test.line text=\"two lines\"\n");
    written(LOG_INFO, line);
    assert_string_equal(line, "<6>event=test.line text=\"two lines\"\n");
    assert_int_equal(unsetenv("JOURNAL_STREAM"), 0);
}

static void test_a_terminal_gets_it_in_words(void **state)
{
    char line[256];

    (void)state;
    log_init("refex-test", LOG_INFO);
    assert_int_equal(unsetenv("JOURNAL_STREAM"), 0);
    written(LOG_WARNING, line);
    assert_true(strncmp(line, "refex-test[", 11) == 0);
    assert_non_null(strstr(line, "]: warning: event=test.line text=\"two lines\"\n"));
}

static void test_what_is_below_the_level_is_not_written(void **state)
{
    char line[256];

    (void)state;
    log_init("refex-test", LOG_NOTICE);
    written(LOG_INFO, line);
    assert_string_equal(line, "");
    written(LOG_NOTICE, line);
    assert_string_not_equal(line, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_journal_gets_the_level),
        cmocka_unit_test(test_a_terminal_gets_it_in_words),
        cmocka_unit_test(test_what_is_below_the_level_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
