/* Days that are kept of a case: the newest of a kind counts, and each is told once before it and once when it is past,
 * to who holds the case. */
#include "fixture.h"

#include "base/file.h"
#include "exchange/access/assign_calls.h"
#include "exchange/access/never_calls.h"
#include "exchange/cases/case_dates.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_merge.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/referrals/work_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "refexd/status.h"
#include "store/case_entry_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)

enum { ADA = 61001, BOB, CAT };

/* --- saying it --- */

struct said {
    unsigned count;
    unsigned counting;
    struct control_case_date last;
};

static bool keep(void *cookie, const struct control_case_date *d, struct error *err)
{
    struct said *s = cookie;

    (void)err;
    s->count++;
    s->counting += d->counts;
    s->last = *d;
    return true;
}

static bool try_say_of(struct fixture *s, const struct ident *of, enum date_kind kind, uint32_t until,
                       struct said *said)
{
    const struct control_case_date_ask ask = {.case_id = *of, .date = kind, .until = until, .ended = until == 0};
    bool ok;

    *said = (struct said){0};
    ok = exchange_case_date(s->ngo, &ask, NULL, keep, said, &s->err);
    assert_true(!ok || (said->count == 1 && said->last.date == kind && said->last.until == until));
    world_tick(s->w, NGO);
    return ok;
}

static struct said say(struct fixture *s, enum date_kind kind, uint32_t until)
{
    struct said said;

    world_must(try_say_of(s, &s->person, kind, until, &said), &s->err, "say a date");
    return said;
}

static void refuse(struct fixture *s, enum date_kind kind, uint32_t until, enum error_code code)
{
    struct said said;

    assert_false(try_say_of(s, &s->person, kind, until, &said));
    assert_int_equal(s->err.code, code);
    error_clear(&s->err);
}

static struct said all(struct fixture *s)
{
    const struct control_case_date_ask ask = {.case_id = s->person};
    struct walk_step step = {.limit = 1};
    struct said steps = {0};
    struct said said = {0};

    world_must(exchange_case_date(s->ngo, &ask, NULL, keep, &said, &s->err), &s->err, "list them");
    do
        world_must(exchange_case_date(s->ngo, &ask, &step, keep, &steps, &s->err), &s->err, "list them in steps");
    while (step.more);
    assert_true(steps.count == said.count && steps.counting == said.counting);
    world_tick(s->w, NGO);
    return said;
}

static struct control_case_life life(struct fixture *s, const struct ident *of)
{
    struct control_case_life out;

    world_must(exchange_case_life(s->ngo, of, &out, &s->err), &s->err, "ask what counts");
    return out;
}

/* --- being told --- */

struct work {
    unsigned count;
    struct control_work_item last;
};

static bool keep_item(void *cookie, const struct control_work_item *w, struct error *err)
{
    struct work *k = cookie;

    (void)err;
    k->count++;
    k->last = *w;
    return true;
}

static struct work work_of(struct fixture *s)
{
    const struct control_work_ask ask = {.dates = true};
    struct walk_step step = {.limit = 1};
    struct work steps = {0};
    struct work k = {0};

    world_must(exchange_work_list(s->ngo, &ask, NULL, keep_item, &k, &s->err), &s->err, "ask for work");
    do
        world_must(exchange_work_list(s->ngo, &ask, &step, keep_item, &steps, &s->err), &s->err, "ask in steps");
    while (step.more);
    assert_int_equal(steps.count, k.count);
    return k;
}

struct status_said {
    unsigned past;
    uint64_t near;
};

static struct status_said status_of(struct fixture *s)
{
    struct control_context w = {.mode = CONTROL_NODE, .exchange = s->ngo};
    struct status_said said = {0};
    struct arena arena = {0};
    struct status status;

    world_must(status_collect(&w, &arena, &status, &s->err), &s->err, "ask the status");
    for (size_t k = 0; k < status.findings.count; k++)
        said.past += status.findings.rows[k] == FOUND_DATE_PAST;
    said.near = status.line.dates_near;
    arena_fini(&arena);
    return said;
}

struct told {
    unsigned near;
    unsigned past;
    unsigned of_case; /* of both, those that name it */
    bool more;
    char cursor[256];
};

static bool on_event(void *cookie, const struct control_event *e, struct error *err)
{
    struct told *t = cookie;

    (void)err;
    if (view_equal(e->event, view_of_text("due"))) {
        t->near += view_equal(e->how, view_of_text("date-near"));
        t->past += view_equal(e->how, view_of_text("date-past"));
        t->of_case += !ident_is_zero(&e->case_id);
    }
    (void)snprintf(t->cursor, sizeof t->cursor, "%.*s", (int)e->cursor.size, (const char *)e->cursor.at);
    t->more = e->more;
    return true;
}

/* All that UID was ever told; 0: who runs the node alone. */
static struct told told_to(struct fixture *s, uint32_t uid, staff_roles roles, bool mine)
{
    struct told t = {.cursor = "0-0"};

    exchange_acting(s->ngo, uid == 0 ? NULL : &uid);
    do {
        char since[256];

        (void)snprintf(since, sizeof since, "%s", t.cursor);
        world_must(exchange_watch(s->ngo, roles,
                                  &(struct control_watch_ask){.since = view_of_text(since), .mine = mine}, on_event, &t,
                                  &s->err),
                   &s->err, "watch");
    } while (t.more);
    return t;
}

static void enter(struct fixture *s, uint32_t uid, staff_roles roles)
{
    struct control_staff_add_ask ask = {.uid = uid, .roles = roles};
    struct control_staff_person added;
    char account[16];

    (void)snprintf(account, sizeof account, "user%u", (unsigned)uid);
    ask.account = view_of_text(account);
    world_must(exchange_staff_add(s->ngo, &ask, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->ngo, uid == 0 ? NULL : &uid);
}

static void assign(struct fixture *s, uint32_t by, uint32_t to)
{
    struct control_assign_ask ask = {.object = s->person, .uid = to};
    struct control_assigned out;

    as(s, by);
    world_must(exchange_case_assign(s->ngo, &ask, &out, &s->err), &s->err, "give the case");
    as(s, 0);
    world_tick(s->w, NGO);
}

static bool count_one(void *cookie, int64_t number, int64_t case_number, uint32_t due, struct error *err)
{
    (void)number;
    (void)case_number;
    (void)due;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

/* How many days lie open in the index by which they are told. */
static unsigned count_due(struct fixture *s)
{
    unsigned n = 0;

    assert_true(case_entry_store_walk_near(s->ngo->db, CASE_ENTRY_DATE, UINT32_MAX, NULL, count_one, &n, &s->err));
    return n;
}

/* --- tests --- */

static void test_the_newest_of_a_kind_counts_and_the_others_stay(void **state)
{
    struct fixture s;
    struct said said;
    uint32_t today;
    unsigned records;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    today = tick_record_day(s.ngo);
    assert_int_equal(life(&s, &s.person).date_count, 0);
    refuse(&s, DATE_KIND_PERMIT, 0, E_CAS_32); /* there is none that could end */
    records = people_records(s.ngo, RECORD_OPENED);
    said = say(&s, DATE_KIND_REFLECTION, today + 30);
    assert_true(said.last.counts && said.last.told_from == today + 23 && said.last.at_least == 0);
    (void)say(&s, DATE_KIND_REFLECTION, today + 30); /* said again it changes nothing */
    (void)say(&s, DATE_KIND_STATUS, today + 700);
    assert_int_equal(people_records(s.ngo, RECORD_OPENED), records + 2 + 1); /* that the log was read is one */
    said = say(&s, DATE_KIND_REFLECTION, today + 29);
    assert_int_equal(said.last.at_least, 30); /* Art. 13 */
    world_run_ms(s.w, 10 * DAYS);
    said = say(&s, DATE_KIND_REFLECTION, today + 31);
    assert_int_equal(said.last.at_least, 0); /* it is counted from when one was said first */
    fixture_restart(&s, NGO);
    said = all(&s);
    assert_true(said.count == 4 && said.counting == 2 && said.last.until == today + 31);
    assert_int_equal(count_due(&s), 2);
    assert_int_equal(life(&s, &s.person).date_count, 2);
    said = say(&s, DATE_KIND_REFLECTION, 0);
    assert_false(said.last.counts);
    (void)say(&s, DATE_KIND_REFLECTION, 0);
    said = all(&s);
    assert_true(said.count == 5 && said.counting == 1);
    assert_int_equal(count_due(&s), 1);
    assert_true(life(&s, &s.person).date_count == 1 && life(&s, &s.person).dates[0].date == DATE_KIND_STATUS);
    fixture_end(&s);
}

static void test_a_day_is_taken_at_its_bounds_and_not_over_them(void **state)
{
    struct fixture s;
    struct said said;
    uint32_t today;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    today = tick_record_day(s.ngo);
    (void)say(&s, DATE_KIND_PERMIT, today);
    (void)say(&s, DATE_KIND_PERMIT, today + BOUND_CASE_DATE_DAYS);
    refuse(&s, DATE_KIND_PERMIT, today + BOUND_CASE_DATE_DAYS + 1, E_CAS_31);
    refuse(&s, DATE_KIND_PERMIT, today - 1, E_CAS_31);
    refuse(&s, DATE_KIND_ABSENT, today, E_USE_02);
    assert_false(exchange_case_date(s.ngo,
                                    &(struct control_case_date_ask){.case_id = s.person, .date = DATE_KIND_PERMIT},
                                    NULL, keep, &said, &s.err));
    assert_int_equal(s.err.code, E_USE_02);
    assert_int_equal(all(&s).count, 2);
    fixture_end(&s);
}

static void test_it_is_told_once_before_and_once_when_it_is_past(void **state)
{
    struct fixture s;
    struct work work;
    uint32_t today;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    today = tick_record_day(s.ngo);
    (void)say(&s, DATE_KIND_REFLECTION, today + 30);
    (void)say(&s, DATE_KIND_PERMIT, today + 300);
    world_run_ms(s.w, 22 * DAYS);
    assert_int_equal(told_to(&s, 0, STAFF_ROLES_ALL, false).near, 0);
    assert_true(work_of(&s).count == 0 && status_of(&s).near == 0);
    world_run_ms(s.w, 1 * DAYS);
    assert_int_equal(told_to(&s, 0, STAFF_ROLES_ALL, false).near, 1);
    work = work_of(&s);
    assert_true(work.count == 1 && work.last.date == DATE_KIND_REFLECTION && !work.last.overdue);
    assert_true(work.last.by_ms == ((int64_t)today + 31) * DAY_MS - 1000 && work.last.group == WORK_TO_DO);
    assert_true(status_of(&s).near == 1 && status_of(&s).past == 0);
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 7 * DAYS); /* its last day */
    assert_true(told_to(&s, 0, STAFF_ROLES_ALL, false).near == 1 && status_of(&s).past == 0);
    world_run_ms(s.w, 1 * DAYS);
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 3 * DAYS);
    assert_true(told_to(&s, 0, STAFF_ROLES_ALL, false).near == 1 && told_to(&s, 0, STAFF_ROLES_ALL, false).past == 1);
    assert_true(work_of(&s).count == 1 && work_of(&s).last.overdue);
    assert_true(status_of(&s).near == 0 && status_of(&s).past == 1);
    (void)say(&s, DATE_KIND_REFLECTION, 0);
    assert_true(work_of(&s).count == 0 && status_of(&s).past == 0);
    (void)say(&s, DATE_KIND_DECISION, tick_record_day(s.ngo)); /* it is near when it is said */
    assert_int_equal(told_to(&s, 0, STAFF_ROLES_ALL, false).near, 2);
    fixture_end(&s);
}

static void test_who_holds_the_case_is_told_which_and_others_are_not(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    enter(&s, CAT, CASEWORKER);
    as(&s, BOB);
    refuse(&s, DATE_KIND_PERMIT, tick_record_day(s.ngo) + 40, E_CTL_09); /* he is first to take it */
    assign(&s, ADA, BOB);
    as(&s, BOB);
    (void)say(&s, DATE_KIND_PERMIT, tick_record_day(s.ngo) + 31);
    as(&s, 0);
    world_run_ms(s.w, 2 * DAYS);
    assert_true(told_to(&s, BOB, CASEWORKER, false).near == 1 && told_to(&s, BOB, CASEWORKER, false).of_case == 1);
    assert_true(told_to(&s, BOB, CASEWORKER, true).near == 1);
    assert_int_equal(told_to(&s, CAT, CASEWORKER, false).near, 0);
    assert_true(told_to(&s, ADA, SUPERVISOR, false).near == 1 && told_to(&s, ADA, SUPERVISOR, false).of_case == 0);
    assert_int_equal(told_to(&s, ADA, SUPERVISOR, true).near, 0);
    as(&s, BOB);
    assert_true(work_of(&s).count == 1 && work_of(&s).last.yours && status_of(&s).near == 1);
    as(&s, CAT);
    assert_true(work_of(&s).count == 0 && status_of(&s).near == 0);
    as(&s, ADA);
    assert_true(work_of(&s).count == 1 && !work_of(&s).last.yours);
    assign(&s, ADA, CAT);
    as(&s, CAT);
    assert_int_equal(work_of(&s).count, 1);
    assert_int_equal(told_to(&s, BOB, CASEWORKER, false).near, 0); /* it is his no more */
    as(&s, 0);
    world_run_ms(s.w, 40 * DAYS);
    assert_true(told_to(&s, CAT, CASEWORKER, false).past == 1 && told_to(&s, BOB, CASEWORKER, false).past == 0);
    fixture_end(&s);
}

static void test_of_a_closed_case_nothing_is_told_until_it_is_open_again(void **state)
{
    struct control_case_close_ask ask = {.reason = CLOSE_OTHER};
    struct control_case_life out;
    struct fixture s;
    uint32_t today;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    today = tick_record_day(s.ngo);
    (void)say(&s, DATE_KIND_DECISION, today + 3);
    (void)say(&s, DATE_KIND_PERMIT, today + 500);
    ask.case_id = s.person;
    world_must(exchange_case_close(s.ngo, &ask, &out, &s.err), &s.err, "close it");
    world_tick(s.w, NGO);
    refuse(&s, DATE_KIND_STATUS, today + 40, E_END_09);
    (void)say(&s, DATE_KIND_PERMIT, 0); /* but it can end */
    world_run_ms(s.w, 4 * DAYS);
    assert_true(told_to(&s, 0, STAFF_ROLES_ALL, false).near == 0 && work_of(&s).count == 0);
    assert_int_equal(told_to(&s, 0, STAFF_ROLES_ALL, false).past, 0);
    world_must(exchange_case_reopen(s.ngo, &s.person, &out, &s.err), &s.err, "open it again");
    world_tick(s.w, NGO);
    assert_true(work_of(&s).count == 1 && status_of(&s).past == 1);
    world_run_ms(s.w, 1 * DAYS);
    assert_int_equal(told_to(&s, 0, STAFF_ROLES_ALL, false).past, 1);
    fixture_end(&s);
}

static void test_dates_of_a_merged_case_stay_with_it_and_are_told_on(void **state)
{
    struct control_case_merge_ask merge = {.part = false};
    struct control_case_moved moved;
    struct control_case_life out;
    struct fixture s;
    struct said said;
    struct work work;
    uint32_t today;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    today = tick_record_day(s.ngo);
    (void)say(&s, DATE_KIND_DECISION, today + 3);
    merge.from = s.person;
    merge.case_id = people_case(s.ngo);
    world_tick(s.w, NGO);
    world_must(exchange_case_merge(s.ngo, &merge, &moved, &s.err), &s.err, "merge them");
    world_tick(s.w, NGO);
    refuse(&s, DATE_KIND_PERMIT, today + 40, E_MRG_03);
    out = life(&s, &merge.case_id);
    assert_true(out.date_count == 1 && ident_equal(&out.dates[0].case_id, &s.person));
    world_must(try_say_of(&s, &merge.case_id, DATE_KIND_PERMIT, today + 40, &said), &s.err, "say it of the other");
    assert_int_equal(life(&s, &merge.case_id).date_count, 2);
    world_run_ms(s.w, 2 * DAYS);
    work = work_of(&s);
    assert_true(work.count == 1 && ident_equal(&work.last.case_id, &s.person));
    (void)say(&s, DATE_KIND_DECISION, 0);
    assert_int_equal(life(&s, &merge.case_id).date_count, 1);
    fixture_end(&s);
}

static void test_many_dates_on_one_day_are_all_told(void **state)
{
    struct fixture s;
    struct said said;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    for (unsigned i = 0; i < 40; i++) {
        const struct ident one = people_case(s.ngo);

        world_tick(s.w, NGO);
        world_must(try_say_of(&s, &one, DATE_KIND_DECISION, tick_record_day(s.ngo) + 4, &said), &s.err, "say one");
    }
    world_run_ms(s.w, 3 * DAYS);
    assert_int_equal(told_to(&s, 0, STAFF_ROLES_ALL, false).near, 40);
    assert_int_equal(work_of(&s).count, 40);
    fixture_end(&s);
}

static void test_what_waits_for_a_key_is_told_when_it_is_there(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    (void)say(&s, DATE_KIND_DECISION, tick_record_day(s.ngo) + 3);
    fixture_take_keys(&s, NGO, &keys);
    world_run_ms(s.w, 3 * DAYS);
    fixture_look(&s);
    assert_int_equal(told_to(&s, 0, STAFF_ROLES_ALL, false).near, 0);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, HOURS);
    assert_int_equal(told_to(&s, 0, STAFF_ROLES_ALL, false).near, 1);
    bytes_fini(&keys);
    fixture_end(&s);
}

static bool add_one(struct fixture *s)
{
    struct said said = {0};

    return exchange_case_date(s->ngo,
                              &(struct control_case_date_ask){
                                  .case_id = s->person, .date = DATE_KIND_DECISION, .until = tick_record_day(s->ngo)},
                              NULL, keep, &said, &s->err);
}

static void test_it_is_said_and_told_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_in_range(fixture_at_each_statement(&s, NGO, add_one, MINUTES), 3, 500);
    assert_true(all(&s).count == 1 && all(&s).counting == 1);
    assert_int_equal(told_to(&s, 0, STAFF_ROLES_ALL, false).near, 1);
    assert_int_equal(work_of(&s).count, 1);
    fixture_end(&s);
}

static void test_an_index_says_neither_kind_nor_day(void **state)
{
    struct fixture s;
    uint32_t today;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    today = tick_record_day(s.ngo);
    (void)say(&s, DATE_KIND_REFLECTION, today + 107);
    (void)say(&s, DATE_KIND_PERMIT, today + 130);
    fixture_edit_beside(&s, NGO,
                        "CREATE TABLE seen AS SELECT count(DISTINCT due) AS days, count(*) AS dates FROM case_entry "
                        "WHERE kind = 11;"
                        "UPDATE case_entry SET due = 0 WHERE kind = 11 AND (SELECT days <> 1 OR dates <> 2 FROM seen);"
                        "DROP TABLE seen;");
    world_run_ms(s.w, 101 * DAYS);
    assert_int_equal(work_of(&s).count, 2); /* both were told from one day: nothing else tells them apart */
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_newest_of_a_kind_counts_and_the_others_stay),
        cmocka_unit_test(test_a_day_is_taken_at_its_bounds_and_not_over_them),
        cmocka_unit_test(test_it_is_told_once_before_and_once_when_it_is_past),
        cmocka_unit_test(test_who_holds_the_case_is_told_which_and_others_are_not),
        cmocka_unit_test(test_of_a_closed_case_nothing_is_told_until_it_is_open_again),
        cmocka_unit_test(test_dates_of_a_merged_case_stay_with_it_and_are_told_on),
        cmocka_unit_test(test_many_dates_on_one_day_are_all_told),
        cmocka_unit_test(test_what_waits_for_a_key_is_told_when_it_is_there),
        cmocka_unit_test(test_it_is_said_and_told_whole_or_not_at_all),
        cmocka_unit_test(test_an_index_says_neither_kind_nor_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
