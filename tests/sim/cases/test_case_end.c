/* A case is closed and reopened, and the day from which it is deleted is told before. */
#include "fixture.h"

#include "exchange/access/assign_calls.h"
#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_merge.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool try_close(struct fixture *s, enum close_reason reason, struct control_case_life *out)
{
    const struct control_case_close_ask ask = {.case_id = s->person, .reason = reason};
    bool ok = exchange_case_close(s->ngo, &ask, out, &s->err);

    world_tick(s->w, NGO);
    return ok;
}

static struct control_case_life life(struct fixture *s)
{
    struct control_case_life out;

    world_must(exchange_case_life(s->ngo, &s->person, &out, &s->err), &s->err, "ask what becomes of it");
    return out;
}

static bool count_ending(void *cookie, const struct ending_case *c, struct error *err)
{
    (void)c;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static unsigned ending(struct fixture *s)
{
    unsigned count = 0;

    world_must(exchange_ending_list(s->ngo, count_ending, &count, &s->err), &s->err, "list those near their day");
    return count;
}

static void test_a_closed_case_takes_no_referral_until_it_is_reopened(void **state)
{
    const struct people_consent one = {.sections = BIT(TRIAGE)};
    struct control_case_life out;
    struct control_case_life again;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 2, &one);
    fixture_deliver(&s);
    assert_true(try_close(&s, CLOSE_LOST_CONTACT, &out));
    assert_true(out.closed_ms != 0 && out.delete_from == tick_record_day(s.ngo) + KEEP_CLOSED_DAYS);
    assert_true(out.open_referrals == 1 && out.standing == 1);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_END_01);
    assert_true(try_close(&s, CLOSE_LOST_CONTACT, &again)); /* said again it changes nothing */
    assert_true(again.closed_ms == out.closed_ms && people_records(s.ngo, RECORD_CASE_END) == 1);
    assert_false(try_close(&s, CLOSE_OTHER, &again));
    assert_int_equal(s.err.code, E_END_02);
    fixture_restart(&s, NGO);
    assert_int_equal(life(&s).closed_for, CLOSE_LOST_CONTACT);
    assert_true(exchange_case_reopen(s.ngo, &s.person, &out, &s.err));
    world_tick(s.w, NGO);
    assert_true(out.closed_ms == 0 && out.delete_from == 0 && life(&s).closed_ms == 0);
    fixture_refer(&s);
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_what_was_merged_into_a_case_is_closed_and_reopened_with_it(void **state)
{
    const struct people_consent one = {.sections = BIT(TRIAGE)};
    struct control_case_close_ask ask = {.reason = CLOSE_COMPLETED};
    struct control_case_merge_ask merge = {.part = false};
    struct control_case_moved moved;
    struct control_case_life out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 2, &one);
    ask.case_id = merge.case_id = people_case(s.ngo);
    merge.from = s.person;
    world_tick(s.w, NGO);
    assert_true(exchange_case_merge(s.ngo, &merge, &moved, &s.err));
    assert_true(exchange_case_close(s.ngo, &ask, &out, &s.err));
    assert_true(out.standing == 1 && life(&s).delete_from == out.delete_from);
    assert_true(exchange_case_reopen(s.ngo, &ask.case_id, &out, &s.err));
    assert_int_equal(life(&s).closed_ms, 0);
    fixture_end(&s);
}

static void test_the_day_is_told_once_thirty_days_before(void **state)
{
    struct control_case_life out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    s.ngo->keep_closed_days = CASE_NOTICE_DAYS + 5;
    assert_true(try_close(&s, CLOSE_COMPLETED, &out));
    world_run_ms(s.w, 4 * DAYS);
    assert_true(ending(&s) == 0 && people_records(s.ngo, RECORD_CASE_END) == 1);
    world_run_ms(s.w, 3 * DAYS);
    assert_true(ending(&s) == 1 && people_records(s.ngo, RECORD_CASE_END) == 2);
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 3 * DAYS);
    assert_true(ending(&s) == 1 && people_records(s.ngo, RECORD_CASE_END) == 2);
    assert_true(exchange_case_reopen(s.ngo, &s.person, &out, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(ending(&s), 0);
    fixture_end(&s);
}

static void test_who_changes_the_day_in_the_table_brings_no_case_nearer_its_end(void **state)
{
    struct control_case_life out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_true(try_close(&s, CLOSE_COMPLETED, &out));
    fixture_edit(&s, NGO, "UPDATE case_end SET due = 1");
    world_run_ms(s.w, 2 * DAYS);
    assert_true(people_records(s.ngo, RECORD_CASE_END) == 1 && life(&s).delete_from == out.delete_from);
    fixture_end(&s);
}

static void test_what_nobody_holds_is_closed_by_who_took_it(void **state)
{
    enum { ADA = 61001, BOB = 61002 };
    const struct control_staff_add_ask people[] = {
        {.uid = ADA, .account = view_of_text("ada"), .roles = STAFF_ROLE_BIT(STAFF_SUPERVISOR)},
        {.uid = BOB, .account = view_of_text("bob"), .roles = STAFF_ROLE_BIT(STAFF_CASEWORKER)}};
    const uint32_t bob = BOB;
    struct control_staff_person added;
    struct control_case_life out;
    struct control_assigned assigned;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    for (size_t i = 0; i < 2; i++)
        world_must(exchange_staff_add(s.ngo, &people[i], &added, &s.err), &s.err, "enter a person");
    world_tick(s.w, NGO);
    exchange_acting(s.ngo, &bob);
    assert_false(try_close(&s, CLOSE_COMPLETED, &out));
    assert_int_equal(s.err.code, E_CTL_09);
    exchange_acting(s.ngo, &bob);
    assert_true(
        exchange_case_assign(s.ngo, &(struct control_assign_ask){.object = s.person, .uid = BOB}, &assigned, &s.err));
    assert_true(try_close(&s, CLOSE_COMPLETED, &out));
    assert_false(ident_is_zero(&out.closed_by));
    fixture_end(&s);
}

static bool close_one(struct fixture *s)
{
    const struct control_case_close_ask ask = {.case_id = s->person, .reason = CLOSE_COMPLETED};
    struct control_case_life out;

    return exchange_case_close(s->ngo, &ask, &out, &s->err);
}

static void test_a_case_is_closed_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_in_range(fixture_at_each_statement(&s, NGO, close_one, MINUTES), 3, 500);
    assert_true(life(&s).closed_ms != 0 && people_records(s.ngo, RECORD_CASE_END) == 1);
    fixture_end(&s);
}

/* They have erased it, so nobody there answers any more, and nothing would ever end it. */
static void test_what_ended_by_its_last_day_keeps_no_case(void **state)
{
    struct people_consent one = {.sections = BIT(TRIAGE)};
    struct control_case_life out;
    struct control_referral accepted;
    struct case_row row;
    struct fixture s;
    bool found;

    (void)state;
    fixture_begin(&s, 3, 2, NULL);
    one.until = day_of_ms(world_now(s.w)) + 2;
    (void)people_consent(s.ngo, &s.person, s.to, &one);
    fixture_settle(&s);
    fixture_deliver(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &accepted, &s.err));
    fixture_settle(&s);
    s.ngo->keep_closed_days = CASE_NOTICE_DAYS + 5;
    assert_true(try_close(&s, CLOSE_COMPLETED, &out));
    assert_int_equal(out.open_referrals, 1);
    for (unsigned day = 0; day < CASE_NOTICE_DAYS + 10; day++) {
        if (day % 7 == 0)
            world_publish(s.w);
        world_run_ms(s.w, DAYS);
        if (day == 5)
            assert_int_equal(life(&s).open_referrals, 0);
    }
    assert_true(case_store_find(s.ngo->db, &s.person, &found, &row, &s.err));
    assert_true(!found || row.ended_ms != 0);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_closed_case_takes_no_referral_until_it_is_reopened),
        cmocka_unit_test(test_what_was_merged_into_a_case_is_closed_and_reopened_with_it),
        cmocka_unit_test(test_the_day_is_told_once_thirty_days_before),
        cmocka_unit_test(test_who_changes_the_day_in_the_table_brings_no_case_nearer_its_end),
        cmocka_unit_test(test_what_nobody_holds_is_closed_by_who_took_it),
        cmocka_unit_test(test_a_case_is_closed_whole_or_not_at_all),
        cmocka_unit_test(test_what_ended_by_its_last_day_keeps_no_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
