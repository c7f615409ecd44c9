/* A file that went by mail is read as it was made, where its content is whole. */
#include "codec/mailed_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define B76 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const char request[] = "refex-request/v1\n" B76 "\n" B76 "\nQUJD\n";
static const char directory[] =
    "refex-directory/v1\nnrm.example\n00ff\nsequence 12\nrefresh-after 1\nhard-expiry 2\n" B76 B76
    "QUJD\n\n\xe2\x80\x94 nrm.example/1 " B76 "==\n\xe2\x80\x94 nrm.example/2 QUJD\n";

static void assert_restored(const char *mailed, const char *made)
{
    struct bytes out = {0};

    mailed_file_restore(view_of_text(mailed), &out);
    bytes_append_u8(&out, 0);
    assert_string_equal(out.at, made);
    bytes_fini(&out);
}

/* TEXT with TO in the place of each FROM. */
static char *with(const char *text, const char *from, const char *to)
{
    struct bytes out = {0};
    const char *next;

    for (; (next = strstr(text, from)) != NULL; text = next + strlen(from)) {
        bytes_append(&out, text, (size_t)(next - text));
        bytes_append_text(&out, to);
    }
    bytes_append(&out, text, strlen(text) + 1);
    return (char *)out.at;
}

static void assert_survives(const char *made, const char *from, const char *to)
{
    char *mailed = with(made, from, to);

    assert_string_not_equal(mailed, made);
    assert_restored(mailed, made);
    free(mailed);
}

static void assert_survives_mail(const char *made)
{
    char *mailed;

    assert_restored(made, made);
    assert_survives(made, "\n", "\r\n");
    assert_survives(made, "\n", "  \t\n");
    assert_survives(made, "\n", "\n\n");
    mailed = with(made, "refex-", "\xef\xbb\xbf\r\n\nrefex-");
    assert_restored(mailed, made);
    mailed[strlen(mailed) - 1] = '\0'; /* the last line end is lost */
    assert_restored(mailed, made);
    free(mailed);
}

static void test_line_ends_marks_and_blanks_are_mended(void **state)
{
    (void)state;
    assert_survives_mail(request);
    assert_survives_mail(directory);
}

static void test_lines_that_were_cut_or_folded_are_whole_again(void **state)
{
    (void)state;
    assert_survives(request, "AAAA\n", "AAAA\n\n");
    assert_survives(request, "AAAAAAAAAAAAAAAAAAA", "AAAAAAAAA\n AAAAAAAAAA");
    assert_survives(request, "AAAA\n", "AAAA");
    assert_survives(directory, "AAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAA\nAAAAAAAAAAAAAA");
    assert_survives(directory, "/1 ", "/1\n");
}

static void test_nothing_is_added_to_what_was_said(void **state)
{
    (void)state;
    assert_restored("", "");
    assert_restored("\r\n\r\n", "");
    assert_restored("another file \r\n\r\n  of lines\r\n\r\n", "another file\n\n  of lines\n");
    assert_restored("refex-request/v1\nQUJD\nQU=D\n", "refex-request/v1\nQUJDQU=D\n"); /* not whole: not made so */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_ends_marks_and_blanks_are_mended),
        cmocka_unit_test(test_lines_that_were_cut_or_folded_are_whole_again),
        cmocka_unit_test(test_nothing_is_added_to_what_was_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
