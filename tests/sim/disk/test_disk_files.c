/* Our own files when the power is cut at each write of what changes them: the old one or the new one is there, and what
 * was said to be done is done.
 *
 * sim_disk_files [--every N]: the power is cut at each N-th operation of what takes long (1: at each).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/folder.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/data_keys.h"
#include "crypto/data_keys_layout.h"
#include "crypto/keyfile.h"
#include "crypto/random.h"
#include "crypto/seal.h"
#include "crypto/sealfile.h"
#include "crypto/secretbox.h"
#include "exchange/vault.h"
#include "faulty_disk.h"
#include "memory_folder.h"
#include "world.h"

#define SLOTS 40
#define GROWN 24

static unsigned every = 15;
static char folder[FILE_PATH_MAX];
static struct disk *disk;

/* What is done while the power may go. */
struct job {
    void (*prepare)(void);
    bool (*act)(struct error *err);
    void (*check)(bool done); /* after the power is back */
    unsigned stride;
};

static const char *path_in(const char *name)
{
    static char paths[4][FILE_PATH_MAX];
    static unsigned next;
    struct error err;
    char *path = paths[next++ % 4];

    assert_true(file_join_path(path, folder, name, &err));
    return path;
}

static void must(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("%s (%s)", err->text, error_row(err->code)->code);
}

/* Whether it came to its end before the N-th operation. */
static bool run_once(const struct job *job, uint64_t n, enum disk_kept kept)
{
    struct error err = {0};
    char prefix[FILE_PATH_MAX];
    bool done;
    bool whole;

    must(file_join_path(prefix, memory_folder(), "refex-disk", &err) && folder_make_fresh(prefix, folder, &err), &err);
    job->prepare();
    disk = disk_new(folder, 3 * n + kept);
    disk_arm(disk, DISK_POWER_CUT, n);
    done = job->act(&err);
    whole = !disk_is_off(disk);
    if (!done && error_fault(&err) != FAULT_LOCAL)
        fail_msg("without power: %s (%s)", err.text, error_row(err.code)->code);
    disk_cut(disk);
    disk_restore(disk, kept);
    job->check(done);
    disk_free(disk);
    folder_remove_made(folder);
    return whole;
}

static void run(const struct job *job)
{
    uint64_t n = 1;

    for (bool whole = false; !whole; n += job->stride)
        for (int kept = DISK_KEEPS_NONE; kept <= DISK_KEEPS_SOME; kept++)
            whole = run_once(job, n, (enum disk_kept)kept);
}

/* --- a file that is replaced, one that is made --- */

static const char old_text[] = "the old file";
static char new_text[3000];

static void prepare_old(void)
{
    struct error err;

    memset(new_text, 'n', sizeof new_text - 1);
    must(file_write(path_in("file"), view_of_text(old_text), 0600, &err), &err);
}

static bool replace(struct error *err)
{
    return file_write(path_in("file"), view_of_text(new_text), 0600, err);
}

static void check_replaced(bool done)
{
    struct bytes found = {0};
    struct error err;

    must(file_read(path_in("file"), 1 << 20, &found, &err), &err);
    assert_true(view_equal(bytes_view(&found), view_of_text(new_text)) ||
                (!done && view_equal(bytes_view(&found), view_of_text(old_text))));
    bytes_fini(&found);
}

static void test_a_file_that_is_replaced_is_the_old_one_or_the_new_one(void **state)
{
    static const struct job job = {prepare_old, replace, check_replaced, 1};

    (void)state;
    run(&job);
}

static bool create(struct error *err)
{
    return file_create(path_in("made"), view_of_text(new_text), 0600, err);
}

static void check_created(bool done)
{
    struct bytes found = {0};
    struct error err;

    if (!done && !file_exists(path_in("made")))
        return;
    must(file_read(path_in("made"), 1 << 20, &found, &err), &err);
    assert_true(view_equal(bytes_view(&found), view_of_text(new_text)));
    bytes_fini(&found);
}

static void test_a_file_that_is_made_is_whole_or_not_there(void **state)
{
    static const struct job job = {prepare_old, create, check_created, 1};

    (void)state;
    run(&job);
}

/* --- the file of data keys --- */

static struct secret storage_key;
static struct secret kept_keys[SLOTS];
static struct bytes wrapped; /* slot 3, as it lies on the disk */

static struct data_keys *open_keys(const struct secret *key)
{
    struct data_keys *s;
    struct error err;

    must(data_keys_open(path_in("keys"), key, &s, &err), &err);
    return s;
}

static void prepare_keys(void)
{
    struct bytes file = {0};
    struct data_keys *s;
    struct error err;

    secret_fini(&storage_key);
    secret_new(&storage_key, SECRETBOX_KEY_SIZE);
    random_fill(&random_real, storage_key.at, storage_key.size);
    must(data_keys_create(path_in("keys"), &storage_key, 1, SLOTS, &err), &err);
    s = open_keys(&storage_key);
    for (uint64_t i = 0; i < SLOTS; i++) {
        secret_fini(&kept_keys[i]);
        must(data_keys_get(s, i, &kept_keys[i], &err), &err);
    }
    data_keys_close(s);
    must(file_read(path_in("keys"), 1 << 20, &file, &err), &err);
    bytes_clear(&wrapped);
    bytes_append(&wrapped, file.at + data_keys_layout_offset(3), SECRETBOX_WRAPPED_SIZE);
    bytes_fini(&file);
}

/* Each is what it was, slot 3 perhaps erased. */
static void check_keys(struct data_keys *s, bool may_be_erased)
{
    struct error err;

    for (uint64_t i = 0; i < SLOTS; i++) {
        struct secret key = {0};

        if (i == 3 && may_be_erased && data_keys_is_erased(s, i))
            continue;
        must(data_keys_get(s, i, &key, &err), &err);
        assert_memory_equal(key.at, kept_keys[i].at, SECRETBOX_KEY_SIZE);
        secret_fini(&key);
    }
}

static bool grow(struct error *err)
{
    struct data_keys *s = open_keys(&storage_key);
    bool ok = data_keys_grow(s, GROWN, err);

    data_keys_close(s);
    return ok;
}

static void check_grown(bool done)
{
    struct data_keys *s = open_keys(&storage_key);
    struct secret key = {0};
    struct error err;

    assert_true(data_keys_count(s) == SLOTS + GROWN || (!done && data_keys_count(s) == SLOTS));
    check_keys(s, false);
    for (uint64_t i = SLOTS; i < data_keys_count(s); i++) { /* what it counts, it has */
        must(data_keys_get(s, i, &key, &err), &err);
        secret_fini(&key);
    }
    data_keys_close(s);
}

static void test_slots_that_are_counted_hold_keys(void **state)
{
    static const struct job job = {prepare_keys, grow, check_grown, 1};

    (void)state;
    run(&job);
}

static bool erase(struct error *err)
{
    struct data_keys *s = open_keys(&storage_key);
    bool ok = data_keys_erase(s, 3, err);

    data_keys_close(s);
    return ok;
}

static void check_erased(bool done)
{
    struct data_keys *s = open_keys(&storage_key);

    assert_true(!done || (data_keys_is_erased(s, 3) && !disk_holds(disk, bytes_view(&wrapped))));
    check_keys(s, true);
    data_keys_close(s);
}

static void test_a_slot_that_is_erased_stays_erased_and_no_other_is(void **state)
{
    static const struct job job = {prepare_keys, erase, check_erased, 1};

    (void)state;
    run(&job);
}

static bool create_keys(struct error *err)
{
    return data_keys_create(path_in("more"), &storage_key, 1, SLOTS, err);
}

static void check_created_keys(bool done)
{
    struct data_keys *s;
    struct error err;

    if (!done && !file_exists(path_in("more")))
        return;
    must(data_keys_open(path_in("more"), &storage_key, &s, &err), &err);
    assert_int_equal(data_keys_count(s), SLOTS);
    data_keys_close(s);
}

static void test_a_file_of_keys_that_is_made_is_whole_or_not_there(void **state)
{
    static const struct job job = {prepare_keys, create_keys, check_created_keys, 1};

    (void)state;
    run(&job);
}

/* --- a new storage key for all of them --- */

static struct ident sealing_id;
static struct bytes old_cell;

static struct keyfile *open_keyfile(void)
{
    struct keyfile *k;
    struct error err;

    must(keyfile_open(path_in("storage.key"), view_of_text(""), &k, &err), &err);
    return k;
}

static void prepare_rewrap(void)
{
    struct seal_key *key = seal_key_new();
    uint8_t public_key[SEAL_PUBLIC_SIZE];
    struct bytes file = {0};
    struct keyfile *k;
    struct error err;

    prepare_keys();
    assert_int_equal(unlink(path_in("keys")), 0);
    must(keyfile_create(path_in("storage.key"), view_of_text(""), &err), &err);
    k = open_keyfile();
    secret_fini(&storage_key);
    must(keyfile_key(k, 1, &storage_key, &err), &err);
    keyfile_close(k);
    must(file_read(path_in("storage.key"), 1 << 20, &file, &err), &err);
    bytes_clear(&old_cell);
    bytes_append(&old_cell, file.at + 512, 64);
    bytes_fini(&file);
    must(data_keys_create(path_in("keys"), &storage_key, 1, SLOTS, &err), &err);
    for (uint64_t i = 0; i < SLOTS; i++) {
        struct data_keys *s = open_keys(&storage_key);

        secret_fini(&kept_keys[i]);
        must(data_keys_get(s, i, &kept_keys[i], &err), &err);
        data_keys_close(s);
    }
    seal_key_public(key, public_key);
    seal_key_id(SEAL_SUITE, public_key, &sealing_id);
    must(sealfile_save(folder, key, &storage_key, 1, &err), &err);
    seal_key_free(key);
}

static bool rewrap(struct error *err)
{
    struct keyfile *k = open_keyfile();
    struct data_keys *s = open_keys(&storage_key);
    struct secret new_key = {0};
    bool done = false;
    bool ok = keyfile_add_key(k, 1, 2, err) && keyfile_key(k, 2, &new_key, err) &&
              data_keys_rewrap_begin(s, &new_key, 2, err);

    while (ok && !done)
        ok = data_keys_rewrap_step(s, SLOTS, &done, err);
    for (done = false; ok && !done;)
        ok = sealfile_rewrap_next(folder, &storage_key, &new_key, 2, &done, err);
    ok = ok && keyfile_keep_only(k, 2, err);
    secret_fini(&new_key);
    data_keys_close(s);
    keyfile_close(k);
    return ok;
}

/* Each file names the generation that it needs, and the key file has it. */
static void check_rewrapped(bool done)
{
    struct keyfile *k = open_keyfile();
    struct secret key = {0};
    struct seal_key *sealing;
    struct data_keys *s;
    uint64_t generation;
    struct error err;

    must(data_keys_read_generation(path_in("keys"), &generation, &err), &err);
    assert_true(generation == 2 || !done);
    must(keyfile_key(k, generation, &key, &err), &err);
    s = open_keys(&key);
    check_keys(s, false);
    data_keys_close(s);
    secret_fini(&key);
    must(sealfile_read_generation(folder, &sealing_id, &generation, &err), &err);
    assert_true(generation == 2 || !done);
    must(keyfile_key(k, generation, &key, &err), &err);
    must(sealfile_open(folder, &sealing_id, &key, &sealing, &err), &err);
    seal_key_free(sealing);
    secret_fini(&key);
    assert_true(!done || !disk_holds(disk, bytes_view(&old_cell)));
    keyfile_close(k);
}

static void test_no_file_is_without_its_storage_key(void **state)
{
    static const struct job job = {prepare_rewrap, rewrap, check_rewrapped, 1};

    (void)state;
    run(&job);
}

/* --- a node that is made --- */

static struct fake_clock the_clock;

static bool init(struct error *err)
{
    struct exchange_options options = {.home = path_in("home"), .clock = &the_clock.clock, .random = &random_real};
    struct control_init_ask ask = {.kind = KIND_SUPPORT_NGO, .listen = view_of_text("127.0.0.1:7411")};
    struct bytes request = {0};
    bool ok =
        address_read(view_of_text("ngo@sim.example"), &ask.agency) && exchange_init(&options, &ask, &request, err);

    bytes_fini(&request);
    return ok;
}

static void prepare_nothing(void)
{
    fake_clock_init(&the_clock, INT64_C(1795000000000));
}

/* With node.conf it is whole; without, another is made there, or refused for what it would have to replace. */
static void check_made(bool done)
{
    struct vault *v;
    struct db *db;
    struct error err = {0};

    if (done || file_exists(path_in("home/node.conf"))) {
        must(vault_open(path_in("home"), view_of_text(""), &v, &err), &err);
        vault_close(v);
        must(db_open(path_in("home/refex.db"), DB_WRITE, &db, &err), &err);
        db_close(db);
        assert_true(file_exists(path_in("home/node.id")) && file_exists(path_in("home/request.refex")));
        return;
    }
    if (!init(&err))
        assert_true(err.code == E_NOD_04 || err.code == E_KEY_04 || err.code == E_FIL_02);
}

static void test_a_home_with_node_conf_is_whole(void **state)
{
    struct job job = {prepare_nothing, init, check_made, every};

    (void)state;
    run(&job);
}

static void release(void)
{
    secret_fini(&storage_key);
    for (size_t i = 0; i < SLOTS; i++)
        secret_fini(&kept_keys[i]);
    bytes_fini(&wrapped);
    bytes_fini(&old_cell);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_that_is_replaced_is_the_old_one_or_the_new_one),
        cmocka_unit_test(test_a_file_that_is_made_is_whole_or_not_there),
        cmocka_unit_test(test_slots_that_are_counted_hold_keys),
        cmocka_unit_test(test_a_slot_that_is_erased_stays_erased_and_no_other_is),
        cmocka_unit_test(test_a_file_of_keys_that_is_made_is_whole_or_not_there),
        cmocka_unit_test(test_no_file_is_without_its_storage_key),
        cmocka_unit_test(test_a_home_with_node_conf_is_whole),
    };
    int failed;

    if (argc == 3 && strcmp(argv[1], "--every") == 0)
        every = (unsigned)strtoul(argv[2], NULL, 10);
    disk_install();
    log_init("sim", LOG_ERROR);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    release();
    return failed;
}
