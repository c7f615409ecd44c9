/* A copy of the database beside the one who writes: of one moment, whole, in one file. */
#include "fixture.h"

#include "base/file.h"
#include "store/db_backup.h"
#include "store/number_store.h"

#include <sys/stat.h>

static char folder[64];
static char path[96];
static char copy[96];

static int set_up(void **state)
{
    (void)state;
    make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/refex.db", folder);
    (void)snprintf(copy, sizeof copy, "%s/copy", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    drop_folder(folder);
    return 0;
}

struct copying {
    struct db *writer;
    unsigned steps;
    bool refuse;
};

/* The node writes while its database is copied. */
static bool on_progress(void *cookie, uint64_t done, uint64_t total, struct error *e)
{
    struct copying *k = cookie;

    assert_true(done <= total);
    k->steps++;
    if (k->refuse)
        return error_set(e, E_BUG_01, "asked");
    assert_done(db_begin(k->writer, &err));
    assert_done(number_store_put(k->writer, "meanwhile", 1, &err));
    assert_done(db_commit(k->writer, &err));
    return true;
}

static void begin(struct copying *k, struct db **reader)
{
    assert_done(db_open(path, DB_WRITE, &k->writer, &err));
    assert_done(db_begin(k->writer, &err));
    assert_done(number_store_put(k->writer, "before", 7, &err));
    assert_done(db_commit(k->writer, &err));
    assert_done(db_open(path, DB_READ_ONLY, reader, &err));
}

static void test_a_copy_is_of_the_moment_at_which_it_began(void **state)
{
    struct copying k = {0};
    struct db_counts counts = {.cases = 9};
    struct db_counts there = {.cases = 8};
    struct db *reader;
    struct db *db;
    struct stat st;
    char beside[112];
    int64_t value;
    bool found;

    (void)state;
    begin(&k, &reader);
    assert_done(db_backup(reader, copy, on_progress, &k, &counts, &err));
    assert_true(k.steps > 0);
    db_close(reader);
    db_close(k.writer);
    (void)snprintf(beside, sizeof beside, "%s-wal", copy);
    assert_false(file_exists(beside));
    assert_int_equal(stat(copy, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_done(db_open(copy, DB_READ_ONLY, &db, &err));
    assert_false(file_exists(beside));
    assert_done(db_check(db, &err));
    assert_done(db_count(db, &there, &err));
    assert_memory_equal(&counts, &there, sizeof there);
    assert_done(number_store_get(db, "before", &found, &value, &err));
    assert_true(found && value == 7);
    assert_done(number_store_get(db, "meanwhile", &found, &value, &err));
    assert_false(found);
    db_close(db);
}

static void test_what_is_there_is_not_overwritten_and_a_copy_can_be_ended(void **state)
{
    struct copying k = {.refuse = true};
    struct db_counts counts;
    struct db *reader;

    (void)state;
    begin(&k, &reader);
    assert_refused(E_BUG_01, db_backup(reader, copy, on_progress, &k, &counts, &err));
    assert_refused(E_FIL_02, db_backup(reader, copy, on_progress, &k, &counts, &err));
    db_close(reader);
    db_close(k.writer);
}

static void test_a_copy_that_is_damaged_is_found_so(void **state)
{
    struct copying k = {0};
    struct db_counts counts;
    struct db *reader;
    struct db *db = NULL;
    uint8_t noise[4096];
    FILE *f;

    (void)state;
    begin(&k, &reader);
    assert_done(db_backup(reader, copy, on_progress, &k, &counts, &err));
    db_close(reader);
    db_close(k.writer);
    memset(noise, 0x5A, sizeof noise);
    f = fopen(copy, "r+e");
    assert_non_null(f);
    assert_int_equal(fseek(f, 16384, SEEK_SET), 0);
    assert_int_equal(fwrite(noise, 1, sizeof noise, f), sizeof noise);
    assert_int_equal(fclose(f), 0);
    if (db_open(copy, DB_READ_ONLY, &db, &err))
        assert_refused(E_STO_04, db_check(db, &err));
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_copy_is_of_the_moment_at_which_it_began, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_there_is_not_overwritten_and_a_copy_can_be_ended, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_copy_that_is_damaged_is_found_so, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
