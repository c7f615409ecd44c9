/* The questions of a referral: each is of something that is there, and they come in the order that keeps her safe. */
#include "model/question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum question each(enum question q)
{
    return (enum question)((int)q + 1);
}

static void test_each_question_of_a_case_is_of_a_field_that_does_not_repeat(void **state)
{
    unsigned fields = 0;

    (void)state;
    for (enum question q = each(QUESTION_NONE); q < QUESTION_END; q = each(q))
        if (question_rows[q].of == QUESTION_OF_CASE) {
            const struct case_field *f = case_field_find(view_of_text(question_rows[q].member));

            if (f == NULL)
                fail_msg("%s: no field is called %s", question_rows[q].id, question_rows[q].member);
            assert_int_equal(f->group, GROUP_NONE);
            assert_int_equal(question_rows[q].kind, ANSWER_KIND_FIELD); /* what it takes is written once */
            assert_int_not_equal(question_kind(q), ANSWER_KIND_FIELD);
            fields++;
        }
    assert_in_range(fields, 20, BOUND_DRAFT_ANSWERS);
}

static void test_what_a_question_takes_are_the_codes_of_its_field(void **state)
{
    (void)state;
    for (enum question q = each(QUESTION_NONE); q < QUESTION_END; q = each(q)) {
        const struct case_field *f = question_field(q);
        uint32_t count = 0;

        while (f != NULL && f->codes != NULL && question_choice(q, count + 1) != NULL) {
            count++;
            assert_string_equal(question_choice(q, count), codes_name(f->codes, count));
        }
        assert_true(f == NULL || f->codes == NULL || count == f->codes->count);
    }
}

static void test_safety_comes_first_then_what_she_wants_and_agrees_to_and_her_name_last(void **state)
{
    enum question_step step = STEP_NONE;

    (void)state;
    for (enum question q = each(QUESTION_NONE); q < QUESTION_END; q = each(q)) {
        assert_true(question_rows[q].step >= step);
        step = question_rows[q].step;
        assert_true(question_step_title(step)[0] != '\0');
    }
    assert_int_equal(question_rows[each(QUESTION_NONE)].step, STEP_SAFETY);
    assert_true(STEP_SAFETY < STEP_SERVICE && STEP_SERVICE < STEP_CONSENT && STEP_CONSENT < STEP_NEEDS &&
                STEP_NEEDS < STEP_STORY && STEP_STORY < STEP_PERSON);
    assert_int_equal(question_rows[QUESTION_FIRST_NAME].step, STEP_PERSON);
    assert_int_equal(question_rows[QUESTION_PHONE].step, STEP_PERSON);
    assert_int_equal(question_rows[QUESTION_CONSENT].step, STEP_CONSENT);
    assert_true(QUESTION_DANGER_NOW < QUESTION_SERVICE && QUESTION_TO < QUESTION_CONSENT);
}

/* Who she is stands in no question before the last step, so that a talk that ends early says not who she is. */
static void test_nothing_that_says_who_she_is_is_asked_before_the_last_step(void **state)
{
    (void)state;
    for (enum question q = each(QUESTION_NONE); q < QUESTION_END; q = each(q)) {
        const struct case_field *f = question_field(q);

        if (f != NULL && question_rows[q].step != STEP_PERSON)
            assert_true(f->section != SECTION_IDENTITY && !f->reaches && !f->reach_rule);
    }
}

static void test_ids_are_words_of_their_own_and_found(void **state)
{
    (void)state;
    for (enum question q = each(QUESTION_NONE); q < QUESTION_END; q = each(q)) {
        const char *id = question_rows[q].id;

        assert_in_range(strlen(id), 1, BOUND_QUESTION);
        assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyz-"), strlen(id));
        assert_string_not_equal(id, "send"); /* of a file of answers */
        assert_int_equal(question_find(view_of_text(id)), q);
        assert_true(question_rows[q].text[0] != '\0' && question_rows[q].help[0] != '\0');
    }
    assert_int_equal(question_find(view_of_text("nothing")), QUESTION_NONE);
}

static void test_a_way_to_reach_her_is_asked_with_how_to_do_so_safely(void **state)
{
    bool reaches = false;
    bool rules = false;

    (void)state;
    for (enum question q = each(QUESTION_NONE); q < QUESTION_END; q = each(q)) {
        const struct case_field *f = question_field(q);

        reaches = reaches || (f != NULL && f->reaches);
        rules = rules || (f != NULL && f->reach_rule);
        if (f != NULL && f->reach_rule)
            assert_int_equal(question_rows[q].when, QUESTION_WHEN_REACHED);
    }
    assert_true(reaches && rules);
}

/* What whoever is on duty has to know before he opens the door, and before what happened is told. */
static void test_what_a_house_needs_to_know_is_asked_before_the_story(void **state)
{
    static const char *const ids[] = {"danger-now", "children", "allergies", "must-not-come-in", "whom-to-call"};

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        enum question q = question_find(view_of_text(ids[i]));

        assert_int_not_equal(q, QUESTION_NONE);
        assert_true(question_field(q)->safety_page && q < QUESTION_EXPLOITATION);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_question_of_a_case_is_of_a_field_that_does_not_repeat),
        cmocka_unit_test(test_what_a_question_takes_are_the_codes_of_its_field),
        cmocka_unit_test(test_safety_comes_first_then_what_she_wants_and_agrees_to_and_her_name_last),
        cmocka_unit_test(test_nothing_that_says_who_she_is_is_asked_before_the_last_step),
        cmocka_unit_test(test_what_a_house_needs_to_know_is_asked_before_the_story),
        cmocka_unit_test(test_ids_are_words_of_their_own_and_found),
        cmocka_unit_test(test_a_way_to_reach_her_is_asked_with_how_to_do_so_safely),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
