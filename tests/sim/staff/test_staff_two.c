/* Where there are two supervisors, a second one agrees before somebody gets a role or a supervisor loses his; and each
 * of them is told what the others did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange/exchange_status.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/staff/staff.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "fake_disk.h"
#include "fixture.h"

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)
#define OPERATOR   STAFF_ROLE_BIT(STAFF_OPERATOR)
#define AUDITOR    STAFF_ROLE_BIT(STAFF_AUDITOR)

enum { ADA = 1001, EVA, BOB, CAT, NODE = 0 }; /* Unix users; two supervisors, then who is none; NODE: nobody asks */

static struct control_staff_person answer; /* as it was answered last */

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->ngo, uid == NODE ? NULL : &uid);
    error_clear(&s->err);
}

static bool end_act(struct fixture *s, bool ok)
{
    as(s, NODE);
    world_tick(s->w, NGO);
    return ok;
}

static bool try_enter(struct fixture *s, uint32_t by, uint32_t uid, staff_roles roles, uint32_t until)
{
    char account[16];
    struct control_staff_add_ask ask = {.uid = uid, .roles = roles, .until = until};

    (void)snprintf(account, sizeof account, "user%u", (unsigned)uid);
    ask.account = view_of_text(account);
    as(s, by);
    return exchange_staff_add(s->ngo, &ask, &answer, &s->err);
}

static bool enter(struct fixture *s, uint32_t by, uint32_t uid, staff_roles roles)
{
    bool ok = try_enter(s, by, uid, roles, 0);
    enum error_code code = s->err.code;

    (void)end_act(s, ok);
    s->err.code = code;
    return ok;
}

static bool change_until(struct fixture *s, uint32_t by, uint32_t uid, staff_roles give, staff_roles take,
                         uint32_t until)
{
    const struct control_staff_role_ask ask = {.uid = uid, .give = give, .take = take, .until = until};
    enum error_code code;
    bool ok;

    as(s, by);
    ok = exchange_staff_role(s->ngo, &ask, &answer, &s->err);
    code = s->err.code;
    (void)end_act(s, ok);
    s->err.code = code;
    return ok;
}

static bool change(struct fixture *s, uint32_t by, uint32_t uid, staff_roles give, staff_roles take)
{
    return change_until(s, by, uid, give, take, 0);
}

static bool try_confirm(struct fixture *s, uint32_t by, uint32_t uid, staff_roles give, staff_roles take, bool refuse)
{
    const struct control_staff_confirm_ask ask = {.uid = uid, .refuse = refuse, .give = give, .take = take};

    as(s, by);
    return exchange_staff_confirm(s->ngo, &ask, &answer, &s->err);
}

static bool confirm(struct fixture *s, uint32_t by, uint32_t uid, staff_roles give, staff_roles take)
{
    bool ok = try_confirm(s, by, uid, give, take, false);
    enum error_code code = s->err.code;

    (void)end_act(s, ok);
    s->err.code = code;
    return ok;
}

static bool refuse(struct fixture *s, uint32_t by, uint32_t uid, staff_roles give, staff_roles take)
{
    return end_act(s, try_confirm(s, by, uid, give, take, true));
}

static staff_roles roles_of(struct fixture *s, uint32_t uid)
{
    return exchange_staff_roles(s->ngo, uid, false);
}

/* Bob is a caseworker. */
static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 1, NULL);
    assert_true(enter(s, NODE, ADA, SUPERVISOR));
    assert_true(enter(s, ADA, BOB, CASEWORKER));
    assert_true(enter(s, ADA, EVA, SUPERVISOR)); /* while she is the only one she decides alone */
    assert_int_equal(roles_of(s, EVA), SUPERVISOR);
}

/* --- a damaged entry --- */

static bool forget(struct fixture *s, uint32_t by, const struct ident *staff)
{
    const struct control_staff_erase_ask ask = {.staff = *staff};

    as(s, by);
    return end_act(s, exchange_staff_erase(s->ngo, &ask, &answer, &s->err));
}

/* The entry of Eva, the third one, is damaged; *OUT is her id. */
static void damage_eva(struct fixture *s, struct ident *out)
{
    assert_true(staff_find_user(s->ngo, EVA, out));
    fixture_edit(s, NGO, "UPDATE staff SET sealed = zeroblob(length(sealed)) WHERE number = 3");
}

static void test_nobody_forgets_the_other_supervisor_alone(void **state)
{
    struct fixture s;
    struct ident eva;

    (void)state;
    begin(&s, 330);
    damage_eva(&s, &eva);
    assert_true(forget(&s, ADA, &eva) && !answer.forgotten && answer.proposal_ends_ms != 0);
    assert_true(forget(&s, ADA, &eva) && !answer.forgotten); /* said again it is no agreement */
    assert_int_equal(people_records(s.ngo, RECORD_STAFF_PROPOSED), 1);
    fixture_restart(&s, NGO);
    assert_true(forget(&s, ADA, &eva) && !answer.forgotten);
    assert_false(enter(&s, ADA, CAT, CASEWORKER)); /* nor does she decide alone meanwhile */
    assert_int_equal(people_records(s.ngo, RECORD_FORGOTTEN), 0);
    world_run_ms(s.w, BOUND_PROPOSAL_DAYS * DAY_MS);
    assert_true(forget(&s, ADA, &eva) && answer.forgotten);
    assert_int_equal(people_records(s.ngo, RECORD_FORGOTTEN), 1);
    fixture_end(&s);
}

static void test_a_second_supervisor_forgets_the_third_at_once(void **state)
{
    struct fixture s;
    struct ident eva;

    (void)state;
    begin(&s, 331);
    assert_true(change(&s, ADA, BOB, SUPERVISOR, 0) && confirm(&s, EVA, BOB, SUPERVISOR, 0));
    damage_eva(&s, &eva);
    assert_true(forget(&s, ADA, &eva) && !answer.forgotten);
    world_run_ms(s.w, 15 * DAY_MS); /* it has lapsed */
    assert_true(forget(&s, BOB, &eva) && !answer.forgotten);
    assert_true(forget(&s, ADA, &eva) && answer.forgotten);
    fixture_end(&s);
}

/* --- two agree --- */

static void test_who_is_entered_counts_when_a_second_supervisor_agrees(void **state)
{
    struct fixture s;
    struct ident staff;

    (void)state;
    begin(&s, 300);
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    staff = answer.staff;
    assert_int_equal(answer.roles, 0);
    assert_int_equal(answer.proposed_give, CASEWORKER);
    assert_true(answer.not_entered);
    assert_int_equal(roles_of(&s, CAT), 0);
    assert_int_equal(people_records(s.ngo, RECORD_STAFF), 3);
    assert_int_equal(people_records(s.ngo, RECORD_STAFF_PROPOSED), 1);
    assert_true(enter(&s, ADA, CAT, CASEWORKER)); /* said again by her it is no agreement */
    assert_false(confirm(&s, ADA, CAT, CASEWORKER, 0));
    assert_int_equal(s.err.code, E_STF_10);
    assert_int_equal(roles_of(&s, CAT), 0);
    assert_int_equal(people_records(s.ngo, RECORD_STAFF_PROPOSED), 1);
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, CAT), 0);
    assert_true(confirm(&s, EVA, CAT, CASEWORKER, 0));
    assert_true(ident_equal(&answer.staff, &staff));
    assert_false(answer.not_entered);
    assert_int_equal(roles_of(&s, CAT), CASEWORKER);
    assert_int_equal(people_records(s.ngo, RECORD_STAFF), 4);
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, CAT), CASEWORKER);
    assert_false(confirm(&s, EVA, CAT, CASEWORKER, 0));
    assert_int_equal(s.err.code, E_STF_09);
    fixture_end(&s);
}

static void test_the_same_said_by_a_second_supervisor_agrees(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 301);
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    assert_false(enter(&s, EVA, CAT, CASEWORKER | OPERATOR));
    assert_int_equal(s.err.code, E_STF_08);
    assert_int_equal(roles_of(&s, CAT), 0);
    assert_true(enter(&s, EVA, CAT, CASEWORKER));
    assert_int_equal(roles_of(&s, CAT), CASEWORKER);
    assert_true(change(&s, ADA, BOB, OPERATOR, 0));
    assert_int_equal(roles_of(&s, BOB), CASEWORKER);
    assert_false(change(&s, EVA, BOB, OPERATOR | SUPERVISOR, 0));
    assert_int_equal(s.err.code, E_STF_08);
    assert_true(change(&s, EVA, BOB, OPERATOR, 0));
    assert_int_equal(roles_of(&s, BOB), CASEWORKER | OPERATOR);
    fixture_end(&s);
}

static void test_what_another_supervisor_did_not_see_he_does_not_agree_to(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 302);
    assert_true(change(&s, ADA, BOB, OPERATOR, 0));
    assert_true(refuse(&s, ADA, BOB, OPERATOR, 0)); /* takes it back, and wants more */
    assert_true(change(&s, ADA, BOB, OPERATOR | SUPERVISOR, 0));
    assert_false(confirm(&s, EVA, BOB, OPERATOR, 0));
    assert_int_equal(s.err.code, E_STF_08);
    assert_int_equal(roles_of(&s, BOB), CASEWORKER);
    fixture_end(&s);
}

static void test_what_was_refused_counts_for_nothing(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 303);
    assert_true(enter(&s, ADA, CAT, SUPERVISOR));
    assert_true(refuse(&s, EVA, CAT, SUPERVISOR, 0));
    assert_int_equal(people_records(s.ngo, RECORD_STAFF_PROPOSED), 2);
    assert_false(confirm(&s, EVA, CAT, SUPERVISOR, 0));
    assert_int_equal(s.err.code, E_STF_09);
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, CAT), 0);
    assert_true(enter(&s, EVA, CAT, CASEWORKER)); /* anew, by her */
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    assert_int_equal(roles_of(&s, CAT), CASEWORKER);
    fixture_end(&s);
}

static void test_nobody_proposes_who_is_not_entered(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 304);
    assert_false(enter(&s, NODE, CAT, CASEWORKER));
    assert_int_equal(s.err.code, E_CTL_09);
    assert_false(change(&s, NODE, BOB, OPERATOR, 0));
    assert_int_equal(s.err.code, E_CTL_09);
    fixture_end(&s);
}

/* --- what one does alone --- */

static void test_one_takes_what_two_have_to_give_and_that_ends_what_was_proposed(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 305);
    assert_true(change(&s, ADA, BOB, OPERATOR, 0));
    assert_true(change(&s, ADA, BOB, 0, STAFF_ROLES_ALL)); /* he leaves today */
    assert_int_equal(roles_of(&s, BOB), 0);
    assert_false(confirm(&s, EVA, BOB, OPERATOR, 0));
    assert_int_equal(s.err.code, E_STF_09);
    assert_int_equal(roles_of(&s, BOB), 0);
    fixture_end(&s);
}

static void test_a_supervisor_loses_that_role_by_two(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 306);
    assert_true(change(&s, ADA, EVA, 0, SUPERVISOR));
    assert_int_equal(roles_of(&s, EVA), SUPERVISOR);
    assert_int_equal(answer.proposed_take, SUPERVISOR);
    assert_true(confirm(&s, EVA, EVA, 0, SUPERVISOR)); /* the second one may be she herself */
    assert_int_equal(roles_of(&s, EVA), 0);
    assert_true(enter(&s, ADA, CAT, CASEWORKER)); /* and now one decides */
    assert_int_equal(roles_of(&s, CAT), CASEWORKER);
    fixture_end(&s);
}

static void test_who_is_the_only_one_then_does_what_he_proposed(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 307);
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    assert_true(change(&s, ADA, BOB, OPERATOR, 0));
    assert_true(change(&s, EVA, EVA, 0, SUPERVISOR));
    assert_true(change(&s, ADA, EVA, 0, SUPERVISOR));
    assert_int_equal(roles_of(&s, CAT), 0);
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    assert_int_equal(roles_of(&s, CAT), CASEWORKER);
    assert_true(change(&s, ADA, BOB, OPERATOR, 0));
    assert_int_equal(roles_of(&s, BOB), CASEWORKER | OPERATOR);
    fixture_end(&s);
}

static void test_what_a_supervisor_proposed_ends_with_his_role(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 308);
    assert_true(enter(&s, ADA, CAT, SUPERVISOR));
    assert_true(confirm(&s, EVA, CAT, SUPERVISOR, 0));
    assert_true(change(&s, EVA, BOB, OPERATOR, 0));
    assert_true(change(&s, ADA, EVA, 0, SUPERVISOR));
    assert_true(change(&s, CAT, EVA, 0, SUPERVISOR));
    assert_false(confirm(&s, ADA, BOB, OPERATOR, 0));
    assert_int_equal(s.err.code, E_STF_09);
    assert_int_equal(roles_of(&s, BOB), CASEWORKER);
    fixture_end(&s);
}

static void test_a_later_last_day_of_an_auditor_is_given_by_two(void **state)
{
    struct fixture s;
    uint32_t today;

    (void)state;
    begin(&s, 309);
    today = tick_closing_day(s.ngo);
    assert_true(change_until(&s, ADA, BOB, AUDITOR, 0, today + 1));
    assert_true(change_until(&s, EVA, BOB, AUDITOR, 0, today + 1));
    assert_int_equal(roles_of(&s, BOB), CASEWORKER | AUDITOR);
    assert_true(change_until(&s, EVA, BOB, 0, 0, today + 30));
    assert_int_equal(answer.until, today + 1);
    assert_int_equal(answer.proposed_until, today + 30);
    assert_true(change_until(&s, EVA, BOB, 0, 0, today)); /* an earlier one is hers to say */
    assert_int_equal(answer.until, today);
    fixture_end(&s);
}

static void test_one_gives_nothing_while_the_entry_of_the_other_does_not_open(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 315);
    assert_true(change(&s, EVA, BOB, OPERATOR, 0));
    assert_true(enter(&s, EVA, CAT, CASEWORKER));
    fixture_edit(&s, NGO, "UPDATE staff SET sealed = zeroblob(length(sealed)) WHERE number = 3");
    assert_int_equal(roles_of(&s, EVA), 0);
    assert_false(change(&s, ADA, BOB, SUPERVISOR, 0));
    assert_int_equal(s.err.code, E_STF_05);
    assert_false(change(&s, ADA, ADA, OPERATOR, 0));
    assert_int_equal(s.err.code, E_STF_05);
    assert_int_equal(roles_of(&s, BOB), CASEWORKER);
    assert_true(change(&s, ADA, BOB, 0, CASEWORKER)); /* who is to be shut out does not wait */
    assert_int_equal(roles_of(&s, BOB), 0);
    fixture_end(&s);
}

static void test_two_agree_to_nothing_while_an_entry_does_not_open(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 316);
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    fixture_edit(&s, NGO, "UPDATE staff SET sealed = zeroblob(length(sealed)) WHERE number = 2");
    assert_false(confirm(&s, EVA, CAT, CASEWORKER, 0)); /* Cat may be who is not read */
    assert_int_equal(s.err.code, E_STF_05);
    assert_true(refuse(&s, EVA, CAT, CASEWORKER, 0));
    fixture_end(&s);
}

/* --- how long it waits --- */

static void test_a_proposal_waits_as_many_days_as_the_bound_says(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 310);
    assert_true(change(&s, ADA, BOB, OPERATOR, 0));
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    world_run_ms(s.w, BOUND_PROPOSAL_DAYS * DAY_MS - 10 * MINUTES);
    assert_true(confirm(&s, EVA, BOB, OPERATOR, 0));
    assert_int_equal(roles_of(&s, BOB), CASEWORKER | OPERATOR);
    world_run_ms(s.w, 20 * MINUTES);
    assert_false(confirm(&s, EVA, CAT, CASEWORKER, 0));
    assert_int_equal(s.err.code, E_STF_09);
    assert_true(enter(&s, EVA, CAT, CASEWORKER)); /* it is a new proposal, not agreement */
    assert_int_equal(roles_of(&s, CAT), 0);
    fixture_end(&s);
}

static void test_as_many_wait_for_a_second_supervisor_as_the_bound_says(void **state)
{
    const uint32_t first = 2000;
    struct fixture s;

    (void)state;
    begin(&s, 317);
    for (uint32_t n = 0; n < BOUND_PROPOSED; n++)
        world_must(try_enter(&s, ADA, first + n, CASEWORKER, 0), &s.err, "propose");
    (void)end_act(&s, true);
    assert_false(enter(&s, EVA, CAT, CASEWORKER));
    assert_int_equal(s.err.code, E_STF_25);
    assert_true(enter(&s, EVA, first, CASEWORKER)); /* she agrees */
    assert_true(enter(&s, EVA, CAT, CASEWORKER));
    fixture_end(&s);
}

static bool count_known(void *cookie, const struct control_staff_person *p, struct error *err)
{
    (void)err;
    *(unsigned *)cookie += !p->forgotten;
    return true;
}

static unsigned known(struct fixture *s)
{
    const struct control_staff_list_ask all = {.look = false};
    unsigned count = 0;

    world_must(exchange_staff_list(s->ngo, &all, NULL, count_known, &count, &s->err), &s->err, "list the staff");
    return count;
}

static void test_who_will_not_be_entered_is_forgotten_by_itself(void **state)
{
    struct fixture s;
    unsigned before;

    (void)state;
    begin(&s, 318);
    before = known(&s);
    assert_true(enter(&s, ADA, 2000, CASEWORKER));
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    assert_true(refuse(&s, EVA, 2000, CASEWORKER, 0));
    assert_int_equal(known(&s), before + 2);
    world_run_ms(s.w, 2 * DAY_MS);
    assert_int_equal(known(&s), before + 1);
    assert_int_equal(people_records(s.ngo, RECORD_FORGOTTEN), 1);
    assert_true(confirm(&s, EVA, CAT, CASEWORKER, 0)); /* who waits still is not */
    world_run_ms(s.w, 2 * BOUND_PROPOSAL_DAYS * DAY_MS);
    assert_int_equal(roles_of(&s, CAT), CASEWORKER);
    assert_int_equal(known(&s), before + 1);
    fixture_end(&s);
}

static void test_whose_proposal_ended_makes_room_at_once(void **state)
{
    const uint32_t first = 2000;
    struct fixture s;

    (void)state;
    begin(&s, 319);
    for (uint32_t n = 0; n < BOUND_STAFF - 3; n++) {
        world_must(try_enter(&s, ADA, first + n, CASEWORKER, 0), &s.err, "propose");
        (void)end_act(&s, true);
        if (n == 0)
            assert_true(refuse(&s, EVA, first, CASEWORKER, 0));
        else
            assert_true(confirm(&s, EVA, first + n, CASEWORKER, 0));
    }
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    assert_false(enter(&s, ADA, 5000, CASEWORKER));
    assert_int_equal(s.err.code, E_STF_06);
    fixture_end(&s);
}

static void test_an_auditors_scope_waits_for_a_second_supervisor(void **state)
{
    struct control_staff_add_ask ask = {
        .uid = CAT, .account = view_of_text("cat"), .roles = AUDITOR, .scope_logs = UINT32_C(1) << LOG_HOUSE};
    struct control_staff_confirm_ask agree = {.uid = CAT, .give = AUDITOR};
    struct control_staff_role_ask wider = {.uid = CAT};
    struct fixture s;

    (void)state;
    begin(&s, 321);
    ask.until = agree.until = tick_closing_day(s.ngo) + 30;
    as(&s, ADA);
    assert_true(end_act(&s, exchange_staff_add(s.ngo, &ask, &answer, &s.err)));
    as(&s, EVA);
    assert_false(exchange_staff_confirm(s.ngo, &agree, &answer, &s.err)); /* she saw another scope */
    assert_int_equal(s.err.code, E_STF_08);
    agree.scope_logs = ask.scope_logs;
    assert_true(end_act(&s, exchange_staff_confirm(s.ngo, &agree, &answer, &s.err)));
    assert_int_equal(answer.scope_logs, ask.scope_logs);
    wider.scope_from = 1;
    as(&s, ADA);
    assert_true(end_act(&s, exchange_staff_role(s.ngo, &wider, &answer, &s.err)));
    assert_int_equal(answer.scope_logs, ask.scope_logs);
    assert_int_equal(answer.proposed_scope_from, 1);
    assert_true(change(&s, ADA, CAT, 0, AUDITOR)); /* what is taken is taken by one */
    assert_int_equal(roles_of(&s, CAT), 0);
    fixture_end(&s);
}

/* --- whole or not at all --- */

static void test_whichever_statement_fails_agreement_and_record_stand_together(void **state)
{
    unsigned failed_before = 0;
    struct fixture s;

    (void)state;
    begin(&s, 311);
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    for (unsigned n = 1;; n++) {
        bool is_done;
        bool ok;

        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        ok = try_confirm(&s, EVA, CAT, CASEWORKER, 0, false);
        exchange_acting(s.ngo, NULL);
        if (!ok && s.err.code != E_STF_09) /* it was committed before */
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        world_run_ms(s.w, 1000);
        fixture_look(&s);
        if (world_node(s.w, NGO) != NULL)
            break;
        fixture_restart(&s, NGO);
        is_done = people_records(s.ngo, RECORD_STAFF) == 4;
        assert_int_equal(roles_of(&s, CAT), is_done ? CASEWORKER : 0);
        failed_before += !is_done;
    }
    world_mend(s.w, NGO);
    assert_true(failed_before > 2);
    assert_int_equal(roles_of(&s, CAT), CASEWORKER);
    assert_int_equal(people_records(s.ngo, RECORD_STAFF), 4);
    fixture_end(&s);
}

static void test_little_room_hinders_no_refusal(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 312);
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    assert_true(change(&s, ADA, BOB, OPERATOR, 0));
    fake_disk_set_free(BOUND_DISK_FREE - 1);
    world_run_ms(s.w, 2000);
    assert_false(confirm(&s, EVA, CAT, CASEWORKER, 0));
    assert_int_equal(s.err.code, E_STO_03);
    assert_true(refuse(&s, EVA, CAT, CASEWORKER, 0));
    assert_true(change(&s, EVA, BOB, 0, CASEWORKER));
    fake_disk_set_free(0);
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, CAT), 0);
    assert_int_equal(roles_of(&s, BOB), 0);
    fixture_end(&s);
}

/* --- all supervisors are told --- */

static struct control_status status_of(struct fixture *s, uint32_t uid)
{
    struct node_status *status = xnew(sizeof *status);
    struct control_status shown;

    as(s, uid);
    world_must(exchange_status(s->ngo, status, &s->err), &s->err, "status");
    as(s, NODE);
    shown = status->shown;
    free(status);
    return shown;
}

static void test_to_a_new_supervisor_what_was_before_him_is_not_new(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 320);
    assert_true(change(&s, ADA, BOB, SUPERVISOR, 0));
    assert_true(confirm(&s, EVA, BOB, SUPERVISOR, 0));
    assert_int_equal(status_of(&s, BOB).staff_changed, 0);
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    assert_int_equal(status_of(&s, BOB).staff_changed, 1);
    fixture_end(&s);
}

static bool count_changed(void *cookie, const struct control_staff_person *p, struct error *err)
{
    (void)err;
    *(unsigned *)cookie += p->changed;
    return true;
}

static unsigned look(struct fixture *s, uint32_t uid, bool looks)
{
    unsigned count = 0;

    as(s, uid);
    world_must(
        exchange_staff_list(s->ngo, &(struct control_staff_list_ask){looks}, NULL, count_changed, &count, &s->err),
        &s->err, "list");
    (void)end_act(s, true);
    return count;
}

static void test_each_supervisor_is_told_what_the_others_did_until_he_looks(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 313);
    (void)look(&s, ADA, true);
    (void)look(&s, EVA, true);
    assert_int_equal(status_of(&s, EVA).staff_changed, 0);
    assert_true(enter(&s, ADA, CAT, CASEWORKER));
    assert_true(change(&s, ADA, BOB, 0, CASEWORKER));
    assert_int_equal(status_of(&s, ADA).staff_changed, 0); /* she did it */
    assert_int_equal(status_of(&s, ADA).staff_waiting, 1);
    assert_int_equal(status_of(&s, EVA).staff_changed, 2);
    assert_int_equal(status_of(&s, EVA).staff_waiting, 1);
    assert_int_equal(status_of(&s, BOB).staff_waiting, 0);
    assert_int_equal(look(&s, EVA, false), 2); /* asked by a program it is no look */
    fixture_restart(&s, NGO);
    assert_int_equal(status_of(&s, EVA).staff_changed, 2);
    assert_int_equal(look(&s, EVA, true), 2);
    assert_int_equal(status_of(&s, EVA).staff_changed, 0);
    assert_int_equal(look(&s, EVA, true), 0);
    fixture_restart(&s, NGO);
    assert_int_equal(status_of(&s, EVA).staff_changed, 0);
    assert_true(confirm(&s, EVA, CAT, CASEWORKER, 0));
    assert_int_equal(status_of(&s, ADA).staff_changed, 1);
    assert_int_equal(status_of(&s, ADA).staff_waiting, 0);
    assert_int_equal(status_of(&s, CAT).staff_changed, 0); /* nor is anybody else told */
    assert_int_equal(status_of(&s, NODE).staff_changed, 0);
    fixture_end(&s);
}

static void test_a_look_that_finds_no_room_is_told_of_again(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 314);
    assert_true(change(&s, ADA, BOB, 0, CASEWORKER));
    fake_disk_set_free(BOUND_DISK_FREE - 1);
    world_run_ms(s.w, 2000);
    assert_true(look(&s, EVA, true) != 0);
    assert_true(status_of(&s, EVA).staff_changed != 0);
    fake_disk_set_free(0);
    world_run_ms(s.w, 15 * MINUTES);
    (void)look(&s, EVA, true);
    assert_int_equal(status_of(&s, EVA).staff_changed, 0);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_forgets_the_other_supervisor_alone),
        cmocka_unit_test(test_a_second_supervisor_forgets_the_third_at_once),
        cmocka_unit_test(test_who_is_entered_counts_when_a_second_supervisor_agrees),
        cmocka_unit_test(test_the_same_said_by_a_second_supervisor_agrees),
        cmocka_unit_test(test_what_another_supervisor_did_not_see_he_does_not_agree_to),
        cmocka_unit_test(test_what_was_refused_counts_for_nothing),
        cmocka_unit_test(test_nobody_proposes_who_is_not_entered),
        cmocka_unit_test(test_one_takes_what_two_have_to_give_and_that_ends_what_was_proposed),
        cmocka_unit_test(test_a_supervisor_loses_that_role_by_two),
        cmocka_unit_test(test_who_is_the_only_one_then_does_what_he_proposed),
        cmocka_unit_test(test_what_a_supervisor_proposed_ends_with_his_role),
        cmocka_unit_test(test_a_later_last_day_of_an_auditor_is_given_by_two),
        cmocka_unit_test(test_one_gives_nothing_while_the_entry_of_the_other_does_not_open),
        cmocka_unit_test(test_two_agree_to_nothing_while_an_entry_does_not_open),
        cmocka_unit_test(test_a_proposal_waits_as_many_days_as_the_bound_says),
        cmocka_unit_test(test_an_auditors_scope_waits_for_a_second_supervisor),
        cmocka_unit_test(test_as_many_wait_for_a_second_supervisor_as_the_bound_says),
        cmocka_unit_test(test_who_will_not_be_entered_is_forgotten_by_itself),
        cmocka_unit_test(test_whose_proposal_ended_makes_room_at_once),
        cmocka_unit_test(test_to_a_new_supervisor_what_was_before_him_is_not_new),
        cmocka_unit_test(test_whichever_statement_fails_agreement_and_record_stand_together),
        cmocka_unit_test(test_little_room_hinders_no_refusal),
        cmocka_unit_test(test_each_supervisor_is_told_what_the_others_did_until_he_looks),
        cmocka_unit_test(test_a_look_that_finds_no_room_is_told_of_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
