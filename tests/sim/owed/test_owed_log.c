/* What is owed is made as the log says, at start: rows are taken away and altered in the database file itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations_inside.h"
#include "fixture.h"
#include "store/note_store.h"
#include "store/obligation_store.h"
#include "store/referral_store.h"

/* She was referred to the mission. */
static void begin(struct fixture *s)
{
    fixture_begin(s, 29, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(s);
}

static uint64_t mended(struct exchange *x)
{
    struct node_status status;
    struct error err = {0};

    assert_true(exchange_status(x, &status, &err));
    return status.owed_mended;
}

/* Withdrawn while the mission is away; then SQL. CHANGES tells whether that leaves a difference to the log. */
static void withdrawal_goes_out_after(const char *sql, bool changes)
{
    struct fixture s;

    begin(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    fixture_edit(&s, NGO, sql);
    assert_int_equal(mended(s.ngo) > 0, changes);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);

    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_ERASED);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

static void test_a_withdrawal_whose_row_was_deleted_goes_out_all_the_same(void **state)
{
    (void)state;
    withdrawal_goes_out_after("DELETE FROM obligation", true);
}

static void test_a_withdrawal_whose_row_and_message_were_deleted_goes_out_all_the_same(void **state)
{
    (void)state;
    withdrawal_goes_out_after("DELETE FROM body WHERE number IN (SELECT number FROM message WHERE kind = 17);"
                              "DELETE FROM message WHERE kind = 17; DELETE FROM obligation;"
                              "DELETE FROM note WHERE what = 'owed'",
                              true);
}

static void test_a_withdrawal_whose_row_was_closed_goes_out_all_the_same(void **state)
{
    (void)state;
    withdrawal_goes_out_after("UPDATE obligation SET settled = 1, result = 1, settled_by = 3, answered_by = 3", true);
}

static void test_a_withdrawal_whose_row_was_closed_behind_the_note_goes_out_all_the_same(void **state)
{
    (void)state;
    withdrawal_goes_out_after("UPDATE obligation SET settled = 1, result = 1, settled_by = 100000, answered_by = 3",
                              true);
}

static void test_a_withdrawal_whose_row_is_of_another_record_goes_out_all_the_same(void **state)
{
    (void)state;
    withdrawal_goes_out_after("UPDATE obligation SET step = 4, record_index = 1", true);
}

static void test_a_withdrawal_whose_row_names_no_message_of_its_own_goes_out_all_the_same(void **state)
{
    (void)state;
    withdrawal_goes_out_after("UPDATE obligation SET message = 1", true);
}

static void test_a_withdrawal_whose_message_is_said_to_have_arrived_goes_out_all_the_same(void **state)
{
    (void)state;
    withdrawal_goes_out_after("UPDATE message SET state = 2, outcome = 1 WHERE kind = 17", true);
}

static void test_a_withdrawal_whose_row_only_says_that_it_was_closed_goes_out_all_the_same(void **state)
{
    (void)state;
    withdrawal_goes_out_after("UPDATE obligation SET settled = 1", true);
}

static void test_a_withdrawal_that_is_put_off_for_years_goes_out_all_the_same(void **state)
{
    (void)state;
    withdrawal_goes_out_after("UPDATE obligation SET message = 0, tries = 3, next_ms = 99999999999999;"
                              "DELETE FROM body WHERE number IN (SELECT number FROM message WHERE kind = 17);"
                              "DELETE FROM message WHERE kind = 17",
                              false);
}

static void test_a_withdrawal_whose_message_is_put_off_for_years_goes_out_all_the_same(void **state)
{
    (void)state;
    withdrawal_goes_out_after("UPDATE message SET attempts = 3, next_try_ms = 99999999999999 WHERE kind = 17", false);
}

static void test_a_statement_whose_row_was_deleted_goes_out_all_the_same(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    world_crash(s.w, NGO);
    fixture_settle(&s);
    world_advance(s.w, 4 * DAY_MS); /* it is erased at the mission */
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_ERASED);
    fixture_edit(&s, MISSION, "DELETE FROM obligation");
    assert_int_equal(mended(s.mission), 1);
    fixture_restart(&s, NGO);
    fixture_settle(&s);

    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

static void test_an_answer_whose_row_was_deleted_is_owed_all_the_same(void **state)
{
    struct control_referral answer;
    struct obligation_row row;
    struct referral_row referral;
    struct fixture s;
    bool found;

    (void)state;
    begin(&s);
    world_crash(s.w, NGO);
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);
    fixture_edit(&s, MISSION, "DELETE FROM obligation");
    assert_int_equal(mended(s.mission), 1);
    assert_true(referral_store_find(s.mission->db, &s.sent.referral, &found, &referral, &s.err) && found);
    assert_true(obligation_store_find(s.mission->db, OWED_REPLY, referral.number, &found, &row, &s.err) && found);
    assert_int_equal(row.step, REFERRAL_ACCEPTED);
    assert_true(row.message > 0);
    fixture_restart(&s, NGO);
    fixture_settle(&s);

    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_true(obligation_store_find(s.mission->db, OWED_REPLY, referral.number, &found, &row, &s.err) && found);
    assert_int_equal(row.settled, SETTLED_ANSWERED);
    fixture_end(&s);
}

/* --- what is owed under a consent that is stopped --- */

static void test_a_withdrawal_that_waited_leaves_though_its_consent_is_stopped(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);

    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 2); /* the referral and the withdrawal, made once */
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_STOPPED);
    fixture_end(&s);
}

static struct obligation_row answer_owed(struct fixture *s)
{
    struct referral_row referral;
    struct obligation_row row;
    bool found;

    assert_true(referral_store_find(s->mission->db, &s->sent.referral, &found, &referral, &s->err) && found);
    assert_true(obligation_store_find(s->mission->db, OWED_REPLY, referral.number, &found, &row, &s->err) && found);
    return row;
}

/* The withdrawal comes in while the answer waits for its next try. */
static void test_an_answer_that_waited_leaves_though_its_consent_is_stopped(void **state)
{
    struct control_referral answer;
    struct fixture s;
    char sql[120];

    (void)state;
    begin(&s);
    world_crash(s.w, NGO);
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);
    (void)snprintf(sql, sizeof sql, "UPDATE message SET attempts = 9, next_try_ms = %lld WHERE kind = 3",
                   (long long)(world_now(s.w) + 30 * MINUTES));
    fixture_edit(&s, MISSION, sql);
    fixture_restart(&s, NGO);
    assert_true(fixture_withdraw(&s, false));
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_STOPPED);
    assert_int_equal(answer_owed(&s).settled, 0);
    world_run_ms(s.w, 30 * MINUTES);

    assert_int_equal(people_records(s.mission, RECORD_WITHHELD), 0);
    assert_int_equal(answer_owed(&s).settled, SETTLED_ANSWERED);
    fixture_end(&s);
}

static void test_what_the_log_has_settled_is_not_owed_again(void **state)
{
    struct fixture s;
    unsigned disclosed;

    (void)state;
    begin(&s);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    disclosed = people_records(s.ngo, RECORD_DISCLOSED);
    fixture_edit(&s, NGO, "UPDATE obligation SET settled = 0, result = 0, settled_by = -1, message = 0");
    assert_int_equal(mended(s.ngo), 1);
    fixture_settle(&s);

    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), disclosed);
    fixture_end(&s);
}

/* A row that was made by who writes the disk: nobody is told of a withdrawal that is none. */
static void test_what_no_record_asks_for_is_taken_away(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_edit(&s, NGO, "INSERT INTO obligation VALUES (77, 1, 1, 1, 5, 3, 0, 0, 0, 0, 0, 0, -1, -1, -1, 0, 0, 0)");
    assert_int_equal(mended(s.ngo), 1);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_NOTHING);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1);
    fixture_end(&s);
}

/* The result of a statement is compared too: by `audit verify`, which reads everything. */
static void test_an_answer_that_says_more_than_the_log_is_found_by_verifying(void **state)
{
    struct control_audit_verdict v;
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    fixture_edit(&s, NGO, "UPDATE obligation SET result = 2");
    assert_true(exchange_audit_verify(s.ngo, LOG_EXCHANGE, &v, &s.err));
    assert_false(v.good);
    assert_true(view_equal(v.code, view_of_text("E-OWE-06")));
    fixture_edit(&s, NGO, "UPDATE obligation SET result = 1");
    fixture_end(&s);
}

static void test_an_agency_for_which_nothing_left_is_not_told_after_a_start_either(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    s.consent = people_consent(s.ngo, &s.person, world_address(s.w, MISSION),
                               &(struct people_consent){.sections = BIT(TRIAGE), .purpose = PURPOSE_PROTECTION});
    world_tick(s.w, NGO);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    assert_true(people_refer(s.ngo, &s.person, world_address(s.w, MISSION),
                             &(struct people_referral){.now = true, .purpose = PURPOSE_PROTECTION}, &s.sent, &s.err));
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    fixture_edit(&s, NGO, "DELETE FROM note WHERE what = 'owed'"); /* so that all records are read */
    assert_int_equal(mended(s.ngo), 0);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_NOTHING);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1);
    fixture_end(&s);
}

/* --- how much a start reads --- */

static uint64_t noted_at(struct fixture *s)
{
    struct bytes note = {0};
    uint64_t size = 0;
    bool found;

    assert_true(note_store_get(s->ngo->db, "owed", (struct view){0}, &found, &size, &note, &s->err));
    bytes_fini(&note);
    return found ? size : 0;
}

static void grow(struct fixture *s, unsigned count)
{
    assert_true(tick_begin(s->ngo, &s->err));
    for (unsigned i = 0; i < count; i++) {
        struct record r = {.kind = RECORD_KEYS, .note_hash = {.note = {{1}}, .sequence = i + 1}};

        assert_true(audit_append(s->ngo->audit, &r, NULL, &s->err));
    }
    world_tick(s->w, NGO);
}

static void test_a_start_reads_the_records_since_what_is_owed_was_noted(void **state)
{
    struct fixture s;
    uint64_t noted;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    noted = noted_at(&s);
    assert_true(noted > 0 && noted <= audit_size(s.ngo->audit, LOG_EXCHANGE));
    grow(&s, BOUND_OWED_RECORDS - 200);
    assert_int_equal(noted_at(&s), noted);
    fixture_edit(&s, NGO, "SELECT 1");
    assert_int_equal(s.ngo->obligations->noted, noted); /* it began there */
    grow(&s, 300);
    assert_true(noted_at(&s) > noted + BOUND_OWED_RECORDS - 200);
    noted = noted_at(&s);
    fixture_edit(&s, NGO, "SELECT 1");
    assert_int_equal(s.ngo->obligations->noted, noted);
    assert_int_equal(mended(s.ngo), 0);
    fixture_edit(&s, NGO,
                 "UPDATE obligation SET settled = 1, result = 1, settled_by = 3"); /* a row of before the note */
    assert_int_equal(mended(s.ngo), 1);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_STOPPED);
    fixture_end(&s);
}

static void test_what_the_log_asks_for_is_owed_though_the_first_tick_found_no_room(void **state)
{
    struct ident other;
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    fixture_edit(&s, NGO, "DELETE FROM message WHERE kind = 17; DELETE FROM obligation");
    db_fault(s.ngo->db, DB_FAULT_COMMIT_FULL, 1);
    world_tick(s.w, NGO);
    assert_int_equal(world_undone(s.w, NGO), 1);
    world_advance(s.w, 10000);
    assert_false(people_case_try(s.ngo, &other, &s.err)); /* that comes first */
    assert_int_equal(s.err.code, E_STO_03);
    fixture_restart(&s, MISSION);
    world_run_ms(s.w, HOURS);

    assert_true(mended(s.ngo) > 0);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_ERASED);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_withdrawal_whose_row_was_deleted_goes_out_all_the_same),
        cmocka_unit_test(test_a_withdrawal_whose_row_and_message_were_deleted_goes_out_all_the_same),
        cmocka_unit_test(test_a_withdrawal_whose_row_was_closed_goes_out_all_the_same),
        cmocka_unit_test(test_a_withdrawal_whose_row_was_closed_behind_the_note_goes_out_all_the_same),
        cmocka_unit_test(test_a_withdrawal_whose_row_is_of_another_record_goes_out_all_the_same),
        cmocka_unit_test(test_a_withdrawal_whose_row_names_no_message_of_its_own_goes_out_all_the_same),
        cmocka_unit_test(test_a_withdrawal_whose_message_is_said_to_have_arrived_goes_out_all_the_same),
        cmocka_unit_test(test_a_withdrawal_whose_row_only_says_that_it_was_closed_goes_out_all_the_same),
        cmocka_unit_test(test_a_withdrawal_that_is_put_off_for_years_goes_out_all_the_same),
        cmocka_unit_test(test_a_withdrawal_whose_message_is_put_off_for_years_goes_out_all_the_same),
        cmocka_unit_test(test_a_statement_whose_row_was_deleted_goes_out_all_the_same),
        cmocka_unit_test(test_an_answer_whose_row_was_deleted_is_owed_all_the_same),
        cmocka_unit_test(test_a_withdrawal_that_waited_leaves_though_its_consent_is_stopped),
        cmocka_unit_test(test_an_answer_that_waited_leaves_though_its_consent_is_stopped),
        cmocka_unit_test(test_what_the_log_has_settled_is_not_owed_again),
        cmocka_unit_test(test_what_no_record_asks_for_is_taken_away),
        cmocka_unit_test(test_an_answer_that_says_more_than_the_log_is_found_by_verifying),
        cmocka_unit_test(test_an_agency_for_which_nothing_left_is_not_told_after_a_start_either),
        cmocka_unit_test(test_what_the_log_asks_for_is_owed_though_the_first_tick_found_no_room),
        cmocka_unit_test(test_a_start_reads_the_records_since_what_is_owed_was_noted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
