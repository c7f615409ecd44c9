/* Does what a person reads on paper open the node, whatever wrote it into the file? */
#include "formats/passphrase_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bounds.h"

static void assert_reads(const char *line, const char *expected)
{
    struct secret p = {0};
    struct error err = {0};

    if (!passphrase_text_read(view_of_text(line), &p, &err))
        fail_msg("\"%s\" was refused: %s", line, err.text);
    assert_int_equal(p.size, strlen(expected));
    assert_memory_equal(p.at, expected, p.size);
    secret_fini(&p);
}

static void assert_refused(struct view line, const char *says)
{
    struct secret p = {0};
    struct error err = {0};

    assert_false(passphrase_text_read(line, &p, &err));
    assert_int_equal(err.code, E_KEY_18);
    assert_non_null(strstr(err.text, says));
    assert_null(p.at);
}

static void test_what_an_editor_adds_is_no_part_of_it(void **state)
{
    (void)state;
    assert_reads("seven quiet owls", "seven quiet owls");
    assert_reads("seven quiet owls\r", "seven quiet owls");
    assert_reads("\xef\xbb\xbfseven quiet owls\r\n", "seven quiet owls");
    assert_reads("  seven quiet owls  \r\n", "seven quiet owls");
}

static void test_one_text_is_one_passphrase_however_it_is_spelt(void **state)
{
    (void)state;
    assert_reads("z\xcc\x87o\xcc\x81\xc5\x82w", "\xc5\xbc\xc3\xb3\xc5\x82w"); /* z and a dot above it: ż */
    assert_reads("\xe2\x84\xab", "\xc3\x85");                                 /* the sign for ångström: Å */
    assert_reads("one\xc2\xa0two\xe3\x80\x80three", "one two three");         /* other blanks */
    assert_reads("Straße", "Straße");                                         /* and nothing is folded away */
    assert_reads("\xef\xbc\xa1", "\xef\xbc\xa1");
}

static void test_a_character_that_cannot_be_seen_is_refused(void **state)
{
    static const char *const hidden[] = {
        "a\tb",
        "a\rb",
        "a\x1b"
        "b",
        "a\x7f"
        "b",
        "a\xc2\x85"
        "b", /* control */
        "a\xe2\x80\x8b"
        "b",
        "a\xc2\xad"
        "b",
        "a\xe2\x80\xae"
        "b",
        "a\xef\xbb\xbf"
        "b", /* format */
        "a\xe2\x80\xa8"
        "b",
        "a\xee\x80\x80"
        "b",
        "a\xcd\xb8"
        "b", /* line separator, private use, unassigned */
        "a\xe3\x85\xa4"
        "b",
        "a\xef\xb8\x8f"
        "b", /* a filler, a variation selector */
    };

    (void)state;
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        assert_refused(view_of_text(hidden[i]), "cannot be seen");
    assert_refused(view_of_text("a\xff"), "UTF-8");
    assert_refused(view_of("a\0b", 3), "UTF-8");
    assert_refused(view_of_text(" \xc2\xa0 "), "nothing but blanks");
}

static void test_its_length_is_bounded_in_its_one_form(void **state)
{
    char line[BOUND_PASSPHRASE + 2];
    struct secret p = {0};
    struct error err;

    (void)state;
    memset(line, 'a', sizeof line);
    assert_true(passphrase_text_read(view_of(line, BOUND_PASSPHRASE), &p, &err));
    assert_int_equal(p.size, BOUND_PASSPHRASE);
    secret_fini(&p);
    assert_refused(view_of(line, BOUND_PASSPHRASE + 1), "longer");
    assert_true(passphrase_text_read(view_of(line, 0), &p, &err));
    assert_int_equal(p.size, 0);
    assert_true(passphrase_text_read(view_of_text("\r\n"), &p, &err));
    assert_int_equal(p.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_an_editor_adds_is_no_part_of_it),
        cmocka_unit_test(test_one_text_is_one_passphrase_however_it_is_spelt),
        cmocka_unit_test(test_a_character_that_cannot_be_seen_is_refused),
        cmocka_unit_test(test_its_length_is_bounded_in_its_one_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
