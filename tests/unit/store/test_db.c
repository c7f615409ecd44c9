#include "fixture.h"
#include "store/note_store.h"
#include "store/number_store.h"
#include "store/wal_checkpoint.h"

#include <sqlite3.h>

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

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

static struct db *on_disk(enum db_mode mode)
{
    struct db *db = NULL;

    assert_done(db_open(path, mode, &db, &err));
    return db;
}

static unsigned mode_of(const char *suffix)
{
    char name[160];
    struct stat st;

    (void)snprintf(name, sizeof name, "%s%s", path, suffix);
    assert_int_equal(stat(name, &st), 0);
    return st.st_mode & 07777;
}

static void copy_file(const char *suffix)
{
    char command[400];

    (void)snprintf(command, sizeof command, "cp '%s%s' '%s/copy.db%s'", path, suffix, folder, suffix);
    assert_int_equal(system(command), 0);
}

static void put_number(struct db *db, int64_t value)
{
    assert_done(db_begin(db, &err));
    assert_done(number_store_put(db, "n", value, &err));
    assert_done(db_commit(db, &err));
}

static int64_t get_number(struct db *db)
{
    int64_t value = 0;
    bool found;

    assert_done(number_store_get(db, "n", &found, &value, &err));
    return found ? value : -1;
}

static void test_the_database_and_its_wal_are_for_their_owner_only(void **state)
{
    mode_t before = umask(0);
    struct db *db = on_disk(DB_WRITE);

    (void)state;
    put_number(db, 1);

    assert_int_equal(mode_of(""), 0600);
    assert_int_equal(mode_of("-wal"), 0600);
    assert_int_equal(mode_of("-shm"), 0600);
    db_close(db);
    (void)umask(before);
}

static void test_a_database_that_others_could_read_is_closed_to_them(void **state)
{
    struct db *db;

    (void)state;
    db_close(on_disk(DB_WRITE));
    assert_int_equal(chmod(path, 0644), 0);
    db = on_disk(DB_WRITE);

    assert_int_equal(mode_of(""), 0600);
    db_close(db);
}

static void test_what_was_committed_is_there_after_a_crash(void **state)
{
    char copy[160];
    struct db *crashed;
    struct db *db = on_disk(DB_WRITE);

    (void)state;
    put_number(db, 41);
    copy_file("");
    copy_file("-wal");

    (void)snprintf(copy, sizeof copy, "%s/copy.db", folder);
    assert_done(db_open(copy, DB_WRITE, &crashed, &err));
    assert_int_equal(get_number(crashed), 41);
    db_close(crashed);
    db_close(db);
}

static void test_a_transaction_undone_leaves_nothing(void **state)
{
    struct db *db = in_memory();

    (void)state;
    assert_done(db_begin(db, &err));
    assert_done(number_store_put(db, "n", 1, &err));
    db_rollback(db);

    assert_int_equal(get_number(db), -1);
    put_number(db, 2);
    assert_int_equal(get_number(db), 2);
    db_close(db);
}

static void test_undoing_without_a_transaction_is_fine(void **state)
{
    struct db *db = in_memory();

    (void)state;
    db_rollback(db);
    db_rollback(db);

    put_number(db, 3);
    assert_int_equal(get_number(db), 3);
    db_close(db);
}

static void test_a_commit_that_fails_leaves_nothing(void **state)
{
    struct db *db = on_disk(DB_WRITE);

    (void)state;
    db_fault(db, DB_FAULT_COMMIT, 2);
    put_number(db, 1);
    assert_done(db_begin(db, &err));
    assert_done(number_store_put(db, "n", 2, &err));
    assert_refused(E_STO_01, db_commit(db, &err));

    assert_int_equal(get_number(db), 1);
    db_close(db);
    db = on_disk(DB_WRITE);
    assert_int_equal(get_number(db), 1);
    db_close(db);
}

static void test_a_commit_may_fail_and_be_on_the_disk(void **state)
{
    struct db *db = on_disk(DB_WRITE);

    (void)state;
    db_fault(db, DB_FAULT_COMMIT_DONE, 1);
    assert_done(db_begin(db, &err));
    assert_done(number_store_put(db, "n", 5, &err));
    assert_refused(E_STO_01, db_commit(db, &err));

    db_close(db);
    db = on_disk(DB_WRITE);
    assert_int_equal(get_number(db), 5);
    db_close(db);
}

/* The writes of a batch, reduced to a few. */
static bool write_batch(struct db *db, struct error *e)
{
    struct message_row row = message_of(db, 1, 1);

    return db_begin(db, e) && message_store_add(db, &row, e) &&
           message_store_put_body(db, row.number, 0, view_of_text("sealed"), e) &&
           log_store_append(db, LOG_EXCHANGE, 0, RECORD_DISCLOSED, 1, view_of_text("record"), e) &&
           log_store_put_checkpoint(db, LOG_EXCHANGE, 1, view_of_text("note"), e) && db_commit(db, e);
}

static void test_a_batch_that_fails_anywhere_leaves_nothing_and_passes_later(void **state)
{
    struct db *db = in_memory();
    struct message_row row;
    struct ident id = ident_of(1);
    uint64_t size;
    int64_t last_ms;
    unsigned failed = 0;
    bool found;

    (void)state;
    make_logs(db);
    for (unsigned after = 1;; after++) {
        db_fault(db, DB_FAULT_STEP, after);
        if (write_batch(db, &err))
            break;
        assert_int_equal(err.code, E_STO_01);
        db_rollback(db);
        db_fault(db, DB_FAULT_STEP, 0);
        failed++;
        assert_done(message_store_find(db, DIRECTION_OUT, 1, &id, &found, &row, &err));
        assert_false(found);
        assert_done(log_store_size(db, LOG_EXCHANGE, &size, &last_ms, &err));
        assert_int_equal(size, 0);
    }
    db_fault(db, DB_FAULT_STEP, 0);

    assert_int_equal(failed, 6); /* begin, message, body, record, checkpoint, commit */
    assert_done(log_store_size(db, LOG_EXCHANGE, &size, &last_ms, &err));
    assert_int_equal(size, 1);
    db_close(db);
}

/* A limit on the file's size stands in for a full disk. */
static void limit_files(rlim_t size)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size < limit.rlim_max ? size : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_a_disk_that_takes_no_more_fails_the_commit_and_keeps_what_was(void **state)
{
    struct db *db = on_disk(DB_WRITE);
    uint8_t *big = calloc(1, 1000000);
    bool done;

    (void)state;
    put_number(db, 1);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_done(db_begin(db, &err));
    assert_done(number_store_put(db, "n", 2, &err));
    limit_files(400000);
    done = note_store_put(db, "directory", view_of_text(""), 1, view_of(big, 1000000), &err) && db_commit(db, &err);
    limit_files(RLIM_INFINITY);
    db_rollback(db);

    assert_false(done);
    assert_true(err.code == E_STO_01 || err.code == E_STO_03);
    assert_int_equal(get_number(db), 1);
    db_close(db);
    free(big);
}

static void read_file(const char *name, struct bytes *out)
{
    FILE *f = fopen(name, "rb");

    assert_non_null(f);
    out->size = fread(bytes_reserve(out, 1000000), 1, 1000000, f);
    assert_int_equal(fclose(f), 0);
    assert_true(out->size > 0 && out->size < 1000000);
}

static void test_reading_only_reads_what_a_crash_left_and_changes_nothing(void **state)
{
    struct db *db = on_disk(DB_WRITE);
    struct bytes before = {0};
    struct bytes after = {0};
    struct db *reader;
    char copy[160];

    (void)state;
    put_number(db, 6);
    copy_file("");
    copy_file("-wal");
    db_close(db);
    (void)snprintf(copy, sizeof copy, "%s/copy.db", folder);
    read_file(copy, &before);
    assert_done(db_open(copy, DB_READ_ONLY, &reader, &err));

    assert_int_equal(get_number(reader), 6);
    assert_refused(E_STO_06, number_store_put(reader, "n", 7, &err));
    /* A read-only connection may take the lock, and still cannot write. */
    error_clear(&err);
    if (db_begin(reader, &err)) {
        assert_refused(E_STO_06, number_store_put(reader, "n", 7, &err));
        db_rollback(reader);
    }
    assert_int_equal(get_number(reader), 6);
    db_close(reader);
    read_file(copy, &after);
    assert_true(view_equal(bytes_view(&before), bytes_view(&after)));
    bytes_fini(&before);
    bytes_fini(&after);
}

static void add_cases(struct db *db, unsigned from, unsigned count)
{
    int64_t number;

    assert_done(db_begin(db, &err));
    for (unsigned i = from; i < from + count; i++) {
        struct case_row row = {.id = {.at = {(uint8_t)i, (uint8_t)(i >> 8)}}, .slot = i};

        assert_done(case_store_add(db, &row, &number, &err));
    }
    assert_done(db_commit(db, &err));
}

/* The writer then has nothing to copy but what it wrote since, and its WAL begins anew. */
static void test_the_wal_is_copied_by_another_process_beside_the_writer(void **state)
{
    struct db *writer = on_disk(DB_WRITE);
    struct db *copier = on_disk(DB_COPY_WAL);
    struct stat before;
    struct stat after;
    int pages;

    (void)state;
    assert_int_equal(stat(path, &before), 0);
    add_cases(writer, 0, 2000);
    pages = db_wal_pages(writer);
    assert_true(pages > 10);
    assert_done(db_checkpoint_wal(copier, &err));
    assert_int_equal(stat(path, &after), 0);
    assert_true(after.st_size > before.st_size);

    assert_done(db_begin(writer, &err)); /* a commit under way holds up neither */
    assert_done(db_checkpoint_wal(copier, &err));
    assert_done(db_commit(writer, &err));
    assert_done(db_checkpoint_wal(writer, &err));
    assert_int_equal(db_wal_pages(writer), 0);
    add_cases(writer, 3000, 1);
    assert_true(db_wal_pages(writer) < pages);
    db_close(copier); /* the WAL stays the writer's */
    add_cases(writer, 4000, 1);
    db_close(writer);
    writer = on_disk(DB_READ_ONLY);
    db_close(writer);
}

static void test_a_reader_keeps_its_snapshot_and_holds_no_writer_up(void **state)
{
    struct db *first = on_disk(DB_WRITE);
    struct db *reader;
    struct db *writer;

    (void)state;
    assert_done(db_begin(first, &err));
    assert_done(number_store_put(first, "n", 6, &err));
    assert_done(db_commit(first, &err));
    db_close(first);
    reader = on_disk(DB_READ_ONLY);
    writer = on_disk(DB_WRITE); /* a node that starts meanwhile */
    assert_done(db_begin(writer, &err));
    assert_done(number_store_put(writer, "n", 7, &err));
    assert_done(db_commit(writer, &err));
    assert_done(db_checkpoint_wal(writer, &err));
    assert_int_equal(get_number(reader), 6);
    assert_int_equal(get_number(writer), 7);
    db_close(reader);
    db_close(writer);
    reader = on_disk(DB_READ_ONLY);
    assert_int_equal(get_number(reader), 7);
    db_close(reader);
}

/* What another has committed meanwhile is seen behind it. */
static void test_what_is_read_between_two_calls_is_of_one_state(void **state)
{
    struct db *db = on_disk(DB_WRITE);
    struct db *other = on_disk(DB_WRITE);

    (void)state;
    put_number(db, 1);
    db_begin_reading(db);
    assert_int_equal(get_number(db), 1);
    put_number(other, 2);
    assert_int_equal(get_number(db), 1);
    db_end_reading(db);
    assert_int_equal(get_number(db), 2);

    db_begin_reading(db);
    assert_done(db_begin(db, &err));
    assert_done(number_store_put(db, "n", 3, &err));
    assert_int_equal(get_number(db), 3);
    db_end_reading(db);
    assert_done(db_commit(db, &err));
    assert_int_equal(get_number(other), 3);
    db_close(other);
    db_close(db);
}

static void test_reading_only_makes_no_database(void **state)
{
    struct db *db = NULL;

    (void)state;
    assert_refused(E_FIL_01, db_open(path, DB_READ_ONLY, &db, &err));
    assert_int_not_equal(access(path, F_OK), 0);
}

static void test_a_folder_that_is_not_there_is_named(void **state)
{
    struct db *db = NULL;

    (void)state;
    assert_refused(E_FIL_02, db_open("/tmp/refex-no-such-folder/node.db", DB_WRITE, &db, &err));
    assert_non_null(strstr(err.text, "/tmp/refex-no-such-folder/node.db"));
}

static void test_a_second_writer_is_told_that_the_database_is_busy(void **state)
{
    struct db *first = on_disk(DB_WRITE);
    struct db *second = on_disk(DB_WRITE);

    (void)state;
    assert_done(db_begin(first, &err));
    assert_refused(E_STO_01, db_begin(second, &err));
    db_rollback(first);
    db_close(first);
    db_close(second);
}

static off_t size_of_file(void)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_size;
}

static void test_the_wal_grows_until_the_node_is_idle(void **state)
{
    static const uint8_t big[500000];
    struct db *db = on_disk(DB_WRITE);
    int64_t before = size_of_file();

    (void)state;
    for (int i = 0; i < 20; i++)
        assert_done(note_store_put(db, "bundle", view_of_text("a"), 1, view_of(big, sizeof big - (size_t)i), &err));
    assert_true(db_wal_pages(db) > 1200); /* by default SQLite would have checkpointed the WAL at 1,000 pages */
    assert_int_equal(size_of_file(), before);

    assert_done(db_checkpoint_wal(db, &err));
    assert_int_equal(db_wal_pages(db), 0);
    assert_true(size_of_file() > before);
    put_number(db, 51);
    assert_true(db_wal_pages(db) > 0 && db_wal_pages(db) < 20);
    db_close(db);
}

static void test_the_room_on_the_disk_is_known(void **state)
{
    struct db *db = on_disk(DB_WRITE);
    struct db *memory = in_memory();
    uint64_t room = 0;

    (void)state;
    assert_done(db_free_space(db, &room, &err));
    assert_true(room > 0 && room < UINT64_MAX);
    assert_done(db_free_space(memory, &room, &err));
    assert_true(room == UINT64_MAX);
    db_close(db);
    db_close(memory);
}

static void overwrite_file(long at, const char *what)
{
    FILE *f = fopen(path, "r+b");

    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    assert_int_equal(fwrite(what, 1, strlen(what), f), strlen(what));
    assert_int_equal(fclose(f), 0);
}

static void test_a_sound_database_passes_its_check_and_a_damaged_one_does_not(void **state)
{
    struct db *db = on_disk(DB_WRITE);
    struct stat st;
    char garbage[4097];
    bool opened;

    (void)state;
    for (int i = 0; i < 20; i++)
        put_number(db, i);
    assert_done(db_check(db, &err));
    db_close(db);
    memset(garbage, 'x', sizeof garbage - 1);
    garbage[sizeof garbage - 1] = '\0';
    assert_int_equal(stat(path, &st), 0);
    for (long page = 8192; page < st.st_size; page += 8192)
        if (page % 3 != 0)
            overwrite_file(page, garbage);

    db = NULL;
    error_clear(&err);
    opened = db_open(path, DB_WRITE, &db, &err);
    assert_false(opened && db_check(db, &err));
    assert_int_equal(err.code, E_STO_04);
    db_close(db);
}

static void test_a_file_that_is_no_database_is_refused(void **state)
{
    struct db *db = NULL;
    FILE *f = fopen(path, "wb");

    (void)state;
    for (int i = 0; i < 2000; i++)
        (void)fputs("not a database ", f);
    (void)fclose(f);

    assert_refused(E_STO_04, db_open(path, DB_WRITE, &db, &err));
}

static void test_a_link_is_not_followed(void **state)
{
    struct db *db = NULL;
    char real[160];

    (void)state;
    (void)snprintf(real, sizeof real, "%s/elsewhere.db", folder);
    assert_int_equal(symlink(real, path), 0);

    assert_refused(E_FIL_02, db_open(path, DB_WRITE, &db, &err));
    assert_int_not_equal(access(real, F_OK), 0);
}

static void test_a_row_whose_number_is_the_last_there_is_leaves_the_rest_to_be_read(void **state)
{
    struct db *db = on_disk(DB_WRITE);
    sqlite3 *raw = NULL;

    (void)state;
    db_close(db);
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, "INSERT INTO body VALUES (9223372036854775807, 0, x'00')", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);

    assert_refused(E_STO_04, db_open(path, DB_WRITE, &db, &err));
    db_close(on_disk(DB_READ_ONLY));
}

int main(void)
{
#define disk_test(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        disk_test(test_the_database_and_its_wal_are_for_their_owner_only),
        disk_test(test_a_database_that_others_could_read_is_closed_to_them),
        disk_test(test_what_was_committed_is_there_after_a_crash),
        cmocka_unit_test(test_a_transaction_undone_leaves_nothing),
        cmocka_unit_test(test_undoing_without_a_transaction_is_fine),
        disk_test(test_a_commit_that_fails_leaves_nothing),
        disk_test(test_a_commit_may_fail_and_be_on_the_disk),
        cmocka_unit_test(test_a_batch_that_fails_anywhere_leaves_nothing_and_passes_later),
        disk_test(test_a_disk_that_takes_no_more_fails_the_commit_and_keeps_what_was),
        disk_test(test_reading_only_reads_what_a_crash_left_and_changes_nothing),
        disk_test(test_the_wal_is_copied_by_another_process_beside_the_writer),
        disk_test(test_a_reader_keeps_its_snapshot_and_holds_no_writer_up),
        disk_test(test_what_is_read_between_two_calls_is_of_one_state),
        disk_test(test_reading_only_makes_no_database),
        disk_test(test_a_folder_that_is_not_there_is_named),
        disk_test(test_a_second_writer_is_told_that_the_database_is_busy),
        disk_test(test_the_wal_grows_until_the_node_is_idle),
        disk_test(test_the_room_on_the_disk_is_known),
        disk_test(test_a_sound_database_passes_its_check_and_a_damaged_one_does_not),
        disk_test(test_a_file_that_is_no_database_is_refused),
        disk_test(test_a_link_is_not_followed),
        disk_test(test_a_row_whose_number_is_the_last_there_is_leaves_the_rest_to_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
