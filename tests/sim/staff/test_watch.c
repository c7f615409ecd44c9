/* What who watches a node is told: each event once and in its order, whatever becomes of node and watcher between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/staff/staff_calls.h"
#include "fixture.h"
#include "watcher.h"

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)

/* --- tests --- */

static struct watcher all, late, from_now, caseworker; /* large */

static void consent_and_refer(struct fixture *s, uint64_t seed)
{
    const struct people_consent consent = {.sections = BIT(TRIAGE) | BIT(CONTACT)};

    fixture_begin(s, seed, 2, &consent);
    watcher_begin(&all, STAFF_ROLES_ALL, "0-0");
}

static void test_each_event_is_told_once_in_its_order(void **state)
{
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 60);
    watcher_read(&all, s.ngo);
    watcher_begin(&from_now, STAFF_ROLES_ALL, "");
    watcher_read(&from_now, s.ngo);
    assert_int_equal(from_now.count, 0);
    fixture_deliver(&s);
    watcher_read(&all, s.ngo);
    fixture_restart(&s, NGO);
    watcher_read(&all, s.ngo);
    watcher_read(&all, s.ngo); /* nothing is new */
    world_must(fixture_withdraw(&s, true), &s.err, "withdraw");
    fixture_settle(&s);
    watcher_check(&all, s.ngo);
    assert_int_equal(watcher_count(&all, "consent"), 1);
    assert_int_equal(watcher_count(&all, "receipted"), 2); /* of the referral, of the withdrawal */
    assert_int_equal(watcher_count(&all, "withdrawn"), 1);
    assert_int_equal(watcher_count(&all, "erased"), 1);
    assert_int_equal(watcher_count(&all, "settled"), 1);
    assert_int_equal(watcher_count(&all, "came"), 1); /* the statement */
    watcher_begin(&late, STAFF_ROLES_ALL, "0-0");
    watcher_check(&late, s.ngo);
    watcher_read(&from_now, s.ngo);
    assert_int_equal(from_now.count, all.count - 1); /* but for the consent */
    watcher_begin(&late, STAFF_ROLES_ALL, "0-0");
    watcher_check(&late, s.mission);
    assert_int_equal(watcher_count(&late, "withdrawn"), 1);
    assert_int_equal(watcher_count(&late, "came"), 2);
    fixture_end(&s);
}

static void test_an_event_says_which_referral_and_answer(void **state)
{
    struct fixture s;
    struct control_referral line;

    (void)state;
    consent_and_refer(&s, 61);
    fixture_deliver(&s);
    world_must(exchange_referral_accept(s.mission, &s.sent.referral, view_of(NULL, 0), &line, &s.err), &s.err,
               "accept");
    world_tick(s.w, MISSION);
    watcher_begin(&late, STAFF_ROLES_ALL, "");
    watcher_read(&late, s.ngo);
    fixture_settle(&s);
    watcher_read(&late, s.ngo);
    assert_int_equal(late.answer.answer, REFERRAL_ACCEPTED);
    assert_int_equal(late.answer.record, RECORD_RECEIVED);
    assert_int_equal(late.answer.message_kind, MESSAGE_REPLY);
    assert_true(ident_equal(&late.answer.referral, &s.sent.referral));
    assert_false(ident_is_zero(&late.answer.message));
    assert_string_equal(late.words[late.count - 1], "came");
    fixture_end(&s);
}

/* What is not committed is not told, also to who asks in the same tick; what is committed, though that seemed to fail,
 * is. */
static unsigned fail_and_watch(struct fixture *s, enum db_fault_point point, unsigned last)
{
    unsigned crashes = 0;

    for (unsigned n = 1; n < last; n += n < 60 ? 1 : 7) {
        world_fault(s->w, NGO, point, n);
        if (!fixture_try_refer(s))
            assert_true(world_is_expected_fault(s->w, NGO, &s->err));
        if (world_node(s->w, NGO) != NULL && !watcher_ask(&all, s->ngo, &s->err))
            assert_true(world_is_expected_fault(s->w, NGO, &s->err));
        world_run_ms(s->w, 1000);
        fixture_look(s);
        if (world_node(s->w, NGO) == NULL) {
            crashes++;
            fixture_restart(s, NGO);
        }
        world_mend(s->w, NGO);
        watcher_check(&all, s->ngo);
    }
    return crashes;
}

static void test_whichever_statement_or_commit_fails_no_event_is_lost_or_told_twice(void **state)
{
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 62);
    assert_true(fail_and_watch(&s, DB_FAULT_STEP, 400) > 20);
    assert_true(fail_and_watch(&s, DB_FAULT_COMMIT, 4) > 1);
    assert_true(fail_and_watch(&s, DB_FAULT_COMMIT_DONE, 4) > 1);
    fixture_settle(&s);
    watcher_check(&all, s.ngo);
    watcher_begin(&late, STAFF_ROLES_ALL, "0-0");
    watcher_check(&late, s.ngo);
    assert_int_equal(late.count, all.count);
    fixture_end(&s);
}

static void test_what_a_full_disk_undoes_was_no_event(void **state)
{
    unsigned undone = 0;
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 63);
    for (unsigned n = 1;; n++) {
        uint64_t before = world_undone(s.w, NGO);

        world_fault(s.w, NGO, DB_FAULT_FULL, n);
        if (!fixture_try_refer(&s) || !watcher_ask(&all, s.ngo, &s.err))
            assert_int_equal(s.err.code, E_STO_03);
        world_tick(s.w, NGO);
        world_mend(s.w, NGO);
        if (world_undone(s.w, NGO) == before)
            break;
        undone++;
        watcher_read(&all, s.ngo); /* in the pause */
        world_run_ms(s.w, 15 * MINUTES);
        watcher_check(&all, s.ngo);
    }
    assert_true(undone > 3);
    fixture_settle(&s);
    watcher_check(&all, s.ngo);
    fixture_end(&s);
}

static void enter(struct fixture *s, uint32_t uid, staff_roles roles)
{
    const struct control_staff_add_ask question = {.uid = uid, .account = view_of_text("user"), .roles = roles};
    struct control_staff_person added;

    world_must(exchange_staff_add(s->ngo, &question, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

static void test_who_works_with_cases_is_told_of_them_alone(void **state)
{
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 64);
    enter(&s, 1001, SUPERVISOR);
    enter(&s, 1002, CASEWORKER);
    watcher_begin(&caseworker, CASEWORKER, "0-0");
    watcher_check(&caseworker, s.ngo);
    assert_int_equal(watcher_count(&caseworker, "staff"), 0);
    watcher_begin(&late, SUPERVISOR, "0-0");
    watcher_check(&late, s.ngo);
    assert_int_equal(watcher_count(&late, "staff"), 2);
    assert_int_equal(late.last.roles, CASEWORKER);
    assert_false(ident_is_zero(&late.last.staff));
    assert_non_null(strstr(caseworker.cursor, "-0")); /* of the house log he is told nothing, nor how long it is */
    assert_int_equal(strlen(strchr(caseworker.cursor, '-')), 2);
    assert_memory_equal(caseworker.cursor, late.cursor, strcspn(late.cursor, "-"));
    watcher_begin(&late, STAFF_ROLE_BIT(STAFF_CONNECTOR), "0-0"); /* who is told of what is due there */
    watcher_check(&late, s.ngo);
    assert_int_equal(watcher_count(&late, "staff"), 0);
    watcher_begin(&late, STAFF_ROLE_BIT(STAFF_OPERATOR), "0-0");
    watcher_read(&late, s.ngo);
    assert_int_equal(late.count, 0);
    fixture_end(&s);
}

static void test_many_events_come_in_parts_that_are_bounded(void **state)
{
    struct fixture s;
    unsigned parts = 0;

    (void)state;
    consent_and_refer(&s, 65);
    for (uint32_t n = 0; n < 200; n++)
        enter(&s, 2000 + n, CASEWORKER);
    do {
        world_must(watcher_ask(&all, s.ngo, &s.err), &s.err, "watch");
        assert_true(all.coming <= 128); /* 64 of each log */
        parts++;
    } while (all.more);
    assert_true(parts >= 3);
    watcher_check(&all, s.ngo);
    assert_int_equal(watcher_count(&all, "staff"), 200);
    fixture_end(&s);
}

/* --- a log that is another --- */

static void refuse(struct watcher *w, struct exchange *x, enum error_code code)
{
    struct error err;
    size_t before = w->count;

    assert_false(watcher_ask(w, x, &err));
    assert_int_equal(err.code, code);
    assert_int_equal(w->count, before);
}

static void test_a_log_that_was_put_back_does_not_pass_for_the_newer_one(void **state)
{
    char older[200];
    char at_the_copy[EVENT_CURSOR_TEXT];
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 66);
    fixture_deliver(&s);
    watcher_read(&all, s.ngo);
    world_crash(s.w, NGO);
    (void)snprintf(older, sizeof older, "%s-older", world_home(s.w, NGO));
    world_copy_folder(world_home(s.w, NGO), older);
    fixture_restart(&s, NGO);
    (void)snprintf(at_the_copy, sizeof at_the_copy, "%s", all.cursor);
    fixture_refer(&s);
    world_tick(s.w, NGO);
    watcher_read(&all, s.ngo);
    assert_string_not_equal(all.cursor, at_the_copy);

    world_crash(s.w, NGO);
    world_copy_folder(older, world_home(s.w, NGO));
    world_crash(s.w, MISSION); /* which would tell it */
    world_start(s.w, NGO);
    fixture_look(&s);
    refuse(&all, s.ngo, E_LOG_09); /* behind its end */
    for (unsigned i = 0; i < 6; i++) {
        fixture_refer(&s);
        world_tick(s.w, NGO);
    }
    refuse(&all, s.ngo, E_LOG_09); /* as many records again, and others */
    watcher_begin(&late, STAFF_ROLES_ALL, at_the_copy);
    watcher_read(&late, s.ngo); /* what both have goes on */
    assert_true(late.count >= 6);
    fixture_end(&s);
}

static void test_the_cursor_of_another_node_is_none_here(void **state)
{
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 67);
    fixture_deliver(&s);
    watcher_read(&all, s.ngo);
    refuse(&all, s.mission, E_LOG_09);
    watcher_begin(&late, STAFF_ROLES_ALL, "3-0");
    refuse(&late, s.ngo, E_USE_04);
    fixture_end(&s);
}

/* Half of a cursor is no cursor: each log is looked at. */
static void test_a_cursor_whose_house_log_is_another_is_refused(void **state)
{
    struct event_cursor c;
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 68);
    watcher_read(&all, s.ngo);
    assert_true(event_cursor_read(view_of_text(all.cursor), &c));
    c.in[LOG_HOUSE].leaf[7] ^= 1;
    event_cursor_write(&c, all.cursor);
    refuse(&all, s.ngo, E_LOG_09);
    c.in[LOG_HOUSE].size++;
    event_cursor_write(&c, all.cursor);
    refuse(&all, s.ngo, E_LOG_09);
    fixture_end(&s);
}

static void refuse_without(const char *record)
{
    struct fixture s;
    char sql[200];

    consent_and_refer(&s, 69);
    fixture_deliver(&s);
    (void)snprintf(sql, sizeof sql, "DROP TRIGGER exchange_record_remains; DELETE FROM exchange_record WHERE idx = %s",
                   record);
    fixture_edit_beside(&s, NGO, sql);
    refuse(&all, s.ngo, E_LOG_02);
    world_crash(s.w, NGO);
    fixture_end(&s);
}

static void test_a_record_that_is_missing_is_not_passed_over(void **state)
{
    (void)state;
    refuse_without("2");
    refuse_without("(SELECT max(idx) FROM exchange_record)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_event_is_told_once_in_its_order),
        cmocka_unit_test(test_an_event_says_which_referral_and_answer),
        cmocka_unit_test(test_whichever_statement_or_commit_fails_no_event_is_lost_or_told_twice),
        cmocka_unit_test(test_what_a_full_disk_undoes_was_no_event),
        cmocka_unit_test(test_who_works_with_cases_is_told_of_them_alone),
        cmocka_unit_test(test_many_events_come_in_parts_that_are_bounded),
        cmocka_unit_test(test_a_log_that_was_put_back_does_not_pass_for_the_newer_one),
        cmocka_unit_test(test_the_cursor_of_another_node_is_none_here),
        cmocka_unit_test(test_a_cursor_whose_house_log_is_another_is_refused),
        cmocka_unit_test(test_a_record_that_is_missing_is_not_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
