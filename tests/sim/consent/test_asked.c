/* What people ask to have recorded of a consent and cannot be: refused by name, whole, before anything is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "model/case_fields.h"

struct asked {
    struct control_consent_grant grants[BOUND_GRANTS];
    struct address to[BOUND_RECIPIENTS + 1];
    struct address named[BOUND_GRANT_NAMED + 1];
    uint32_t excluded[BOUND_EXCLUDED + 1];
    struct control_consent_record_ask ask;
};

static char long_text[BOUND_NOTICE + 2];

static void begin_ask(struct fixture *s, struct asked *a)
{
    *a = (struct asked){0};
    memset(long_text, 'x', BOUND_NOTICE + 1);
    for (size_t i = 0; i < BOUND_GRANTS; i++)
        a->grants[i] = (struct control_consent_grant){.sections = BIT(HEALTH),
                                                      .excluded = a->excluded,
                                                      .purpose = PURPOSE_SERVICES,
                                                      .onward = ONWARD_NONE,
                                                      .named = a->named};
    for (size_t i = 0; i < BOUND_EXCLUDED + 1; i++)
        a->excluded[i] = FIELD_REF(SECTION_HEALTH, (uint32_t)i + 1);
    for (size_t i = 0; i < BOUND_GRANT_NAMED + 1; i++)
        assert_true(snprintf(a->named[i].text, sizeof a->named[i].text, "a%zu@sim.example", i) > 0);
    a->to[0] = *s->to;
    a->to[1] = *world_address(s->w, SHELTER);
    a->ask = (struct control_consent_record_ask){.case_id = s->person,
                                                 .to = a->to,
                                                 .to_count = 1,
                                                 .grants = a->grants,
                                                 .grant_count = 1,
                                                 .given_by = GIVEN_BY_SELF,
                                                 .notice = view_of_text("notice-1"),
                                                 .language = view_of_text("uk"),
                                                 .seen_alone = SEEN_ALONE};
}

static void assert_refused(struct fixture *s, struct asked *a, enum error_code code)
{
    uint64_t records = people_records(s->ngo, RECORD_CONSENT);
    struct ident ids[BOUND_RECIPIENTS + 1];

    assert_false(people_record(s->ngo, &a->ask, ids, &s->err));
    assert_int_equal(s->err.code, code);
    assert_int_equal(people_records(s->ngo, RECORD_CONSENT), records);
    begin_ask(s, a);
}

static void assert_recorded(struct fixture *s, struct asked *a)
{
    struct ident ids[BOUND_RECIPIENTS + 1];

    world_must(people_record(s->ngo, &a->ask, ids, &s->err), &s->err, "record");
    world_tick(s->w, NGO);
    begin_ask(s, a);
}

#define SET(place, value, code)                                                                                        \
    do {                                                                                                               \
        (place) = (value);                                                                                             \
        assert_refused(&s, &a, code);                                                                                  \
    } while (0)

static void test_for_whom_and_how_it_was_given_is_said_in_full(void **state)
{
    struct fixture s;
    static struct asked a;

    (void)state;
    fixture_begin(&s, 71, 3, NULL);
    begin_ask(&s, &a);
    SET(a.ask.to_count, 0, E_CON_13);
    SET(a.ask.to_count, BOUND_RECIPIENTS + 1, E_CON_13);
    a.ask.to_count = 2;
    SET(a.to[1], a.to[0], E_CON_13);
    SET(a.to[0], *world_address(s.w, NGO), E_CON_10);
    SET(a.to[0], a.named[0], E_CON_11);
    SET(a.ask.given_by, 0, E_CON_18);
    SET(a.ask.given_by, GIVEN_BY_END, E_CON_18);
    SET(a.ask.notice, (struct view){0}, E_CON_18);
    SET(a.ask.notice, view_of_text(long_text), E_CON_18);
    SET(a.ask.notice, view_of_text("\xff"), E_CON_18);
    SET(a.ask.notice, view_of_text("a\nb"), E_CON_18);
    SET(a.ask.language, (struct view){0}, E_CON_26);
    SET(a.ask.language, view_of_text("123456789"), E_CON_26);
    SET(a.ask.language, view_of_text("\xff"), E_CON_26);
    SET(a.ask.seen_alone, 0, E_CON_18);
    SET(a.ask.seen_alone, 3, E_CON_18);
    SET(a.ask.interpreter, 4, E_CON_18);
    a.ask.to_count = 2;
    assert_recorded(&s, &a);
    fixture_end(&s);
}

static void test_what_is_granted_is_within_its_bounds(void **state)
{
    struct fixture s;
    static struct asked a;

    (void)state;
    fixture_begin(&s, 72, 3, NULL);
    begin_ask(&s, &a);
    SET(a.ask.grant_count, 0, E_CON_14);
    SET(a.ask.grant_count, BOUND_GRANTS, E_CON_14);
    for (size_t i = 0; i < BOUND_GRANTS; i++)
        a.grants[i].sections = 0; /* each counts for none */
    SET(a.ask.grant_count, BOUND_GRANTS, E_CON_14);
    a.ask.grant_count = BOUND_GRANTS / 2 + 1;
    for (size_t i = 0; i < BOUND_GRANTS; i++)
        a.grants[i].sections = BIT(TRIAGE) | BIT(HEALTH); /* each counts twice */
    assert_refused(&s, &a, E_CON_14);
    SET(a.grants[0].purpose, 0, E_CON_14);
    SET(a.grants[0].purpose, PURPOSE_END, E_CON_14);
    a.ask.grant_count = 2;
    SET(a.grants[1].purpose, PURPOSE_RETURN, E_CON_14);
    SET(a.grants[0].sections, SECTION_BIT(SECTION_END), E_CON_14);
    SET(a.grants[0].keep_until, 1, E_CON_15);
    SET(a.ask.until, 1, E_CON_15);
    SET(a.grants[0].excluded_count, BOUND_EXCLUDED + 1, E_CON_17);
    a.excluded[0] = FIELD_REF(0, 1);
    SET(a.grants[0].excluded_count, 1, E_CON_17);
    a.excluded[0] = FIELD_REF(SECTION_END, 1);
    SET(a.grants[0].excluded_count, 1, E_CON_17);
    a.excluded[0] = FIELD_REF(SECTION_HEALTH, 0);
    SET(a.grants[0].excluded_count, 1, E_CON_17);
    a.excluded[0] = FIELD_REF(SECTION_NOTES, 1);
    SET(a.grants[0].excluded_count, 1, E_CON_17);
    a.excluded[1] = a.excluded[0];
    SET(a.grants[0].excluded_count, 2, E_CON_17);
    a.grants[0].excluded_count = 2;
    assert_recorded(&s, &a);
    fixture_end(&s);
}

static void test_onward_sharing_is_to_agencies_that_are_named_once(void **state)
{
    struct fixture s;
    static struct asked a;

    (void)state;
    fixture_begin(&s, 73, 3, NULL);
    begin_ask(&s, &a);
    SET(a.grants[0].onward, 0, E_CON_16);
    SET(a.grants[0].onward, ONWARD_END, E_CON_16);
    SET(a.grants[0].onward, ONWARD_NAMED, E_CON_16);
    SET(a.grants[0].named_count, 1, E_CON_16);
    a.grants[0].onward = ONWARD_NAMED;
    SET(a.grants[0].named_count, BOUND_GRANT_NAMED + 1, E_CON_16);
    a.grants[0].onward = ONWARD_NAMED;
    a.named[1] = a.named[0];
    SET(a.grants[0].named_count, 2, E_CON_16);
    a.grants[0].onward = ONWARD_NAMED;
    a.grants[0].named_count = 3;
    assert_recorded(&s, &a);
    fixture_end(&s);
}

static void test_a_request_id_is_text_of_its_bound(void **state)
{
    struct fixture s;
    static struct asked a;
    struct ident ids[1];

    (void)state;
    fixture_begin(&s, 74, 2, NULL);
    begin_ask(&s, &a);
    a.ask.request_id = view_of_text("\xff");
    assert_false(people_record(s.ngo, &a.ask, ids, &s.err));
    assert_int_equal(s.err.code, E_USE_04);
    a.ask.request_id = view_of_text(long_text);
    assert_false(people_record(s.ngo, &a.ask, ids, &s.err));
    assert_int_equal(s.err.code, E_USE_04);
    fixture_end(&s);
}

/* --- what is kept with a request id --- */

static bool record_once(struct fixture *s, const struct control_consent_record_ask *ask, struct ident *ids,
                        bool *repeated)
{
    unsigned before = people_records(s->ngo, RECORD_CONSENT);
    bool ok = people_record(s->ngo, ask, ids, &s->err);

    *repeated = people_records(s->ngo, RECORD_CONSENT) == before;
    return ok;
}

static void test_a_request_id_is_for_the_same_agencies_too(void **state)
{
    struct fixture s;
    static struct asked a;
    struct ident ids[2];
    struct ident again[2];
    bool repeated;

    (void)state;
    fixture_begin(&s, 76, 3, NULL);
    begin_ask(&s, &a);
    a.ask.request_id = view_of_text("one");
    assert_true(record_once(&s, &a.ask, ids, &repeated) && !repeated);
    world_tick(s.w, NGO);
    assert_true(record_once(&s, &a.ask, again, &repeated) && repeated);
    assert_true(ident_equal(&ids[0], &again[0]));
    a.ask.to_count = 2;
    assert_false(record_once(&s, &a.ask, again, &repeated));
    assert_int_equal(s.err.code, E_CON_24);
    assert_int_equal(people_records(s.ngo, RECORD_CONSENT), 1);
    fixture_end(&s);
}

/* By hand. Nothing is recorded a second time for it, and nobody is told that it was. */
static void test_what_was_kept_with_a_request_id_and_changed_is_named(void **state)
{
    static const struct {
        const char *edit;
        enum error_code code;
    } cases[] = {
        {"UPDATE case_request SET count = 2", E_STO_04},
        {"UPDATE case_request SET asked = zeroblob(100)", E_KEY_15},
        {"PRAGMA foreign_keys = 0; UPDATE case_request SET case_number = 999", E_STO_04},
    };
    struct fixture s;
    static struct asked a;
    struct ident ids[1];
    bool repeated;

    (void)state;
    fixture_begin(&s, 77, 2, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_ask(&s, &a);
        a.ask.request_id = view_of_text("one");
        assert_true(record_once(&s, &a.ask, ids, &repeated));
        world_tick(s.w, NGO);
        fixture_edit(&s, NGO, cases[i].edit);
        assert_false(record_once(&s, &a.ask, ids, &repeated));
        assert_int_equal(s.err.code, cases[i].code);
        assert_int_equal(people_records(s.ngo, RECORD_CONSENT), i + 1);
        fixture_edit(&s, NGO, "DELETE FROM case_request");
    }
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_for_whom_and_how_it_was_given_is_said_in_full),
        cmocka_unit_test(test_what_is_granted_is_within_its_bounds),
        cmocka_unit_test(test_onward_sharing_is_to_agencies_that_are_named_once),
        cmocka_unit_test(test_a_request_id_is_text_of_its_bound),
        cmocka_unit_test(test_a_request_id_is_for_the_same_agencies_too),
        cmocka_unit_test(test_what_was_kept_with_a_request_id_and_changed_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
