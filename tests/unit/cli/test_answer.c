/* Is an answer taken as people type it, kept in the one spelling that its field or verb takes, and else refused? And is
 * a file of answers read whole or not at all? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "cli/dialogue/answer.h"
#include "cli/dialogue/answers_file.h"
#include "cli/dialogue/lines.h"
#include "codec/contract.h"
#include "codec/control_messages.h"

static struct error err;

static bool reads(enum question q, const char *typed, const char *kept)
{
    struct bytes out = {0};
    bool ok = answer_read(q, view_of_text(typed), &out, &err) && text_is(bytes_view(&out), kept);

    bytes_fini(&out);
    return ok;
}

static bool is_refused(enum question q, const char *typed)
{
    struct bytes out = {0};
    bool ok = answer_read(q, view_of_text(typed), &out, &err);

    bytes_fini(&out);
    return !ok && strstr(err.text, typed) == NULL;
}

static bool has_field(const struct contract_message *m, const char *name)
{
    for (unsigned i = 0; i < m->count; i++)
        if (strcmp(m->fields[i].name, name) == 0)
            return true;
    return false;
}

static void test_each_question_of_a_consent_or_referral_is_of_a_field_of_what_is_asked(void **state)
{
    (void)state;
    for (int q = QUESTION_NONE + 1; q < QUESTION_END; q++) {
        const char *member = question_rows[q].member;

        if (question_rows[q].of == QUESTION_OF_REFERRAL)
            assert_true(has_field(&control_refer_ask_contract, member));
        if (question_rows[q].of == QUESTION_OF_CONSENT)
            assert_true(has_field(&control_consent_record_ask_contract, member) ||
                        has_field(&control_consent_grant_contract, member));
        if (question_rows[q].of == QUESTION_OF_TALK)
            assert_string_equal(member, "");
    }
}

static void test_one_of_a_list_is_its_number_its_word_what_people_call_it_or_how_that_begins(void **state)
{
    (void)state;
    assert_true(reads(QUESTION_SERVICE, " 6, shelter ", "SHELTER,MEDICAL"));
    assert_true(reads(QUESTION_SERVICE, "Medical care;1", "SHELTER,MEDICAL"));
    assert_true(reads(QUESTION_SERVICE, "psych", "PSYCHOSOCIAL"));
    assert_true(is_refused(QUESTION_SERVICE, "legal")); /* two begin so */
    assert_true(is_refused(QUESTION_SERVICE, "0"));
    assert_true(is_refused(QUESTION_SERVICE, "28"));
    assert_true(is_refused(QUESTION_SERVICE, "shelter,palace"));
    assert_true(reads(QUESTION_URGENCY, "2", "urgent"));
    assert_true(reads(QUESTION_CONSENT, "Not-Now", "not-now"));
    assert_true(reads(QUESTION_SECTIONS, "identity, 1", "triage,identity"));
    assert_true(reads(QUESTION_EXPLOITATION, "forced labour, 2", "ForcedLabour;SexualExploitation"));
    assert_true(reads(QUESTION_GENDER, "feminine", "Feminine"));
}

static void test_what_is_none_of_a_list_is_answered_with_its_words(void **state)
{
    (void)state;
    assert_true(is_refused(QUESTION_URGENCY, "soon"));
    assert_non_null(strstr(err.text, "emergency, urgent, normal; or its number, 1 to 3"));
    assert_true(is_refused(QUESTION_SERVICE, "palace"));
    assert_non_null(strstr(err.text, "SHELTER, "));
    assert_non_null(strstr(err.text, " \xe2\x80\xa6; or its number, 1 to 27"));
}

static void test_what_is_kept_reads_as_itself(void **state)
{
    (void)state;
    assert_true(reads(QUESTION_EXPLOITATION, "ForcedLabour;SexualExploitation", "ForcedLabour;SexualExploitation"));
    assert_true(reads(QUESTION_SERVICE, "SHELTER,MEDICAL", "SHELTER,MEDICAL"));
    assert_true(reads(QUESTION_BIRTHDATE, "1999-03-04", "1999-03-04"));
    assert_true(reads(QUESTION_LANGUAGE, "ukr", "ukr"));
}

static void test_a_field_takes_what_it_takes_from_a_file(void **state)
{
    (void)state;
    assert_true(reads(QUESTION_DANGER_NOW, "Y", "yes"));
    assert_true(reads(QUESTION_DANGER_NOW, "no", "no"));
    assert_true(is_refused(QUESTION_DANGER_NOW, "perhaps"));
    assert_true(reads(QUESTION_BIRTHDATE, "4.3.1999", "1999-03-04"));
    assert_true(is_refused(QUESTION_BIRTHDATE, "about 1999"));
    assert_true(reads(QUESTION_CITIZENSHIP, "ua, pl", "UA;PL"));
    assert_true(reads(QUESTION_CHILDREN, "0", "0"));
    assert_true(is_refused(QUESTION_CHILDREN, "31"));
    assert_true(reads(QUESTION_PHONE, "+48 600 100 200", "+48600100200"));
    assert_true(reads(QUESTION_UNTIL, "2027-01-31", "2027-01-31"));
    assert_true(is_refused(QUESTION_UNTIL, "31.1.2027x"));
    assert_true(reads(QUESTION_LANGUAGE, "uk", "ukr"));
    assert_true(is_refused(QUESTION_LANGUAGE, "xx"));
    assert_true(reads(QUESTION_NOTICE, "leaflet-3", "leaflet-3"));
}

static void test_a_line_is_utf8_without_control_characters(void **state)
{
    (void)state;
    assert_true(lines_check(view_of_text("Ольга Şule"), &err));
    assert_false(lines_check(view_of_text("\xff"), &err));
    assert_false(lines_check(view_of_text("\x1b[A"), &err));
    assert_false(lines_check(view_of_text("\xc2\x9b"), &err));
}

/* --- files --- */

static bool read_text(const char *text, struct answers_file **out)
{
    char path[] = "/tmp/refex-answers.XXXXXX";
    int fd = mkstemp(path);
    bool ok;

    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    (void)close(fd);
    ok = answers_file_read(path, out, &err);
    (void)unlink(path);
    return ok;
}

static bool is_no_file(const char *text, const char *why)
{
    struct answers_file *f = NULL;

    if (!read_text(text, &f))
        return err.code == E_DRF_05 && strstr(err.text, why) != NULL;
    answers_file_free(f);
    return false;
}

static void test_a_file_of_answers_is_read_by_the_ids_of_questions(void **state)
{
    struct answers_file *f;
    unsigned line;

    (void)state;
    assert_true(read_text("# said\n\ndanger-now: no\r\nwhat-happened: one\n  two: three\nsend: yes\n", &f));
    assert_true(text_is(answers_file_get(f, QUESTION_DANGER_NOW, &line), "no"));
    assert_int_equal(line, 3);
    assert_true(text_is(answers_file_get(f, QUESTION_WHAT_HAPPENED, &line), "one\ntwo: three"));
    assert_int_equal(answers_file_get(f, QUESTION_TO, &line).size, 0);
    assert_true(answers_file_sends(f));
    answers_file_free(f);
    assert_true(read_text("to: mission\n", &f));
    assert_false(answers_file_sends(f));
    answers_file_free(f);
}

static void test_a_file_with_a_line_that_is_no_answer_is_refused_by_its_line(void **state)
{
    (void)state;
    assert_true(is_no_file("to: a\nto: b\n", "line 2"));
    assert_true(is_no_file("to: a\nname: b\n", "is of no question"));
    assert_true(is_no_file("to mission\n", "line 1"));
    assert_true(is_no_file("  to: a\n", "belongs to no answer"));
    assert_true(is_no_file("to: \x1b[A\n", "control character"));
    assert_true(is_no_file("to: \xff\n", "UTF-8"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_question_of_a_consent_or_referral_is_of_a_field_of_what_is_asked),
        cmocka_unit_test(test_one_of_a_list_is_its_number_its_word_what_people_call_it_or_how_that_begins),
        cmocka_unit_test(test_what_is_none_of_a_list_is_answered_with_its_words),
        cmocka_unit_test(test_what_is_kept_reads_as_itself),
        cmocka_unit_test(test_a_field_takes_what_it_takes_from_a_file),
        cmocka_unit_test(test_a_line_is_utf8_without_control_characters),
        cmocka_unit_test(test_a_file_of_answers_is_read_by_the_ids_of_questions),
        cmocka_unit_test(test_a_file_with_a_line_that_is_no_answer_is_refused_by_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
