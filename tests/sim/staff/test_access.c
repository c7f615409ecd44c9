/* Break the glass: a caseworker reads what a colleague holds, for some hours and a reason; all are told, and somebody
 * else reviews it. */
#include "held.h"

#include "exchange/access/access_calls.h"
#include "exchange/access/assign_calls.h"
#include "exchange/access/never_calls.h"
#include "exchange/cases/case_calls.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/exchange_status.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/search/id_find.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)
#define AUDITOR    STAFF_ROLE_BIT(STAFF_AUDITOR)
#define REASON     "Her holder is ill, and the police ask tonight."

/* a supervisor, three caseworkers, an auditor, another supervisor */
enum { ADA = 1001, BOB, CAT, DAN, EVE, FAY, NODE = 0 };

static struct control_case_access answer;
static struct ident opened; /* the last one's id */

static void as(struct fixture *s, uint32_t uid, bool reads)
{
    exchange_acting(s->ngo, uid == NODE ? NULL : &uid);
    if (reads)
        exchange_acting_reads(s->ngo);
    error_clear(&s->err);
}

static bool end_act(struct fixture *s, bool ok)
{
    enum error_code code = s->err.code;

    as(s, NODE, false);
    world_tick(s->w, NGO);
    s->err.code = code;
    return ok;
}

static void enter(struct fixture *s, uint32_t uid, staff_roles roles)
{
    char account[16];
    struct control_staff_add_ask ask = {
        .uid = uid, .roles = roles, .until = (roles & AUDITOR) != 0 ? tick_closing_day(s->ngo) + 90 : 0};
    struct control_staff_person added;

    (void)snprintf(account, sizeof account, "user%u", (unsigned)uid);
    ask.account = view_of_text(account);
    world_must(exchange_staff_add(s->ngo, &ask, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

/* Bob's case, its consent, and what was referred of it. */
static struct held begin(struct fixture *s, uint64_t seed)
{
    struct control_referral_result sent;
    struct held h = {.holder = BOB};

    fixture_begin(s, seed, 2, NULL);
    enter(s, ADA, SUPERVISOR);
    enter(s, BOB, CASEWORKER);
    enter(s, CAT, CASEWORKER);
    enter(s, DAN, CASEWORKER);
    enter(s, EVE, AUDITOR);
    as(s, BOB, false);
    h.case_id = people_case(s->ngo);
    world_tick(s->w, NGO);
    h.consent = people_consent(s->ngo, &h.case_id, s->to, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s->w, NGO);
    world_must(
        people_refer(s->ngo, &h.case_id, s->to, &(struct people_referral){.urgency = URGENCY_NORMAL}, &sent, &s->err),
        &s->err, "refer");
    h.sent = sent.referral;
    (void)end_act(s, true);
    fixture_settle(s);
    return h;
}

static bool break_glass(struct fixture *s, uint32_t by, const struct ident *id, const char *reason)
{
    const struct control_break_glass_ask ask = {.first = *id, .last = *id, .reason = view_of_text(reason)};
    bool ok;

    as(s, by, false);
    ok = exchange_case_break_glass(s->ngo, &ask, &answer, &s->err);
    if (ok)
        opened = answer.access;
    return end_act(s, ok);
}

static bool shows_case(struct fixture *s, uint32_t uid, const struct held *h)
{
    struct case_sections out;

    as(s, uid, true);
    return end_act(s, exchange_case_show(s->ngo, &h->case_id, &out, &s->err));
}

static bool shows_consent(struct fixture *s, uint32_t uid, const struct held *h, bool reads)
{
    struct control_consent out;

    as(s, uid, reads);
    return end_act(s, exchange_consent_show(s->ngo, &h->consent, &out, &s->err));
}

static bool shows_referral(struct fixture *s, uint32_t uid, const struct held *h, bool reads)
{
    struct control_referral_detail out;

    as(s, uid, reads);
    return end_act(s, exchange_referral_show(s->ngo, &h->sent, false, &out, &s->err));
}

static bool count_consent(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)c;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static unsigned count_consents(struct fixture *s, uint32_t uid, const struct held *h)
{
    const struct control_consent_list_ask ask = {.case_id = h->case_id};
    unsigned count = 0;

    as(s, uid, true);
    (void)end_act(s, exchange_consent_list(s->ngo, &ask, NULL, count_consent, &count, &s->err));
    return count;
}

static bool count_case(void *cookie, const struct control_case_summary *c, struct error *err)
{
    (void)c;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static unsigned count_cases(struct fixture *s, uint32_t uid)
{
    unsigned count = 0;

    as(s, uid, true);
    (void)end_act(s, exchange_case_list(s->ngo, &(struct control_case_list_ask){0}, NULL, count_case, &count, &s->err));
    return count;
}

static bool assign(struct fixture *s, uint32_t by, const struct held *h, uint32_t to)
{
    const struct control_assign_ask ask = {.object = h->case_id, .uid = to};
    struct control_assigned out;

    as(s, by, false);
    return end_act(s, exchange_case_assign(s->ngo, &ask, &out, &s->err));
}

static bool refer(struct fixture *s, uint32_t by, const struct held *h)
{
    struct control_referral_result out;

    as(s, by, false);
    return end_act(s, people_refer(s->ngo, &h->case_id, s->to, &(struct people_referral){.urgency = URGENCY_NORMAL},
                                   &out, &s->err));
}

static bool withdraw(struct fixture *s, uint32_t by, const struct held *h)
{
    const struct control_consent_withdraw_ask ask = {.consent = h->consent, .dry_run = true};
    struct control_consent out;

    as(s, by, false);
    return end_act(s, exchange_consent_withdraw(s->ngo, &ask, &out, &s->err));
}

/* --- reading --- */

static void test_who_broke_the_glass_reads_the_case_and_changes_nothing(void **state)
{
    unsigned before;
    struct fixture s;
    struct held h;

    (void)state;
    h = begin(&s, 330);
    before = count_cases(&s, CAT);
    assert_false(shows_case(&s, CAT, &h));
    assert_true(break_glass(&s, CAT, &h.case_id, REASON));
    assert_true(shows_case(&s, CAT, &h));
    assert_true(shows_consent(&s, CAT, &h, true));
    assert_true(shows_referral(&s, CAT, &h, true));
    assert_int_equal(count_consents(&s, CAT, &h), 1);
    assert_int_equal(count_cases(&s, CAT), before);  /* he works with it no more than before */
    assert_false(shows_consent(&s, CAT, &h, false)); /* what changes something finds it no more than before */
    assert_false(shows_referral(&s, CAT, &h, false));
    assert_false(assign(&s, CAT, &h, CAT));
    assert_int_equal(s.err.code, E_CTL_09); /* he reads it: that it is not there would be no answer */
    assert_false(refer(&s, CAT, &h));
    assert_int_equal(s.err.code, E_CTL_09);
    assert_false(withdraw(&s, CAT, &h));
    assert_int_equal(s.err.code, E_CON_06);
    assert_false(shows_case(&s, DAN, &h)); /* nobody else does */
    fixture_restart(&s, NGO);
    assert_true(shows_case(&s, CAT, &h));
    assert_int_equal(people_records(s.ngo, RECORD_BREAK_GLASS), 1);
    fixture_end(&s);
}

static void test_he_reads_it_as_long_as_the_bound_says(void **state)
{
    struct fixture s;
    struct held h;

    (void)state;
    h = begin(&s, 331);
    assert_true(break_glass(&s, CAT, &h.case_id, REASON));
    world_run_ms(s.w, BOUND_ACCESS_HOURS * HOUR_MS - 10 * MINUTES);
    assert_true(shows_case(&s, CAT, &h));
    world_run_ms(s.w, 20 * MINUTES);
    assert_false(shows_case(&s, CAT, &h));
    fixture_end(&s);
}

static void test_it_takes_a_reason_and_a_case_that_is_not_seen_without(void **state)
{
    const struct ident nowhere = {{0x7f}};
    struct fixture s;
    struct held h;

    (void)state;
    h = begin(&s, 332);
    assert_false(break_glass(&s, CAT, &h.case_id, "urgent"));
    assert_int_equal(s.err.code, E_STF_17);
    assert_false(break_glass(&s, CAT, &h.case_id, " two   words\n"));
    assert_int_equal(s.err.code, E_STF_17);
    assert_false(break_glass(&s, CAT, &nowhere, REASON));
    assert_int_equal(s.err.code, E_CAS_20);
    assert_false(break_glass(&s, BOB, &h.case_id, REASON)); /* his own */
    assert_int_equal(s.err.code, E_STF_16);
    assert_int_equal(people_records(s.ngo, RECORD_BREAK_GLASS), 0);
    assert_false(shows_case(&s, CAT, &h));
    fixture_end(&s);
}

static bool on_never(void *cookie, const struct control_case_never *n, struct error *err)
{
    (void)cookie;
    (void)n;
    (void)err;
    return true;
}

static void test_nobody_reads_so_what_he_is_kept_from(void **state)
{
    struct control_case_never_ask ask = {.uid = CAT};
    struct fixture s;
    struct held h;

    (void)state;
    h = begin(&s, 333);
    assert_true(break_glass(&s, CAT, &h.case_id, REASON));
    ask.case_id = h.case_id;
    as(&s, BOB, false);
    assert_true(end_act(&s, exchange_case_never(s.ngo, &ask, on_never, NULL, &s.err)));
    assert_false(shows_case(&s, CAT, &h)); /* from then on */
    assert_false(shows_consent(&s, CAT, &h, true));
    assert_false(break_glass(&s, CAT, &h.case_id, REASON));
    assert_int_equal(s.err.code, E_CAS_20);
    fixture_end(&s);
}

static uint64_t count_kept(struct fixture *s, uint32_t uid)
{
    struct walk_step step = {.limit = 1, .more = true};
    struct control_incident_kept kept = {0};

    while (step.more) {
        as(s, uid, true);
        world_must(exchange_incident_kept(s->ngo, &step, &kept, &s->err), &s->err, "count what he may not see");
    }
    as(s, NODE, false);
    return kept.cases;
}

/* In steps, of all that are here: so the authority's table of one who asks says that it is not whole. */
static void test_a_supervisor_is_told_how_many_cases_he_is_kept_from(void **state)
{
    struct control_case_never_ask ask = {.uid = FAY};
    struct fixture s;
    struct held h;

    (void)state;
    h = begin(&s, 336);
    enter(&s, FAY, SUPERVISOR);
    assert_int_equal(count_kept(&s, FAY), 0);
    (void)people_case(s.ngo);
    world_tick(s.w, NGO);
    ask.case_id = h.case_id;
    as(&s, BOB, false);
    assert_true(end_act(&s, exchange_case_never(s.ngo, &ask, on_never, NULL, &s.err)));
    assert_int_equal(count_kept(&s, FAY), 1);
    assert_int_equal(count_kept(&s, ADA), 0);
    fixture_end(&s);
}

static void test_whichever_statement_fails_what_is_opened_and_the_record_stand_together(void **state)
{
    struct control_break_glass_ask ask = {.reason = view_of_text(REASON)};
    struct fixture s;
    struct held h;

    (void)state;
    h = begin(&s, 334);
    ask.first = ask.last = h.case_id;
    for (unsigned n = 1;; n++) {
        bool ok;

        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        as(&s, CAT, false);
        ok = exchange_case_break_glass(s.ngo, &ask, &answer, &s.err);
        exchange_acting(s.ngo, NULL);
        if (!ok)
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        world_run_ms(s.w, 1000);
        fixture_look(&s);
        if (world_node(s.w, NGO) != NULL)
            break;
        fixture_restart(&s, NGO);
        assert_int_equal(shows_case(&s, CAT, &h), people_records(s.ngo, RECORD_BREAK_GLASS) != 0);
        if (people_records(s.ngo, RECORD_BREAK_GLASS) != 0)
            break;
    }
    world_mend(s.w, NGO);
    assert_true(shows_case(&s, CAT, &h));
    fixture_end(&s);
}

/* --- who is told, and the review --- */

struct listed {
    unsigned count;
    unsigned told; /* the reason */
};

static bool on_access(void *cookie, const struct control_case_access *a, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    l->count++;
    l->told += view_equal(a->reason, view_of_text(REASON));
    return true;
}

static struct listed list(struct fixture *s, uint32_t uid, bool all)
{
    struct listed l = {0};

    as(s, uid, true);
    world_must(exchange_access_list(s->ngo, &(struct control_accesses_ask){all}, NULL, on_access, &l, &s->err), &s->err,
               "list");
    (void)end_act(s, true);
    assert_int_equal(l.told, l.count);
    return l;
}

static struct node_status *status_of(struct fixture *s, uint32_t uid)
{
    static struct node_status status;

    as(s, uid, true);
    world_must(exchange_status(s->ngo, &status, &s->err), &s->err, "status");
    as(s, NODE, false);
    return &status;
}

static bool review(struct fixture *s, uint32_t by, enum access_review review)
{
    const struct control_review_ask ask = {.access = opened, .review = review, .note = view_of_text("I asked her.")};

    as(s, by, false);
    return end_act(s, exchange_access_review(s->ngo, &ask, &answer, &s->err));
}

static void test_supervisors_and_who_holds_the_case_are_told_until_it_is_reviewed(void **state)
{
    struct fixture s;
    struct held h;

    (void)state;
    h = begin(&s, 335);
    assert_int_equal(status_of(&s, ADA)->shown.accesses_waiting, 0);
    assert_true(break_glass(&s, CAT, &h.case_id, REASON));
    assert_int_equal(status_of(&s, ADA)->shown.accesses_waiting, 1);
    assert_int_equal(status_of(&s, BOB)->shown.accesses_waiting, 1); /* holds it */
    assert_int_equal(status_of(&s, CAT)->shown.accesses_waiting, 1); /* did it */
    assert_int_equal(status_of(&s, DAN)->shown.accesses_waiting, 0);
    assert_int_equal(list(&s, ADA, false).count, 1);
    assert_int_equal(list(&s, BOB, false).count, 1);
    assert_int_equal(list(&s, DAN, true).count, 0);
    assert_int_equal(list(&s, EVE, true).count, 0); /* an auditor's are those of supervisors */
    assert_true(review(&s, ADA, ACCESS_PROPER));
    assert_true(view_equal(answer.note, view_of_text("I asked her.")));
    assert_int_equal(status_of(&s, ADA)->shown.accesses_waiting, 0);
    assert_int_equal(list(&s, ADA, false).count, 0);
    assert_int_equal(list(&s, ADA, true).count, 1);
    assert_true(review(&s, ADA, ACCESS_PROPER)); /* said again */
    assert_false(review(&s, ADA, ACCESS_NOT_PROPER));
    assert_int_equal(s.err.code, E_STF_19);
    assert_int_equal(people_records(s.ngo, RECORD_REVIEWED), 1);
    fixture_end(&s);
}

static void test_nobody_reviews_what_he_opened_himself(void **state)
{
    struct control_staff_role_ask ask = {.uid = CAT, .give = SUPERVISOR};
    struct control_staff_person out;
    struct fixture s;
    struct held h;

    (void)state;
    h = begin(&s, 336);
    assert_true(break_glass(&s, CAT, &h.case_id, REASON));
    assert_false(review(&s, EVE, ACCESS_PROPER)); /* of a caseworker it is a supervisor's */
    assert_int_equal(s.err.code, E_STF_20);
    as(&s, ADA, false);
    world_must(exchange_staff_role(s.ngo, &ask, &out, &s.err), &s.err, "give");
    (void)end_act(&s, true);
    assert_false(review(&s, CAT, ACCESS_PROPER));
    assert_int_equal(s.err.code, E_STF_18);
    assert_int_equal(list(&s, EVE, false).count, 1);
    assert_true(review(&s, EVE, ACCESS_NOT_PROPER)); /* the auditor */
    assert_int_equal(people_records(s.ngo, RECORD_REVIEWED), 1);
    fixture_end(&s);
}

static void test_what_nobody_reviewed_in_time_is_a_finding(void **state)
{
    struct fixture s;
    struct held h;

    (void)state;
    h = begin(&s, 337);
    assert_true(break_glass(&s, CAT, &h.case_id, REASON));
    world_run_ms(s.w, BOUND_REVIEW_DAYS * DAY_MS - 10 * MINUTES);
    assert_int_equal(status_of(&s, ADA)->accesses_late, 0);
    world_run_ms(s.w, 20 * MINUTES);
    assert_int_equal(status_of(&s, ADA)->accesses_late, 1);
    assert_true(review(&s, ADA, ACCESS_NOT_PROPER));
    assert_int_equal(status_of(&s, ADA)->accesses_late, 0);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_broke_the_glass_reads_the_case_and_changes_nothing),
        cmocka_unit_test(test_he_reads_it_as_long_as_the_bound_says),
        cmocka_unit_test(test_it_takes_a_reason_and_a_case_that_is_not_seen_without),
        cmocka_unit_test(test_nobody_reads_so_what_he_is_kept_from),
        cmocka_unit_test(test_a_supervisor_is_told_how_many_cases_he_is_kept_from),
        cmocka_unit_test(test_whichever_statement_fails_what_is_opened_and_the_record_stand_together),
        cmocka_unit_test(test_supervisors_and_who_holds_the_case_are_told_until_it_is_reviewed),
        cmocka_unit_test(test_nobody_reviews_what_he_opened_himself),
        cmocka_unit_test(test_what_nobody_reviewed_in_time_is_a_finding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
