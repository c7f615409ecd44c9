/* Request ids: who asks again is answered as the first time, whatever he has become meanwhile, and by nobody's else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "exchange/consent/consent_calls.h"
#include "exchange/search/search.h"
#include "exchange/staff/request_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "fixture.h"
#include "store/kept_answer_store.h"

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)

enum { ADA = 1001, BOB, CAT }; /* Unix users; who runs the node is that of this process */

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->ngo, &uid);
    error_clear(&s->err);
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

static void change(struct fixture *s, uint32_t uid, staff_roles give, staff_roles take)
{
    const struct control_staff_role_ask ask = {.uid = uid, .give = give, .take = take};
    struct control_staff_person changed;

    world_must(exchange_staff_role(s->ngo, &ask, &changed, &s->err), &s->err, "change a person");
    world_tick(s->w, NGO);
}

/* What UID asks under one request id. */
static struct ident refer(struct fixture *s, uint32_t uid, bool *repeated)
{
    struct control_referral_result out = {0};

    as(s, uid);
    world_must(people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = true, .request_id = "r-1"},
                            &out, &s->err),
               &s->err, "refer");
    world_tick(s->w, NGO);
    *repeated = out.repeated;
    return out.referral;
}

static bool is_sent_anew(struct fixture *s, uint32_t uid)
{
    bool repeated;

    (void)refer(s, uid, &repeated);
    return !repeated;
}

static struct ident record_consent(struct fixture *s, uint32_t uid)
{
    struct control_consent_record_ask ask = fixture_named_ask(s);
    struct ident id;

    as(s, uid);
    world_must(people_record(s->ngo, &ask, &id, &s->err), &s->err, "record a consent");
    world_tick(s->w, NGO);
    return id;
}

static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
}

/* --- who asks is the same person --- */

static void test_what_was_asked_alone_is_asked_again_by_who_is_entered_since(void **state)
{
    struct fixture s;
    struct ident first;
    struct ident consent;
    struct ident again;
    bool repeated;

    (void)state;
    begin(&s, 230);
    first = refer(&s, geteuid(), &repeated);
    assert_false(repeated);
    consent = record_consent(&s, geteuid());
    enter(&s, geteuid(), CASEWORKER); /* in the middle of a retry */
    again = refer(&s, geteuid(), &repeated);
    assert_true(repeated && ident_equal(&first, &again));
    enter(&s, ADA, SUPERVISOR);
    again = refer(&s, geteuid(), &repeated);
    assert_true(repeated && ident_equal(&first, &again));
    again = record_consent(&s, geteuid());
    assert_true(ident_equal(&consent, &again));
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 1);
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_what_was_asked_alone_is_nobody_elses(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 231);
    assert_true(is_sent_anew(&s, geteuid()));
    enter(&s, ADA, SUPERVISOR | CASEWORKER);
    enter(&s, BOB, CASEWORKER);
    assert_true(is_sent_anew(&s, ADA));
    assert_true(is_sent_anew(&s, BOB));
    assert_false(is_sent_anew(&s, ADA));
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_a_role_that_is_given_or_taken_changes_no_request(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 232);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    assert_true(is_sent_anew(&s, BOB));
    change(&s, BOB, SUPERVISOR, CASEWORKER);
    assert_false(is_sent_anew(&s, BOB));
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_who_left_and_came_back_asks_again(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 233);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    assert_true(is_sent_anew(&s, BOB));
    change(&s, BOB, 0, STAFF_ROLES_ALL);
    enter(&s, BOB, CASEWORKER);
    assert_false(is_sent_anew(&s, BOB));
    assert_true(is_sent_anew(&s, ADA));
    fixture_settle(&s);
    fixture_end(&s);
}

/* He runs the node alone, was one of its staff for a while, and runs it as its operator now. */
static void test_what_was_asked_as_staff_is_asked_again_by_who_is_none_any_more(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 234);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, geteuid(), CASEWORKER);
    assert_true(is_sent_anew(&s, geteuid()));
    change(&s, geteuid(), 0, STAFF_ROLES_ALL);
    assert_false(is_sent_anew(&s, geteuid()));
    fixture_settle(&s);
    fixture_end(&s);
}

/* --- any request, done once --- */

/* What enters ADA, as the door asks it: under an id, with its answer kept. */
static bool enter_ada_under(struct fixture *s, const char *id, const char *ask, bool *repeated)
{
    const struct request_named n = {"staff add", 0, view_of_text(id), view_of_text(ask)};
    const struct view answer = view_of_text("what was answered");
    struct control_staff_add_ask add = {.uid = ADA, .roles = SUPERVISOR, .account = view_of_text("ada")};
    struct control_staff_person out;
    struct bytes kept = {0};
    uint64_t mark;
    bool ok = exchange_request_find(s->ngo, &n, repeated, &kept, &s->err);

    if (ok && *repeated)
        assert_true(view_equal(bytes_view(&kept), answer));
    bytes_fini(&kept);
    if (!ok || *repeated)
        return ok;
    mark = exchange_request_begin(s->ngo);
    return exchange_staff_add(s->ngo, &add, &out, &s->err) && exchange_request_end(s->ngo, &n, mark, &answer, &s->err);
}

static bool is_done_anew(struct fixture *s, const char *id)
{
    bool repeated;

    world_must(enter_ada_under(s, id, "ada", &repeated), &s->err, "ask under an id");
    world_tick(s->w, NGO);
    return !repeated;
}

static enum error_code refusal(struct fixture *s, const char *id, const char *ask)
{
    bool repeated;

    error_clear(&s->err);
    assert_false(enter_ada_under(s, id, ask, &repeated));
    return s->err.code;
}

static void test_a_request_under_an_id_is_done_once_and_answered_the_same(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 235);
    assert_true(is_done_anew(&s, "one"));
    assert_false(is_done_anew(&s, "one"));
    assert_int_equal(refusal(&s, "one", "another"), E_CTL_10);
    assert_true(is_done_anew(&s, "two"));
    fixture_restart(&s, NGO);
    assert_false(is_done_anew(&s, "one"));
    fixture_end(&s);
}

static void test_an_id_under_which_another_asked_is_new(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 236);
    enter(&s, BOB, SUPERVISOR);
    enter(&s, CAT, SUPERVISOR);
    as(&s, BOB);
    assert_true(is_done_anew(&s, "one"));
    as(&s, CAT);
    assert_true(is_done_anew(&s, "one"));
    as(&s, BOB);
    assert_false(is_done_anew(&s, "one"));
    fixture_end(&s);
}

/* He may be somebody else: the machine gives numbers again. */
static void test_what_was_answered_is_read_by_nobody_who_has_the_number_since(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 237);
    enter(&s, CAT, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    as(&s, BOB);
    assert_true(is_done_anew(&s, "one"));
    as(&s, CAT);
    change(&s, BOB, 0, STAFF_ROLES_ALL);
    enter(&s, BOB, CASEWORKER);
    as(&s, BOB);
    assert_int_equal(refusal(&s, "one", "ada"), E_CTL_11);
    fixture_end(&s);
}

static void test_whichever_statement_fails_act_and_answer_stand_together(void **state)
{
    struct fixture s;
    unsigned both = 0;
    bool repeated;

    (void)state;
    begin(&s, 238);
    for (unsigned n = 1;; n++) {
        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        if (!enter_ada_under(&s, "one", "ada", &repeated))
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        world_run_ms(s.w, 1000);
        fixture_look(&s);
        if (world_node(s.w, NGO) != NULL)
            break;
        fixture_restart(&s, NGO);
        assert_true(people_records(s.ngo, RECORD_STAFF) == 0 || !is_done_anew(&s, "one"));
        both += people_records(s.ngo, RECORD_STAFF);
    }
    world_mend(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_STAFF), 1);
    assert_true(both > 0 && !is_done_anew(&s, "one"));
    fixture_end(&s);
}

static void test_a_full_disk_keeps_neither(void **state)
{
    struct fixture s;
    bool repeated;

    (void)state;
    begin(&s, 239);
    world_fault(s.w, NGO, DB_FAULT_COMMIT_FULL, 1);
    assert_true(enter_ada_under(&s, "one", "ada", &repeated));
    world_tick(s.w, NGO);
    world_mend(s.w, NGO);
    world_run_ms(s.w, 15 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_STAFF), 0);
    assert_true(is_done_anew(&s, "one"));
    fixture_end(&s);
}

/* --- what ends --- */

/* Of the node's database, read beside it. */
static int64_t count(struct fixture *s, const char *sql)
{
    sqlite3_stmt *statement;
    char path[300];
    int64_t number;
    sqlite3 *db;

    (void)snprintf(path, sizeof path, "%s/refex.db", world_home(s->w, NGO));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    number = sqlite3_column_int64(statement, 0);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return number;
}

static void test_what_was_answered_goes_with_whatever_is_erased(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin(&s, 240);
    assert_true(is_done_anew(&s, "one"));
    slot = (uint64_t)count(&s, "SELECT slot FROM kept_slot");
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    assert_int_equal(count(&s, "SELECT count(*) FROM kept_slot"), 0);
    assert_int_equal(count(&s, "SELECT count(*) FROM slot WHERE state = 2"), 0);
    assert_int_equal(refusal(&s, "one", "ada"), E_CTL_11); /* it is not done again */
    assert_true(is_done_anew(&s, "two"));
    assert_false(is_done_anew(&s, "two"));
    fixture_end(&s);
}

/* Whoever changes that row has another's key destroyed with the next erasure, or answers sealed under it. */
static void test_a_row_that_names_another_slot_costs_nobody_his_key(void **state)
{
    static const char *const slots[] = {"(SELECT slot FROM case_file)", "1000000"};
    struct case_row row;
    struct fixture s;
    char sql[100];
    bool found;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        begin(&s, 246 + i);
        assert_true(is_done_anew(&s, "one"));
        (void)snprintf(sql, sizeof sql, "UPDATE kept_slot SET slot = %s", slots[i]);
        fixture_edit(&s, NGO, sql);
        assert_true(is_done_anew(&s, "two"));
        assert_true(fixture_withdraw(&s, true));
        fixture_settle(&s);
        assert_non_null(world_node(s.w, NGO));
        assert_true(case_store_find(s.ngo->db, &s.person, &found, &row, &s.err) && found);
        assert_false(vault_slot_is_erased(s.ngo->vault, row.slot));
        assert_int_equal(refusal(&s, "two", "ada"), E_CTL_11); /* its own was */
        fixture_end(&s);
    }
}

/* What she is found by lies under another key then, and nothing of her is erased. */
static void test_a_case_that_changes_takes_no_answer_with_it(void **state)
{
    struct fixture s;
    struct case_row row;
    bool found;

    (void)state;
    begin(&s, 244);
    fixture_settle(&s);
    assert_true(is_done_anew(&s, "one"));
    assert_true(case_store_find(s.ngo->db, &s.person, &found, &row, &s.err) && found);
    assert_true(tick_begin(s.ngo, &s.err) && search_case_changed(s.ngo, &row, &s.err));
    assert_int_equal(count(&s, "SELECT count(*) FROM slot WHERE state = 2"), 0);
    fixture_settle(&s);
    assert_int_equal(count(&s, "SELECT count(*) FROM slot WHERE state = 3"), 1);
    assert_false(is_done_anew(&s, "one"));
    fixture_end(&s);
}

static void test_what_waits_to_be_erased_at_a_start_is(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 241);
    assert_true(is_done_anew(&s, "one"));
    fixture_edit(&s, NGO, "UPDATE slot SET state = 2 WHERE slot IN (SELECT slot FROM kept_slot)");
    fixture_settle(&s);
    assert_int_equal(count(&s, "SELECT count(*) FROM kept_slot"), 0);
    assert_int_equal(count(&s, "SELECT count(*) FROM slot WHERE state = 2"), 0);
    assert_int_equal(refusal(&s, "one", "ada"), E_CTL_11);
    fixture_end(&s);
}

static void test_ids_are_kept_for_thirty_days_and_then_forgotten_in_steps(void **state)
{
    struct fixture s;
    bool repeated;
    char id[16];

    (void)state;
    begin(&s, 242);
    as(&s, geteuid());
    (void)refer(&s, geteuid(), &repeated);
    (void)record_consent(&s, geteuid());
    for (unsigned i = 0; i < 150; i++) {
        (void)snprintf(id, sizeof id, "id %u", i);
        world_must(enter_ada_under(&s, id, "ada", &repeated), &s.err, "ask under an id");
    }
    world_tick(s.w, NGO);
    fixture_settle(&s);
    world_run_ms(s.w, 29 * 24 * HOURS);
    fixture_look(&s);
    assert_false(is_done_anew(&s, "id 7"));
    assert_int_equal(count(&s, "SELECT count(*) FROM kept_answer"), 150);
    assert_int_equal(count(&s, "SELECT count(*) FROM request"), 1);
    world_run_ms(s.w, 3 * 24 * HOURS);
    fixture_look(&s);
    assert_int_equal(count(&s, "SELECT count(*) FROM kept_answer"), 0);
    assert_int_equal(count(&s, "SELECT count(*) FROM kept_slot"), 0);
    assert_int_equal(count(&s, "SELECT count(*) FROM request"), 0);
    assert_int_equal(count(&s, "SELECT count(*) FROM case_request"), 0);
    assert_true(is_done_anew(&s, "id 7"));
    fixture_end(&s);
}

/* Trusted time is forty days behind then, and its days would be over at once. */
static void test_what_was_asked_while_the_clock_was_in_doubt_is_not_forgotten_with_the_doubt(void **state)
{
    struct fixture s;
    bool changed;

    (void)state;
    begin(&s, 244);
    world_crash(s.w, NGO);
    world_crash(s.w, MISSION);
    world_advance(s.w, 40 * 24 * HOURS);
    world_publish(s.w);
    world_start(s.w, NGO);
    fixture_look(&s);
    world_run_ms(s.w, MINUTES);
    assert_true(is_sent_anew(&s, geteuid()));
    assert_true(is_done_anew(&s, "one"));
    world_must(exchange_clock_confirm(s.ngo, &changed, &s.err), &s.err, "confirm the clock");
    assert_true(changed);
    world_run_ms(s.w, 5 * 24 * HOURS);
    world_publish(s.w);
    assert_false(is_sent_anew(&s, geteuid()));
    assert_false(is_done_anew(&s, "one"));
    world_run_ms(s.w, 30 * 24 * HOURS);
    assert_int_equal(count(&s, "SELECT count(*) FROM request"), 0);
    world_start(s.w, MISSION);
    fixture_look(&s);
    fixture_end(&s);
}

static void test_no_more_ids_are_forgotten_in_one_tick_than_it_says(void **state)
{
    struct fixture s;
    struct error err;
    bool more;

    (void)state;
    begin(&s, 243);
    for (unsigned i = 0; i < 5; i++) {
        char id[16];
        bool repeated;

        (void)snprintf(id, sizeof id, "id %u", i);
        world_must(enter_ada_under(&s, id, "ada", &repeated), &s.err, "ask under an id");
    }
    world_tick(s.w, NGO);
    assert_true(kept_answer_store_drop_before(s.ngo->db, UINT32_MAX, 3, &more, &err) && more);
    assert_int_equal(count(&s, "SELECT count(*) FROM kept_answer"), 2);
    assert_true(kept_answer_store_drop_before(s.ngo->db, UINT32_MAX, 3, &more, &err) && !more);
    assert_int_equal(count(&s, "SELECT count(*) FROM kept_answer"), 0);
    world_tick(s.w, NGO);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_asked_alone_is_asked_again_by_who_is_entered_since),
        cmocka_unit_test(test_what_was_asked_alone_is_nobody_elses),
        cmocka_unit_test(test_a_role_that_is_given_or_taken_changes_no_request),
        cmocka_unit_test(test_who_left_and_came_back_asks_again),
        cmocka_unit_test(test_what_was_asked_as_staff_is_asked_again_by_who_is_none_any_more),
        cmocka_unit_test(test_a_request_under_an_id_is_done_once_and_answered_the_same),
        cmocka_unit_test(test_an_id_under_which_another_asked_is_new),
        cmocka_unit_test(test_what_was_answered_is_read_by_nobody_who_has_the_number_since),
        cmocka_unit_test(test_whichever_statement_fails_act_and_answer_stand_together),
        cmocka_unit_test(test_a_full_disk_keeps_neither),
        cmocka_unit_test(test_what_was_answered_goes_with_whatever_is_erased),
        cmocka_unit_test(test_a_row_that_names_another_slot_costs_nobody_his_key),
        cmocka_unit_test(test_a_case_that_changes_takes_no_answer_with_it),
        cmocka_unit_test(test_what_waits_to_be_erased_at_a_start_is),
        cmocka_unit_test(test_ids_are_kept_for_thirty_days_and_then_forgotten_in_steps),
        cmocka_unit_test(test_what_was_asked_while_the_clock_was_in_doubt_is_not_forgotten_with_the_doubt),
        cmocka_unit_test(test_no_more_ids_are_forgotten_in_one_tick_than_it_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
