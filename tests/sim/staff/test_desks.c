/* Desks: what nobody holds is its desk's, or of who is on duty; who is at one, and until when on duty, is said and
 * recorded in one commit. */
#include "held.h"

#include "codec/case_codec.h"
#include "exchange/access/assign_calls.h"
#include "exchange/access/house_calls.h"
#include "exchange/access/never_calls.h"
#include "exchange/cases/case_calls.h"
#include "exchange/cases/case_edit.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_merge.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/staff/desk_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/tick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)
#define OPERATOR   STAFF_ROLE_BIT(STAFF_OPERATOR)

enum { ADA = 1001, BOB, CAT, DAN, NODE = 0 }; /* a supervisor, three caseworkers */

static struct control_desk answer;

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->ngo, uid == NODE ? NULL : &uid);
    error_clear(&s->err);
}

static bool end_act(struct fixture *s, bool ok)
{
    enum error_code code = s->err.code;

    as(s, NODE);
    world_tick(s->w, NGO);
    s->err.code = code;
    return ok;
}

static void enter(struct fixture *s, uint32_t uid, staff_roles roles)
{
    char account[16];
    struct control_staff_add_ask ask = {.uid = uid, .roles = roles};
    struct control_staff_person added;

    (void)snprintf(account, sizeof account, "user%u", (unsigned)uid);
    ask.account = view_of_text(account);
    world_must(exchange_staff_add(s->ngo, &ask, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

static bool set(struct fixture *s, const char *name, enum desk_visibility visibility, bool end)
{
    const struct control_desk_set_ask ask = {.desk = view_of_text(name), .visibility = visibility, .end = end};

    as(s, ADA);
    return end_act(s, exchange_desk_set(s->ngo, &ask, &answer, &s->err));
}

static bool member(struct fixture *s, const char *name, uint32_t uid, bool leave)
{
    const struct control_desk_member_ask ask = {.desk = view_of_text(name), .uid = uid, .leave = leave};

    as(s, ADA);
    return end_act(s, exchange_desk_member(s->ngo, &ask, &answer, &s->err));
}

static bool duty(struct fixture *s, uint32_t by, const char *name, uint32_t uid, int64_t for_ms)
{
    const struct control_desk_duty_ask ask = {
        .desk = view_of_text(name), .uid = uid, .until_ms = for_ms == 0 ? 0 : tick_closing_ms(s->ngo) + for_ms};

    as(s, by);
    return end_act(s, exchange_desk_duty(s->ngo, &ask, &answer, &s->err));
}

static bool assign_desk(struct fixture *s, uint32_t by, const struct ident *id, const char *name)
{
    const struct control_assign_ask ask = {.object = *id, .desk = view_of_text(name), .no_desk = name[0] == '\0'};
    struct control_assigned out;

    as(s, by);
    return end_act(s, exchange_case_assign(s->ngo, &ask, &out, &s->err));
}

static bool shows(struct fixture *s, uint32_t uid, const struct ident *id)
{
    struct case_sections out;

    as(s, uid);
    return end_act(s, exchange_case_show(s->ngo, id, &out, &s->err));
}

/* Of BOB, CAT and DAN a bit each, the last one first. */
static unsigned seen_by(struct fixture *s, const struct ident *id)
{
    assert_true(shows(s, ADA, id));
    return (unsigned)shows(s, BOB, id) << 2 | (unsigned)shows(s, CAT, id) << 1 | (unsigned)shows(s, DAN, id);
}

static struct ident unassigned(struct fixture *s)
{
    struct ident id;

    as(s, ADA); /* no caseworker: nobody holds it */
    id = people_case(s->ngo);
    (void)end_act(s, true);
    return id;
}

/* Bob is at legal, Cat at shelter, Dan at none. */
static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, NULL);
    enter(s, ADA, SUPERVISOR);
    enter(s, BOB, CASEWORKER);
    enter(s, CAT, CASEWORKER);
    enter(s, DAN, CASEWORKER);
    assert_true(set(s, "legal", 0, false));
    assert_int_equal(answer.visibility, DESK_OWN_CASES); /* it is no shelter */
    assert_true(set(s, "shelter", DESK_HOUSE, false));
    assert_true(member(s, "legal", BOB, false));
    assert_true(member(s, "shelter", CAT, false));
}

static void test_what_nobody_holds_is_seen_by_its_desk_and_else_by_who_is_on_duty(void **state)
{
    struct fixture s;
    struct ident id;

    (void)state;
    begin(&s, 300);
    id = unassigned(&s);
    assert_int_equal(seen_by(&s, &id), 7); /* nobody is on duty */
    assert_true(duty(&s, CAT, "shelter", CAT, 8 * HOURS));
    assert_int_equal(seen_by(&s, &id), 2);
    assert_true(assign_desk(&s, CAT, &id, "legal")); /* it had come to the wrong desk */
    assert_int_equal(seen_by(&s, &id), 4);
    fixture_restart(&s, NGO);
    assert_int_equal(seen_by(&s, &id), 4);
    assert_true(member(&s, "legal", BOB, true)); /* nobody is there: it is of none */
    assert_int_equal(seen_by(&s, &id), 2);
    world_run_ms(s.w, 8 * HOURS);
    assert_int_equal(seen_by(&s, &id), 7);
    assert_true(assign_desk(&s, ADA, &id, ""));
    assert_int_equal(people_records(s.ngo, RECORD_ASSIGNED), 2);
    assert_int_equal(people_records(s.ngo, RECORD_DESK), 6);
    fixture_end(&s);
}

static void test_what_somebody_holds_stays_his_whatever_desk_it_belongs_to(void **state)
{
    struct fixture s;
    struct ident id;

    (void)state;
    begin(&s, 301);
    as(&s, BOB);
    id = people_case(s.ngo);
    (void)end_act(&s, true);
    assert_true(duty(&s, ADA, "shelter", CAT, 8 * HOURS));
    assert_int_equal(seen_by(&s, &id), 4);
    assert_true(assign_desk(&s, BOB, &id, "shelter"));
    assert_int_equal(seen_by(&s, &id), 4); /* a house shows its page, and nothing else */
    assert_false(assign_desk(&s, CAT, &id, "shelter"));
    assert_int_equal(s.err.code, E_CAS_20);
    fixture_end(&s);
}

static void test_who_is_at_one_desk_brings_in_for_it(void **state)
{
    struct fixture s;
    struct ident id;

    (void)state;
    begin(&s, 302);
    as(&s, BOB);
    id = people_case(s.ngo);
    (void)end_act(&s, true);
    assert_false(set(&s, "legal", 0, true));
    assert_int_equal(s.err.code, E_DSK_05);
    assert_true(assign_desk(&s, BOB, &id, ""));
    assert_true(set(&s, "legal", 0, true));
    assert_false(set(&s, "legal", 0, true));
    assert_int_equal(s.err.code, E_DSK_01);
    assert_false(assign_desk(&s, BOB, &id, "legal"));
    assert_int_equal(s.err.code, E_DSK_01);
    assert_true(set(&s, "legal", 0, false)); /* another one: he was not at this */
    assert_false(duty(&s, BOB, "legal", BOB, HOURS));
    assert_int_equal(s.err.code, E_DSK_02);
    fixture_end(&s);
}

static void test_one_puts_himself_on_duty_and_a_supervisor_others(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 303);
    assert_false(duty(&s, BOB, "shelter", CAT, HOURS));
    assert_int_equal(s.err.code, E_CTL_09);
    assert_false(duty(&s, BOB, "shelter", BOB, HOURS));
    assert_int_equal(s.err.code, E_DSK_02);
    assert_true(duty(&s, ADA, "legal", BOB, HOURS));
    assert_true(duty(&s, BOB, "legal", BOB, 0));
    assert_int_equal(answer.duty_until_ms, 0);
    assert_true(duty(&s, BOB, "legal", BOB, 0)); /* said again */
    assert_int_equal(people_records(s.ngo, RECORD_DESK), 6);
    fixture_end(&s);
}

static void test_duty_ends_within_the_bound(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 304);
    assert_true(duty(&s, BOB, "legal", BOB, BOUND_DUTY_HOURS * HOURS));
    assert_false(duty(&s, BOB, "legal", BOB, BOUND_DUTY_HOURS * HOURS + 1));
    assert_int_equal(s.err.code, E_DSK_03);
    assert_false(duty(&s, BOB, "legal", BOB, -1));
    assert_int_equal(s.err.code, E_DSK_03);
    fixture_end(&s);
}

static void test_there_are_as_many_desks_as_the_bounds_say(void **state)
{
    struct fixture s;
    char name[16];

    (void)state;
    begin(&s, 305);
    for (unsigned i = 2; i <= BOUND_DESKS; i++) {
        (void)snprintf(name, sizeof name, "desk-%u", i);
        assert_int_equal(set(&s, name, 0, false), i < BOUND_DESKS);
        if (i < BOUND_DESKS)
            assert_int_equal(member(&s, name, DAN, false), i < 2 + BOUND_STAFF_DESKS);
    }
    assert_int_equal(s.err.code, E_DSK_04);
    assert_false(set(&s, "Night", 0, false));
    assert_int_equal(s.err.code, E_USE_04);
    fixture_end(&s);
}

static void test_who_works_with_no_cases_any_more_is_at_no_desk(void **state)
{
    struct control_staff_role_ask ask = {.uid = CAT, .give = OPERATOR, .take = CASEWORKER};
    struct control_staff_person out;
    struct fixture s;
    struct ident id;

    (void)state;
    begin(&s, 306);
    id = unassigned(&s);
    assert_true(duty(&s, CAT, "shelter", CAT, 8 * HOURS));
    as(&s, ADA);
    assert_true(end_act(&s, exchange_staff_role(s.ngo, &ask, &out, &s.err)));
    assert_int_equal(seen_by(&s, &id) & 5, 5); /* and so nobody is on duty */
    ask = (struct control_staff_role_ask){.uid = CAT, .give = CASEWORKER};
    as(&s, ADA);
    assert_true(end_act(&s, exchange_staff_role(s.ngo, &ask, &out, &s.err)));
    assert_false(duty(&s, CAT, "shelter", CAT, HOURS));
    assert_int_equal(s.err.code, E_DSK_02);
    assert_false(member(&s, "shelter", 4711, false));
    assert_int_equal(s.err.code, E_STF_01);
    fixture_end(&s);
}

struct told {
    unsigned lines;
    unsigned people;
    unsigned on_duty;
};

static bool on_desk(void *cookie, const struct control_desk *d, struct error *err)
{
    struct told *t = cookie;

    (void)err;
    t->lines++;
    t->people += d->account.size != 0;
    t->on_duty += d->duty_until_ms != 0;
    return true;
}

static struct told list(struct fixture *s, uint32_t by)
{
    struct walk_step step = {.limit = 32, .more = true};
    struct told t = {0};

    as(s, by);
    while (step.more)
        assert_true(exchange_desk_list(s->ngo, &step, on_desk, &t, &s->err));
    (void)end_act(s, true);
    return t;
}

static void test_a_caseworker_is_told_who_is_on_duty_and_a_supervisor_who_is_there(void **state)
{
    struct fixture s;
    struct told t;

    (void)state;
    begin(&s, 307);
    t = list(&s, ADA);
    assert_int_equal(t.lines, 2);
    assert_int_equal(t.people, 2);
    t = list(&s, DAN);
    assert_int_equal(t.lines, 2);
    assert_int_equal(t.people, 0);
    assert_true(duty(&s, CAT, "shelter", CAT, HOURS));
    t = list(&s, DAN);
    assert_int_equal(t.people, 1);
    assert_int_equal(t.on_duty, 1);
    world_run_ms(s.w, HOURS);
    assert_int_equal(list(&s, ADA).on_duty, 0);
    fixture_end(&s);
}

/* What is said of duty, and the record of it, stand together. */
static void test_whichever_statement_fails_duty_and_its_record_stand_together(void **state)
{
    struct fixture s;
    struct ident id;

    (void)state;
    begin(&s, 308);
    id = unassigned(&s);
    for (unsigned n = 1;; n++) {
        const struct control_desk_duty_ask ask = {
            .desk = view_of_text("shelter"), .uid = CAT, .until_ms = tick_closing_ms(s.ngo) + 20 * HOURS};
        bool ok;

        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        as(&s, ADA);
        ok = exchange_desk_duty(s.ngo, &ask, &answer, &s.err);
        exchange_acting(s.ngo, NULL);
        if (!ok)
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        world_run_ms(s.w, 1000);
        fixture_look(&s);
        if (world_node(s.w, NGO) != NULL)
            break;
        fixture_restart(&s, NGO);
        assert_int_equal(seen_by(&s, &id) == 2, people_records(s.ngo, RECORD_DESK) == 5);
    }
    world_mend(s.w, NGO);
    assert_int_equal(seen_by(&s, &id), 2);
    fixture_end(&s);
}

/* --- houses --- */

static unsigned count_fields(const struct case_sections *c, bool *other)
{
    unsigned count = 0;

    *other = false;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        uint32_t refs[CASE_SECTION_FIELDS];
        struct error err;
        size_t n = 0;

        if (c->sections[s].size != 0)
            assert_true(case_section_fields(s, c->sections[s], refs, &n, &err));
        count += (unsigned)n;
        for (size_t i = 0; i < n; i++) {
            const struct case_field *f = case_field_by_number(s, GROUP_NONE, FIELD_REF_NUMBER(refs[i]));

            *other = *other || f == NULL || !f->safety_page;
        }
    }
    return count;
}

/* How many fields he reads on the page; none but those that are marked. -1: it is not there. */
static int page(struct fixture *s, uint32_t uid, const struct ident *id)
{
    struct case_sections out = {.version = 0};
    bool other = false;
    bool ok;
    int count;

    as(s, uid);
    ok = exchange_house_show(s->ngo, id, &out, &s->err);
    count = ok ? (int)count_fields(&out, &other) : -1;
    assert_true(ok || s->err.code == E_CAS_20);
    assert_false(other);
    (void)end_act(s, ok);
    return count;
}

static bool on_resident(void *cookie, const struct control_house_resident *r, struct error *err)
{
    (void)r;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static unsigned residents(struct fixture *s, uint32_t uid)
{
    struct walk_step step = {.limit = 1, .more = true};
    unsigned count = 0;

    as(s, uid);
    while (step.more)
        assert_true(exchange_house_list(s->ngo, &step, on_resident, &count, &s->err));
    (void)end_act(s, true);
    return count;
}

static bool on_never(void *cookie, const struct control_case_never *n, struct error *err)
{
    (void)cookie;
    (void)n;
    (void)err;
    return true;
}

static bool never(struct fixture *s, const struct ident *id, uint32_t uid)
{
    const struct control_case_never_ask ask = {.case_id = *id, .uid = uid};

    as(s, ADA);
    return end_act(s, exchange_case_never(s->ngo, &ask, on_never, NULL, &s->err));
}

/* What Dan holds, and lives in the house. */
static struct ident resident(struct fixture *s)
{
    struct ident id;

    as(s, DAN);
    id = people_case(s->ngo);
    (void)end_act(s, true);
    assert_true(assign_desk(s, DAN, &id, "shelter"));
    return id;
}

static void test_who_is_on_duty_in_the_house_reads_the_page_and_nothing_else(void **state)
{
    struct case_sections all;
    struct fixture s;
    struct ident id;
    bool other;

    (void)state;
    begin(&s, 310);
    id = resident(&s);
    assert_int_equal(page(&s, CAT, &id), -1); /* at the desk, and not on duty */
    assert_int_equal(residents(&s, CAT), 0);
    assert_true(duty(&s, CAT, "shelter", CAT, 8 * HOURS));
    assert_true(page(&s, CAT, &id) > 0);
    assert_int_equal(residents(&s, CAT), 1);
    assert_false(shows(&s, CAT, &id));
    assert_int_equal(s.err.code, E_CAS_20);
    as(&s, DAN);
    assert_true(exchange_case_show(s.ngo, &id, &all, &s.err));
    assert_true(count_fields(&all, &other) > (unsigned)page(&s, DAN, &id));
    assert_true(other);
    (void)end_act(&s, true);
    assert_int_equal(page(&s, BOB, &id), -1);
    assert_true(duty(&s, BOB, "legal", BOB, 8 * HOURS)); /* that is no house, and not hers */
    assert_int_equal(page(&s, BOB, &id), -1);
    assert_int_equal(residents(&s, BOB), 0);
    assert_int_equal(residents(&s, ADA), 1);
    fixture_restart(&s, NGO);
    assert_true(page(&s, CAT, &id) > 0);
    world_run_ms(s.w, 8 * HOURS);
    assert_int_equal(page(&s, CAT, &id), -1);
    fixture_end(&s);
}

/* Who is on duty reads the pages of those who stay in the house, and of nobody who has left it. */
static void remove_contact(struct fixture *s, const struct ident *id)
{
    struct control_case_edit_ask ask = {.case_id = *id, .removed = BIT(CONTACT)};
    struct case_sections now = {.version = 0};
    struct control_case_edited out;

    as(s, DAN);
    assert_true(end_act(s, exchange_case_show(s->ngo, id, &now, &s->err)));
    ask.version = now.version;
    as(s, DAN);
    assert_true(end_act(s, exchange_case_edit(s->ngo, &ask, &out, &s->err)));
}

static void test_of_a_case_that_was_closed_or_merged_there_is_no_page(void **state)
{
    struct control_case_close_ask closing = {.reason = CLOSE_SHE_ENDED};
    struct control_case_merge_ask merging;
    struct control_case_moved moved;
    struct control_case_life life;
    struct fixture s;
    struct ident id;
    int count;

    (void)state;
    begin(&s, 314);
    id = resident(&s);
    assert_true(duty(&s, CAT, "shelter", CAT, 8 * HOURS));
    closing.case_id = id;
    as(&s, DAN);
    world_must(end_act(&s, exchange_case_close(s.ngo, &closing, &life, &s.err)), &s.err, "close");
    assert_int_equal(page(&s, CAT, &id), -1);
    assert_int_equal(residents(&s, CAT), 0);
    assert_true(page(&s, DAN, &id) > 0); /* who holds it */
    as(&s, DAN);
    world_must(end_act(&s, exchange_case_reopen(s.ngo, &id, &life, &s.err)), &s.err, "reopen");
    assert_int_equal(residents(&s, CAT), 1);
    as(&s, DAN);
    merging = (struct control_case_merge_ask){.from = id, .case_id = people_case(s.ngo)};
    (void)end_act(&s, true);
    as(&s, DAN);
    world_must(end_act(&s, exchange_case_merge(s.ngo, &merging, &moved, &s.err)), &s.err, "merge");
    count = page(&s, CAT, &id); /* the other one is not in the house */
    assert_true(count > 0);
    remove_contact(&s, &merging.case_id);
    assert_in_range(page(&s, CAT, &id), 0, count - 1); /* as it is now */
    assert_true(assign_desk(&s, DAN, &merging.case_id, "shelter"));
    assert_int_equal(page(&s, CAT, &id), -1);
    assert_true(page(&s, CAT, &merging.case_id) >= 0);
    assert_int_equal(residents(&s, CAT), 1);
    closing.case_id = merging.case_id;
    as(&s, DAN);
    world_must(end_act(&s, exchange_case_close(s.ngo, &closing, &life, &s.err)), &s.err, "close");
    assert_int_equal(residents(&s, CAT), 0);
    fixture_edit(&s, NGO, "UPDATE case_end SET sealed = randomblob(length(sealed))");
    assert_true(residents(&s, CAT) > 0 && page(&s, CAT, &merging.case_id) >= 0); /* nobody knows */
    fixture_end(&s);
}

static void test_a_page_that_was_read_stands_in_the_log_and_one_that_was_not_does_not(void **state)
{
    struct fixture s;
    struct ident id;
    unsigned opened;

    (void)state;
    begin(&s, 311);
    id = resident(&s);
    assert_true(duty(&s, CAT, "shelter", CAT, 8 * HOURS));
    opened = people_records(s.ngo, RECORD_OPENED);
    assert_true(page(&s, CAT, &id) > 0);
    assert_int_equal(people_records(s.ngo, RECORD_OPENED), opened + 2); /* to count them is one, too */
    assert_int_equal(page(&s, BOB, &id), -1);
    assert_int_equal(people_records(s.ngo, RECORD_OPENED), opened + 3);
    fixture_end(&s);
}

static void test_who_is_kept_from_a_case_reads_no_page_of_it(void **state)
{
    struct fixture s;
    struct ident other;
    struct ident id;

    (void)state;
    begin(&s, 312);
    id = resident(&s);
    other = resident(&s);
    assert_true(duty(&s, CAT, "shelter", CAT, 8 * HOURS));
    assert_true(never(&s, &id, CAT));
    assert_int_equal(page(&s, CAT, &id), -1);
    assert_true(page(&s, CAT, &other) > 0);
    assert_int_equal(residents(&s, CAT), 1);
    fixture_edit(&s, NGO, "UPDATE case_never SET sealed = x'00'"); /* nobody knows who it is */
    assert_int_equal(page(&s, CAT, &id), -1);
    assert_int_equal(residents(&s, CAT), 1);
    fixture_end(&s);
}

static void test_a_desk_that_is_no_house_any_more_shows_no_pages(void **state)
{
    struct fixture s;
    struct ident id;

    (void)state;
    begin(&s, 313);
    id = resident(&s);
    assert_true(duty(&s, CAT, "shelter", CAT, 8 * HOURS));
    assert_true(set(&s, "shelter", DESK_OWN_CASES, false));
    assert_int_equal(page(&s, CAT, &id), -1);
    assert_true(set(&s, "shelter", DESK_HOUSE, false));
    assert_true(assign_desk(&s, DAN, &id, "")); /* she moved out */
    assert_int_equal(page(&s, CAT, &id), -1);
    assert_int_equal(residents(&s, CAT), 0);
    fixture_end(&s);
}

struct told_of_desk {
    const char *how[8];
    bool names_it[8];
    bool names_person[8];
    size_t count;
};

static bool note_told(void *cookie, const struct control_event *e, struct error *err)
{
    static char words[8][CONTROL_EVENT_MAX + 1];
    struct told_of_desk *t = cookie;

    (void)err;
    if (!view_equal(e->event, view_of_text("desk")))
        return true;
    assert_in_range(t->count, 0, 7);
    (void)snprintf(words[t->count], sizeof words[0], "%.*s", (int)e->how.size, (const char *)e->how.at);
    t->how[t->count] = words[t->count];
    t->names_it[t->count] = view_equal(e->desk, view_of_text("legal"));
    t->names_person[t->count++] = !ident_is_zero(&e->staff);
    return true;
}

/* Which desk, what became of it, and who it is of the staff. */
static void test_watch_says_what_became_of_which_desk(void **state)
{
    static const char *const steps[] = {"set", "joined", "on-duty", "left"};
    struct told_of_desk told = {.count = 0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 489, 2, NULL);
    enter(&s, ADA, STAFF_ROLE_BIT(STAFF_SUPERVISOR));
    enter(&s, BOB, STAFF_ROLE_BIT(STAFF_CASEWORKER));
    assert_true(set(&s, "legal", 0, false));
    assert_true(member(&s, "legal", BOB, false));
    assert_false(answer.left);
    assert_true(duty(&s, ADA, "legal", BOB, HOURS));
    assert_true(member(&s, "legal", BOB, true));
    assert_true(answer.left);
    world_must(exchange_watch(s.ngo, STAFF_ROLE_BIT(STAFF_SUPERVISOR),
                              &(struct control_watch_ask){.since = view_of_text("0-0")}, note_told, &told, &s.err),
               &s.err, "watch");
    assert_int_equal(told.count, 4);
    for (size_t i = 0; i < told.count; i++) {
        assert_string_equal(told.how[i], steps[i]);
        assert_true(told.names_it[i]);
        assert_int_equal(told.names_person[i], i != 0);
    }
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_watch_says_what_became_of_which_desk),
        cmocka_unit_test(test_what_nobody_holds_is_seen_by_its_desk_and_else_by_who_is_on_duty),
        cmocka_unit_test(test_what_somebody_holds_stays_his_whatever_desk_it_belongs_to),
        cmocka_unit_test(test_who_is_at_one_desk_brings_in_for_it),
        cmocka_unit_test(test_one_puts_himself_on_duty_and_a_supervisor_others),
        cmocka_unit_test(test_duty_ends_within_the_bound),
        cmocka_unit_test(test_there_are_as_many_desks_as_the_bounds_say),
        cmocka_unit_test(test_who_works_with_no_cases_any_more_is_at_no_desk),
        cmocka_unit_test(test_a_caseworker_is_told_who_is_on_duty_and_a_supervisor_who_is_there),
        cmocka_unit_test(test_whichever_statement_fails_duty_and_its_record_stand_together),
        cmocka_unit_test(test_who_is_on_duty_in_the_house_reads_the_page_and_nothing_else),
        cmocka_unit_test(test_of_a_case_that_was_closed_or_merged_there_is_no_page),
        cmocka_unit_test(test_a_page_that_was_read_stands_in_the_log_and_one_that_was_not_does_not),
        cmocka_unit_test(test_who_is_kept_from_a_case_reads_no_page_of_it),
        cmocka_unit_test(test_a_desk_that_is_no_house_any_more_shows_no_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
