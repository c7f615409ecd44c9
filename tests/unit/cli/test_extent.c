/* How far an incident reaches: counted from lists and records, by case. */
#include "cli/extent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SINCE 1000

static const struct ident her_case = {{7}};
static const struct ident other_case = {{3}};
static const struct ident gone_case = {{5}};
static const struct ident came = {{9}};
static const struct ident accepted = {{8}};
static const struct ident consent = {{2}};
static const struct ident sent_of_hers = {{4}};
static const struct ident draft = {{6}};
static const struct ident unknown = {{1}};

static void begin(struct extent *e)
{
    extent_init(e, SINCE);
    extent_add_case(e, &her_case);
    extent_add_case(e, &other_case);
    extent_add_referral(e, &(struct control_referral){.referral = came});
    extent_add_referral(e, &(struct control_referral){.referral = accepted, .case_id = other_case});
    extent_add_consent(e, &(struct control_consent){.consent = consent, .case_id = her_case});
    extent_add_referral(
        e, &(struct control_referral){.referral = sent_of_hers, .case_id = her_case, .direction = DIRECTION_OUT});
    extent_add_draft(e, &(struct control_draft){.draft = draft, .case_id = her_case});
    extent_seal(e);
}

static void opened(struct extent *e, enum house_what what, const struct ident *id)
{
    struct record r = {.kind = RECORD_OPENED};

    r.house = (struct record_house){.what = what, .has_object = id != NULL};
    if (id != NULL)
        r.house.object = *id;
    extent_take(e, &r);
}

static const struct control_extent_subject *subject(const struct extent *e, const struct ident *id)
{
    for (size_t i = 0; i < e->count; i++)
        if (ident_equal(&e->subjects[i].case_id, id) || ident_equal(&e->subjects[i].referral, id))
            return &e->subjects[i];
    return NULL;
}

static void test_what_was_opened_is_counted_with_its_case(void **state)
{
    struct extent e;

    (void)state;
    begin(&e);
    opened(&e, HOUSE_CASE, &her_case);
    opened(&e, HOUSE_SAFETY_PAGE, &her_case);
    opened(&e, HOUSE_REFERRAL, &accepted); /* it is of a case by now */
    opened(&e, HOUSE_REFERRAL, &came);
    opened(&e, HOUSE_AUDIT_LOG, NULL);
    extent_end(&e);
    assert_int_equal(subject(&e, &her_case)->opened, 2);
    assert_int_equal(subject(&e, &other_case)->opened, 1);
    assert_int_equal(subject(&e, &came)->opened, 1);
    assert_true(ident_is_zero(&subject(&e, &came)->case_id));
    assert_int_equal(e.total.opened, 4);
    assert_int_equal(e.total.opened_subjects, 3);
    assert_int_equal(e.total.logs_read, 1);
    assert_int_equal(e.total.cases, 2);
    assert_int_equal(e.total.referrals, 1);
    extent_fini(&e);
}

static void test_what_was_opened_of_what_was_sent_and_of_drafts_is_of_its_case(void **state)
{
    struct extent e;

    (void)state;
    begin(&e);
    opened(&e, HOUSE_REFERRAL, &sent_of_hers);
    opened(&e, HOUSE_DRAFT, &draft);
    extent_end(&e);
    assert_int_equal(subject(&e, &her_case)->opened, 2);
    assert_int_equal(e.total.opened, 2);
    assert_int_equal(e.total.referrals, 1); /* that came */
    assert_int_equal(e.total.drafts, 1);
    assert_int_equal(e.total.of_no_line, 0);
    extent_fini(&e);
}

/* The log knows it, and nothing says that it is gone: who asks is kept from it. */
static void test_what_is_withheld_from_who_asks_is_not_called_erased(void **state)
{
    struct record sent = {.kind = RECORD_DISCLOSED};
    struct record letter = {.kind = RECORD_EXPORTED};
    struct extent e;

    (void)state;
    begin(&e);
    opened(&e, HOUSE_CASE, &gone_case);
    extent_end(&e);
    assert_true(subject(&e, &gone_case)->withheld);
    assert_false(subject(&e, &gone_case)->erased);
    assert_false(subject(&e, &her_case)->withheld);
    assert_false(subject(&e, &came)->withheld);
    assert_int_equal(e.total.withheld, 1);
    assert_int_equal(e.total.erased, 0);
    assert_int_equal(e.total.of_no_line, 0);
    opened(&e, HOUSE_REFERRAL, &unknown); /* of a case that he does not see: by no id of his lists */
    sent.disclosed = (struct record_disclosed){.has_consent = true, .consent = unknown};
    extent_take(&e, &sent);
    letter.house = (struct record_house){.what = HOUSE_LETTER, .has_object = true, .object = unknown};
    extent_take(&e, &letter);
    assert_int_equal(e.total.of_no_line, 3);
    assert_int_equal(e.total.opened, 2);
    assert_null(subject(&e, &unknown));
    extent_fini(&e);
}

static void test_what_was_sent_and_taken_out_is_counted_by_its_consent(void **state)
{
    struct record letter = {.kind = RECORD_EXPORTED};
    struct record sent = {.kind = RECORD_DISCLOSED};
    struct record ping = {.kind = RECORD_DISCLOSED};
    struct extent e;

    (void)state;
    begin(&e);
    letter.house = (struct record_house){.what = HOUSE_LETTER, .has_object = true, .object = consent};
    extent_take(&e, &letter);
    sent.disclosed = (struct record_disclosed){.has_consent = true, .consent = consent};
    extent_take(&e, &sent);
    extent_take(&e, &ping); /* about nobody */
    extent_end(&e);
    assert_int_equal(subject(&e, &her_case)->taken_out, 1);
    assert_int_equal(subject(&e, &her_case)->sent, 1);
    assert_int_equal(e.total.sent, 1);
    assert_int_equal(e.total.taken_out, 1);
    extent_fini(&e);
}

static void test_what_was_erased_since_could_be_read_then(void **state)
{
    struct record end = {.kind = RECORD_CASE_END};
    struct extent e;

    (void)state;
    begin(&e);
    end.case_end = (struct record_case_end){.case_id = gone_case, .what = CASE_DELETED}; /* in no list any more */
    extent_take(&e, &end);
    assert_int_equal(e.count, 4);
    opened(&e, HOUSE_CASE, &gone_case);
    end.case_end = (struct record_case_end){.case_id = her_case, .what = CASE_CLOSED};
    extent_take(&e, &end);
    extent_end(&e);
    assert_int_equal(e.count, 4);
    assert_true(subject(&e, &gone_case)->erased);
    assert_int_equal(subject(&e, &gone_case)->opened, 1);
    assert_false(subject(&e, &gone_case)->withheld);
    assert_false(subject(&e, &her_case)->erased);
    assert_int_equal(e.total.erased, 1);
    extent_fini(&e);
}

static void test_what_was_erased_before_could_not_be_read(void **state)
{
    struct extent e;

    (void)state;
    extent_init(&e, SINCE);
    extent_add_referral(&e, &(struct control_referral){.referral = came, .erased_ms = SINCE - 1});
    extent_add_consent(&e, &(struct control_consent){.consent = consent, .erased_ms = SINCE - 1});
    extent_add_consent(&e, &(struct control_consent){.consent = accepted, .erased_ms = SINCE});
    extent_seal(&e);
    extent_end(&e);
    assert_int_equal(e.total.referrals, 0);
    assert_int_equal(e.total.consents, 1);
    assert_int_equal(e.count, 0);
    extent_fini(&e);
}

static void test_a_referral_that_was_erased_since_is_named(void **state)
{
    struct extent e;

    (void)state;
    extent_init(&e, SINCE);
    extent_add_referral(&e, &(struct control_referral){.referral = came, .erased_ms = SINCE});
    extent_seal(&e);
    extent_end(&e);
    assert_true(subject(&e, &came)->erased);
    assert_int_equal(e.total.erased, 1);
    assert_int_equal(e.total.referrals, 0); /* cannot be read now */
    extent_fini(&e);
}

static void test_searches_and_refusals_are_counted(void **state)
{
    struct record searched = {.kind = RECORD_SEARCHED};
    struct record refused = {.kind = RECORD_NOT_ALLOWED};
    struct extent e;

    (void)state;
    begin(&e);
    extent_take(&e, &searched);
    extent_take(&e, &refused);
    extent_end(&e);
    assert_int_equal(e.total.searches, 1);
    assert_int_equal(e.total.refused, 1);
    extent_fini(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_opened_is_counted_with_its_case),
        cmocka_unit_test(test_what_was_opened_of_what_was_sent_and_of_drafts_is_of_its_case),
        cmocka_unit_test(test_what_is_withheld_from_who_asks_is_not_called_erased),
        cmocka_unit_test(test_a_referral_that_was_erased_since_is_named),
        cmocka_unit_test(test_what_was_sent_and_taken_out_is_counted_by_its_consent),
        cmocka_unit_test(test_what_was_erased_since_could_be_read_then),
        cmocka_unit_test(test_what_was_erased_before_could_not_be_read),
        cmocka_unit_test(test_searches_and_refusals_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
