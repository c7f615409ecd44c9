/* Is what is recorded of how consent was given one thing, however it was said, and is what makes it doubtful told? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange/state.h"
#include "exchange/vault.h"
#include "fixture.h"

static const struct control_consent_grant grant = {
    .sections = BIT(TRIAGE), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};

static struct control_consent_record_ask ask_of(const struct fixture *s, enum given_by by, const char *language)
{
    return (struct control_consent_record_ask){.case_id = s->person,
                                               .to = s->to,
                                               .to_count = 1,
                                               .grants = &grant,
                                               .grant_count = 1,
                                               .given_by = by,
                                               .notice = view_of_text("notice-1"),
                                               .language = view_of_text(language),
                                               .seen_alone = SEEN_ALONE};
}

static bool never(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)cookie;
    (void)c;
    (void)err;
    fail_msg("a yes ends nothing");
    return false;
}

static void record(struct fixture *s, const struct control_consent_record_ask *ask)
{
    world_must(people_record(s->ngo, ask, &s->consent, &s->err), &s->err, "record");
    world_tick(s->w, NGO);
    world_must(exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err), &s->err, "show");
}

static void test_a_language_is_recorded_by_its_one_code_and_another_is_refused_by_name(void **state)
{
    static const char *const means[][2] = {{"uk", "ukr"}, {"ukr", "ukr"}, {"rum", "ron"}};
    struct control_consent_record_ask ask;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 31, 2, NULL);
    for (size_t i = 0; i < sizeof means / sizeof means[0]; i++) {
        ask = ask_of(&s, GIVEN_BY_SELF, means[i][0]);
        record(&s, &ask);
        assert_true(view_equal(s.shown.language, view_of_text(means[i][1])));
        assert_int_equal(s.shown.grant_count, 2); /* that she may be referred, and what she granted */
        assert_int_equal(s.shown.grants[0].sections | s.shown.grants[1].sections, BIT(TRIAGE));
        world_tick(s.w, NGO);
    }
    ask = ask_of(&s, GIVEN_BY_SELF, "xx");
    assert_false(people_record(s.ngo, &ask, &s.consent, &s.err));
    assert_int_equal(s.err.code, E_CON_26);
    fixture_end(&s);
}

/* She is of 1990. */
static void test_a_guardian_who_consents_for_an_adult_is_told_before_and_after(void **state)
{
    static const enum given_by others[] = {GIVEN_BY_SELF, GIVEN_BY_BOTH, GIVEN_BY_AUTHORITY};
    struct control_consent_recorded foreseen;
    struct control_consent_record_ask ask;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 32, 2, NULL);
    ask = ask_of(&s, GIVEN_BY_GUARDIAN, "uk");
    assert_true(people_foresee(s.ngo, &ask, never, NULL, &foreseen, &s.err));
    assert_true(foreseen.for_adult);
    record(&s, &ask);
    assert_true(s.shown.for_adult);
    world_tick(s.w, NGO);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        ask.given_by = others[i];
        assert_true(people_foresee(s.ngo, &ask, never, NULL, &foreseen, &s.err));
        assert_false(foreseen.for_adult);
        record(&s, &ask);
        assert_false(s.shown.for_adult);
        world_tick(s.w, NGO);
    }
    fixture_end(&s);
}

static void test_a_guardians_consent_is_shown_where_the_case_does_not_open(void **state)
{
    struct control_consent_record_ask ask;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 33, 2, NULL);
    ask = ask_of(&s, GIVEN_BY_GUARDIAN, "uk");
    record(&s, &ask);
    fixture_edit(&s, NGO, "UPDATE case_section SET sealed = zeroblob(length(sealed))");
    world_must(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err), &s.err, "show");
    assert_int_equal(s.shown.given_by, GIVEN_BY_GUARDIAN);
    assert_int_equal(s.shown.sections, BIT(TRIAGE));
    assert_false(s.shown.for_adult);
    world_tick(s.w, NGO);
    fixture_end(&s);
}

static void check_not_open(struct fixture *s)
{
    world_must(exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err), &s->err, "show");
    assert_int_equal(s->shown.given_by, GIVEN_BY_GUARDIAN);
    assert_int_equal(s->shown.sections, BIT(TRIAGE));
    assert_false(s->shown.for_adult);
    world_tick(s->w, NGO);
}

/* Half of the keys are read; that of the case is of the others. */
static void test_a_guardians_consent_is_shown_where_the_key_of_the_case_is_gone_or_not_read(void **state)
{
    struct bytes keys = {0};
    struct control_consent_record_ask ask;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 34, 2, NULL);
    ask = ask_of(&s, GIVEN_BY_GUARDIAN, "uk");
    record(&s, &ask);
    fixture_edit(&s, NGO, "UPDATE case_file SET slot = 600");
    fixture_take_keys(&s, NGO, &keys);
    keys.size /= 2;
    fixture_give_keys(&s, NGO, &keys);
    check_not_open(&s);
    assert_true(vault_erase_slot(s.ngo->vault, 600, &s.err));
    check_not_open(&s);
    fixture_edit_beside(&s, NGO, "DELETE FROM case_section; DELETE FROM case_likeness; DELETE FROM case_file");
    check_not_open(&s);
    world_free(s.w);
}

/* Its age is in a case that is not here. */
static void test_a_recipient_is_not_told_whether_a_guardian_spoke_for_an_adult(void **state)
{
    struct control_consent_record_ask ask;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 35, 2, NULL);
    ask = ask_of(&s, GIVEN_BY_GUARDIAN, "uk");
    record(&s, &ask);
    fixture_deliver(&s);
    world_must(exchange_consent_show(s.mission, &s.consent, &s.shown, &s.err), &s.err, "show");
    assert_int_equal(s.shown.given_by, GIVEN_BY_GUARDIAN);
    assert_false(s.shown.for_adult);
    fixture_end(&s);
}

/* They are kept as one list, in the order of their names. */
static void test_whoever_may_be_told_onward_is_shown_by_name(void **state)
{
    static const struct address named[] = {{"shelter@nrm.example"}, {"clinic@nrm.example"}};
    struct control_consent_grant onward = grant;
    struct control_consent_record_ask ask;
    struct fixture s;
    size_t i = 0;

    (void)state;
    fixture_begin(&s, 36, 2, NULL);
    onward.onward = ONWARD_NAMED;
    onward.named = named;
    onward.named_count = 2;
    ask = ask_of(&s, GIVEN_BY_SELF, "uk");
    ask.grants = &onward;
    record(&s, &ask);
    while (i < s.shown.grant_count && s.shown.grants[i].onward != ONWARD_NAMED)
        i++;
    assert_true(i < s.shown.grant_count);
    assert_int_equal(s.shown.grants[i].named_count, 2);
    assert_string_equal(s.shown.grants[i].named[0].text, "clinic@nrm.example");
    assert_string_equal(s.shown.grants[i].named[1].text, "shelter@nrm.example");
    world_tick(s.w, NGO);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_language_is_recorded_by_its_one_code_and_another_is_refused_by_name),
        cmocka_unit_test(test_a_guardian_who_consents_for_an_adult_is_told_before_and_after),
        cmocka_unit_test(test_a_guardians_consent_is_shown_where_the_case_does_not_open),
        cmocka_unit_test(test_a_guardians_consent_is_shown_where_the_key_of_the_case_is_gone_or_not_read),
        cmocka_unit_test(test_a_recipient_is_not_told_whether_a_guardian_spoke_for_an_adult),
        cmocka_unit_test(test_whoever_may_be_told_onward_is_shown_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
