/* Who may ask what of a node: people are entered with their roles whole or not at all, nobody gets more than he was
 * given, and what they decide stands under ids of their own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "codec/verbs.h"
#include "crypto/data_keys_layout.h"
#include "crypto/secretbox.h"
#include "exchange/logs/audit.h"
#include "exchange/staff/staff.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "fake_disk.h"
#include "fixture.h"
#include "store/staff_store.h"

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)
#define OPERATOR   STAFF_ROLE_BIT(STAFF_OPERATOR)
#define AUDITOR    STAFF_ROLE_BIT(STAFF_AUDITOR)

enum { ADA = 1001, BOB = 1002, EVE = 1003, OWNER = 900 }; /* Unix users */

static struct control_staff_person added; /* by ENTER, as it was answered last */

static bool try_enter(struct fixture *s, uint32_t uid, staff_roles roles, uint32_t until)
{
    char account[16];
    struct control_staff_add_ask ask = {.uid = uid, .roles = roles, .until = until};

    (void)snprintf(account, sizeof account, "user%u", (unsigned)uid);
    ask.account = view_of_text(account);
    return exchange_staff_add(s->ngo, &ask, &added, &s->err);
}

static void enter(struct fixture *s, uint32_t uid, staff_roles roles)
{
    world_must(try_enter(s, uid, roles, 0), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

static staff_roles roles_of(struct fixture *s, uint32_t uid)
{
    return exchange_staff_roles(s->ngo, uid, false);
}

static staff_roles roles_of_owner(struct fixture *s)
{
    return exchange_staff_roles(s->ngo, OWNER, true);
}

static void refuse(struct fixture *s, uint32_t uid, staff_roles roles, uint32_t until, enum error_code code)
{
    uint64_t size = audit_size(s->ngo->audit, LOG_HOUSE);

    assert_false(try_enter(s, uid, roles, until));
    assert_int_equal(s->err.code, code);
    world_tick(s->w, NGO);
    assert_int_equal(audit_size(s->ngo->audit, LOG_HOUSE), size);
}

/* --- the list --- */

struct listed {
    unsigned count;
    unsigned unread;
    unsigned named; /* by the name that is looked for */
    struct control_staff_person last;
    uint64_t slots[64];
};

static bool on_listed(void *cookie, const struct control_staff_person *p, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    l->count++;
    l->unread += p->unread;
    l->named += p->name.size != 0;
    l->last = *p;
    return true;
}

static struct listed list(struct fixture *s)
{
    struct listed l = {0};

    world_must(exchange_staff_list(s->ngo, &(struct control_staff_list_ask){0}, NULL, on_listed, &l, &s->err), &s->err,
               "list the staff");
    return l;
}

static bool on_row(void *cookie, const struct staff_row *row, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    assert_true(l->count < sizeof l->slots / sizeof l->slots[0]);
    for (unsigned i = 0; i < l->count; i++)
        assert_int_not_equal(l->slots[i], row->slot);
    l->slots[l->count++] = row->slot;
    return true;
}

/* Rows in the database, each under a slot of its own. */
static unsigned count_rows(struct fixture *s)
{
    struct listed l = {0};

    world_must(staff_store_walk(s->ngo->db, NULL, on_row, &l, &s->err), &s->err, "read the staff");
    return l.count;
}

/* --- roles --- */

static void test_who_runs_a_node_alone_does_everything_and_nobody_else_anything(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 70, 1, NULL);
    assert_int_equal(roles_of_owner(&s), STAFF_ROLES_ALL);
    assert_int_equal(roles_of(&s, ADA), 0);
    enter(&s, BOB, CASEWORKER); /* no supervisor: it stays so */
    assert_false(added.first_supervisor);
    assert_int_equal(roles_of_owner(&s), STAFF_ROLES_ALL);
    assert_int_equal(roles_of(&s, BOB), CASEWORKER);
    assert_int_equal(roles_of(&s, ADA), 0);
    fixture_end(&s);
}

static void test_the_first_supervisor_leaves_its_operator_to_who_runs_the_node(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 71, 1, NULL);
    enter(&s, ADA, SUPERVISOR | CASEWORKER);
    assert_true(added.first_supervisor);
    assert_int_equal(roles_of(&s, ADA), SUPERVISOR | CASEWORKER);
    assert_int_equal(roles_of_owner(&s), OPERATOR);
    assert_int_equal(roles_of(&s, BOB), 0);
    enter(&s, OWNER, CASEWORKER); /* who runs the node may be of the staff, too */
    enter(&s, BOB, SUPERVISOR);
    assert_false(added.first_supervisor);
    assert_int_equal(roles_of_owner(&s), OPERATOR | CASEWORKER);
    assert_int_equal(roles_of(&s, OWNER), CASEWORKER);
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, ADA), SUPERVISOR | CASEWORKER);
    assert_int_equal(roles_of(&s, BOB), SUPERVISOR);
    assert_int_equal(roles_of_owner(&s), OPERATOR | CASEWORKER);
    fixture_end(&s);
}

static void test_an_auditor_reads_to_the_end_of_his_last_day(void **state)
{
    struct fixture s;
    uint32_t today;

    (void)state;
    fixture_begin(&s, 72, 1, NULL);
    today = tick_closing_day(s.ngo);
    assert_true(try_enter(&s, ADA, AUDITOR, today + 1));
    assert_true(try_enter(&s, BOB, AUDITOR | SUPERVISOR, today));
    world_tick(s.w, NGO);
    assert_int_equal(roles_of(&s, ADA), AUDITOR);
    assert_int_equal(roles_of(&s, BOB), AUDITOR | SUPERVISOR);
    world_run_ms(s.w, DAY_MS);
    assert_int_equal(roles_of(&s, ADA), AUDITOR);
    assert_int_equal(roles_of(&s, BOB), SUPERVISOR); /* what does not end goes on */
    world_run_ms(s.w, DAY_MS);
    assert_int_equal(roles_of(&s, ADA), 0);
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, ADA), 0);
    assert_int_equal(roles_of_owner(&s), OPERATOR);
    fixture_end(&s);
}

static void test_an_auditors_last_day_is_within_the_bound(void **state)
{
    struct fixture s;
    uint32_t today;

    (void)state;
    fixture_begin(&s, 73, 1, NULL);
    today = tick_closing_day(s.ngo);
    refuse(&s, ADA, AUDITOR, 0, E_STF_04);
    refuse(&s, ADA, AUDITOR, today - 1, E_STF_04);
    refuse(&s, ADA, AUDITOR, today + BOUND_AUDITOR_DAYS + 1, E_STF_04);
    refuse(&s, ADA, CASEWORKER, today, E_STF_04);
    assert_true(try_enter(&s, ADA, AUDITOR, today + BOUND_AUDITOR_DAYS));
    world_tick(s.w, NGO);
    fixture_end(&s);
}

static void test_nobody_is_entered_twice_and_no_number_that_stands_for_nobody(void **state)
{
    struct fixture s;
    struct ident first;

    (void)state;
    fixture_begin(&s, 74, 1, NULL);
    refuse(&s, 65534, CASEWORKER, 0, E_STF_04);
    refuse(&s, UINT32_MAX, CASEWORKER, 0, E_STF_04);
    enter(&s, ADA, CASEWORKER);
    first = added.staff;
    assert_true(try_enter(&s, ADA, CASEWORKER, 0)); /* asked again */
    assert_true(ident_equal(&added.staff, &first));
    assert_true(view_equal(added.account, view_of_text("user1001")));
    refuse(&s, ADA, CASEWORKER | SUPERVISOR, 0, E_STF_02);
    assert_int_equal(roles_of(&s, ADA), CASEWORKER);
    assert_int_equal(count_rows(&s), 1);
    enter(&s, 0, OPERATOR); /* root may be entered like others */
    assert_int_equal(roles_of(&s, 0), OPERATOR);
    fixture_end(&s);
}

/* Nobody is told that a name was mended, and who has that number now does not take over the roles of who had it. */
static void test_who_is_entered_otherwise_is_not_answered_as_if_he_were_entered_so(void **state)
{
    struct control_staff_add_ask ask = {.uid = ADA, .roles = CASEWORKER};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 97, 1, NULL);
    ask.account = view_of_text("ada");
    ask.name = view_of_text("Ada Lovelace");
    assert_true(exchange_staff_add(s.ngo, &ask, &added, &s.err));
    world_tick(s.w, NGO);
    assert_true(exchange_staff_add(s.ngo, &ask, &added, &s.err));
    ask.name = view_of_text("Ada Byron");
    assert_false(exchange_staff_add(s.ngo, &ask, &added, &s.err));
    assert_int_equal(s.err.code, E_STF_02);
    ask.name = (struct view){0}; /* nothing is said of it */
    assert_true(exchange_staff_add(s.ngo, &ask, &added, &s.err));
    assert_true(view_equal(added.name, view_of_text("Ada Lovelace")));
    ask.account = view_of_text("eve");
    assert_false(exchange_staff_add(s.ngo, &ask, &added, &s.err));
    assert_int_equal(s.err.code, E_STF_02);
    world_tick(s.w, NGO);
    assert_int_equal(count_rows(&s), 1);
    fixture_end(&s);
}

static void test_as_many_are_entered_as_the_bound_says_and_no_more(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 75, 1, NULL);
    for (uint32_t n = 0; n < BOUND_STAFF; n++)
        world_must(try_enter(&s, 2000 + n, CASEWORKER, 0), &s.err, "enter a person");
    world_tick(s.w, NGO);
    refuse(&s, ADA, CASEWORKER, 0, E_STF_06);
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, 2000 + BOUND_STAFF - 1), CASEWORKER);
    assert_int_equal(list(&s).count, BOUND_STAFF);
    fixture_end(&s);
}

static struct node_status status_of(struct fixture *s)
{
    struct node_status status;

    world_must(exchange_status(s->ngo, &status, &s->err), &s->err, "status");
    return status;
}

static void test_who_runs_a_node_alone_is_said_until_there_is_a_supervisor(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 97, 1, NULL);
    assert_true(status_of(&s).shown.alone);
    enter(&s, BOB, CASEWORKER);
    assert_true(status_of(&s).shown.alone);
    enter(&s, ADA, SUPERVISOR);
    assert_false(status_of(&s).shown.alone);
    fixture_end(&s);
}

/* --- given and taken --- */

static bool try_change(struct fixture *s, uint32_t uid, staff_roles give, staff_roles take, uint32_t until)
{
    const struct control_staff_role_ask ask = {.uid = uid, .give = give, .take = take, .until = until};

    return exchange_staff_role(s->ngo, &ask, &added, &s->err);
}

static void change(struct fixture *s, uint32_t uid, staff_roles give, staff_roles take)
{
    world_must(try_change(s, uid, give, take, 0), &s->err, "change roles");
    world_tick(s->w, NGO);
}

static void refuse_change(struct fixture *s, uint32_t uid, staff_roles give, staff_roles take, enum error_code code)
{
    uint64_t size = audit_size(s->ngo->audit, LOG_HOUSE);

    assert_false(try_change(s, uid, give, take, 0));
    assert_int_equal(s->err.code, code);
    world_tick(s->w, NGO);
    assert_int_equal(audit_size(s->ngo->audit, LOG_HOUSE), size);
}

static void test_roles_are_given_and_taken_from_the_next_request_on(void **state)
{
    struct fixture s;
    uint64_t size;

    (void)state;
    fixture_begin(&s, 85, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    change(&s, BOB, OPERATOR, 0);
    assert_int_equal(roles_of(&s, BOB), CASEWORKER | OPERATOR);
    assert_true(try_change(&s, BOB, 0, CASEWORKER, 0));
    assert_true(view_equal(added.account, view_of_text("user1002"))); /* who he is stays */
    world_tick(s.w, NGO);
    assert_int_equal(roles_of(&s, BOB), OPERATOR);
    size = audit_size(s.ngo->audit, LOG_HOUSE);
    change(&s, BOB, OPERATOR, CASEWORKER); /* it is so already */
    assert_int_equal(audit_size(s.ngo->audit, LOG_HOUSE), size);
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, BOB), OPERATOR);
    refuse_change(&s, EVE, CASEWORKER, 0, E_STF_01);
    refuse_change(&s, BOB, CASEWORKER, CASEWORKER, E_USE_03);
    assert_int_equal(people_records(s.ngo, RECORD_STAFF), 4);
    fixture_end(&s);
}

static void agree_that_ada_is_none(struct fixture *s)
{
    for (uint32_t uid = ADA; uid <= BOB; uid++) {
        exchange_acting(s->ngo, &uid);
        change(s, ADA, 0, SUPERVISOR);
        exchange_acting(s->ngo, NULL);
    }
}

static void test_the_last_supervisor_stays_one(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 86, 1, NULL);
    enter(&s, ADA, SUPERVISOR | CASEWORKER);
    refuse_change(&s, ADA, 0, SUPERVISOR, E_STF_03);
    refuse_change(&s, ADA, 0, STAFF_ROLES_ALL, E_STF_03);
    change(&s, ADA, 0, CASEWORKER); /* what else he has goes */
    enter(&s, BOB, CASEWORKER);
    change(&s, BOB, SUPERVISOR, 0);
    agree_that_ada_is_none(&s); /* of two one may, even himself */
    assert_int_equal(roles_of(&s, ADA), 0);
    refuse_change(&s, BOB, 0, SUPERVISOR, E_STF_03);
    assert_int_equal(roles_of_owner(&s), OPERATOR);
    fixture_end(&s);
}

static void test_a_role_can_make_the_first_supervisor(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 87, 1, NULL);
    enter(&s, ADA, CASEWORKER);
    change(&s, ADA, SUPERVISOR, 0);
    assert_true(added.first_supervisor);
    assert_int_equal(roles_of_owner(&s), OPERATOR);
    fixture_end(&s);
}

/* His number may be another's next, and his id is nobody's any more. */
static void test_who_left_is_not_answered_and_comes_back_as_another(void **state)
{
    struct fixture s;
    struct ident before;
    struct listed l;

    (void)state;
    fixture_begin(&s, 88, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    before = added.staff;
    change(&s, BOB, 0, STAFF_ROLES_ALL);
    assert_int_equal(added.roles, 0);
    assert_int_equal(roles_of(&s, BOB), 0);
    assert_false(staff_find_user(s.ngo, 0, &before)); /* nor is he root, whose number is 0 */
    enter(&s, 0, OPERATOR);
    assert_int_equal(roles_of(&s, 0), OPERATOR);
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, BOB), 0);
    refuse_change(&s, BOB, CASEWORKER, 0, E_STF_01);
    enter(&s, BOB, CASEWORKER);
    assert_false(ident_equal(&added.staff, &before));
    l = list(&s);
    assert_int_equal(l.count, 4); /* who left is listed: his id stands in the log */
    fixture_end(&s);
}

static void test_an_auditors_last_day_moves_when_it_is_said(void **state)
{
    struct fixture s;
    uint32_t today;

    (void)state;
    fixture_begin(&s, 89, 1, NULL);
    today = tick_closing_day(s.ngo);
    enter(&s, ADA, CASEWORKER);
    refuse_change(&s, ADA, AUDITOR, 0, E_STF_04); /* without one */
    assert_true(try_change(&s, ADA, AUDITOR, 0, today));
    world_run_ms(s.w, DAY_MS);
    assert_int_equal(roles_of(&s, ADA), CASEWORKER);
    change(&s, ADA, OPERATOR, 0); /* a day that is over hinders nothing else */
    assert_int_equal(added.until, today);
    assert_true(try_change(&s, ADA, 0, 0, today + 30));
    world_tick(s.w, NGO);
    assert_int_equal(roles_of(&s, ADA), CASEWORKER | OPERATOR | AUDITOR);
    change(&s, ADA, 0, AUDITOR);
    assert_int_equal(added.until, 0);
    assert_false(try_change(&s, ADA, 0, 0, today + 30));
    assert_int_equal(s.err.code, E_STF_04);
    fixture_end(&s);
}

static void test_whichever_statement_fails_roles_and_record_stand_together(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 90, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    for (unsigned n = 1;; n++) {
        bool is_changed;

        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        if (!try_change(&s, BOB, OPERATOR, CASEWORKER, 0))
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        world_run_ms(s.w, 1000);
        fixture_look(&s);
        if (world_node(s.w, NGO) != NULL)
            break;
        fixture_restart(&s, NGO);
        is_changed = people_records(s.ngo, RECORD_STAFF) == 3;
        assert_int_equal(roles_of(&s, BOB), is_changed ? OPERATOR : CASEWORKER);
    }
    world_mend(s.w, NGO);
    assert_int_equal(roles_of(&s, BOB), OPERATOR);
    assert_int_equal(people_records(s.ngo, RECORD_STAFF), 3);
    fixture_end(&s);
}

static void test_a_full_disk_takes_no_role(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 91, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    world_fault(s.w, NGO, DB_FAULT_COMMIT_FULL, 1);
    assert_true(try_change(&s, BOB, 0, STAFF_ROLES_ALL, 0));
    assert_int_equal(roles_of(&s, BOB), 0);
    world_tick(s.w, NGO);
    world_mend(s.w, NGO);
    assert_int_equal(roles_of(&s, BOB), CASEWORKER); /* nothing was answered */
    fixture_end(&s);
}

/* --- whole or not at all --- */

/* A row and its record, or neither. */
static void check_whole(struct fixture *s, unsigned rows)
{
    assert_int_equal(count_rows(s), rows);
    assert_int_equal(people_records(s->ngo, RECORD_STAFF), rows);
    assert_int_equal(list(s).count, rows);
}

static bool enter_ada(struct fixture *s)
{
    return try_enter(s, ADA, SUPERVISOR, 0);
}

static void test_whichever_statement_fails_row_and_record_stand_together(void **state)
{
    unsigned failed_before = 0;
    struct fixture s;
    unsigned rows;

    (void)state;
    fixture_begin(&s, 76, 1, NULL);
    for (unsigned n = 1;; n++) {
        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        if (!enter_ada(&s))
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        world_run_ms(s.w, 1000);
        fixture_look(&s);
        if (world_node(s.w, NGO) != NULL)
            break;
        fixture_restart(&s, NGO);
        rows = count_rows(&s); /* one, where it was committed before */
        check_whole(&s, rows);
        assert_int_equal(roles_of(&s, ADA), rows != 0 ? SUPERVISOR : 0);
        assert_int_equal(roles_of_owner(&s), rows != 0 ? OPERATOR : STAFF_ROLES_ALL);
        failed_before += rows == 0;
    }
    assert_true(failed_before > 3);
    world_mend(s.w, NGO);
    check_whole(&s, 1);
    assert_int_equal(roles_of_owner(&s), OPERATOR);
    fixture_end(&s);
}

static void test_a_full_disk_leaves_nobody_entered_in_memory_either(void **state)
{
    struct fixture s;
    unsigned undone = 0;

    (void)state;
    fixture_begin(&s, 77, 1, NULL);
    for (unsigned n = 1;; n++) {
        uint64_t before = world_undone(s.w, NGO);

        world_fault(s.w, NGO, DB_FAULT_FULL, n);
        if (!enter_ada(&s))
            assert_int_equal(s.err.code, E_STO_03);
        world_tick(s.w, NGO);
        world_mend(s.w, NGO);
        if (world_undone(s.w, NGO) == before)
            break;
        undone++;
        assert_int_equal(roles_of(&s, ADA), 0);
        assert_int_equal(roles_of_owner(&s), STAFF_ROLES_ALL);
        world_run_ms(s.w, 15 * MINUTES);
        check_whole(&s, 0);
        world_tick(s.w, NGO);
    }
    assert_true(undone > 3);
    check_whole(&s, 1);
    assert_int_equal(roles_of(&s, ADA), SUPERVISOR);
    fixture_end(&s);
}

static void test_a_node_that_ends_before_the_commit_has_entered_nobody(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 78, 1, NULL);
    assert_true(enter_ada(&s));
    fixture_restart(&s, NGO);
    check_whole(&s, 0);
    assert_int_equal(roles_of_owner(&s), STAFF_ROLES_ALL);
    fixture_end(&s);
}

/* --- an auditor's scope --- */

struct shown_records {
    unsigned count;
    int64_t first_ms;
    int64_t last_ms;
};

static bool note_time(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct shown_records *l = cookie;

    (void)e;
    (void)err;
    if (l->count++ == 0)
        l->first_ms = r->time_ms;
    l->last_ms = r->time_ms;
    return true;
}

static bool list_log(struct fixture *s, uint32_t uid, enum log_id log, struct shown_records *out)
{
    const struct control_audit_list_ask ask = {.log = log};
    enum error_code code;
    bool ok;

    *out = (struct shown_records){.count = 0};
    error_clear(&s->err);
    exchange_acting(s->ngo, &uid);
    ok = exchange_audit_list(s->ngo, &ask, NULL, note_time, out, &s->err);
    code = s->err.code;
    exchange_acting(s->ngo, NULL);
    world_tick(s->w, NGO);
    s->err.code = code;
    return ok;
}

static void test_an_auditor_reads_what_his_scope_has(void **state)
{
    struct control_staff_add_ask ask = {
        .uid = EVE, .account = view_of_text("eve"), .roles = AUDITOR, .scope_logs = UINT32_C(1) << LOG_HOUSE};
    struct control_staff_role_ask wider = {.uid = EVE};
    struct shown_records l;
    struct fixture s;
    uint32_t day;

    (void)state;
    fixture_begin(&s, 104, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    world_run_ms(s.w, 2 * DAY_MS);
    day = tick_closing_day(s.ngo);
    ask.until = day + 90;
    ask.scope_from = ask.scope_until = day;
    world_must(exchange_staff_add(s.ngo, &ask, &added, &s.err), &s.err, "enter an auditor");
    world_tick(s.w, NGO);
    assert_int_equal(added.scope_from, day);
    world_run_ms(s.w, 2 * DAY_MS);
    enter(&s, BOB, CASEWORKER);
    fixture_restart(&s, NGO);
    assert_false(list_log(&s, EVE, LOG_EXCHANGE, &l));
    assert_int_equal(s.err.code, E_STF_26);
    assert_true(list_log(&s, EVE, LOG_HOUSE, &l));
    assert_true(l.count != 0 && l.first_ms >= day * DAY_MS && l.last_ms < (day + 1) * DAY_MS);
    assert_true(list_log(&s, ADA, LOG_HOUSE, &l));
    assert_true(l.first_ms < day * DAY_MS && l.last_ms >= (day + 1) * DAY_MS);
    wider.scope_logs = UINT32_C(1) << LOG_EXCHANGE;
    world_must(exchange_staff_role(s.ngo, &wider, &added, &s.err), &s.err, "another scope");
    world_tick(s.w, NGO);
    assert_true(list_log(&s, EVE, LOG_EXCHANGE, &l));
    assert_false(list_log(&s, EVE, LOG_HOUSE, &l));
    world_must(
        exchange_staff_role(s.ngo, &(struct control_staff_role_ask){.uid = EVE, .give = OPERATOR}, &added, &s.err),
        &s.err, "an operator, too");
    world_tick(s.w, NGO);
    assert_false(list_log(&s, EVE, LOG_HOUSE, &l)); /* whatever else he is */
    assert_int_equal(s.err.code, E_STF_26);
    ask.uid = 1099;
    ask.roles = CASEWORKER;
    ask.until = 0;
    assert_false(exchange_staff_add(s.ngo, &ask, &added, &s.err)); /* no auditor */
    assert_int_equal(s.err.code, E_STF_04);
    fixture_end(&s);
}

/* --- who decided --- */

struct actors {
    enum house_what what; /* 0: any record */
    struct ident newest;
    bool there;
};

static bool on_record(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct actors *a = cookie;

    (void)e;
    (void)err;
    if (a->what != 0 && r->house.what != a->what)
        return true;
    a->there = r->has_actor;
    a->newest = r->actor;
    return true;
}

static struct actors actor_of(struct fixture *s, enum record_kind kind)
{
    struct control_audit_list_ask filter = {.log = LOG_HOUSE, .kind = kind};
    struct actors a = {0};

    world_must(exchange_audit_list(s->ngo, &filter, NULL, on_record, &a, &s->err), &s->err, "list records");
    return a;
}

static void test_who_is_entered_stands_in_the_log_under_his_own_id(void **state)
{
    uint32_t owner = geteuid();
    uint32_t ada = ADA;
    struct fixture s;
    struct actors a;
    struct ident id;
    uint32_t uid;

    (void)state;
    fixture_begin(&s, 79, 1, NULL);
    exchange_acting(s.ngo, &owner);
    enter(&s, ADA, SUPERVISOR);
    id = added.staff;
    assert_true(people_decided(s.ngo, RECORD_STAFF, &uid)); /* who ran it alone: by Unix user, as ever */
    assert_int_equal(uid, owner);
    exchange_acting(s.ngo, &ada);
    enter(&s, BOB, CASEWORKER);
    exchange_acting(s.ngo, NULL);
    a = actor_of(&s, RECORD_STAFF);
    assert_true(a.there);
    assert_true(ident_equal(&a.newest, &id));
    assert_true(people_decided(s.ngo, RECORD_STAFF, &uid));
    assert_int_equal(uid, PEOPLE_UNKNOWN); /* whose it is `staff list` says */
    fixture_restart(&s, NGO);
    exchange_acting(s.ngo, &ada);
    enter(&s, EVE, CASEWORKER);
    exchange_acting(s.ngo, NULL);
    a = actor_of(&s, RECORD_STAFF);
    assert_true(ident_equal(&a.newest, &id));
    fixture_end(&s);
}

/* The newest record of KIND was made by the person ID. */
static void check_actor(struct fixture *s, enum record_kind kind, enum house_what what, const struct ident *id)
{
    struct actors a = {.what = what};
    struct control_audit_list_ask filter = {.log = LOG_HOUSE, .kind = kind};

    world_must(exchange_audit_list(s->ngo, &filter, NULL, on_record, &a, &s->err), &s->err, "list records");
    assert_true(a.there);
    assert_true(ident_equal(&a.newest, id));
}

static void test_who_opened_a_case_a_referral_or_the_log_stands_in_the_house_log(void **state)
{
    static const struct people_consent triage = {.sections = BIT(TRIAGE)};
    struct control_audit_list_ask whole = {.log = LOG_EXCHANGE};
    struct control_referral_detail detail;
    struct case_sections sections;
    uint32_t ada = ADA;
    struct fixture s;
    struct actors ignored = {0};
    struct ident id;

    (void)state;
    fixture_begin(&s, 95, 2, &triage);
    enter(&s, ADA, SUPERVISOR | CASEWORKER);
    id = added.staff;
    fixture_deliver(&s);
    exchange_acting(s.ngo, &ada);
    world_must(exchange_case_show(s.ngo, &s.person, &sections, &s.err), &s.err, "show a case");
    world_must(exchange_referral_show(s.ngo, &s.sent.referral, true, &detail, &s.err), &s.err, "show a referral");
    world_must(exchange_audit_list(s.ngo, &whole, NULL, on_record, &ignored, &s.err), &s.err, "list a log");
    exchange_acting(s.ngo, NULL);
    world_tick(s.w, NGO);
    check_actor(&s, RECORD_OPENED, HOUSE_AUDIT_LOG, &id); /* first: it lists the log itself */
    exchange_acting(s.ngo, &ada);
    assert_int_equal(people_records(s.ngo, RECORD_EXPORTED), 0);
    world_must(exchange_referral_export(s.ngo, &s.sent.referral, &detail, &s.err), &s.err, "print a referral");
    exchange_acting(s.ngo, NULL);
    world_tick(s.w, NGO);
    check_actor(&s, RECORD_EXPORTED, HOUSE_REFERRAL, &id);
    check_actor(&s, RECORD_OPENED, HOUSE_CASE, &id);
    check_actor(&s, RECORD_OPENED, HOUSE_REFERRAL, &id);
    fixture_end(&s);
}

/* Other agencies hold these as proofs: an id that comes again would show them who works when. */
static void test_no_record_that_leaves_names_who_asked(void **state)
{
    static const enum record_kind leaves[] = {RECORD_DISCLOSED, RECORD_RECEIVED, RECORD_CONSENT, RECORD_WITHDRAWN,
                                              RECORD_ERASED};
    static const struct people_consent triage = {.sections = BIT(TRIAGE)};
    struct control_referral answer;
    uint32_t ada = ADA;
    struct fixture s;
    uint32_t uid;

    (void)state;
    fixture_begin(&s, 96, 2, NULL);
    enter(&s, ADA, SUPERVISOR | CASEWORKER);
    exchange_acting(s.ngo, &ada);
    exchange_acting(s.mission, &ada);
    s.consent = people_consent(s.ngo, &s.person, s.to, &triage);
    world_tick(s.w, NGO);
    fixture_deliver(&s);
    world_must(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err), &s.err,
               "accept");
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    exchange_acting(s.ngo, NULL);
    exchange_acting(s.mission, NULL);
    for (size_t i = 0; i < sizeof leaves / sizeof leaves[0]; i++) {
        assert_true(people_records(s.ngo, leaves[i]) + people_records(s.mission, leaves[i]) > 0);
        assert_false(people_decided(s.ngo, leaves[i], &uid));
        assert_false(people_decided(s.mission, leaves[i], &uid));
    }
    fixture_end(&s);
}

struct acts {
    unsigned count[ACT_END];
    struct ident newest[ACT_END];
    struct ident actor;
    bool is_others; /* one is */
};

static bool on_act(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct acts *a = cookie;

    (void)e;
    (void)err;
    a->count[r->acted.what]++;
    a->newest[r->acted.what] = r->acted.object;
    a->is_others = a->is_others || !r->has_actor || !ident_equal(&r->actor, &a->actor);
    return true;
}

/* What others hold names nobody; at home it is known. */
static void test_who_sent_recorded_and_withdrew_stands_in_the_house_log(void **state)
{
    static const struct people_consent triage = {.sections = BIT(TRIAGE)};
    struct control_audit_list_ask filter = {.log = LOG_HOUSE, .kind = RECORD_ACTED};
    struct acts a = {.is_others = false};
    uint32_t ada = ADA;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 97, 2, NULL);
    enter(&s, ADA, SUPERVISOR | CASEWORKER);
    a.actor = added.staff;
    exchange_acting(s.ngo, &ada);
    s.consent = people_consent(s.ngo, &s.person, s.to, &triage);
    world_tick(s.w, NGO);
    fixture_refer(&s);
    exchange_acting(s.ngo, NULL);
    fixture_settle(&s);
    exchange_acting(s.ngo, &ada);
    assert_true(fixture_withdraw(&s, true));
    exchange_acting(s.ngo, NULL);
    fixture_settle(&s); /* the withdrawal leaves by itself */
    world_must(exchange_audit_list(s.ngo, &filter, NULL, on_act, &a, &s.err), &s.err, "list records");
    assert_false(a.is_others);
    assert_int_equal(a.count[ACT_SENT], 1);
    assert_int_equal(a.count[ACT_CONSENT], 1);
    assert_int_equal(a.count[ACT_WITHDRAWN], 1);
    assert_true(ident_equal(&a.newest[ACT_CONSENT], &s.consent));
    assert_true(ident_equal(&a.newest[ACT_WITHDRAWN], &s.consent));
    assert_int_equal(people_records(s.mission, RECORD_ACTED), 0);
    fixture_end(&s);
}

/* --- what a role does not include --- */

static void refuse_act(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->ngo, &uid);
    world_must(exchange_staff_refused(s->ngo, uid, CONTROL_CASE_SHOW, NULL, &s->err), &s->err, "record a refused act");
    exchange_acting(s->ngo, NULL);
    world_tick(s->w, NGO);
}

static void test_a_refused_act_is_recorded_under_the_persons_id(void **state)
{
    struct fixture s;
    struct actors a;

    (void)state;
    fixture_begin(&s, 92, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, OPERATOR);
    refuse_act(&s, BOB);
    a = actor_of(&s, RECORD_NOT_ALLOWED);
    assert_true(a.there);
    assert_true(ident_equal(&a.newest, &added.staff));
    fixture_end(&s);
}

static void test_of_one_persons_refused_acts_as_many_are_recorded_a_day_as_the_bound_says(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 93, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, OPERATOR);
    enter(&s, EVE, OPERATOR);
    for (unsigned n = 0; n < BOUND_REFUSED_ACTS; n++)
        refuse_act(&s, BOB);
    assert_int_equal(people_records(s.ngo, RECORD_NOT_ALLOWED), BOUND_REFUSED_ACTS);
    refuse_act(&s, BOB);
    refuse_act(&s, BOB);
    assert_int_equal(people_records(s.ngo, RECORD_NOT_ALLOWED), BOUND_REFUSED_ACTS);
    refuse_act(&s, EVE);
    assert_int_equal(people_records(s.ngo, RECORD_NOT_ALLOWED), BOUND_REFUSED_ACTS + 1);
    world_run_ms(s.w, DAY_MS);
    refuse_act(&s, BOB);
    assert_int_equal(people_records(s.ngo, RECORD_NOT_ALLOWED), BOUND_REFUSED_ACTS + 2);
    fixture_end(&s);
}

/* Else she would have to leave, and come back as another. */
static void test_a_name_is_mended_and_the_person_stays_who_she_is(void **state)
{
    struct control_staff_role_ask ask = {.uid = BOB};
    struct ident before;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 102, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    before = added.staff;
    ask.name = view_of_text("Bohdana");
    for (int i = 0; i < 2; i++) { /* the second time it is so already */
        assert_true(exchange_staff_role(s.ngo, &ask, &added, &s.err));
        assert_true(view_equal(added.name, ask.name) && ident_equal(&added.staff, &before));
        world_tick(s.w, NGO);
        assert_int_equal(people_records(s.ngo, RECORD_STAFF), 3);
    }
    fixture_restart(&s, NGO);
    assert_true(try_change(&s, BOB, OPERATOR, 0, 0));
    assert_true(view_equal(added.name, ask.name)); /* what is not said of it changes nothing of it */
    world_tick(s.w, NGO);
    assert_int_equal(roles_of(&s, BOB), CASEWORKER | OPERATOR);
    fixture_end(&s);
}

/* As a withdrawal is. */
static void test_a_role_is_taken_with_little_room_and_none_is_given(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 98, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    fake_disk_set_free(BOUND_DISK_FREE - 1);
    world_run_ms(s.w, 2000);
    refuse_change(&s, BOB, OPERATOR, 0, E_STO_03);
    refuse(&s, EVE, CASEWORKER, 0, E_STO_03);
    change(&s, BOB, 0, CASEWORKER);
    assert_int_equal(roles_of(&s, BOB), 0);
    fake_disk_set_free(0);
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, BOB), 0);
    fixture_end(&s);
}

static void test_a_refused_act_is_refused_on_a_full_disk_too(void **state)
{
    struct fixture s;
    uint64_t undone;

    (void)state;
    fixture_begin(&s, 94, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, OPERATOR);
    fake_disk_set_free(BOUND_DISK_FREE - 1);
    world_run_ms(s.w, 2000);
    refuse_act(&s, BOB);
    fake_disk_set_free(0);
    world_run_ms(s.w, 2000);
    world_fault(s.w, NGO, DB_FAULT_FULL, 1);
    assert_false(try_enter(&s, EVE, CASEWORKER, 0));
    world_tick(s.w, NGO);
    world_mend(s.w, NGO);
    undone = world_undone(s.w, NGO);
    refuse_act(&s, BOB);
    assert_int_equal(world_undone(s.w, NGO), undone); /* nothing that others ask is undone for it */
    world_run_ms(s.w, 15 * MINUTES);
    world_run_ms(s.w, 2000);
    assert_int_equal(people_records(s.ngo, RECORD_NOT_ALLOWED), 0);
    refuse_act(&s, BOB);
    assert_int_equal(people_records(s.ngo, RECORD_NOT_ALLOWED), 1);
    fixture_end(&s);
}

/* --- forgotten --- */

static bool forget(struct fixture *s, const struct ident *staff)
{
    const struct control_staff_erase_ask ask = {.staff = *staff};

    return exchange_staff_erase(s->ngo, &ask, &added, &s->err);
}

static uint64_t slot_of(struct fixture *s, unsigned row)
{
    struct listed rows = {0};

    world_must(staff_store_walk(s->ngo->db, NULL, on_row, &rows, &s->err), &s->err, "read the staff");
    return rows.slots[row];
}

static void test_of_who_left_name_and_account_are_erased_and_the_id_stays(void **state)
{
    struct fixture s;
    struct ident bob;
    struct listed l;
    uint64_t slot;

    (void)state;
    fixture_begin(&s, 102, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    bob = added.staff;
    slot = slot_of(&s, 1);
    assert_false(forget(&s, &bob));
    assert_int_equal(s.err.code, E_STF_24);
    change(&s, BOB, 0, STAFF_ROLES_ALL);
    assert_true(forget(&s, &bob));
    assert_true(added.forgotten);
    world_run_ms(s.w, 2000);
    assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    assert_int_equal(slot_of(&s, 1), 0); /* it is named no more */
    l = list(&s);
    assert_int_equal(l.count, 2);
    assert_int_equal(l.unread, 0);
    assert_true(ident_equal(&l.last.staff, &bob));
    assert_int_equal(l.last.account.size, 0);
    assert_true(forget(&s, &bob)); /* said again */
    assert_int_equal(people_records(s.ngo, RECORD_FORGOTTEN), 1);
    fixture_restart(&s, NGO);
    assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    assert_int_equal(status_of(&s).staff_unread, 0); /* nobody is shut out for it */
    enter(&s, BOB, CASEWORKER);
    assert_false(ident_equal(&added.staff, &bob));
    bob.at[0] ^= 1;
    assert_false(forget(&s, &bob));
    assert_int_equal(s.err.code, E_STF_01);
    fixture_end(&s);
}

static void test_whichever_statement_fails_who_is_forgotten_and_the_record_stand_together(void **state)
{
    struct fixture s;
    struct ident bob;

    (void)state;
    fixture_begin(&s, 103, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    bob = added.staff;
    change(&s, BOB, 0, STAFF_ROLES_ALL);
    for (unsigned n = 1;; n++) {
        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        if (!forget(&s, &bob))
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        world_run_ms(s.w, 1000);
        fixture_look(&s);
        if (world_node(s.w, NGO) != NULL)
            break;
        fixture_restart(&s, NGO);
        assert_int_equal(list(&s).last.forgotten, people_records(s.ngo, RECORD_FORGOTTEN) == 1);
    }
    world_mend(s.w, NGO);
    world_run_ms(s.w, 2000);
    assert_int_equal(slot_of(&s, 1), 0);
    assert_int_equal(people_records(s.ngo, RECORD_FORGOTTEN), 1);
    fixture_end(&s);
}

/* --- what does not open --- */

static uint64_t bad_slot; /* its key is not read; 0: each is */

bool __real_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset);
bool __wrap_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset);
bool __wrap_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset)
{
    if (bad_slot != 0 && size == SECRETBOX_WRAPPED_SIZE && offset == data_keys_layout_offset(bad_slot)) {
        errno = EIO;
        return false;
    }
    return __real_file_read_at(fd, at, size, offset);
}

static void test_an_entry_that_does_not_open_gives_nothing_to_anybody(void **state)
{
    struct fixture s;
    struct listed l;

    (void)state;
    fixture_begin(&s, 80, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    fixture_edit(&s, NGO, "UPDATE staff SET sealed = zeroblob(length(sealed)) WHERE number = 1");
    assert_int_equal(roles_of(&s, ADA), 0);
    assert_int_equal(roles_of(&s, BOB), CASEWORKER);
    assert_int_equal(roles_of_owner(&s), OPERATOR); /* nobody is alone: one who may be a supervisor is not read */
    refuse(&s, EVE, CASEWORKER, 0, E_STF_05);       /* she may be who is not read */
    refuse_change(&s, ADA, OPERATOR, 0, E_STF_05);
    l = list(&s);
    assert_int_equal(l.count, 2);
    assert_int_equal(l.unread, 1);
    assert_int_equal(status_of(&s).staff_unread, 1);
    assert_false(status_of(&s).shown.alone);
    fixture_end(&s);
}

/* Then it is not known either whether there is a supervisor. */
/* Else one damaged row would keep all others from getting a role for ever. */
static void test_a_damaged_entry_is_forgotten_and_stops_nobody_any_more(void **state)
{
    struct fixture s;
    struct ident bob;
    uint64_t other;

    (void)state;
    fixture_begin(&s, 103, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    bob = added.staff;
    other = slot_of(&s, 0);
    /* It names a key of Ada's, which is not destroyed for it. */
    fixture_edit(&s, NGO, "UPDATE staff SET slot = (SELECT slot FROM staff WHERE number = 1) WHERE number = 2");
    refuse(&s, EVE, CASEWORKER, 0, E_STF_05);
    assert_true(forget(&s, &bob));
    world_run_ms(s.w, 2000);
    assert_false(vault_slot_is_erased(s.ngo->vault, other));
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, ADA), SUPERVISOR);
    assert_int_equal(status_of(&s).staff_unread, 0);
    enter(&s, EVE, CASEWORKER);
    fixture_end(&s);
}

static void test_nobody_is_alone_where_not_even_the_rows_are_read(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 99, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    fixture_edit(&s, NGO, "UPDATE staff SET sealed = zeroblob(length(sealed))");
    world_run_ms(s.w, 2 * MINUTES);
    world_fault(s.w, NGO, DB_FAULT_STEP, 1);
    assert_int_equal(roles_of_owner(&s), OPERATOR);
    world_mend(s.w, NGO);
    assert_int_equal(roles_of_owner(&s), OPERATOR);
    fixture_end(&s);
}

/* The sealed entry of one person is no other's: it is bound to its row and its id. */
static void test_the_entry_of_another_does_not_open(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 81, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    fixture_edit(&s, NGO,
                 "UPDATE staff SET sealed = (SELECT sealed FROM staff WHERE number = 1),"
                 " slot = (SELECT slot FROM staff WHERE number = 1) WHERE number = 2");
    assert_int_equal(roles_of(&s, BOB), 0);
    assert_int_equal(roles_of(&s, ADA), SUPERVISOR);
    assert_int_equal(list(&s).unread, 1);
    fixture_end(&s);
}

/* Else what one person decided would stand as another's. */
static void test_an_entry_opens_under_its_own_id_and_number_alone(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 100, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    enter(&s, EVE, CASEWORKER);
    fixture_edit(&s, NGO, "UPDATE staff SET id = randomblob(16) WHERE number = 2");
    assert_int_equal(roles_of(&s, BOB), 0);
    fixture_edit(&s, NGO, "UPDATE staff SET number = 4 WHERE number = 3");
    assert_int_equal(roles_of(&s, EVE), 0);
    assert_int_equal(list(&s).unread, 2);
    fixture_end(&s);
}

static void test_a_key_that_the_disk_gives_again_opens_the_entry_after_a_minute(void **state)
{
    struct listed rows = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 82, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    world_must(staff_store_walk(s.ngo->db, NULL, on_row, &rows, &s.err), &s.err, "read the staff");
    bad_slot = rows.slots[0];
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, ADA), 0);
    assert_int_equal(roles_of_owner(&s), OPERATOR);
    bad_slot = 0;
    assert_int_equal(roles_of(&s, ADA), 0); /* it is not tried with each request */
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(roles_of(&s, ADA), SUPERVISOR);
    assert_int_equal(list(&s).unread, 0);
    fixture_end(&s);
}

static void test_who_is_entered_where_the_disk_gives_no_key_stops_nobody_else(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 101, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    fixture_take_keys(&s, NGO, &keys);
    refuse(&s, BOB, CASEWORKER, 0, E_KEY_21);
    assert_int_equal(world_undone(s.w, NGO), 0);
    fixture_give_keys(&s, NGO, &keys);
    enter(&s, BOB, CASEWORKER);
    fixture_end(&s);
}

/* What says which slots were in use is lost, and the rows of slots: those of people are not given out again. */
static void test_no_slot_of_a_person_is_given_out_twice(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 83, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    fixture_edit(&s, NGO, "DELETE FROM note WHERE what = 'slots'; DELETE FROM slot");
    enter(&s, EVE, CASEWORKER);
    assert_int_equal(count_rows(&s), 3);
    assert_int_equal(roles_of(&s, BOB), CASEWORKER);
    fixture_restart(&s, NGO);
    assert_int_equal(roles_of(&s, ADA), SUPERVISOR);
    assert_int_equal(roles_of(&s, BOB), CASEWORKER);
    assert_int_equal(roles_of(&s, EVE), CASEWORKER);
    fixture_end(&s);
}

/* Account and name are sealed: nothing of them is in the file. */
static void test_neither_name_nor_account_stands_in_the_database(void **state)
{
    static const char name[] = "Zdenka Canary";
    struct control_staff_add_ask ask = {
        .uid = ADA, .account = view_of_text("canary-account"), .name = view_of_text(name), .roles = SUPERVISOR};
    struct fixture s;
    char path[1200];
    struct bytes file = {0};
    struct listed l;

    (void)state;
    fixture_begin(&s, 84, 1, NULL);
    world_must(exchange_staff_add(s.ngo, &ask, &added, &s.err), &s.err, "enter a person");
    world_tick(s.w, NGO);
    l = list(&s);
    assert_true(view_equal(l.last.name, view_of_text(name)));
    for (int i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/refex.db%s", world_home(s.w, NGO), i == 0 ? "" : "-wal");
        bytes_clear(&file);
        world_must(file_read(path, SIZE_MAX / 2, &file, &s.err), &s.err, "read the database");
        assert_null(memmem(file.at, file.size, name, strlen(name)));
        assert_null(memmem(file.at, file.size, "canary-account", strlen("canary-account")));
    }
    bytes_fini(&file);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_runs_a_node_alone_does_everything_and_nobody_else_anything),
        cmocka_unit_test(test_the_first_supervisor_leaves_its_operator_to_who_runs_the_node),
        cmocka_unit_test(test_an_auditor_reads_to_the_end_of_his_last_day),
        cmocka_unit_test(test_an_auditors_last_day_is_within_the_bound),
        cmocka_unit_test(test_nobody_is_entered_twice_and_no_number_that_stands_for_nobody),
        cmocka_unit_test(test_who_is_entered_otherwise_is_not_answered_as_if_he_were_entered_so),
        cmocka_unit_test(test_as_many_are_entered_as_the_bound_says_and_no_more),
        cmocka_unit_test(test_who_runs_a_node_alone_is_said_until_there_is_a_supervisor),
        cmocka_unit_test(test_roles_are_given_and_taken_from_the_next_request_on),
        cmocka_unit_test(test_the_last_supervisor_stays_one),
        cmocka_unit_test(test_a_role_can_make_the_first_supervisor),
        cmocka_unit_test(test_who_left_is_not_answered_and_comes_back_as_another),
        cmocka_unit_test(test_an_auditors_last_day_moves_when_it_is_said),
        cmocka_unit_test(test_whichever_statement_fails_roles_and_record_stand_together),
        cmocka_unit_test(test_a_full_disk_takes_no_role),
        cmocka_unit_test(test_whichever_statement_fails_row_and_record_stand_together),
        cmocka_unit_test(test_a_full_disk_leaves_nobody_entered_in_memory_either),
        cmocka_unit_test(test_a_node_that_ends_before_the_commit_has_entered_nobody),
        cmocka_unit_test(test_who_is_entered_stands_in_the_log_under_his_own_id),
        cmocka_unit_test(test_who_opened_a_case_a_referral_or_the_log_stands_in_the_house_log),
        cmocka_unit_test(test_an_auditor_reads_what_his_scope_has),
        cmocka_unit_test(test_no_record_that_leaves_names_who_asked),
        cmocka_unit_test(test_who_sent_recorded_and_withdrew_stands_in_the_house_log),
        cmocka_unit_test(test_a_refused_act_is_recorded_under_the_persons_id),
        cmocka_unit_test(test_of_one_persons_refused_acts_as_many_are_recorded_a_day_as_the_bound_says),
        cmocka_unit_test(test_a_name_is_mended_and_the_person_stays_who_she_is),
        cmocka_unit_test(test_a_role_is_taken_with_little_room_and_none_is_given),
        cmocka_unit_test(test_a_refused_act_is_refused_on_a_full_disk_too),
        cmocka_unit_test(test_of_who_left_name_and_account_are_erased_and_the_id_stays),
        cmocka_unit_test(test_whichever_statement_fails_who_is_forgotten_and_the_record_stand_together),
        cmocka_unit_test(test_an_entry_that_does_not_open_gives_nothing_to_anybody),
        cmocka_unit_test(test_a_damaged_entry_is_forgotten_and_stops_nobody_any_more),
        cmocka_unit_test(test_nobody_is_alone_where_not_even_the_rows_are_read),
        cmocka_unit_test(test_the_entry_of_another_does_not_open),
        cmocka_unit_test(test_an_entry_opens_under_its_own_id_and_number_alone),
        cmocka_unit_test(test_a_key_that_the_disk_gives_again_opens_the_entry_after_a_minute),
        cmocka_unit_test(test_who_is_entered_where_the_disk_gives_no_key_stops_nobody_else),
        cmocka_unit_test(test_no_slot_of_a_person_is_given_out_twice),
        cmocka_unit_test(test_neither_name_nor_account_stands_in_the_database),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
