/* Do cases that come in parts come whole or not at all? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "refexd/case_parts.h"

#include "exchange/cases/case_calls.h"

static bool add_part(struct case_parts *p, uint32_t number, uint32_t case_number, enum section s, struct view data,
                     struct error *err)
{
    struct control_case_piece piece = {case_number, s, data};
    struct control_case_part part = {.pieces = &piece, .piece_count = 1};

    return case_parts_add(p, number, &part, err);
}

static bool assemble(struct case_parts *p, uint32_t number, uint32_t count, struct case_import *out, struct error *err)
{
    return case_parts_assemble(p, number, &(struct control_case_commit){.count = count}, out, err);
}

static void test_cases_are_put_together_from_their_pieces(void **state)
{
    struct case_parts p = {0};
    struct case_import import = {0};
    struct error err = {0};

    (void)state;
    assert_true(add_part(&p, 9, 0, SECTION_TRIAGE, view_of_text("aa"), &err));
    assert_true(add_part(&p, 9, 0, SECTION_NOTES, view_of_text("bbb"), &err));
    assert_true(add_part(&p, 9, 1, SECTION_TRIAGE, view_of_text("c"), &err));
    assert_true(assemble(&p, 9, 2, &import, &err));

    assert_true(view_equal(import.cases[0].sections[SECTION_NOTES], view_of_text("bbb")));
    assert_true(view_equal(import.cases[1].sections[SECTION_TRIAGE], view_of_text("c")));
    assert_int_equal(import.cases[1].sections[SECTION_NOTES].size, 0);
    case_parts_wipe(&p);
}

static bool add_likeness(struct case_parts *p, uint32_t case_number, const char *key, struct error *err)
{
    struct control_case_likeness likeness = {case_number, LIKENESS_PHONE, view_of_text(key)};
    struct control_case_part part = {.likenesses = &likeness, .likeness_count = 1};

    return case_parts_add(p, 9, &part, err);
}

static void test_what_cases_may_be_like_comes_with_them(void **state)
{
    struct case_parts p = {0};
    struct case_import import = {0};
    struct error err = {0};

    (void)state;
    assert_true(add_part(&p, 9, 0, SECTION_TRIAGE, view_of_text("aa"), &err));
    assert_true(add_likeness(&p, 0, "one", &err));
    assert_true(add_likeness(&p, 0, "two", &err));
    assert_true(add_part(&p, 9, 1, SECTION_TRIAGE, view_of_text("c"), &err));
    assert_true(add_likeness(&p, 1, "three", &err));
    assert_true(assemble(&p, 9, 2, &import, &err));
    assert_int_equal(import.likeness_count, 3);
    assert_true(view_equal(import.likenesses[1].key, view_of_text("two")));
    assert_int_equal(import.likenesses[2].case_number, 1);
    assert_true(view_equal(import.cases[1].sections[SECTION_TRIAGE], view_of_text("c")));
    assert_false(add_likeness(&p, 0, "late", &err));
    assert_int_equal(err.code, E_CTL_01);
    assert_false(assemble(&p, 9, 2, &import, &err)); /* nothing is kept */
    case_parts_wipe(&p);
}

static void test_pieces_out_of_order_end_the_import(void **state)
{
    struct case_parts p = {0};
    struct case_import import = {0};
    struct error err = {0};

    (void)state;
    assert_false(add_part(&p, 1, 1, SECTION_TRIAGE, view_of_text("x"), &err)); /* begins with the second case */
    assert_true(add_part(&p, 1, 0, SECTION_NOTES, view_of_text("x"), &err));
    assert_false(add_part(&p, 1, 0, SECTION_TRIAGE, view_of_text("x"), &err));
    assert_int_equal(err.code, E_CTL_01);
    assert_false(assemble(&p, 1, 1, &import, &err)); /* nothing is kept */

    assert_true(add_part(&p, 1, 0, SECTION_NOTES, view_of_text("x"), &err));
    assert_false(add_part(&p, 1, 2, SECTION_TRIAGE, view_of_text("x"), &err)); /* a case is left out */
    case_parts_wipe(&p);
}

static void test_a_count_that_does_not_match_is_refused(void **state)
{
    struct case_parts p = {0};
    struct case_import import = {0};
    struct error err = {0};

    (void)state;
    assert_true(add_part(&p, 4, 0, SECTION_TRIAGE, view_of_text("x"), &err));
    assert_false(assemble(&p, 4, 2, &import, &err));
    assert_false(assemble(&p, 5, 1, &import, &err)); /* another request's */
    assert_true(assemble(&p, 4, 1, &import, &err));
    case_parts_wipe(&p);
}

static void test_another_import_takes_the_place_of_the_first(void **state)
{
    struct case_parts p = {0};
    struct case_import import = {0};
    struct error err = {0};

    (void)state;
    assert_true(add_part(&p, 1, 0, SECTION_TRIAGE, view_of_text("first"), &err));
    assert_true(add_part(&p, 2, 0, SECTION_TRIAGE, view_of_text("second"), &err));
    assert_false(assemble(&p, 1, 1, &import, &err));
    assert_true(assemble(&p, 2, 1, &import, &err));
    assert_true(view_equal(import.cases[0].sections[SECTION_TRIAGE], view_of_text("second")));
    case_parts_wipe(&p);
}

static void test_an_import_is_bounded(void **state)
{
    static uint8_t section[BOUND_SECTION];
    struct case_parts p = {0};
    struct error err = {0};
    uint32_t n = 0;

    (void)state;
    memset(section, 'x', sizeof section);
    while (n <= BOUND_IMPORT / BOUND_SECTION &&
           add_part(&p, 1, n, SECTION_NOTES, view_of(section, sizeof section), &err))
        n++;
    assert_int_equal(err.code, E_FIL_04);
    assert_int_equal(n, BOUND_IMPORT / BOUND_SECTION);
    assert_int_equal(p.count, 0);
    case_parts_wipe(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases_are_put_together_from_their_pieces),
        cmocka_unit_test(test_what_cases_may_be_like_comes_with_them),
        cmocka_unit_test(test_pieces_out_of_order_end_the_import),
        cmocka_unit_test(test_a_count_that_does_not_match_is_refused),
        cmocka_unit_test(test_another_import_takes_the_place_of_the_first),
        cmocka_unit_test(test_an_import_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
