/* A log of a few hundred records; then one thing is changed in the database file, and audit verify must name the place.
 * The triggers do not prevent it: whoever has the file can drop them. It takes the library logs and no node: consents
 * and traffic are not linked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/file.h"
#include "crypto/sign.h"
#include "exchange/logs/audit_verify.h"
#include "exchange/logs/proofs.h"
#include "fake_clock.h"
#include "memory_folder.h"
#include "model/ident.h"
#include "store/note_store.h"

#define RECORDS      600
#define MANY_RECORDS 65800 /* a full tile of level 1 and a little */
#define EACH_COMMIT  100

static struct {
    char folder[80];
    char pristine[120];
    char tampered[120];
    struct sign_key *key;
    struct verify_key *public_key;
    struct verify_key *former; /* a key that signed before; NULL: none is known */
    bool key_is_new;
    struct fake_clock clock;
    struct trusted_time time;
    struct fake_random random;
    struct federation federation;
    struct address agency;
    struct arena arena; /* of verdicts */
} t;

static void assert_ok(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("%s", err->text);
}

static struct audit_options options(struct db *db, bool writes)
{
    return (struct audit_options){.db = db,
                                  .time = &t.time,
                                  .random = &t.random.random,
                                  .federation = &t.federation,
                                  .agency = &t.agency,
                                  .incarnation = 1,
                                  .key = writes ? t.key : NULL,
                                  .key_is_new = t.key_is_new};
}

static void grow_log(const char *path, unsigned records, unsigned each_commit)
{
    struct audit_options o;
    struct audit *a;
    struct db *db;
    struct error err;

    assert_ok(db_open(path, DB_WRITE, &db, &err), &err);
    assert_ok(db_begin(db, &err), &err);
    o = options(db, true);
    assert_ok(audit_open(&o, &a, &err), &err);
    for (unsigned i = 0; i < records; i++) {
        struct record r = {
            .kind = RECORD_COUNTED,
            .counted = {
                .what = COUNTED_BUSY, .how_many = i + 1, .agency = view_of_text("ngo@example.org"), .day = 20000}};

        assert_ok(audit_append(a, &r, NULL, &err), &err);
        if (i == 0)
            assert_ok(audit_append(a, &(struct record){.kind = RECORD_OPENED, .house = {.what = HOUSE_AUDIT_LOG}}, NULL,
                                   &err),
                      &err);
        t.clock.ms += 10;
        if ((i + 1) % each_commit != 0 && i + 1 != records)
            continue;
        assert_ok(audit_sign(a, &err), &err);
        assert_ok(db_commit(db, &err), &err);
        audit_end_tick(a);
        assert_ok(db_begin(db, &err), &err);
    }
    assert_ok(db_commit(db, &err), &err); /* nothing, or the rows of the two logs */
    audit_close(a);
    db_close(db);
}

static int set_up(void **state)
{
    uint8_t public_key[KEY_SIZE];
    struct error err;

    (void)state;
    (void)snprintf(t.folder, sizeof t.folder, "%s/refex-audit-XXXXXX", memory_folder());
    assert_non_null(mkdtemp(t.folder));
    (void)snprintf(t.pristine, sizeof t.pristine, "%s/pristine.db", t.folder);
    (void)snprintf(t.tampered, sizeof t.tampered, "%s/tampered.db", t.folder);
    t.key = sign_key_new();
    sign_key_public(t.key, public_key);
    assert_ok(verify_key_new(public_key, &t.public_key, &err), &err);
    fake_clock_init(&t.clock, INT64_C(1795000000000));
    assert_ok(trusted_time_begin(&t.time, &t.clock.clock, NULL, &err), &err);
    fake_random_init(&t.random, 7);
    (void)snprintf(t.federation.name, sizeof t.federation.name, "unit.example");
    assert_true(address_read(view_of_text("ngo@unit.example"), &t.agency));
    grow_log(t.pristine, RECORDS, EACH_COMMIT);
    return 0;
}

static int tear_down(void **state)
{
    char command[160];

    (void)state;
    arena_fini(&t.arena);
    sign_key_free(t.key);
    verify_key_free(t.public_key);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", t.folder);
    return system(command);
}

static void copy_pristine(void)
{
    char command[400];

    (void)snprintf(command, sizeof command, "rm -f '%s'*; cp '%s' '%s'", t.tampered, t.pristine, t.tampered);
    assert_int_equal(system(command), 0);
}

/* Changes the file with plain SQLite. */
static void tamper(const char *path, const char *sql)
{
    static const char *const drop_triggers =
        "DROP TRIGGER exchange_record_stays; DROP TRIGGER exchange_record_remains;"
        "DROP TRIGGER exchange_checkpoint_stays; DROP TRIGGER exchange_checkpoint_remains;"
        "DROP TRIGGER house_record_stays; DROP TRIGGER house_checkpoint_stays; PRAGMA ignore_check_constraints = ON;";
    sqlite3 *db;
    char *said = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, drop_triggers, NULL, NULL, &said) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, &said) != SQLITE_OK)
        fail_msg("%s", said);
    sqlite3_close(db);
}

static bool is_by(const void *key, const struct checkpoint *c)
{
    struct error why;

    return checkpoint_verify(c, key, &why);
}

static void verify_either(const char *path, enum log_id log, struct control_audit_verdict *out)
{
    struct audit_options o;
    struct audit *a;
    struct db *db;
    struct error err;

    assert_ok(db_open(path, DB_READ_ONLY, &db, &err), &err);
    o = options(db, false);
    assert_ok(audit_open(&o, &a, &err), &err);
    if (t.former != NULL)
        audit_set_former(a, is_by, t.former);
    assert_ok(audit_verify(a, log, &(struct proof_signer){.key = t.public_key}, NULL, NULL, &t.arena, out, &err), &err);
    audit_close(a);
    db_close(db);
}

static void verify_log(const char *path, struct control_audit_verdict *out)
{
    verify_either(path, LOG_EXCHANGE, out);
}

static void assert_tampering_found(const char *sql, uint64_t index)
{
    struct control_audit_verdict v;

    copy_pristine();
    tamper(t.tampered, sql);
    verify_log(t.tampered, &v);
    if (v.good)
        fail_msg("not found: %s", sql);
    assert_true(view_equal(v.code, view_of_text("E-LOG-01")));
    if (v.first_bad != index)
        fail_msg("%s: found at record %llu: %.*s", sql, (unsigned long long)v.first_bad, (int)v.finding.size,
                 (const char *)v.finding.at);
}

static void test_an_untouched_log_is_good(void **state)
{
    struct control_audit_verdict v;
    struct checkpoint newest;
    struct error err;

    (void)state;
    copy_pristine();
    tamper(t.tampered, "");
    verify_log(t.tampered, &v);
    assert_true(v.good);
    assert_int_equal(v.records, RECORDS);
    assert_int_equal(v.checkpoints, RECORDS / EACH_COMMIT);
    assert_ok(checkpoint_read(v.checkpoint, &newest, &err), &err);
    assert_int_equal(newest.size, RECORDS);
    assert_true(hash_equal(&newest.root, &v.root));
}

/* What a verifier is told of members: one, with one key. */
static bool find_signer(void *cookie, struct view agency, struct proof_signer *out, struct error *err)
{
    (void)cookie;
    *out = (struct proof_signer){.key = t.public_key};
    return view_equal(agency, address_view(&t.agency)) || error_set(err, E_LOG_20, "not known");
}

static void test_a_record_is_proven_without_a_node(void **state)
{
    struct proof_question q = {.agency = address_view(&t.agency)};
    struct proofs *p = proofs_new(&t.federation, find_signer, NULL);
    struct proof_answer answer;
    struct audit_options o;
    struct audit_proof proof;
    struct arena arena = {0};
    struct audit *a;
    struct db *db;
    struct error err;

    (void)state;
    copy_pristine();
    assert_ok(db_open(t.tampered, DB_WRITE, &db, &err), &err);
    o = options(db, true);
    assert_ok(audit_open(&o, &a, &err), &err);
    assert_ok(audit_prove(a, 311, AUDIT_NEWEST, &arena, &proof, &err), &err);
    q.record = proof.record;
    q.path = proof.path;
    q.checkpoint = proof.checkpoint;
    assert_ok(proofs_check(p, &q, &arena, &answer, NULL, &err), &err);
    assert_int_equal(answer.record.index, 311);
    assert_int_equal(answer.size, RECORDS);
    ((uint8_t *)(void *)(uintptr_t)q.path.at)[0] ^= 1;
    assert_false(proofs_check(p, &q, &arena, &answer, NULL, &err));
    assert_int_equal(err.code, E_LOG_23);
    q.agency = view_of_text("mission@unit.example");
    assert_false(proofs_check(p, &q, &arena, &answer, NULL, &err));
    proofs_free(p);
    arena_fini(&arena);
    audit_close(a);
    db_close(db);
}

static void assert_proves_nothing(const char *sql)
{
    struct audit_options o;
    struct audit_proof proof;
    struct arena arena = {0};
    struct audit *a;
    struct db *db;
    struct error err;

    copy_pristine();
    tamper(t.tampered, sql);
    assert_ok(db_open(t.tampered, DB_WRITE, &db, &err), &err);
    o = options(db, true);
    assert_ok(audit_open(&o, &a, &err), &err);
    assert_false(audit_prove(a, 311, AUDIT_OF_COMMIT, &arena, &proof, &err));
    assert_int_equal(err.code, E_LOG_02);
    arena_fini(&arena);
    audit_close(a);
    db_close(db);
}

/* No message could hold it. */
static void test_what_is_not_of_a_size_that_it_can_have_proves_nothing(void **state)
{
    bool found;
    struct view note;
    struct audit_options o;
    struct arena arena = {0};
    struct audit *a;
    struct db *db;
    struct error err;

    (void)state;
    assert_proves_nothing("UPDATE exchange_record SET bytes = x'' WHERE idx = 311");
    assert_proves_nothing("UPDATE exchange_record SET bytes = zeroblob(2049) WHERE idx = 311");
    assert_proves_nothing("UPDATE exchange_checkpoint SET note = x'' WHERE size BETWEEN 312 AND 599");
    assert_proves_nothing("UPDATE exchange_checkpoint SET note = zeroblob(961) WHERE size BETWEEN 312 AND 599");
    assert_ok(db_open(t.tampered, DB_WRITE, &db, &err), &err);
    o = options(db, true);
    assert_ok(audit_open(&o, &a, &err), &err);
    assert_false(audit_checkpoint(a, 400, &arena, &found, &note, &err));
    assert_int_equal(err.code, E_LOG_02);
    arena_fini(&arena);
    audit_close(a);
    db_close(db);
}

/* Of a step or a day that a row said which somebody changed: one that there is none of, or not of what was owed. */
static void test_a_record_that_nobody_could_read_is_not_appended(void **state)
{
    struct record no_step = {.kind = RECORD_SETTLED};
    struct record other_step = {.kind = RECORD_SETTLED};
    struct record no_day = {.kind = RECORD_COUNTED};
    struct audit_options o;
    struct audit *a;
    struct db *db;
    struct error err;

    (void)state;
    no_step.settled = (struct record_settled){
        .recipient = view_of_text("ngo@example.org"), .what = OWED_REPLY, .subject = {{1}}, .how = SETTLED_ERASED};
    other_step.settled = no_step.settled;
    other_step.settled.what = OWED_STATEMENT;
    other_step.settled.step = REFERRAL_DECLINED;
    no_day.counted =
        (struct record_counted){.what = COUNTED_BUSY, .how_many = 1, .agency = view_of_text("ngo@example.org")};
    copy_pristine();
    assert_ok(db_open(t.tampered, DB_WRITE, &db, &err), &err);
    assert_ok(db_begin(db, &err), &err);
    o = options(db, true);
    assert_ok(audit_open(&o, &a, &err), &err);
    assert_false(audit_append(a, &no_step, NULL, &err));
    assert_int_equal(err.code, E_STO_04);
    assert_false(audit_append(a, &no_day, NULL, &err));
    assert_int_equal(err.code, E_STO_04);
    assert_false(audit_append(a, &other_step, NULL, &err));
    assert_int_equal(err.code, E_STO_04);
    assert_int_equal(audit_size(a, LOG_EXCHANGE), RECORDS);
    no_step.settled.step = REFERRAL_DECLINED;
    assert_ok(audit_append(a, &no_step, NULL, &err), &err);
    db_rollback(db);
    audit_close(a);
    db_close(db);
}

static void test_an_edited_record_is_found(void **state)
{
    (void)state;
    /* In a full tile the tile shows the change; after the last full one the checkpoint does. */
    assert_tampering_found(
        "UPDATE exchange_record SET bytes = (SELECT bytes FROM exchange_record WHERE idx = 8) WHERE idx = 7", 7);
    assert_tampering_found("UPDATE exchange_record SET bytes = x'00' WHERE idx = 300", 300);
    assert_tampering_found(
        "UPDATE exchange_record SET bytes = CAST(substr(bytes, 1, 8) || x'5a' || substr(bytes, 10) AS BLOB) "
        "WHERE idx = 555",
        500);
}

static void test_an_edited_column_is_found(void **state)
{
    struct control_audit_verdict v;

    (void)state;
    assert_tampering_found("UPDATE exchange_record SET kind = 3 WHERE idx = 42", 42);
    assert_tampering_found("UPDATE exchange_record SET time_ms = time_ms + 1 WHERE idx = 599", 599);
    copy_pristine();
    tamper(t.tampered, "UPDATE exchange_record SET time_ms = -1 WHERE idx = 599");
    verify_log(t.tampered, &v);
    assert_true(v.first_bad == 599 && v.last_ms > 0); /* else nobody could be told */
}

/* One change of the first row of TABLE: no other value of any column is let stand, of columns to come either. */
static void assert_column_is_read(const char *table, const char *column, const char *type, enum log_id log)
{
    bool number = strcmp(type, "INTEGER") == 0;
    struct control_audit_verdict v;
    char sql[300];

    (void)snprintf(sql, sizeof sql, "UPDATE %s SET %s = %s%s%s%s WHERE rowid = (SELECT min(rowid) FROM %s)", table,
                   column, number ? "" : "CAST(substr(", column, number ? " + 1000000" : ", 2) || '5' AS ",
                   number                      ? ""
                   : strcmp(type, "TEXT") == 0 ? "TEXT)"
                                               : "BLOB)",
                   table);
    copy_pristine();
    tamper(t.tampered, sql);
    verify_either(t.tampered, log, &v);
    if (v.good)
        fail_msg("not found: %s", sql);
}

static void test_each_column_of_the_logs_is_read(void **state)
{
    static const struct {
        const char *table;
        enum log_id log;
    } tables[] = {
        {"exchange_record", LOG_EXCHANGE}, {"house_record", LOG_HOUSE}, {"exchange_checkpoint", LOG_EXCHANGE},
        {"house_checkpoint", LOG_HOUSE},   {"tile", LOG_EXCHANGE},
    };
    unsigned columns = 0;

    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        sqlite3_stmt *s;
        sqlite3 *db;

        assert_int_equal(sqlite3_open(t.pristine, &db), SQLITE_OK);
        assert_int_equal(sqlite3_prepare_v2(db, "SELECT name, type FROM pragma_table_info(?)", -1, &s, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_bind_text(s, 1, tables[i].table, -1, SQLITE_STATIC), SQLITE_OK);
        for (; sqlite3_step(s) == SQLITE_ROW; columns++)
            assert_column_is_read(tables[i].table, (const char *)sqlite3_column_text(s, 0),
                                  (const char *)sqlite3_column_text(s, 1), tables[i].log);
        sqlite3_finalize(s);
        sqlite3_close(db);
    }
    assert_int_equal(columns, 14);
    assert_tampering_found("UPDATE log SET origin = replace(origin, '/1', '/2') WHERE log = 1", 0);
}

static void assert_does_not_open(const char *path)
{
    struct audit_options o;
    struct audit *a;
    struct db *db;
    struct error err;

    assert_ok(db_open(path, DB_WRITE, &db, &err), &err);
    o = options(db, true);
    assert_false(audit_open(&o, &a, &err));
    assert_int_equal(err.code, E_LOG_02);
    db_close(db);
}

/* What is appended from now on is in logs that began anew behind the first RECORDS. NAMES: record 0 names this note in
 * place of the last checkpoint; NULL: it is as it must be. */
static void begin_anew(const char *path, const char *names)
{
    struct log_row was = {0};
    struct log_row next = {.first = RECORDS};
    struct audit_options o;
    struct audit *a;
    struct db *db;
    struct error err;
    bool found;

    assert_ok(db_open(path, DB_WRITE, &db, &err), &err);
    assert_ok(db_begin(db, &err), &err);
    o = options(db, true);
    o.incarnation = 2;
    if (names == NULL) {
        assert_ok(audit_open(&o, &a, &err), &err);
        assert_ok(audit_begin_anew(a, &o, (struct view){0}, &err), &err);
    } else {
        assert_ok(log_store_get(db, LOG_EXCHANGE, &found, &was, &err), &err);
        origin_write(&t.federation, &t.agency, 2, false, next.origin);
        assert_ok(log_store_begin_anew(db, LOG_EXCHANGE, &was, 1, &next, &err), &err);
        assert_false(audit_open(&o, &a, &err)); /* one that began anew and has no record was never committed */
        assert_int_equal(err.code, E_LOG_02);
        db_rollback(db);
        db_close(db);
        return;
    }
    assert_ok(audit_sign(a, &err), &err);
    assert_ok(db_commit(db, &err), &err);
    audit_close(a);
    db_close(db);
}

static void test_a_log_that_began_anew_is_verified_with_those_before(void **state)
{
    struct control_audit_verdict v;
    struct checkpoint newest;
    char path[120];
    struct error err;

    (void)state;
    copy_pristine();
    begin_anew(t.tampered, "-");
    begin_anew(t.tampered, NULL);
    grow_log(t.tampered, RECORDS, EACH_COMMIT);
    (void)snprintf(path, sizeof path, "%s/anew.db", t.folder);
    assert_int_equal(rename(t.tampered, path), 0);
    (void)snprintf(t.pristine, sizeof t.pristine, "%s/anew.db", t.folder);
    copy_pristine();
    tamper(t.tampered, "");
    verify_log(t.tampered, &v);
    if (!v.good)
        fail_msg("%.*s", (int)v.finding.size, (const char *)v.finding.at);
    assert_int_equal(v.records, 2 * RECORDS + 2); /* INCARNATION, HOUSE */
    assert_ok(checkpoint_read(v.checkpoint, &newest, &err), &err);
    assert_int_equal(newest.size, RECORDS + 2);
    assert_true(hash_equal(&newest.root, &v.root));
    verify_either(t.tampered, LOG_HOUSE, &v);
    assert_true(v.good);

    assert_tampering_found("UPDATE exchange_record SET bytes = (SELECT bytes FROM exchange_record WHERE idx = 4) "
                           "WHERE idx = 3",
                           3);
    assert_tampering_found("DELETE FROM exchange_checkpoint WHERE size = 600", 599);
    assert_tampering_found("DELETE FROM exchange_record WHERE idx = 600", 600);
    assert_tampering_found("UPDATE tile SET hashes = zeroblob(8192) WHERE place = 1 * 2305843009213693952 + 4", 856);
    assert_tampering_found("UPDATE log SET first = 599 WHERE log = 1", 598);
    assert_tampering_found("UPDATE closed_log SET origin = replace(origin, '/1', '/3') WHERE place >> 32 = 1", 0);
    /* Another end is named: the record is of a copy of the log that was signed otherwise. */
    assert_tampering_found(
        "UPDATE exchange_checkpoint SET note = (SELECT note FROM exchange_checkpoint WHERE size = 500) "
        "WHERE size = 600",
        600);
    (void)snprintf(t.pristine, sizeof t.pristine, "%s/pristine.db", t.folder);
}

/* The exchange log that is over ends with another root, signed by the key of now. What PATH was is kept beside it. */
static void end_with_other_root(const char *path)
{
    const struct hash root = {{1}};
    char origin[BOUND_CHECKPOINT];
    char command[400];
    struct bytes note = {0};
    struct db *db;
    struct error err;

    (void)snprintf(command, sizeof command, "cp '%s' '%s.kept'", path, path);
    assert_int_equal(system(command), 0);
    origin_write(&t.federation, &t.agency, 1, false, origin);
    assert_ok(checkpoint_sign(origin, RECORDS, &root, t.key, &note, &err), &err);
    assert_ok(db_open(path, DB_WRITE, &db, &err), &err);
    assert_ok(db_begin(db, &err) &&
                  note_store_put(db, "log-end", view_of_text(origin), RECORDS, bytes_view(&note), &err) &&
                  db_commit(db, &err),
              &err);
    db_close(db);
    bytes_fini(&note);
}

/* The machine was stolen: another key signs, and the log that is over counts as that key says. */
static void test_a_log_that_goes_on_under_a_new_key_is_verified_with_those_before(void **state)
{
    struct sign_key *old = t.key;
    struct sign_key *new;
    struct verify_key *old_public = t.public_key;
    struct control_audit_verdict v;
    uint8_t public_key[KEY_SIZE];
    char path[128];
    struct error err;

    (void)state;
    copy_pristine();
    t.key = sign_key_new();
    t.key_is_new = true;
    sign_key_public(t.key, public_key);
    assert_ok(verify_key_new(public_key, &t.public_key, &err), &err);
    begin_anew(t.tampered, NULL);
    grow_log(t.tampered, RECORDS, EACH_COMMIT);
    (void)snprintf(path, sizeof path, "%s/new-key.db", t.folder);
    assert_int_equal(rename(t.tampered, path), 0);
    (void)snprintf(t.pristine, sizeof t.pristine, "%s/new-key.db", t.folder);
    assert_tampering_found("", 0); /* by nobody's key: that of before is not known */
    t.former = old_public;
    for (enum log_id log = LOG_EXCHANGE; log <= LOG_HOUSE; log++) {
        verify_either(t.tampered, log, &v);
        if (!v.good)
            fail_msg("%.*s", (int)v.finding.size, (const char *)v.finding.at);
    }
    assert_tampering_found("DELETE FROM note WHERE what = 'log-end'", 599);
    end_with_other_root(t.pristine);
    assert_tampering_found("", 599);
    (void)snprintf(path, sizeof path, "%s.kept", t.pristine);
    assert_int_equal(rename(path, t.pristine), 0);
    /* What the former key signs in the log that goes on is nobody's. */
    new = t.key;
    t.key = old;
    t.key_is_new = false;
    copy_pristine();
    grow_log(t.tampered, EACH_COMMIT, EACH_COMMIT);
    verify_log(t.tampered, &v);
    assert_false(v.good);
    assert_int_equal(v.first_bad, 2 * RECORDS + 2);

    sign_key_free(new);
    verify_key_free(t.public_key);
    t.public_key = old_public;
    t.former = NULL;
    (void)snprintf(t.pristine, sizeof t.pristine, "%s/pristine.db", t.folder);
}

static void test_a_node_does_not_sign_on_under_another_name(void **state)
{
    char path[120];

    (void)state;
    copy_pristine();
    tamper(t.tampered, "UPDATE log SET origin = replace(origin, '/1', '/2') WHERE log = 1");
    assert_does_not_open(t.tampered);
    (void)snprintf(path, sizeof path, "%s/empty.db", t.folder); /* with nothing signed yet */
    grow_log(path, 0, 1);
    tamper(path, "UPDATE log SET origin = replace(origin, '/ngo/', '/nga/') WHERE log = 1");
    assert_does_not_open(path);
}

static void test_a_removed_record_is_found(void **state)
{
    (void)state;
    assert_tampering_found("DELETE FROM exchange_record WHERE idx = 0", 0);
    assert_tampering_found("DELETE FROM exchange_record WHERE idx = 311", 311);
    assert_tampering_found("DELETE FROM exchange_record WHERE idx = 311;"
                           "UPDATE exchange_record SET idx = idx - 1 WHERE idx > 311",
                           311);
}

static void test_an_inserted_record_is_found(void **state)
{
    (void)state;
    assert_tampering_found("INSERT INTO exchange_record SELECT 600, kind, time_ms, bytes FROM exchange_record WHERE "
                           "idx = 599",
                           600);
}

static void test_changed_order_is_found(void **state)
{
    (void)state;
    assert_tampering_found(
        "UPDATE exchange_record SET idx = -1 - idx WHERE 0; CREATE TABLE kept AS SELECT * FROM exchange_record"
        " WHERE idx IN (20, 21); DELETE FROM exchange_record WHERE idx IN (20, 21);"
        "INSERT INTO exchange_record SELECT 41 - idx, kind, time_ms, bytes FROM kept; DROP TABLE kept",
        20);
}

static void test_a_cut_off_end_is_found(void **state)
{
    (void)state;
    assert_tampering_found("DELETE FROM exchange_record WHERE idx >= 590", 599);
    assert_tampering_found("DELETE FROM exchange_checkpoint WHERE size = 600", 500);
}

static void test_an_edited_checkpoint_is_found(void **state)
{
    (void)state;
    assert_tampering_found(
        "UPDATE exchange_checkpoint SET note = (SELECT note FROM exchange_checkpoint WHERE size = 200) WHERE "
        "size = 300",
        200);
    assert_tampering_found(
        "UPDATE exchange_checkpoint SET note = CAST(replace(CAST(note AS TEXT), '/ngo/', '/nga/') AS BLOB) "
        "WHERE size = 100",
        0);
    assert_tampering_found(
        "UPDATE exchange_checkpoint SET note = CAST(substr(note, 1, length(note) - 20) AS BLOB) WHERE size = 400", 300);
    assert_tampering_found("INSERT INTO exchange_checkpoint SELECT 350, note FROM exchange_checkpoint WHERE size = 300",
                           300);
}

static void test_an_edited_or_missing_tile_is_found(void **state)
{
    (void)state;
    assert_tampering_found("UPDATE tile SET hashes = zeroblob(8192) WHERE place = (1 << 61) + 1", 256);
    assert_tampering_found("DELETE FROM tile WHERE place = 1 << 61", 0);
    assert_tampering_found("INSERT INTO tile SELECT place + 7, hashes FROM tile WHERE place = 1 << 61", 7 * 256);
    assert_tampering_found("INSERT INTO tile SELECT place + (1 << 57), hashes FROM tile WHERE place = 1 << 61", 0);
}

static void test_another_key_does_not_sign_for_this_node(void **state)
{
    struct sign_key *ours = t.key;
    struct control_audit_verdict v;
    char path[120];

    (void)state;
    (void)snprintf(path, sizeof path, "%s/other.db", t.folder);
    t.key = sign_key_new();
    grow_log(path, 10, 5);
    verify_log(path, &v);
    sign_key_free(t.key);
    t.key = ours;

    assert_false(v.good);
    assert_int_equal(v.first_bad, 0);
}

/* An older copy of the whole file is a valid log: only those who saw more of it can detect it, which is the subject of
 * test_a_log_that_was_rolled_back_is_found_by_its_peers in tests/sim. */
static void test_an_older_copy_is_good_by_itself(void **state)
{
    struct control_audit_verdict v;

    (void)state;
    copy_pristine();
    grow_log(t.tampered, 50, 10);
    verify_log(t.tampered, &v);
    assert_true(v.good);
    assert_int_equal(v.records, RECORDS + 50);
    verify_log(t.pristine, &v);
    assert_true(v.good);
    assert_int_equal(v.records, RECORDS);
}

static void test_an_edited_tile_of_a_higher_level_is_found(void **state)
{
    struct control_audit_verdict v;
    char path[120];

    (void)state;
    (void)snprintf(path, sizeof path, "%s/many.db", t.folder);
    grow_log(path, MANY_RECORDS, 10000);
    verify_log(path, &v);
    assert_true(v.good);

    tamper(
        path,
        "UPDATE tile SET hashes = CAST(substr(hashes, 1, 8191) || x'00' AS BLOB) WHERE place = (1 << 61) + (1 << 57)");
    verify_log(path, &v);

    assert_false(v.good);
    assert_int_equal(v.first_bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_untouched_log_is_good),
        cmocka_unit_test(test_a_record_is_proven_without_a_node),
        cmocka_unit_test(test_what_is_not_of_a_size_that_it_can_have_proves_nothing),
        cmocka_unit_test(test_a_record_that_nobody_could_read_is_not_appended),
        cmocka_unit_test(test_an_edited_record_is_found),
        cmocka_unit_test(test_an_edited_column_is_found),
        cmocka_unit_test(test_each_column_of_the_logs_is_read),
        cmocka_unit_test(test_a_log_that_began_anew_is_verified_with_those_before),
        cmocka_unit_test(test_a_log_that_goes_on_under_a_new_key_is_verified_with_those_before),
        cmocka_unit_test(test_a_node_does_not_sign_on_under_another_name),
        cmocka_unit_test(test_a_removed_record_is_found),
        cmocka_unit_test(test_an_inserted_record_is_found),
        cmocka_unit_test(test_changed_order_is_found),
        cmocka_unit_test(test_a_cut_off_end_is_found),
        cmocka_unit_test(test_an_edited_checkpoint_is_found),
        cmocka_unit_test(test_an_edited_or_missing_tile_is_found),
        cmocka_unit_test(test_another_key_does_not_sign_for_this_node),
        cmocka_unit_test(test_an_older_copy_is_good_by_itself),
        cmocka_unit_test(test_an_edited_tile_of_a_higher_level_is_found),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
