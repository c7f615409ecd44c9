/* What a dry run says leaves is what leaves, for each choice of sections that she agreed to; and what a service would
 * miss is said before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange/referrals/referral_calls.h"
#include "fixture.h"
#include "people.h"

static uint32_t ref_of(const char *field)
{
    return case_field_ref_find(view_of_text(field));
}

/* Of her allergies she was asked. */
static bool refer(struct fixture *s, bool now, bool dry_run)
{
    const uint32_t not_known = ref_of("ext_Allergies");
    static const uint32_t services[] = {SERVICE_SHELTER, SERVICE_MEDICAL};
    const struct control_refer_ask ask = {.case_id = s->person,
                                          .to = *s->to,
                                          .kind = MESSAGE_REFERRAL,
                                          .services = services,
                                          .service_count = 2,
                                          .urgency = URGENCY_NORMAL,
                                          .purpose = PURPOSE_SERVICES,
                                          .partial = true,
                                          .release_now = now,
                                          .dry_run = dry_run,
                                          .not_known = &not_known,
                                          .not_known_count = 1};

    return exchange_refer(s->ngo, &ask, &s->sent, &s->err);
}

/* Why what is in FIELD is not told; 0: it is, or nobody needs it. */
static enum need need_of(const struct control_referral_result *r, const char *field, bool *may_harm)
{
    for (size_t i = 0; i < r->needed_count; i++)
        if (r->needed[i].field == ref_of(field)) {
            assert_true(r->needed[i].why.size > 0);
            *may_harm = r->needed[i].may_harm;
            return r->needed[i].lack;
        }
    return (enum need)0;
}

static void test_each_field_that_is_needed_and_not_told_is_named(void **state)
{
    const struct people_consent consent = {.sections = BIT(TRIAGE) | BIT(HEALTH) | BIT(RISK),
                                           .except = "ext_TriageGender"};
    struct fixture s;
    bool may_harm;

    (void)state;
    fixture_begin(&s, 92, 2, &consent);
    assert_true(refer(&s, false, true));
    assert_int_equal(need_of(&s.sent, "ext_MustNotComeIn", &may_harm), NEED_NOT_IN_CASE);
    assert_true(may_harm);
    assert_int_equal(need_of(&s.sent, "ext_ChildrenAccompanied", &may_harm), NEED_NOT_IN_CASE);
    assert_false(may_harm);
    assert_int_equal(need_of(&s.sent, "ext_Allergies", &may_harm), NEED_NOT_KNOWN);
    assert_true(may_harm);
    /* In her case: two go, and one is left out. */
    assert_int_equal(need_of(&s.sent, "ext_Medication", &may_harm), 0);
    assert_int_equal(need_of(&s.sent, "ext_TriageGender", &may_harm), NEED_NOT_SENT);
    assert_int_equal(need_of(&s.sent, "ext_TriageLanguages", &may_harm), 0);
    /* No service that was asked for needs it. */
    assert_int_equal(need_of(&s.sent, "ext_ReturnCountry", &may_harm), 0);
    fixture_end(&s);
}

static void test_one_of_two_that_say_the_same_is_enough(void **state)
{
    const struct people_consent consent = {.sections = BIT(TRIAGE) | BIT(IDENTITY), .except = "ext_TriageGender"};
    struct fixture s;
    bool may_harm;

    (void)state;
    fixture_begin(&s, 93, 2, &consent);
    assert_true(refer(&s, false, true));
    assert_int_equal(need_of(&s.sent, "ext_TriageGender", &may_harm), 0);
    assert_int_equal(need_of(&s.sent, "ext_Medication", &may_harm), NEED_NOT_SENT);
    fixture_end(&s);
}

static void check(section_set allowed, bool now)
{
    const struct people_consent consent = {.sections = allowed};
    struct control_referral_result said;
    struct control_referral line;
    struct error why = {0};
    struct fixture s;

    fixture_begin(&s, 91, 2, &consent);
    assert_true(refer(&s, now, true));
    said = s.sent;
    assert_true(refer(&s, now, false));
    world_tick(s.w, NGO);
    world_run_ms(s.w, 5000);
    assert_int_equal(s.sent.shared, said.shared);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &why), said.shared);
    world_tick(s.w, MISSION);
    world_must(exchange_referral_accept(s.mission, &s.sent.referral, view_of(NULL, 0), &line, &s.err), &s.err,
               "accept");
    world_tick(s.w, MISSION);
    world_run_ms(s.w, 5000);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &why), said.shared | said.offered);
    /* Her case says nothing of risk, and health goes only where she agreed. */
    assert_int_equal(said.lacking, BIT(RISK));
    assert_int_equal(said.harmful, (BIT(RISK) | BIT(HEALTH)) & ~allowed);
    fixture_end(&s);
}

static void test_what_is_said_before_is_what_leaves(void **state)
{
    static const section_set allowed[] = {BIT(TRIAGE), BIT(TRIAGE) | BIT(HEALTH),
                                          BIT(TRIAGE) | BIT(IDENTITY) | BIT(CONTACT) | BIT(HEALTH), BIT(IDENTITY)};

    (void)state;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        check(allowed[i], false);
        check(allowed[i], true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_said_before_is_what_leaves),
        cmocka_unit_test(test_each_field_that_is_needed_and_not_told_is_named),
        cmocka_unit_test(test_one_of_two_that_say_the_same_is_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
