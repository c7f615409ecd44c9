/* Why something is as it is: what people read of a referral without opening it, and what is recorded where they may
 * not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

static void begin(struct fixture *s)
{
    fixture_begin(s, 23, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
}

/* The reason that node AT shows of the newest referral, without opening it; 0: none. */
static enum decline_reason reason_at(struct fixture *s, size_t at)
{
    static struct referral_detail d;

    world_must(exchange_referral_show(world_node(s->w, at), &s->sent.referral, false, &d, &s->err), &s->err, "show");
    return d.reason;
}

static void decline(struct fixture *s, enum decline_reason reason)
{
    struct referral_summary answered;

    world_must(exchange_referral_decline(s->mission, &s->sent.referral, reason, (struct view){0}, &answered, &s->err),
               &s->err, "decline");
    fixture_settle(s);
}

static bool count_house(void *cookie, const struct audit_entry *e, struct error *err)
{
    (void)e;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static unsigned house_records(struct exchange *x, enum record_kind kind)
{
    struct record_filter filter = {.has_kind = true, .kind = kind};
    unsigned count = 0;
    struct error err;

    world_must(exchange_audit_list(x, LOG_HOUSE, &filter, count_house, &count, &err), &err, "list the house log");
    return count;
}

/* --- declined --- */

static void test_why_it_was_declined_is_shown_without_opening_it_until_the_erasure(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    assert_int_equal(reason_at(&s, NGO), 0);
    decline(&s, DECLINE_NOT_ELIGIBLE);
    assert_int_equal(reason_at(&s, NGO), DECLINE_NOT_ELIGIBLE);
    assert_int_equal(reason_at(&s, MISSION), DECLINE_NOT_ELIGIBLE);
    assert_int_equal(house_records(s.ngo, RECORD_NOT_OPENED), 0);

    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_STOPPED);
    assert_int_equal(reason_at(&s, NGO), DECLINE_NOT_ELIGIBLE);

    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ERASED);
    assert_int_equal(reason_at(&s, NGO), 0);
    assert_int_equal(reason_at(&s, MISSION), 0);
    fixture_end(&s);
}

/* --- refused openings --- */

static void test_who_asks_to_open_what_consent_does_not_allow_is_recorded(void **state)
{
    static struct referral_detail d;
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    assert_true(exchange_referral_show(s.mission, &s.sent.referral, true, &d, &s.err));
    world_tick(s.w, MISSION);
    assert_int_equal(house_records(s.mission, RECORD_NOT_OPENED), 0);

    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    assert_false(exchange_referral_show(s.mission, &s.sent.referral, true, &d, &s.err));
    assert_int_equal(s.err.code, E_CON_05);
    world_tick(s.w, MISSION);
    assert_int_equal(house_records(s.mission, RECORD_NOT_OPENED), 1);
    assert_true(exchange_referral_show(s.mission, &s.sent.referral, false, &d, &s.err)); /* opens nothing */
    world_tick(s.w, MISSION);
    assert_int_equal(house_records(s.mission, RECORD_NOT_OPENED), 1);
    fixture_end(&s);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_why_it_was_declined_is_shown_without_opening_it_until_the_erasure),
        cmocka_unit_test(test_who_asks_to_open_what_consent_does_not_allow_is_recorded),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
