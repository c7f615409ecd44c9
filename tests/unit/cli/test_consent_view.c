/* What a person reads of a withdrawal: what happened here, and what the recipient said, are two things. */
#include "cli/rendering/consent_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2024-01-02 03:04:05 UTC */
#define SINCE INT64_C(1704164645000)

/* As enum consent_progress of the store and enum told of the exchange. */
enum { STOPPED = 2, ERASING, ERASED };
enum { NOTHING_LEFT, ASKED, TOLD_ERASED, NOTHING_HELD, KEPT, BY_HAND };

static char *printed(const struct control_consent *s)
{
    FILE *terminal = stdout;
    size_t size;
    char *text;

    stdout = open_memstream(&text, &size);
    assert_non_null(stdout);
    consent_view_print(s);
    assert_int_equal(fclose(stdout), 0);
    stdout = terminal;
    return text;
}

static void assert_says(uint32_t progress, uint32_t told, const char *words)
{
    struct control_consent s = {.case_id = {{1}}, .progress = progress, .told = told, .told_since_ms = SINCE};
    char *text = printed(&s);

    if (strstr(text, words) == NULL)
        fail_msg("it does not say: %s\n%s", words, text);
    free(text);
}

static void test_what_is_erased_here_and_not_confirmed_there_is_said_to_be_that(void **state)
{
    (void)state;
    assert_says(ERASED, ASKED, "erased here; asked there since 2024-01-02 03:04 UTC; not yet confirmed\n");
    assert_says(ERASING, ASKED, "being erased here; asked there since 2024-01-02 03:04 UTC; not yet confirmed\n");
    assert_says(STOPPED, ASKED, "stopped here; asked there since 2024-01-02 03:04 UTC; not yet confirmed\n");
}

static void test_each_end_has_its_own_words(void **state)
{
    (void)state;
    assert_says(ERASED, NOTHING_LEFT, "erased here; nothing had left, so nobody was asked\n");
    assert_says(ERASED, TOLD_ERASED, "erased here; erased there\n");
    assert_says(ERASED, NOTHING_HELD, "erased here; there: nothing was held\n");
    assert_says(ERASED, KEPT, "erased here; there: some of it is kept\n");
    assert_says(ERASED, BY_HAND, "erased here; asked there since 2024-01-02 03:04 UTC; closed by hand\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_erased_here_and_not_confirmed_there_is_said_to_be_that),
        cmocka_unit_test(test_each_end_has_its_own_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
