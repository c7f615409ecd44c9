/* A referral that went to an agency that it was not for: it is stopped and erased there, whatever they do meanwhile,
 * and stays an incident until a supervisor closes it. */
#include "held.h"

#include "exchange/access/never_calls.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/referrals/incident_calls.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "owed.h"
#include "refexd/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct people_consent consent = {.sections = BIT(TRIAGE) | BIT(HEALTH)};

static struct control_wrong_agency answer;

static bool try_wrong(struct fixture *s, bool dry_run)
{
    const struct control_wrong_agency_ask ask = {.referral = s->sent.referral, .dry_run = dry_run};

    return exchange_referral_wrong_agency(s->ngo, &ask, &answer, &s->err);
}

static bool wrong(struct fixture *s)
{
    return try_wrong(s, false);
}

static void must_wrong(struct fixture *s)
{
    world_must(wrong(s), &s->err, "say that it is the wrong agency");
}

static void assert_refused(struct fixture *s, bool ok, enum error_code why)
{
    assert_false(ok);
    assert_int_equal(s->err.code, why);
}

struct listed {
    unsigned count;
    struct control_incident last;
};

static bool on_incident(void *cookie, const struct control_incident *i, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    l->count++;
    l->last = *i;
    return true;
}

static struct listed list(struct fixture *s, bool all)
{
    const struct control_incident_list_ask ask = {.all = all};
    struct listed l = {0};

    world_must(exchange_incident_list(s->ngo, &ask, NULL, on_incident, &l, &s->err), &s->err, "list incidents");
    return l;
}

static bool close_it(struct fixture *s, enum incident_ending ending)
{
    const struct control_incident_close_ask ask = {
        .incident = answer.incident, .ending = ending, .told = INCIDENT_TOLD_NOT_SAFE};
    struct control_incident out;

    return exchange_incident_close(s->ngo, &ask, &out, &s->err);
}

static unsigned findings(struct fixture *s)
{
    struct control_context w = {.mode = CONTROL_NODE, .exchange = s->ngo};
    struct arena arena = {0};
    struct status status;
    unsigned n = 0;

    world_must(status_collect(&w, &arena, &status, &s->err), &s->err, "ask the status");
    for (size_t k = 0; k < status.findings.count; k++)
        n += status.findings.rows[k] == FOUND_INCIDENT;
    arena_fini(&arena);
    return n;
}

static void assert_erased_there(struct fixture *s)
{
    assert_int_equal(people_state(s->ngo, &s->sent.referral), REFERRAL_ERASED);
    assert_int_equal(people_state(s->mission, &s->sent.referral), REFERRAL_ERASED);
    assert_int_equal(people_open_sections(s->mission, &s->sent.referral, &s->err), 0);
    assert_int_equal(fixture_told(s), RECIPIENT_ERASED);
    assert_int_equal(owed_now(s->ngo).count, 0);
}

/* --- what it does --- */

static void test_it_is_stopped_and_erased_there_and_is_an_incident(void **state)
{
    struct fixture s;
    struct listed l;

    (void)state;
    fixture_begin(&s, 901, 2, &consent);
    fixture_deliver(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), consent.sections);
    must_wrong(&s);
    assert_true(answer.may_have_left && !answer.by_hand && answer.consents == 1 && answer.other_referrals == 0);
    assert_true(referral_state_has_ended(people_state(s.ngo, &s.sent.referral))); /* in that tick */
    fixture_settle(&s);
    assert_erased_there(&s);
    l = list(&s, false);
    assert_int_equal(l.count, 1);
    assert_true(ident_equal(&l.last.referral, &s.sent.referral) && address_equal(&l.last.agency, s.to));
    assert_int_equal(people_records(s.ngo, RECORD_INCIDENT), 1);
    assert_int_equal(people_records(s.mission, RECORD_INCIDENT), 0);
    assert_int_equal(findings(&s), 1);
    fixture_end(&s);
}

static void test_said_again_it_is_the_same_incident(void **state)
{
    struct fixture s;
    struct ident first;

    (void)state;
    fixture_begin(&s, 902, 2, &consent);
    fixture_deliver(&s);
    must_wrong(&s);
    first = answer.incident;
    must_wrong(&s);
    assert_true(ident_equal(&first, &answer.incident));
    fixture_settle(&s);
    must_wrong(&s);
    assert_true(ident_equal(&first, &answer.incident));
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_INCIDENT), 1);
    assert_erased_there(&s);
    fixture_end(&s);
}

static void test_a_dry_run_says_it_and_does_nothing(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 903, 2, &consent);
    fixture_deliver(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    world_must(try_wrong(&s, true), &s.err, "foresee it");
    assert_true(answer.dry_run && answer.may_have_left && ident_is_zero(&answer.incident));
    assert_int_equal(answer.other_referrals, 1); /* that one would stop, too */
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(list(&s, true).count, 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 0);
    fixture_end(&s);
}

static void test_what_has_not_left_never_does_and_is_no_incident(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 904, 2, &consent);
    world_crash(s.w, MISSION);
    world_run_ms(s.w, MINUTES);
    fixture_look(&s);
    fixture_refer(&s);
    world_tick(s.w, NGO);
    must_wrong(&s);
    assert_false(answer.may_have_left);
    assert_true(ident_is_zero(&answer.incident));
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    assert_int_equal(list(&s, true).count, 0);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 0);
    fixture_end(&s);
}

/* She agreed anew before more of her case went: that lies under another consent, also where somebody changed the row of
 * what went so. */
static void each_consent_is_withdrawn(const char *changed)
{
    const struct people_consent more = {.sections = BIT(TRIAGE) | BIT(HEALTH) | BIT(IDENTITY)};
    struct control_referral_update_ask ask = {.sections = BIT(IDENTITY)};
    struct control_referral out;
    struct fixture s;

    fixture_begin(&s, 905, 2, &consent);
    fixture_deliver(&s);
    (void)people_consent(s.ngo, &s.person, s.to, &more);
    world_tick(s.w, NGO);
    ask.referral = s.sent.referral;
    world_must(exchange_referral_update(s.ngo, &ask, &out, &s.err), &s.err, "update");
    fixture_settle(&s);
    assert_true((people_open_sections(s.mission, &s.sent.referral, &s.err) & BIT(IDENTITY)) != 0);
    if (changed != NULL)
        fixture_edit_beside(&s, NGO, changed);
    must_wrong(&s);
    assert_int_equal(answer.consents, 2);
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 2);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
    fixture_end(&s);
}

static void test_each_consent_under_which_it_went_is_withdrawn(void **state)
{
    (void)state;
    each_consent_is_withdrawn(NULL);
    each_consent_is_withdrawn("UPDATE message SET record_index = 0 WHERE kind = 4");
}

static void test_who_was_asked_does_not_say_so(void **state)
{
    struct fixture s;
    struct control_wrong_agency out;
    struct control_wrong_agency_ask ask;

    (void)state;
    fixture_begin(&s, 906, 2, &consent);
    fixture_deliver(&s);
    ask = (struct control_wrong_agency_ask){.referral = s.sent.referral};
    assert_refused(&s, exchange_referral_wrong_agency(s.mission, &ask, &out, &s.err), E_REF_12);
    ask.referral = s.person;
    assert_refused(&s, exchange_referral_wrong_agency(s.ngo, &ask, &out, &s.err), E_REF_01);
    fixture_end(&s);
}

/* --- while they act --- */

static void test_their_acceptance_brings_them_nothing_more(void **state)
{
    struct control_referral out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 907, 2, &consent);
    world_must(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = false}, &s.sent, &s.err), &s.err,
               "refer");
    fixture_settle(&s);
    world_must(exchange_referral_accept(s.mission, &s.sent.referral, view_of_text(""), &out, &s.err), &s.err, "accept");
    must_wrong(&s);
    fixture_settle(&s);
    assert_erased_there(&s);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 2); /* the referral and the withdrawal */
    fixture_end(&s);
}

static void test_what_had_ended_is_an_incident_too(void **state)
{
    struct control_referral out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 908, 2, &consent);
    fixture_deliver(&s);
    world_must(exchange_referral_decline(s.mission, &s.sent.referral, DECLINE_OTHER, view_of_text(""), &out, &s.err),
               &s.err, "decline");
    fixture_settle(&s);
    must_wrong(&s);
    fixture_settle(&s);
    assert_erased_there(&s);
    assert_int_equal(list(&s, false).count, 1);
    fixture_end(&s);
}

/* She withdrew before anybody saw that it was the wrong agency: what was to be erased later is erased at once. */
static void test_what_she_withdrew_is_erased_at_once(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 909, 2, &consent);
    fixture_deliver(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_STOPPED);
    must_wrong(&s);
    fixture_settle(&s);
    assert_erased_there(&s);
    assert_int_equal(list(&s, false).count, 1);
    fixture_end(&s);
}

static void test_it_is_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 910, 2, &consent);
    fixture_deliver(&s);
    assert_true(fixture_at_each_statement(&s, NGO, wrong, MINUTES) > 3);
    fixture_settle(&s);
    assert_erased_there(&s);
    assert_int_equal(people_records(s.ngo, RECORD_INCIDENT), 1);
    assert_int_equal(list(&s, false).count, 1);
    fixture_end(&s);
}

/* --- the list --- */

static void test_a_supervisor_closes_it_once(void **state)
{
    struct fixture s;
    struct listed l;

    (void)state;
    fixture_begin(&s, 911, 2, &consent);
    fixture_deliver(&s);
    must_wrong(&s);
    fixture_settle(&s);
    world_must(close_it(&s, INCIDENT_ERASED_READ), &s.err, "close it");
    world_must(close_it(&s, INCIDENT_ERASED_READ), &s.err, "close it again");
    assert_refused(&s, close_it(&s, INCIDENT_ERASED_UNREAD), E_INC_02);
    fixture_settle(&s);
    fixture_restart(&s, NGO);
    assert_int_equal(list(&s, false).count, 0);
    l = list(&s, true);
    assert_int_equal(l.count, 1);
    assert_true(l.last.ending == INCIDENT_ERASED_READ && l.last.told == INCIDENT_TOLD_NOT_SAFE);
    assert_int_equal(people_records(s.ngo, RECORD_INCIDENT_CLOSED), 1);
    assert_int_equal(findings(&s), 0);
    answer.incident = s.person;
    assert_refused(&s, close_it(&s, INCIDENT_ERASED_READ), E_INC_01);
    fixture_end(&s);
}

static void enter(struct fixture *s, uint32_t uid)
{
    char account[] = "user0";
    struct control_staff_add_ask ask = {.uid = uid, .roles = STAFF_ROLE_BIT(STAFF_SUPERVISOR)};
    struct control_staff_person added;

    account[4] = (char)('0' + uid % 10);
    ask.account = view_of_text(account);
    world_must(exchange_staff_add(s->ngo, &ask, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

static bool on_never(void *cookie, const struct control_case_never *n, struct error *err)
{
    (void)cookie;
    (void)n;
    (void)err;
    return true;
}

/* To whom the case is not there, its incident is not either. */
static void test_who_is_kept_from_her_case_sees_no_incident(void **state)
{
    const uint32_t ada = 1001;
    const uint32_t bob = 1002;
    struct control_case_never_ask never = {.uid = bob};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 912, 2, &consent);
    enter(&s, ada);
    enter(&s, bob);
    fixture_deliver(&s);
    exchange_acting(s.ngo, &ada);
    never.case_id = s.person;
    world_must(exchange_case_never(s.ngo, &never, on_never, NULL, &s.err), &s.err, "keep him from it");
    must_wrong(&s);
    assert_int_equal(list(&s, false).count, 1);
    exchange_acting(s.ngo, &bob);
    assert_int_equal(list(&s, true).count, 0);
    assert_int_equal(findings(&s), 0);
    assert_refused(&s, close_it(&s, INCIDENT_ERASED_READ), E_INC_01);
    assert_refused(&s, wrong(&s), E_REF_01);
    exchange_acting(s.ngo, NULL);
    fixture_settle(&s);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_stopped_and_erased_there_and_is_an_incident),
        cmocka_unit_test(test_said_again_it_is_the_same_incident),
        cmocka_unit_test(test_a_dry_run_says_it_and_does_nothing),
        cmocka_unit_test(test_what_has_not_left_never_does_and_is_no_incident),
        cmocka_unit_test(test_each_consent_under_which_it_went_is_withdrawn),
        cmocka_unit_test(test_who_was_asked_does_not_say_so),
        cmocka_unit_test(test_their_acceptance_brings_them_nothing_more),
        cmocka_unit_test(test_what_had_ended_is_an_incident_too),
        cmocka_unit_test(test_what_she_withdrew_is_erased_at_once),
        cmocka_unit_test(test_it_is_whole_or_not_at_all),
        cmocka_unit_test(test_a_supervisor_closes_it_once),
        cmocka_unit_test(test_who_is_kept_from_her_case_sees_no_incident),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
