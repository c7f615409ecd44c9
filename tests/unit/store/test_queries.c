#include "fixture.h"

#include "store/number_store.h"
#include "store/statement.h"

/* What may scan a whole table: lists that people ask for, and what is asked once at the start. */
static const char *const may_scan[] = {
    "EXCHANGE_WALK_CHECKPOINTS",
    "HOUSE_WALK_CHECKPOINTS",
    "CONSENT_FIND_NAMED",
    "REFERRAL_WALK",
    "CASE_WALK",
    "CONSENT_WALK",
    "CONSENT_WALK_CONTENTS_ALONE",
    "SLOT_WALK",
    "SLOT_END",
    /* What is asked where a row names a key that does not open it. */
    "SLOT_MAY_END",
    "SEALING_KEY_WALK",
    "STAFF_WALK",
    "NEVER_COUNT",
    "NEVER_CASES",
    "DESK_WALK",
    "PEER_ALL",
    /* The last row of a table is read by a scan that ends at once. */
    "EXCHANGE_LAST",
    "HOUSE_LAST",
    "EXCHANGE_LAST_CHECKPOINT",
    "HOUSE_LAST_CHECKPOINT",
    /* These scan an index that holds only the rows they need. */
    "MESSAGE_WAITING_COUNT",
    "MESSAGE_WAITING_PEERS",
    "MESSAGE_WALK_EXPIRED",
    "MESSAGE_WALK_UNANSWERED_CORRECTIONS",
    "MESSAGE_WALK_SENT_CORRECTIONS",
    "MESSAGE_WALK_CORRECTION_ANSWERS",
    "MESSAGE_WALK_HOLDS",
    "CONSENT_WALK_WORK",
    "CASE_ENTRY_WALK_MERGED",
    "INCIDENT_OPEN",
    "STOP_WALK_OPEN",
    "INQUIRY_WAITING",
    "PEER_HELD",
    "OBLIGATION_WALK_OPEN",
    "OBLIGATION_WALK_DUE",
    "OBLIGATION_WALK_DOUBTED",
    "OBLIGATION_WALK_LOST",
    "REFERRAL_WALK_LOST",
    "CONSENT_DROP_TOMBSTONES",
    "CONSENT_DROP_TOMBSTONE_CONTENTS",
    "SLOT_WALK_TO_ERASE",
    "SLOT_ANY_TO_ERASE",
    "SEARCH_SEGMENT_OPEN",
    "CASE_SLOT_WALK",
    "DRAFT_SLOT_WALK",
    "SEARCH_RETIRED_WALK",
    /* Dates whose day has come, by their numbers, so that a list goes on in steps. */
    "CASE_ENTRY_WALK_NEAR",
    /* Those of 30 days, where a case is deleted. */
    "REQUEST_DROP_OF",
    /* One row a day, for a month. */
    "KEPT_SLOT_FIND",
    "KEPT_SLOT_WALK",
    "KEPT_SLOT_WALK_TO_ERASE",
    "KEPT_ANSWER_NEXT",
    "PEER_NOTES_WAITING",
    "FINDINGS",
    "DB_TABLES",
    "DB_READ",
    "DB_COUNTERS",
    "DB_COUNTS",
    "DB_LOGS",
};

static bool listed(const char *name)
{
    for (size_t i = 0; i < sizeof may_scan / sizeof may_scan[0]; i++)
        if (strcmp(may_scan[i], name) == 0)
            return true;
    return false;
}

static sqlite3 *open_raw(void)
{
    sqlite3 *raw = NULL;

    assert_int_equal(sqlite3_open(":memory:", &raw), SQLITE_OK);
    for (int i = 0; i < MIGRATION_COUNT; i++)
        assert_int_equal(sqlite3_exec(raw, migrations[i], NULL, NULL, NULL), SQLITE_OK);
    return raw;
}

/* The plan of a statement, its lines joined by "; ". */
static void plan_of(sqlite3 *raw, const char *text, struct bytes *out)
{
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", text);
    sqlite3_stmt *stmt = NULL;

    assert_int_equal(sqlite3_prepare_v2(raw, explain, -1, &stmt, NULL), SQLITE_OK);
    bytes_clear(out);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        bytes_printf(out, "%s; ", (const char *)sqlite3_column_text(stmt, 3));
    bytes_append_u8(out, 0);
    (void)sqlite3_finalize(stmt);
    sqlite3_free(explain);
}

static bool can_be_explained(const char *text)
{
    return strncmp(text, "SELECT", 6) == 0 || strncmp(text, "UPDATE", 6) == 0 || strncmp(text, "INSERT", 6) == 0 ||
           strncmp(text, "DELETE", 6) == 0;
}

static void test_no_question_of_the_hot_path_scans_a_table_or_sorts(void **state)
{
    sqlite3 *raw = open_raw();
    struct bytes plan = {0};
    const char *text;

    (void)state;
    for (int i = 0; i < SQL_COUNT; i++) {
        if (!can_be_explained(queries[i].text) || listed(queries[i].name))
            continue;
        plan_of(raw, queries[i].text, &plan);
        text = (const char *)plan.at;
        if (strstr(text, "SCAN ") != NULL || strstr(text, "TEMP B-TREE") != NULL)
            fail_msg("%s: %s", queries[i].name, text);
    }
    bytes_fini(&plan);
    (void)sqlite3_close(raw);
}

static void test_the_lists_of_work_read_an_index_that_holds_the_work_only(void **state)
{
    sqlite3 *raw = open_raw();
    struct bytes plan = {0};

    (void)state;
    plan_of(raw, queries[SQL_CONSENT_WALK_WORK].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "consent_work"));
    plan_of(raw, queries[SQL_OBLIGATION_WALK_OPEN].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "obligation_open"));
    plan_of(raw, queries[SQL_OBLIGATION_WALK_DUE].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "obligation_open"));
    plan_of(raw, queries[SQL_OBLIGATION_WALK_DOUBTED].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "obligation_doubted"));
    plan_of(raw, queries[SQL_OBLIGATION_WALK_LOST].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "obligation_lost"));
    plan_of(raw, queries[SQL_REFERRAL_WALK_LOST].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "peer_begun"));
    assert_non_null(strstr((const char *)plan.at, "referral_accepted"));
    plan_of(raw, queries[SQL_OBLIGATION_WALK_CLOSED].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "obligation_of_peer"));
    plan_of(raw, queries[SQL_OBLIGATION_WALK_PEER].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "obligation_of_peer"));
    plan_of(raw, queries[SQL_MESSAGE_WALK_UNSETTLED].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "message_unsettled"));
    plan_of(raw, queries[SQL_MESSAGE_WALK_EXPIRED].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "message_expired"));
    plan_of(raw, queries[SQL_MESSAGE_WALK_UNANSWERED_CORRECTIONS].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "message_correction"));
    assert_non_null(strstr((const char *)plan.at, "message_of_referral"));
    plan_of(raw, queries[SQL_MESSAGE_WALK_SENT_CORRECTIONS].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "message_sent_correction"));
    assert_non_null(strstr((const char *)plan.at, "message_of_referral"));
    plan_of(raw, queries[SQL_MESSAGE_WALK_CORRECTION_ANSWERS].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "message_correction_answer"));
    assert_non_null(strstr((const char *)plan.at, "message_of_referral"));
    plan_of(raw, queries[SQL_REFERRAL_LIST_HELD].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "referral_of_holder (holder=? AND rowid>? AND rowid<?)"));
    plan_of(raw, queries[SQL_SLOT_WALK_TO_ERASE].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "slot_to_erase"));
    plan_of(raw, queries[SQL_MESSAGE_WAITING_COUNT].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "message_waiting"));
    plan_of(raw, queries[SQL_MESSAGE_WALK_WAITING].text, &plan);
    assert_non_null(strstr((const char *)plan.at, "message_waiting (peer=? AND rowid>?)"));
    bytes_fini(&plan);
    (void)sqlite3_close(raw);
}

static void test_every_statement_is_one_statement_with_named_parameters(void **state)
{
    sqlite3 *raw = open_raw();
    sqlite3_stmt *stmt = NULL;
    const char *rest = NULL;

    (void)state;
    for (int i = 0; i < SQL_COUNT; i++) {
        assert_int_equal(sqlite3_prepare_v2(raw, queries[i].text, -1, &stmt, &rest), SQLITE_OK);
        assert_string_equal(rest, "");
        for (int k = 1; k <= sqlite3_bind_parameter_count(stmt); k++)
            assert_non_null(sqlite3_bind_parameter_name(stmt, k));
        assert_null(strchr(queries[i].text, '*') != NULL && strstr(queries[i].text, "count(*)") == NULL
                        ? queries[i].name
                        : NULL);
        (void)sqlite3_finalize(stmt);
    }
    (void)sqlite3_close(raw);
}

static void test_parameters_may_be_bound_in_any_order(void **state)
{
    struct db *db = in_memory();
    struct statement *s = db_stmt(db, SQL_NUMBER_PUT);
    int64_t value = 0;
    bool found;

    (void)state;
    bind_number(s, ":value", 5);
    bind_text(s, ":name", view_of_text("five"));
    assert_done(db_run(s, &err));

    assert_done(number_store_get(db, "five", &found, &value, &err));
    assert_true(found && value == 5);
    db_close(db);
}

static void test_a_column_of_the_wrong_size_is_damage(void **state)
{
    struct db *db = in_memory();
    struct statement *s;
    struct ident id = {{1}};
    struct address address;
    bool row;

    (void)state;
    assert_done(number_store_put(db, "n", 123, &err));
    s = db_stmt(db, SQL_NUMBER_GET);
    bind_text(s, ":name", view_of_text("n"));
    assert_done(db_next_row(s, &row, &err) && row);
    row_ident(s, &id);
    assert_true(ident_is_zero(&id));
    assert_refused(E_STO_04, db_done(s, &err));

    s = db_stmt(db, SQL_NUMBER_GET);
    bind_text(s, ":name", view_of_text("n"));
    assert_done(db_next_row(s, &row, &err) && row);
    row_text(s, address.text, 3);
    assert_string_equal(address.text, "");
    assert_refused(E_STO_04, db_row_whole(s, &err));
    assert_false(db_reset(s));
    db_close(db);
}

/* What src/store/schema/open.sql sets on each connection, as SQLite reports it. */
static void test_an_open_database_has_what_open_sql_sets(void **state)
{
    static const struct {
        const char *pragma;
        int value;
    } set[] = {
        {"PRAGMA synchronous", 2}, /* FULL */
        {"PRAGMA wal_autocheckpoint", 0}, {"PRAGMA foreign_keys", 1},    {"PRAGMA recursive_triggers", 1},
        {"PRAGMA secure_delete", 1},      {"PRAGMA temp_store", 2}, /* MEMORY */
        {"PRAGMA trusted_schema", 0},     {"PRAGMA cell_size_check", 1},
    };
    struct db *db = in_memory();

    (void)state;
    for (size_t i = 0; i < sizeof set / sizeof set[0]; i++) {
        sqlite3_stmt *stmt = NULL;

        assert_int_equal(sqlite3_prepare_v2(db->sqlite, set[i].pragma, -1, &stmt, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        if (sqlite3_column_int(stmt, 0) != set[i].value)
            fail_msg("%s is %d", set[i].pragma, sqlite3_column_int(stmt, 0));
        (void)sqlite3_finalize(stmt);
    }
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_question_of_the_hot_path_scans_a_table_or_sorts),
        cmocka_unit_test(test_the_lists_of_work_read_an_index_that_holds_the_work_only),
        cmocka_unit_test(test_every_statement_is_one_statement_with_named_parameters),
        cmocka_unit_test(test_parameters_may_be_bound_in_any_order),
        cmocka_unit_test(test_an_open_database_has_what_open_sql_sets),
        cmocka_unit_test(test_a_column_of_the_wrong_size_is_damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
