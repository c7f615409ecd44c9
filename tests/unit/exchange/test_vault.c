/* Sealing keys, whatever the clock said: is there always one for today, and never more than are read again? */
#include "base/bounds.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/secret.h"
#include "codec/bundle_codec.h"
#include "crypto/data_keys.h"
#include "crypto/keyfile.h"
#include "crypto/seal.h"
#include "crypto/sealfile.h"
#include "exchange/backup/backup_notes.h"
#include "exchange/backup/keys_count.h"
#include "exchange/members/bundle.h"
#include "exchange/vault.h"
#include "exchange/vault_identity.h"
#include "exchange/vault_rewrap.h"
#include "exchange/vault_sealing.h"
#include "exchange/vault_transport.h"
#include "store/db.h"
#include "store/note_store.h"
#include "store/slot_store.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define TODAY 20000 /* unix day */
#define YEAR  365

static char home[FILE_PATH_MAX];

static int set_up(void **state)
{
    struct error err;

    (void)state;
    return folder_make_fresh("/tmp/refex-test-vault", home, &err) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove_made(home);
    return 0;
}

/* What a start on DAY does; PAST 0: its clock is in doubt. */
static void start_on(struct vault *v, struct db *db, uint32_t day, uint32_t past)
{
    struct error err;

    assert_true(vault_load_sealing_keys(v, db, &err));
    assert_true(db_begin(db, &err));
    if (!vault_rotate_sealing_keys(v, db, day, past, &err))
        fail_msg("%s", err.text);
    assert_true(db_commit(db, &err));
    assert_true(vault_destroy_retired(v, &err));
}

/* Whether the bundle of DAY is valid and has a key for each week to publish, and each of them opens. */
static void check_bundle(const struct vault *v, uint32_t day)
{
    struct bundle b = {.sequence = 1, .content_min = 1, .content_max = 1};
    struct bundle read;
    struct bundle_key due;
    struct bytes text = {0};
    struct error err;

    assert_true(address_read(view_of_text("ngo@sim.example"), &b.agency));
    b.key_count = vault_offered_keys(v, day, b.keys, BOUND_BUNDLE_KEYS);
    assert_true(b.key_count >= BUNDLE_WEEKS);
    bundle_encode(&b, &text);
    if (!bundle_decode(bytes_view(&text), &read, &err))
        fail_msg("%s", err.text);
    for (uint32_t week = 0; week < BUNDLE_WEEKS; week++) {
        struct ident id;
        uint32_t keep_until;

        bundle_schedule(day, week, &due);
        assert_int_equal(b.keys[week].use_from, due.use_from);
        seal_key_id(SEAL_SUITE, b.keys[week].public_key, &id);
        assert_non_null(vault_sealing_key(v, &id, &keep_until));
    }
    bytes_fini(&text);
}

/* What a disk that lies has lost is made again, also while nothing may be destroyed. */
static void test_keys_whose_files_are_gone_are_made_again(void **state)
{
    char folder[FILE_PATH_MAX];
    struct bytes ids = {0};
    struct vault *v;
    struct error err;
    struct db *db;

    (void)state;
    assert_true(vault_create(home, view_of_text(""), &err));
    assert_true(vault_open(home, view_of_text(""), &v, &err));
    assert_true(db_open(":memory:", DB_WRITE, &db, &err));
    start_on(v, db, TODAY, TODAY);
    assert_true(file_join_path(folder, home, VAULT_FOLDER, &err) && sealfile_list(folder, &ids, &err));
    assert_int_equal(ids.size, BUNDLE_WEEKS * IDENT_SIZE);
    for (size_t at = 0; at < ids.size; at += IDENT_SIZE) {
        struct ident id;

        memcpy(id.at, ids.at + at, IDENT_SIZE);
        assert_true(sealfile_destroy(folder, &id, &err));
    }
    start_on(v, db, TODAY, 0);
    check_bundle(v, TODAY);
    bytes_fini(&ids);
    vault_close(v);
    db_close(db);
}

/* One that is there and does not open is not made again in silence: it may be the only key for what is under way. */
static void test_a_key_file_that_was_damaged_stops_the_start(void **state)
{
    char folder[FILE_PATH_MAX];
    char path[FILE_PATH_MAX];
    char name[16 + IDENT_TEXT];
    struct bytes ids = {0};
    struct bytes file = {0};
    char hex[IDENT_TEXT];
    struct ident id;
    struct vault *v;
    struct error err;
    struct db *db;

    (void)state;
    assert_true(vault_create(home, view_of_text(""), &err));
    assert_true(vault_open(home, view_of_text(""), &v, &err));
    assert_true(db_open(":memory:", DB_WRITE, &db, &err));
    start_on(v, db, TODAY, TODAY);
    assert_true(file_join_path(folder, home, VAULT_FOLDER, &err) && sealfile_list(folder, &ids, &err));
    memcpy(id.at, ids.at, IDENT_SIZE);
    ident_write(&id, hex);
    (void)snprintf(name, sizeof name, "sealing-%s", hex);
    assert_true(file_join_path(path, folder, name, &err));
    assert_true(file_read(path, 1000, &file, &err));
    file.at[file.size - 1] ^= 1;
    assert_true(file_write(path, bytes_view(&file), 0600, &err));
    assert_false(vault_load_sealing_keys(v, db, &err));
    assert_int_equal(err.code, E_KEY_17);
    bytes_fini(&ids);
    bytes_fini(&file);
    vault_close(v);
    db_close(db);
}

static void test_keys_of_wrong_clocks_never_keep_out_those_of_today(void **state)
{
    struct bundle_key first;
    struct bundle_key now;
    struct vault *v;
    struct error err;
    struct db *db;

    (void)state;
    assert_true(vault_create(home, view_of_text(""), &err));
    assert_true(vault_open(home, view_of_text(""), &v, &err));
    assert_true(db_open(":memory:", DB_WRITE, &db, &err));
    start_on(v, db, TODAY, TODAY);
    assert_true(vault_offered_keys(v, TODAY, &first, 1) == 1);
    for (uint32_t i = 1; i < 12; i++) { /* back first: what is destroyed by a date ahead is another matter */
        start_on(v, db, TODAY - i * YEAR, TODAY - i * YEAR);
        check_bundle(v, TODAY - i * YEAR);
    }
    start_on(v, db, TODAY, TODAY);
    check_bundle(v, TODAY);
    for (uint32_t i = 1; i < 12; i++) {
        start_on(v, db, TODAY + i * YEAR, TODAY + i * YEAR);
        check_bundle(v, TODAY + i * YEAR);
        start_on(v, db, TODAY, TODAY);
        check_bundle(v, TODAY);
    }
    assert_true(vault_offered_keys(v, TODAY, &now, 1) == 1);
    assert_int_equal(now.use_from, first.use_from);
    vault_close(v);
    db_close(db);
}

/* --- slots that the disk does not give --- */

static uint64_t bad_from; /* of the file: these bytes are not read */
static uint64_t bad_to;

bool __real_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset);
bool __wrap_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset);
bool __wrap_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset)
{
    if (offset + size > bad_from && offset < bad_to) {
        errno = EIO;
        return false;
    }
    return __real_file_read_at(fd, at, size, offset);
}

static void test_slots_of_a_bad_sector_are_passed_over(void **state)
{
    struct cell cell = {.section = "body", .table = "body", .row = 1, .column = "data"};
    struct bytes sealed = {0};
    struct error err = {0};
    struct vault *v;
    struct db *db;
    uint64_t next;

    (void)state;
    assert_true(vault_create(home, view_of_text(""), &err));
    assert_true(vault_open(home, view_of_text(""), &v, &err));
    assert_true(db_open(":memory:", DB_WRITE, &db, &err));
    assert_true(db_begin(db, &err));
    for (unsigned i = 0; i < 200; i++) {
        if (i == 10) { /* most of its slots are not in use yet */
            bad_from = 4096;
            bad_to = 8192;
        }
        if (!vault_alloc_slot(v, db, &cell.slot, &err) || !vault_seal_cell(v, &cell, view_of_text("x"), &sealed, &err))
            fail_msg("%s", err.text);
    }
    bad_from = 0;
    bad_to = UINT64_MAX; /* it gives none at all: none is passed over */
    next = slot_store_next(db);
    assert_false(vault_alloc_slot(v, db, &cell.slot, &err));
    assert_int_equal(err.code, E_KEY_21);
    bad_to = 0;
    assert_true(vault_alloc_slot(v, db, &cell.slot, &err));
    assert_int_equal(cell.slot, next);
    db_rollback(db);
    bytes_fini(&sealed);
    db_close(db);
    vault_close(v);
}

/* --- put back from a backup --- */

static void read_own_key(struct secret *out)
{
    struct secret storage_key = {0};
    struct keyfile *keyfile;
    struct data_keys *keys;
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(path, home, VAULT_STORAGE_KEY, &err));
    assert_true(keyfile_open(path, view_of_text(""), &keyfile, &err) && keyfile_key(keyfile, 1, &storage_key, &err));
    assert_true(file_join_path(path, home, VAULT_SLOTS, &err) && data_keys_open(path, &storage_key, &keys, &err));
    assert_true(data_keys_get(keys, VAULT_OWN_SLOT, out, &err));
    data_keys_close(keys);
    keyfile_close(keyfile);
    secret_fini(&storage_key);
}

static void test_slots_that_a_backup_may_have_used_are_passed_over(void **state)
{
    const uint8_t other[32] = {1};
    struct secret key = {0};
    struct error err = {0};
    uint64_t slot;
    struct vault *v;
    struct db *db;
    bool fits;

    (void)state;
    assert_true(vault_create(home, view_of_text(""), &err));
    read_own_key(&key);
    assert_true(db_open(":memory:", DB_WRITE, &db, &err));
    assert_true(db_begin(db, &err) && vault_pass_slots(db, key.at, 1024, &err));
    assert_true(vault_key_fits(db, key.at, &fits, &err) && fits);
    assert_true(vault_key_fits(db, other, &fits, &err) && !fits);
    assert_true(vault_open(home, view_of_text(""), &v, &err) && vault_follow_slots(v, db, &err));
    assert_true(vault_alloc_slot(v, db, &slot, &err));
    assert_int_equal(slot, 1024);
    db_rollback(db);
    secret_fini(&key);
    db_close(db);
    vault_close(v);
}

/* The keys part opens what lies in slots below 6, but for slot 3. */
static bool opens(void *cookie, uint64_t slot)
{
    (void)cookie;
    return slot < 6 && slot != 3;
}

static struct keys_count count_of(struct db *db, uint64_t used, uint64_t generation)
{
    struct keys_count c = {.opens = opens, .used = used, .generation = generation};
    struct error err = {0};

    assert_true(keys_count_walk(db, &c, &err));
    return c;
}

/* Slots 0 to 7 are in use by the data part. */
static void test_a_key_that_is_newer_than_the_keys_part_is_not_called_erased(void **state)
{
    struct error err = {0};
    struct keys_count c;
    uint64_t slot;
    struct db *db;

    (void)state;
    assert_true(db_open(":memory:", DB_WRITE, &db, &err) && db_begin(db, &err));
    for (int i = 0; i < 8; i++)
        assert_true(slot_store_allocate(db, &slot, &err));
    c = count_of(db, 8, 1); /* made behind the data part: what does not open was erased since */
    assert_int_equal(c.open, 5);
    assert_int_equal(c.newer, 0);
    c = count_of(db, 4, 1); /* before it; 4 and 5 were filled ahead: they open */
    assert_int_equal(c.open, 5);
    assert_int_equal(c.newer, 2);
    assert_true(note_store_put(db, BACKUP_NOTE_BEGUN, (struct view){0}, 2, view_of_text("-"), &err));
    c = count_of(db, 4, 1); /* all were wrapped anew in between: there lie other keys */
    assert_int_equal(c.open, 3);
    assert_int_equal(c.newer, 4);
    c = count_of(db, 4, 2);
    assert_int_equal(c.open, 5);
    db_rollback(db);
    db_close(db);
}

/* --- another storage key --- */

static void test_what_was_sealed_before_a_new_storage_key_and_what_is_sealed_then_opens(void **state)
{
    struct cell cell = {.section = "body", .table = "body", .row = 1, .column = "data"};
    struct bytes sealed = {0};
    struct bytes plain = {0};
    struct error err = {0};
    bool done = false;
    struct vault *v;
    struct db *db;

    (void)state;
    assert_true(vault_create(home, view_of_text(""), &err));
    assert_true(vault_open(home, view_of_text(""), &v, &err));
    assert_true(db_open(":memory:", DB_WRITE, &db, &err));
    start_on(v, db, TODAY, TODAY);
    assert_true(db_begin(db, &err));
    assert_true(vault_alloc_slot(v, db, &cell.slot, &err));
    assert_true(vault_seal_cell(v, &cell, view_of_text("hers"), &sealed, &err) && db_commit(db, &err));
    assert_false(vault_has_erased(v));
    assert_true(vault_erase_slot(v, cell.slot + 1, &err));
    assert_true(vault_has_erased(v));
    assert_true(vault_rewrap_begin(v, &err));
    assert_false(vault_has_erased(v));
    while (!done)
        assert_true(vault_rewrap_step(v, db, &done, &err));
    assert_int_equal(vault_generation(v), 2);
    start_on(v, db, TODAY + 7, TODAY + 7); /* a sealing key that is made then lies under the new one */
    vault_close(v);
    assert_true(vault_open(home, view_of_text(""), &v, &err));
    start_on(v, db, TODAY + 7, TODAY + 7);
    check_bundle(v, TODAY + 7);
    assert_true(vault_open_cell(v, &cell, bytes_view(&sealed), &plain, &err));
    assert_true(view_equal(bytes_view(&plain), view_of_text("hers")));
    bytes_fini(&sealed);
    bytes_fini(&plain);
    db_close(db);
    vault_close(v);
}

/* The public key of the next transport key, as after a start; false: it is not given. */
static bool next_transport(uint8_t out[static SIGN_PUBLIC_SIZE], struct error *err)
{
    const struct sign_key *key;
    struct vault *v;
    bool ok;

    assert_true(vault_open(home, view_of_text(""), &v, err));
    ok = vault_next_transport(v, &key, err);
    if (ok)
        sign_key_public(key, out);
    vault_close(v);
    return ok;
}

/* It may be certified already: who cannot read it does not put another in its place. */
static void test_a_next_transport_key_that_may_be_whole_is_kept(void **state)
{
    uint8_t keys[2][SIGN_PUBLIC_SIZE];
    char path[FILE_PATH_MAX];
    struct error err;

    (void)state;
    assert_true(vault_create(home, view_of_text(""), &err));
    assert_true(next_transport(keys[0], &err));
    assert_true(file_join_path(path, home, VAULT_TRANSPORT_NEXT, &err));
    assert_int_equal(chmod(path, 0644), 0); /* is not opened */
    assert_false(next_transport(keys[1], &err));
    assert_int_equal(err.code, E_KEY_02);
    assert_int_equal(chmod(path, 0600), 0);
    assert_true(next_transport(keys[1], &err));
    assert_memory_equal(keys[0], keys[1], SIGN_PUBLIC_SIZE);
}

/* It may be the one whose certificate is in use. */
static void test_a_next_key_that_cannot_be_read_is_not_called_another(void **state)
{
    uint8_t own[SIGN_PUBLIC_SIZE];
    char path[FILE_PATH_MAX];
    struct vault *v;
    struct error err;
    bool changed;

    (void)state;
    assert_true(vault_create(home, view_of_text(""), &err));
    assert_true(next_transport(own, &err));
    assert_true(file_join_path(path, home, VAULT_TRANSPORT_NEXT, &err));
    assert_int_equal(chmod(path, 0644), 0); /* is not opened */
    assert_true(vault_open(home, view_of_text(""), &v, &err));
    assert_false(vault_settle_transport(v, own, &changed, &err));
    assert_int_equal(err.code, E_KEY_02);
    assert_int_equal(chmod(path, 0600), 0);
    assert_true(vault_settle_transport(v, own, &changed, &err));
    assert_true(changed);
    vault_close(v);
}

static void test_a_next_transport_key_that_was_cut_short_is_made_again(void **state)
{
    uint8_t keys[2][SIGN_PUBLIC_SIZE];
    char path[FILE_PATH_MAX];
    struct error err;

    (void)state;
    assert_true(vault_create(home, view_of_text(""), &err));
    assert_true(next_transport(keys[0], &err));
    assert_true(file_join_path(path, home, VAULT_TRANSPORT_NEXT, &err));
    assert_int_equal(truncate(path, 20), 0);
    assert_true(next_transport(keys[1], &err));
    assert_memory_not_equal(keys[0], keys[1], SIGN_PUBLIC_SIZE);
    assert_true(next_transport(keys[0], &err)); /* and kept */
    assert_memory_equal(keys[0], keys[1], SIGN_PUBLIC_SIZE);
}

/* --- the next identity key --- */

/* Opens the vault, makes the next identity key, and closes it. */
static void next_identity(uint8_t now[static SIGN_PUBLIC_SIZE], uint8_t next[static SIGN_PUBLIC_SIZE])
{
    const struct sign_key *key;
    struct vault *v;
    struct error err;

    assert_true(vault_open(home, view_of_text(""), &v, &err));
    assert_true(vault_next_identity(v, &key, &err));
    sign_key_public(vault_identity(v), now);
    sign_key_public(key, next);
    vault_close(v);
}

static bool settle_identity(const uint8_t own[static SIGN_PUBLIC_SIZE], uint8_t in_use[static SIGN_PUBLIC_SIZE])
{
    const struct sign_key *borrowed;
    struct vault *v;
    struct error err;
    bool changed;

    assert_true(vault_open(home, view_of_text(""), &v, &err));
    borrowed = vault_identity(v);
    assert_true(vault_settle_identity(v, own, &changed, &err));
    sign_key_public(borrowed, in_use); /* who borrowed it has the new one */
    vault_close(v);
    return changed;
}

static bool has_file(const char *name)
{
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(path, home, name, &err));
    return file_exists(path);
}

static void test_the_next_identity_key_takes_the_place_when_it_is_listed(void **state)
{
    uint8_t now[SIGN_PUBLIC_SIZE];
    uint8_t next[SIGN_PUBLIC_SIZE];
    uint8_t again[SIGN_PUBLIC_SIZE];
    uint8_t in_use[SIGN_PUBLIC_SIZE];
    static const uint8_t other[SIGN_PUBLIC_SIZE] = {1};
    struct error err;

    (void)state;
    assert_true(vault_create(home, view_of_text(""), &err));
    next_identity(now, next);
    next_identity(in_use, again);
    assert_memory_equal(next, again, sizeof next);
    assert_false(settle_identity(now, in_use));
    assert_memory_equal(in_use, now, sizeof now);
    assert_false(settle_identity(other, in_use)); /* of neither: all stays */
    assert_memory_equal(in_use, now, sizeof now);
    assert_true(has_file(VAULT_IDENTITY_NEXT));

    assert_true(settle_identity(next, in_use));
    assert_memory_equal(in_use, next, sizeof next);
    assert_false(has_file(VAULT_IDENTITY_NEXT));
    assert_false(has_file("keys.d/identity-new.pem"));
    assert_false(settle_identity(next, in_use));
    assert_memory_equal(in_use, next, sizeof next);
    next_identity(now, again); /* another */
    assert_memory_not_equal(next, again, sizeof next);
}

/* The machine went down between two names. */
static void test_the_next_identity_key_takes_the_place_after_a_crash(void **state)
{
    uint8_t now[SIGN_PUBLIC_SIZE];
    uint8_t next[SIGN_PUBLIC_SIZE];
    uint8_t in_use[SIGN_PUBLIC_SIZE];
    char from[FILE_PATH_MAX];
    char to[FILE_PATH_MAX];
    struct error err;

    (void)state;
    assert_true(vault_create(home, view_of_text(""), &err));
    next_identity(now, next);
    assert_true(file_join_path(from, home, VAULT_IDENTITY_NEXT, &err));
    assert_true(file_join_path(to, home, "keys.d/identity-new.pem", &err));
    assert_int_equal(rename(from, to), 0);
    assert_true(settle_identity(next, in_use));
    assert_memory_equal(in_use, next, sizeof next);
    assert_false(has_file("keys.d/identity-new.pem"));

    next_identity(now, next);
    assert_int_equal(rename(from, to), 0); /* what was in use is left behind */
    assert_false(settle_identity(now, in_use));
    assert_false(has_file("keys.d/identity-new.pem"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_key_file_that_was_damaged_stops_the_start, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_of_wrong_clocks_never_keep_out_those_of_today, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_whose_files_are_gone_are_made_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_was_sealed_before_a_new_storage_key_and_what_is_sealed_then_opens,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_slots_of_a_bad_sector_are_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_slots_that_a_backup_may_have_used_are_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_next_transport_key_that_may_be_whole_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_next_key_that_cannot_be_read_is_not_called_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_next_transport_key_that_was_cut_short_is_made_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_next_identity_key_takes_the_place_when_it_is_listed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_the_next_identity_key_takes_the_place_after_a_crash, set_up, tear_down),
        cmocka_unit_test(test_a_key_that_is_newer_than_the_keys_part_is_not_called_erased),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
