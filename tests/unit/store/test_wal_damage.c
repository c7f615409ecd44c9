/* A WAL that a disk damaged is told from one that a power cut tore. */
#include "fixture.h"

#include "base/file.h"
#include "store/note_store.h"
#include "store/number_store.h"
#include "store/wal_checkpoint.h"

#include <fcntl.h>
#include <unistd.h>

#define COMMITS 6
#define HEADER  32
#define STRIDE  4099 /* bytes between two that are tried */

bool __real_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset);
bool __wrap_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset);

static char folder[64];
static char path[128]; /* of a copy, as a machine without power leaves it */
static struct bytes database;
static struct bytes wal;
static struct bytes longer; /* the WAL before it was begun anew, where it was */
static bool begins_anew;    /* as soon as its header is read */
static size_t last_commit;  /* where its frames begin in the WAL … */
static size_t end;          /* … and end */

static void read_copy(const char *name, struct bytes *out)
{
    char from[160];

    bytes_clear(out);
    (void)snprintf(from, sizeof from, "%s/%s", folder, name);
    assert_done(file_read(from, 1 << 24, out, &err));
}

/* With more than one page. */
static void put_number(struct db *db, int64_t value)
{
    uint8_t note[20000];

    memset(note, (int)value, sizeof note);
    assert_done(db_begin(db, &err));
    assert_done(note_store_put(db, "note", (struct view){0}, (uint64_t)value, view_of(note, sizeof note), &err));
    assert_done(number_store_put(db, "n", value, &err));
    assert_done(db_commit(db, &err));
}

/* Frames of this WAL have the salts of its header. */
static size_t find_end(void)
{
    size_t frame = 24 + read_u32(wal.at + 8);
    size_t at = HEADER;

    while (at + frame <= wal.size && memcmp(wal.at + at + 8, wal.at + 16, 8) == 0)
        at += frame;
    return at;
}

/* COMMITS commits in the WAL, with RESTARTED behind those of a longer one that was copied into the database. */
static void make(bool restarted)
{
    struct db *db = NULL;

    (void)snprintf(path, sizeof path, "%s/node.db", folder);
    assert_done(db_open(path, DB_WRITE, &db, &err));
    db_close(db); /* with the schema */
    assert_done(db_open(path, DB_WRITE, &db, &err));
    if (restarted) {
        for (int i = 0; i < 4 * COMMITS; i++)
            put_number(db, i);
        read_copy("node.db-wal", &longer);
        assert_done(db_checkpoint_wal(db, &err));
    }
    for (int i = 0; i < COMMITS; i++) {
        last_commit = end;
        put_number(db, 100 + i);
        read_copy("node.db-wal", &wal);
        end = find_end();
    }
    read_copy("node.db", &database);
    db_close(db);
    (void)snprintf(path, sizeof path, "%s/copy.db", folder);
}

static int set_up(void **state)
{
    (void)state;
    make_folder(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    drop_folder(folder);
    bytes_fini(&database);
    bytes_fini(&wal);
    bytes_fini(&longer);
    return 0;
}

bool __wrap_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset)
{
    bool ok = __real_file_read_at(fd, at, size, offset);
    char name[160];
    int writes;

    if (!begins_anew)
        return ok;
    begins_anew = false;
    (void)snprintf(name, sizeof name, "%s-wal", path);
    writes = open(name, O_WRONLY | O_CLOEXEC);
    assert_true(writes >= 0 && file_write_at(writes, bytes_view(&wal), 0));
    (void)close(writes);
    return ok;
}

/* The machine starts with this WAL: the last number that it finds, 0 where it refuses the database. */
static int64_t start_with(struct view found_wal)
{
    struct db *db = NULL;
    char name[160];
    int64_t value = 0;
    bool found;

    assert_done(file_write(path, bytes_view(&database), 0600, &err));
    (void)snprintf(name, sizeof name, "%s-wal", path);
    assert_done(file_write(name, found_wal, 0600, &err));
    if (!db_open(path, DB_READ_ONLY, &db, &err)) {
        assert_int_equal(err.code, E_STO_04);
        return 0;
    }
    assert_done(number_store_get(db, "n", &found, &value, &err));
    db_close(db);
    return value;
}

static int64_t start_with_flipped(size_t at)
{
    int64_t value;

    wal.at[at] ^= 0x10;
    value = start_with(bytes_view(&wal));
    wal.at[at] ^= 0x10;
    return value;
}

static void test_a_damaged_frame_before_the_last_commit_is_named(void **state)
{
    (void)state;
    make(false);
    assert_int_equal(start_with(bytes_view(&wal)), 100 + COMMITS - 1);
    for (size_t at = 0; at < last_commit; at += STRIDE)
        if (start_with_flipped(at) != 0)
            fail_msg("a flipped bit in byte %zu is not found", at);
    for (size_t at = HEADER; at < HEADER + 24; at += 3)
        assert_int_equal(start_with_flipped(at), 0);
}

static void test_what_a_power_cut_tears_is_not_called_damaged(void **state)
{
    (void)state;
    make(false);
    for (size_t at = last_commit; at < wal.size; at += STRIDE)
        assert_int_equal(start_with_flipped(at), 100 + COMMITS - 2);
    for (size_t size = last_commit; size < wal.size; size += STRIDE)
        assert_int_equal(start_with(view_of(wal.at, size)), 100 + COMMITS - 2);
    assert_true(start_with(view_of(wal.at, 0)) == 0 && err.code == E_NONE); /* nothing of the WAL was synced */
    memset(wal.at, 0, HEADER);
    assert_true(start_with(bytes_view(&wal)) == 0 && err.code == E_NONE);
}

static void test_what_is_left_of_an_older_wal_is_not_looked_at(void **state)
{
    (void)state;
    make(true);
    assert_true(end < wal.size);
    assert_int_equal(start_with(bytes_view(&wal)), 100 + COMMITS - 1);
    for (size_t at = end; at < wal.size; at += STRIDE)
        assert_int_equal(start_with_flipped(at), 100 + COMMITS - 1);
    for (size_t at = HEADER; at < last_commit; at += STRIDE)
        assert_int_equal(start_with_flipped(at), 0);
}

static void test_who_reads_beside_a_node_takes_what_it_writes_for_no_damage(void **state)
{
    (void)state;
    make(true);
    begins_anew = true;
    assert_int_equal(start_with(bytes_view(&longer)), 100 + COMMITS - 1);
    assert_false(begins_anew);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_damaged_frame_before_the_last_commit_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_a_power_cut_tears_is_not_called_damaged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_left_of_an_older_wal_is_not_looked_at, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_reads_beside_a_node_takes_what_it_writes_for_no_damage, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
