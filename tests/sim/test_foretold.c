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

static bool refer(struct fixture *s, bool now, bool dry_run)
{
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
                                          .dry_run = dry_run};

    return exchange_refer(s->ngo, &ask, &s->sent, &s->err);
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
