#include "fixture.h"

#include "model/hold.h"
#include "model/referral_state.h"
#include "model/refusal.h"
#include "queries.h"
#include "store/referral_store.h"
#include "store/slot_store.h"
#include "store/staff_store.h"

#include <sqlite3.h>

static char folder[64];
static char path[128];

static int set_up(void **state)
{
    (void)state;
    make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/node.db", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    drop_folder(folder);
    return 0;
}

/* Runs SQL on the file without refex, as an earlier version or another program would; with the settings that refex
 * gives its own connections. */
static int run_raw(const char *sql)
{
    sqlite3 *raw = NULL;
    int code;

    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, script_open, NULL, NULL, NULL), SQLITE_OK);
    code = sqlite3_exec(raw, sql, NULL, NULL, NULL);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    return code;
}

static int64_t ask_raw(const char *sql)
{
    sqlite3 *raw = NULL;
    sqlite3_stmt *stmt = NULL;
    int64_t n;

    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(raw, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    n = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    return n;
}

static void test_an_empty_file_becomes_the_newest_schema(void **state)
{
    struct db *db = NULL;

    (void)state;
    assert_done(db_open(path, DB_WRITE, &db, &err));
    db_close(db);

    assert_int_equal(ask_raw("PRAGMA user_version"), MIGRATION_COUNT);
    assert_int_equal(ask_raw("PRAGMA page_size"), 8192);
    assert_int_equal(ask_raw("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
    assert_int_equal(ask_raw("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT%'"), 0);
}

/* A database as version 1 left it. The rows are written by hand, so that a later migration meets what version 1 wrote
 * and not what today's program writes. */
static const char version_1_rows[] =
    "INSERT INTO log VALUES (1, 'nrm.example/0123456789abcdef/haven/1');"
    "INSERT INTO exchange_record VALUES (0, 1, 1700000000000, x'0102');"
    "INSERT INTO exchange_checkpoint VALUES (1, x'6e6f7465');"
    "INSERT INTO peer VALUES (1, 'shelter@nrm.example', zeroblob(32), 1, 3, 5, zeroblob(32), 0, 1700000000001, "
    "zeroblob(32), "
    "zeroblob(32), 0, 0);"
    "INSERT INTO slot VALUES (0, 1), (1, 2);"
    "INSERT INTO case_file VALUES (1, x'000102030405060708090a0b0c0d0e0f', 0, 1700000000000);"
    "INSERT INTO case_section VALUES (3, 1, 2, x'aa');"
    "INSERT INTO consent VALUES (4, x'100102030405060708090a0b0c0d0e0f', 1, 'haven@nrm.example', "
    "'shelter@nrm.example', 1, 0,"
    " 20000, 1, 1700000000000, 0, -1, 0);"
    "INSERT INTO consent_content VALUES (4, x'bb');"
    "INSERT INTO referral VALUES (1, x'200102030405060708090a0b0c0d0e0f', 1, 1, 1, 4, 1700000000000, 1,"
    " 9, x'dd');"
    "INSERT INTO message VALUES (9, x'018bcfe56800060708090a0b0c0d0e0f', 1, 1, 1, 1, 4, 0, zeroblob(32), 20000, 1, 0, "
    "0, 0, 1, 0, 0);"
    "INSERT INTO body VALUES (9, 1, x'cc');"
    "INSERT INTO request VALUES (zeroblob(32), 1, x'dd');";

static void make_version_1(void)
{
    assert_int_equal(run_raw(migrations[0]), SQLITE_OK);
    assert_int_equal(run_raw(version_1_rows), SQLITE_OK);
}

static void test_a_database_of_version_1_is_taken_up_with_all_it_holds(void **state)
{
    struct ident consent_id = {{0x10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
    struct consent_row consent;
    struct message_row message;
    struct referral_row referral;
    const struct hash mark = {.at = {0}};
    struct peer_row peer;
    struct bytes bytes = {0};
    struct db *db = NULL;
    uint64_t slot;
    int64_t number;
    bool found;

    (void)state;
    make_version_1();
    assert_done(db_open(path, DB_WRITE, &db, &err));

    assert_done(log_store_record(db, LOG_EXCHANGE, 0, &found, &bytes, &err));
    assert_true(found && bytes.size == 2);
    assert_done(peer_store_find(db, view_of_text("shelter@nrm.example"), &found, &peer, &err));
    assert_true(found && peer.linked_size == 5);
    assert_done(consent_store_find_named(db, &(struct address){.text = "ngo@nrm.example"}, &consent_id, &found,
                                         &consent, &err));
    assert_true(found && consent.progress == CONSENT_STANDS && consent.withdrawn_index == UINT64_MAX);
    assert_done(message_store_get(db, 9, &found, &message, &err));
    assert_true(found && message.state == MESSAGE_WAITING && message.consent == 4);
    assert_done(request_store_find(db, &mark, &found, &number, &bytes, &err));
    assert_true(found && bytes.size == 3 && bytes.at[2] == 0xDD);
    assert_done(referral_store_get(db, number, &found, &referral, &err));
    assert_true(found && referral.sealed_size == 1 && referral.message == 9 && referral.answers == 0);
    assert_int_equal(ask_raw("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    /* The next numbers continue after those that are there. */
    number = message_store_next_number(db);
    assert_int_equal(number, 10);
    number = case_store_next_section(db);
    assert_int_equal(number, 4);
    number = consent_store_next_number(db);
    assert_int_equal(number, 5);
    assert_done(slot_store_allocate(db, &slot, &err));
    assert_int_equal(slot, 2);
    assert_done(log_store_append(db, LOG_EXCHANGE, 1, RECORD_RECEIVED, 1, view_of_text("r"), &err));
    assert_done(staff_store_next(db, &number, &err)); /* of version 2 */
    assert_int_equal(number, 1);
    bytes_fini(&bytes);
    db_close(db);
    assert_int_equal(ask_raw("PRAGMA user_version"), MIGRATION_COUNT);
}

static void test_what_was_referred_before_is_whose_its_case_is(void **state)
{
    struct referral_row row;
    struct db *db = NULL;
    bool found;

    (void)state;
    make_version_1();
    for (int i = 1; i < 29; i++)
        assert_int_equal(run_raw(migrations[i]), SQLITE_OK);
    assert_int_equal(run_raw("UPDATE case_file SET holder = 7, desk = 2"), SQLITE_OK);
    assert_int_equal(run_raw("INSERT INTO referral (number, id, direction, peer, case_number, consent, made_ms, state,"
                             " message, sealed, holder) VALUES (2, zeroblob(16), 2, 1, 0, 4, 1, 1, 9, x'', 5)"),
                     SQLITE_OK);
    assert_done(db_open(path, DB_WRITE, &db, &err));
    assert_done(referral_store_get(db, 1, &found, &row, &err));
    assert_true(found && row.holder == 7 && row.desk == 2);
    assert_done(referral_store_get(db, 2, &found, &row, &err));
    assert_true(found && row.holder == 5 && row.desk == 0);
    db_close(db);
}

/* A number that the model has and the schema refuses ends the node when it is first stored. */
static void test_the_schema_takes_each_number_that_the_model_has(void **state)
{
    static const struct {
        const char *table;
        const char *column;
        int first;
        int end;
    } columns[] = {
        {"peer_finding", "closed", 0, FINDING_CLOSING_END},
        {"case_section", "section", 1, SECTION_ROOM},
        {"message", "kind", 1, MESSAGE_KIND_ROOM},
        {"message", "hold", 0, HOLD_END},
        {"obligation", "what", 1, OWED_END},
        {"obligation", "result", 0, ERASURE_END},
        {"obligation", "refused_at", 0, STEP_END},
        {"obligation", "refused_why", 0, REFUSAL_END},
        {"consent", "progress", 1, CONSENT_PROGRESS_END},
        {"referral", "state", 1, REFERRAL_STATE_ROOM},
    };
    struct db *db;

    (void)state;
    assert_done(db_open(path, DB_WRITE, &db, &err));
    db_close(db);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        char sql[256];

        (void)snprintf(sql, sizeof sql,
                       "SELECT count(*) FROM sqlite_schema WHERE name = '%s' AND sql LIKE '%%(%s BETWEEN %d AND %d)%%'",
                       columns[i].table, columns[i].column, columns[i].first, columns[i].end - 1);
        if (ask_raw(sql) != 1)
            fail_msg("%s.%s does not end at %d", columns[i].table, columns[i].column, columns[i].end - 1);
    }
}

static void test_a_schema_newer_than_this_program_is_refused_and_left_alone(void **state)
{
    struct db *db = NULL;

    (void)state;
    assert_done(db_open(path, DB_WRITE, &db, &err));
    db_close(db);
    db = NULL;
    assert_int_equal(run_raw("PRAGMA user_version = 1000000"), SQLITE_OK);

    assert_refused(E_STO_02, db_open(path, DB_WRITE, &db, &err));
    assert_non_null(strstr(err.text, "1000000"));
    assert_refused(E_STO_02, db_open(path, DB_READ_ONLY, &db, &err));
    assert_null(db);
    assert_int_equal(ask_raw("PRAGMA user_version"), 1000000);
}

static void test_reading_only_refuses_an_older_schema_instead_of_changing_it(void **state)
{
    struct db *db = NULL;

    (void)state;
    assert_int_equal(run_raw("PRAGMA journal_mode = WAL; PRAGMA user_version = 0"), SQLITE_OK);

    assert_refused(E_STO_05, db_open(path, DB_READ_ONLY, &db, &err));
    assert_int_equal(ask_raw("SELECT count(*) FROM sqlite_schema"), 0);
}

static void test_the_database_of_another_program_is_refused_and_left_alone(void **state)
{
    struct db *db = NULL;

    (void)state;
    assert_int_equal(run_raw("CREATE TABLE recipe (soup TEXT)"), SQLITE_OK);

    assert_refused(E_STO_04, db_open(path, DB_WRITE, &db, &err));
    assert_int_equal(ask_raw("SELECT count(*) FROM sqlite_schema"), 1);
}

static void test_records_and_checkpoints_can_neither_be_changed_nor_removed(void **state)
{
    static const char *const attacks[] = {
        "UPDATE exchange_record SET bytes = x'00'",
        "UPDATE exchange_record SET idx = 5",
        "DELETE FROM exchange_record",
        "UPDATE house_record SET time_ms = 0",
        "DELETE FROM house_record WHERE idx = 0",
        "UPDATE exchange_checkpoint SET note = x'00'",
        "DELETE FROM exchange_checkpoint",
        "UPDATE house_checkpoint SET note = x'00'",
        "DELETE FROM house_checkpoint",
        "INSERT INTO exchange_record VALUES (0, 1, 0, x'00')",
        "INSERT OR REPLACE INTO exchange_record VALUES (0, 1, 0, x'00')",
    };

    (void)state;
    make_version_1();
    assert_int_equal(run_raw("INSERT INTO house_record VALUES (0, 64, 7, x'01');"
                             "INSERT INTO house_checkpoint VALUES (1, x'01');"),
                     SQLITE_OK);

    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++)
        if (run_raw(attacks[i]) != SQLITE_CONSTRAINT)
            fail_msg("not refused: %s", attacks[i]);
    assert_int_equal(ask_raw("SELECT count(*) FROM exchange_record WHERE bytes = x'0102'"), 1);
    assert_int_equal(ask_raw("SELECT count(*) FROM house_record WHERE time_ms = 7"), 1);
}

static void test_values_outside_their_enumeration_are_refused(void **state)
{
    static const char *const wrong[] = {
        "UPDATE message SET state = 7",
        "UPDATE message SET direction = 3",
        "UPDATE message SET id = x'00'",
        "UPDATE message SET kind = NULL",
        "UPDATE message SET kind = 64",
        "UPDATE message SET may_have_left = 2",
        "INSERT INTO obligation VALUES (1, 5, 1, 1, 4, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, 0, 0, 0)",
        "INSERT INTO obligation VALUES (1, 1, 1, 1, 4, 0, 0, 0, 0, 0, 5, 0, -1, -1, -1, 0, 0, 0)",
        "INSERT INTO obligation VALUES (1, 1, 1, 1, 4, 0, 0, 0, 0, 0, 0, 0, -1, -1, -2, 0, 0, 0)",
        "INSERT INTO obligation VALUES (1, 1, 1, 1, 4, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, 14, 0, 0)",
        "INSERT INTO obligation VALUES (1, 1, 1, 1, 4, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, 13, 7, 0)",
        "UPDATE referral SET state = 20",
        "UPDATE consent SET progress = 0",
        "UPDATE consent SET to_tell = 2",
        "UPDATE consent SET until = 'soon'",
        "UPDATE case_section SET section = 32",
        "UPDATE slot SET state = 0",
        "UPDATE peer SET fid = x'0102'",
        "INSERT INTO tile VALUES (0, x'00')",
        "INSERT INTO case_section VALUES (8, 99, 1, x'00')",
        "INSERT INTO case_likeness VALUES (1, 1, 65536, x'00')",
        "INSERT INTO case_likeness VALUES (1, 99, 1, x'00')",
        "INSERT INTO case_request VALUES (x'00', 1, 1, x'00')",
        "INSERT INTO case_request VALUES (zeroblob(32), 1, 0, x'00')",
        "INSERT INTO case_import VALUES (2, 1, 1, 0, zeroblob(32))",
        "INSERT INTO case_import VALUES (1, 1, 1, 2, zeroblob(32))",
        "INSERT INTO case_import VALUES (1, 1, 1, 0, x'00')",
        "DELETE FROM case_file",
        "INSERT INTO staff VALUES (1, x'00', 1, 1, x'00')",
        "INSERT INTO staff VALUES (1, zeroblob(16), NULL, 1, x'00')",
    };

    (void)state;
    make_version_1();
    assert_int_equal(run_raw(migrations[1]), SQLITE_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (run_raw(wrong[i]) != SQLITE_CONSTRAINT)
            fail_msg("not refused: %s", wrong[i]);
}

int main(void)
{
#define disk_test(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        disk_test(test_an_empty_file_becomes_the_newest_schema),
        disk_test(test_a_database_of_version_1_is_taken_up_with_all_it_holds),
        disk_test(test_what_was_referred_before_is_whose_its_case_is),
        disk_test(test_the_schema_takes_each_number_that_the_model_has),
        disk_test(test_a_schema_newer_than_this_program_is_refused_and_left_alone),
        disk_test(test_reading_only_refuses_an_older_schema_instead_of_changing_it),
        disk_test(test_the_database_of_another_program_is_refused_and_left_alone),
        disk_test(test_records_and_checkpoints_can_neither_be_changed_nor_removed),
        disk_test(test_values_outside_their_enumeration_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
