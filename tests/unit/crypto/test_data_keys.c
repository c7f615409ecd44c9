/* The keys file: erased keys are gone from its bytes, and a crash at any write leaves a file that opens. */
#include "base/file.h"
#include "base/secret.h"
#include "crypto/data_keys.h"
#include "crypto/data_keys_layout.h"
#include "crypto/secretbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT  8
#define HEADER 512

static char folder[] = "/tmp/refex-test-slots-XXXXXX";
static char path[sizeof folder + 16];
static char new_path[sizeof folder + 16];
static struct secret storage_key;
static struct secret other_key;

static struct data_keys *open_slots(void)
{
    struct data_keys *s = NULL;
    struct error err = {0};

    assert_true(data_keys_open(path, &storage_key, &s, &err));
    return s;
}

static int make_file(void **state)
{
    struct error err;

    (void)state;
    (void)unlink(path);
    (void)unlink(new_path);
    secret_copy(&storage_key, view_of("0123456789abcdef0123456789abcdef", 32));
    secret_copy(&other_key, view_of("another key of thirty-two bytes.", 32));
    return data_keys_create(path, &storage_key, 1, COUNT, &err) ? 0 : -1;
}

static int drop_file(void **state)
{
    (void)state;
    secret_fini(&storage_key);
    secret_fini(&other_key);
    return 0;
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/keys", folder);
    (void)snprintf(new_path, sizeof new_path, "%s/keys.new", folder);
    return 0;
}

static int drop_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    (void)unlink(new_path);
    return rmdir(folder);
}

/* What fdatasync finds: how often it was called, and slot 3 as it stood in the file then. */
static struct {
    unsigned calls;
    bool fails;
    uint8_t slot[SECRETBOX_WRAPPED_SIZE];
} synced;

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
    synced.calls++;
    (void)!pread(fd, synced.slot, sizeof synced.slot, HEADER + 3 * SECRETBOX_WRAPPED_SIZE);
    if (synced.fails) {
        errno = EIO;
        return -1;
    }
    return __real_fdatasync(fd);
}

static void key_of(struct data_keys *s, uint64_t slot, uint8_t out[static 32])
{
    struct secret key = {0};
    struct error err = {0};

    assert_true(data_keys_get(s, slot, &key, &err));
    assert_int_equal(key.size, 32);
    memcpy(out, key.at, 32);
    secret_fini(&key);
}

static void refuse_key(struct data_keys *s, uint64_t slot, enum error_code code)
{
    struct secret key = {0};
    struct error err = {0};

    assert_false(data_keys_get(s, slot, &key, &err));
    assert_null(key.at);
    assert_int_equal(err.code, code);
}

static void refuse_open(const struct secret *key, enum error_code code)
{
    struct data_keys *s = NULL;
    struct error err = {0};

    assert_false(data_keys_open(path, key, &s, &err));
    assert_null(s);
    assert_int_equal(err.code, code);
}

static struct bytes content(const char *where)
{
    struct bytes b = {0};
    struct error err;

    assert_true(file_read(where, 1 << 20, &b, &err));
    return b;
}

static void put_back(const char *where, const struct bytes *b, size_t size)
{
    struct error err;

    assert_true(file_write(where, view_of(b->at, size), 0600, &err));
}

static void test_keys_differ_and_come_back(void **state)
{
    uint8_t keys[COUNT][32];
    struct data_keys *s = open_slots();

    (void)state;
    assert_int_equal(data_keys_count(s), COUNT);
    assert_int_equal(data_keys_generation(s), 1);
    for (uint64_t i = 0; i < COUNT; i++) {
        key_of(s, i, keys[i]);
        for (uint64_t j = 0; j < i; j++)
            assert_memory_not_equal(keys[i], keys[j], 32);
    }
    data_keys_close(s);
    s = open_slots();
    for (uint64_t i = COUNT; i-- > 0;) {
        uint8_t again[32];

        key_of(s, i, again);
        assert_memory_equal(again, keys[i], 32);
    }
    refuse_key(s, COUNT, E_KEY_10);
    data_keys_close(s);
}

static void test_a_file_is_not_made_over_another(void **state)
{
    struct error err = {0};
    struct stat st;

    (void)state;
    assert_false(data_keys_create(path, &other_key, 1, 1, &err));
    assert_int_equal(err.code, E_KEY_04);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    data_keys_close(open_slots());
}

static void test_a_file_that_others_can_read_is_refused(void **state)
{
    struct data_keys *s = NULL;
    struct error err = {0};

    (void)state;
    for (mode_t mode = 0640; mode <= 0644; mode += 4) {
        assert_int_equal(chmod(path, mode), 0);
        assert_false(data_keys_open(path, &storage_key, &s, &err));
        assert_int_equal(err.code, E_KEY_02);
    }
    assert_int_equal(chmod(path, 0600), 0);
    data_keys_close(open_slots());
}

static void test_one_program_at_a_time(void **state)
{
    struct data_keys *s = open_slots();

    (void)state;
    refuse_open(&storage_key, E_KEY_08);
    data_keys_close(s);
    data_keys_close(open_slots());
}

static void test_another_storage_key_is_told_at_once(void **state)
{
    (void)state;
    refuse_open(&other_key, E_KEY_17);
}

static void test_an_erased_key_is_gone_from_the_file(void **state)
{
    struct data_keys *s = open_slots();
    struct bytes before = content(path);
    struct bytes after;
    uint8_t key[32];
    uint8_t neighbour[32];
    uint8_t again[32];
    size_t at = HEADER + 3 * SECRETBOX_WRAPPED_SIZE;
    struct error err;

    (void)state;
    key_of(s, 3, key); /* it is in the cache now, and must be removed there too */
    key_of(s, 4, neighbour);
    assert_false(data_keys_is_erased(s, 3));
    assert_true(data_keys_erase(s, 3, &err));

    refuse_key(s, 3, E_KEY_09);
    assert_true(data_keys_is_erased(s, 3));
    key_of(s, 4, again);
    assert_memory_equal(again, neighbour, 32);
    after = content(path);
    assert_int_equal(before.size, after.size);
    for (size_t i = 0; i + 8 <= SECRETBOX_WRAPPED_SIZE; i += 8)
        assert_memory_not_equal(before.at + at + i, after.at + at + i, 8);
    assert_memory_equal(before.at, after.at, at); /* nothing else changed */
    assert_memory_equal(before.at + at + 80, after.at + at + 80, before.size - at - 80);
    assert_false(secretbox_unwrap(storage_key.at, 1, 3, after.at + at, key));
    data_keys_close(s);
    s = open_slots();
    refuse_key(s, 3, E_KEY_09);
    assert_true(data_keys_erase(s, 3, &err)); /* erasing again succeeds */
    data_keys_close(s);
    bytes_fini(&before);
    bytes_fini(&after);
}

/* Erased is what a power cut cannot bring back. */
static void test_an_erasure_is_on_the_disk_when_it_is_reported(void **state)
{
    struct data_keys *s = open_slots();
    struct bytes after;
    struct error err;

    (void)state;
    synced.calls = 0;
    assert_true(data_keys_erase(s, 3, &err));
    assert_int_equal(synced.calls, 1);
    after = content(path);
    assert_memory_equal(synced.slot, after.at + HEADER + 3 * SECRETBOX_WRAPPED_SIZE, sizeof synced.slot);

    synced.fails = true;
    assert_false(data_keys_erase(s, 4, &err));
    assert_int_equal(err.code, E_KEY_11);
    synced.fails = false;
    bytes_fini(&after);
    data_keys_close(s);
}

static void test_many_are_erased_at_once_or_none(void **state)
{
    const uint64_t some[] = {0, 2, 7};
    const uint64_t beyond[] = {1, COUNT};
    struct data_keys *s = open_slots();
    struct error err = {0};
    uint8_t key[32];

    (void)state;
    assert_false(data_keys_erase_many(s, beyond, 2, &err));
    assert_int_equal(err.code, E_KEY_10);
    key_of(s, 1, key);
    assert_true(data_keys_erase_many(s, some, 3, &err));
    for (uint64_t i = 0; i < COUNT; i++)
        assert_int_equal(data_keys_is_erased(s, i), i == 0 || i == 2 || i == 7);
    data_keys_close(s);
}

static void test_growing_keeps_what_was_there(void **state)
{
    struct data_keys *s = open_slots();
    struct error err;
    uint8_t before[32];
    uint8_t after[32];

    (void)state;
    key_of(s, 5, before);
    assert_true(data_keys_grow(s, 1000, &err)); /* more than one chunk */
    assert_true(data_keys_grow(s, 1, &err));
    assert_int_equal(data_keys_count(s), COUNT + 1001);
    data_keys_close(s);
    s = open_slots();
    assert_int_equal(data_keys_count(s), COUNT + 1001);
    key_of(s, 5, after);
    assert_memory_equal(before, after, 32);
    for (uint64_t i = 0; i < COUNT + 1001; i++)
        key_of(s, i, after);
    data_keys_close(s);
}

/* A file of four million slots, most of them never written: it takes no room here. */
static void test_the_file_has_no_end_but_the_disks(void **state)
{
    struct data_keys_layout f = {.fd = open(path, O_RDWR | O_CLOEXEC)};
    const uint64_t many = 4000000;
    struct data_keys *s;
    struct error err;
    uint8_t key[32];

    (void)state;
    assert_true(data_keys_layout_read(&f, path, &err));
    assert_int_equal(ftruncate(f.fd, (off_t)data_keys_layout_offset(many)), 0);
    assert_true(data_keys_layout_write_count(&f, many));
    assert_int_equal(close(f.fd), 0);
    s = open_slots();
    assert_true(data_keys_grow(s, DATA_KEYS_FILL, &err));
    data_keys_close(s);
    s = open_slots();
    assert_int_equal(data_keys_count(s), many + DATA_KEYS_FILL);
    key_of(s, many + DATA_KEYS_FILL - 1, key);
    data_keys_close(s);
}

/* Growing writes the slots, then one of the two counts. A crash leaves any number of these bytes on the disk. */
static void test_a_crash_while_growing_leaves_the_file_as_it_was(void **state)
{
    struct bytes old = content(path);
    struct bytes grown;
    struct data_keys *s = open_slots();
    struct error err;

    (void)state;
    assert_true(data_keys_grow(s, 3, &err));
    data_keys_close(s);
    grown = content(path);
    assert_int_equal(grown.size, old.size + 3 * SECRETBOX_WRAPPED_SIZE);
    for (size_t size = old.size; size <= grown.size; size += 7) { /* slots partly written, count not */
        struct bytes torn = {0};

        bytes_append(&torn, old.at, HEADER);
        bytes_append(&torn, grown.at + HEADER, size - HEADER);
        put_back(path, &torn, torn.size);
        s = open_slots();
        assert_int_equal(data_keys_count(s), COUNT);
        assert_true(data_keys_grow(s, 3, &err));
        data_keys_close(s);
        s = open_slots();
        assert_int_equal(data_keys_count(s), COUNT + 3);
        for (uint64_t i = 0; i < COUNT + 3; i++)
            assert_false(data_keys_is_erased(s, i));
        data_keys_close(s);
        bytes_fini(&torn);
    }
    for (size_t n = 0; n <= 32; n++) { /* count partly written */
        struct bytes torn = {0};

        bytes_append(&torn, grown.at, grown.size);
        memcpy(torn.at + 64 + n, old.at + 64 + n, 32 - n);
        put_back(path, &torn, torn.size);
        s = open_slots();
        assert_int_equal(data_keys_count(s), memcmp(torn.at + 64, grown.at + 64, 32) == 0 ? COUNT + 3 : COUNT);
        data_keys_close(s);
        bytes_fini(&torn);
    }
    bytes_fini(&old);
    bytes_fini(&grown);
}

static void test_a_file_that_was_cut_or_is_another_is_refused(void **state)
{
    struct bytes whole = content(path);

    (void)state;
    for (size_t size = 0; size < whole.size; size += 61) {
        put_back(path, &whole, size);
        refuse_open(&storage_key, E_KEY_07);
    }
    whole.at[0] ^= 1;
    put_back(path, &whole, whole.size);
    refuse_open(&storage_key, E_KEY_07);
    whole.at[0] ^= 1;
    whole.at[19] = 2;
    put_back(path, &whole, whole.size);
    refuse_open(&storage_key, E_KEY_07);
    whole.at[19] = 1;
    whole.at[31] = 9; /* the generation */
    put_back(path, &whole, whole.size);
    refuse_open(&storage_key, E_KEY_17);
    (void)unlink(path);
    refuse_open(&storage_key, E_KEY_01);
    bytes_fini(&whole);
}

static void test_one_damaged_slot_does_not_hurt_the_others(void **state)
{
    struct bytes whole = content(path);
    struct data_keys *s;

    (void)state;
    whole.at[HEADER + 2 * SECRETBOX_WRAPPED_SIZE + 40] ^= 1;
    put_back(path, &whole, whole.size);
    s = open_slots();
    for (uint64_t i = 0; i < COUNT; i++)
        assert_int_equal(data_keys_is_erased(s, i), i == 2);
    data_keys_close(s);
    bytes_fini(&whole);
}

/* Until the other key is the one that opens the file, with the slots from FIRST_UNUSED on new; or to the end. */
static void go_on(struct data_keys *s, uint64_t first_unused, bool to_the_end)
{
    struct error err = {0};
    bool done = false;

    while (!done && (to_the_end || data_keys_generation(s) == 1))
        assert_true(data_keys_rewrap_step(s, first_unused, &done, &err));
}

static void rewrap(struct data_keys *s)
{
    struct error err;

    assert_true(data_keys_rewrap_begin(s, &other_key, 2, &err));
    go_on(s, UINT64_MAX, true);
    assert_false(data_keys_is_rewrapping(s));
}

static void test_wrapping_anew_keeps_keys_and_erasures_and_ends_the_old_key(void **state)
{
    struct bytes old = content(path);
    struct data_keys *s = open_slots();
    int held = open(path, O_RDONLY | O_CLOEXEC); /* the old file, whatever its name is later */
    uint8_t before[32];
    uint8_t after[32];
    uint8_t remnant[HEADER + COUNT * SECRETBOX_WRAPPED_SIZE];
    uint64_t generation = 0;
    struct error err;

    (void)state;
    key_of(s, 6, before);
    assert_true(data_keys_erase(s, 1, &err));
    rewrap(s);
    key_of(s, 6, after);
    assert_memory_equal(before, after, 32);
    refuse_key(s, 1, E_KEY_09);
    refuse_open(&other_key, E_KEY_08); /* still locked */
    assert_true(data_keys_grow(s, 2, &err));
    data_keys_close(s);

    assert_false(file_exists(new_path));
    assert_true(data_keys_read_generation(path, &generation, &err));
    assert_int_equal(generation, 2);
    refuse_open(&storage_key, E_KEY_17);
    assert_true(data_keys_open(path, &other_key, &s, &err));
    assert_int_equal(data_keys_count(s), COUNT + 2);
    key_of(s, 6, after);
    assert_memory_equal(before, after, 32);
    key_of(s, COUNT + 1, after);
    refuse_key(s, 1, E_KEY_09);
    data_keys_close(s);
    assert_int_equal(pread(held, remnant, sizeof remnant, 0), sizeof remnant);
    for (size_t i = 0; i < COUNT; i++) /* the old file was overwritten in place */
        assert_false(secretbox_unwrap(storage_key.at, 1, i, remnant + HEADER + i * 80, after));
    (void)close(held);
    bytes_fini(&old);
}

/* A crash before the exchange leaves the old file and a part of the new one; after it, the new file and the old one
 * beside it. */
static void test_a_crash_while_wrapping_anew_leaves_one_whole_file(void **state)
{
    struct bytes old = content(path);
    struct bytes new;
    struct data_keys *s = open_slots();
    struct error err;

    (void)state;
    rewrap(s);
    data_keys_close(s);
    new = content(path);

    for (size_t size = 0; size <= new.size; size += 101) {
        put_back(path, &old, old.size);
        put_back(new_path, &new, size);
        s = open_slots();
        assert_false(data_keys_is_erased(s, COUNT - 1));
        assert_false(file_exists(new_path));
        data_keys_close(s);
    }
    put_back(path, &new, new.size);
    put_back(new_path, &old, old.size);
    refuse_open(&storage_key, E_KEY_17); /* a failure to open one file must not destroy the other */
    assert_true(file_exists(new_path));
    assert_true(data_keys_open(path, &other_key, &s, &err));
    assert_false(data_keys_is_erased(s, 0));
    assert_false(file_exists(new_path));
    data_keys_close(s);
    bytes_fini(&old);
    bytes_fini(&new);
}

/* What is erased while keys are wrapped anew is in neither file, copied or not, before anybody is told. */
static void test_what_is_erased_meanwhile_is_erased_in_both_files(void **state)
{
    struct data_keys *s = open_slots();
    int old = open(path, O_RDONLY | O_CLOEXEC);
    uint8_t slot[SECRETBOX_WRAPPED_SIZE];
    uint8_t before[32];
    uint8_t after[32];
    struct error err;
    bool done;

    (void)state;
    assert_true(data_keys_grow(s, 600 - COUNT, &err));
    key_of(s, 599, before);
    assert_true(data_keys_rewrap_begin(s, &other_key, 2, &err));
    assert_true(data_keys_rewrap_step(s, UINT64_MAX, &done, &err) && !done);
    synced.calls = 0;
    assert_true(data_keys_erase(s, 3, &err)); /* is copied */
    assert_int_equal(synced.calls, 2);
    assert_true(data_keys_erase(s, 500, &err)); /* is not */
    assert_true(data_keys_grow(s, 100, &err));
    key_of(s, 3 + 1, after);
    go_on(s, UINT64_MAX, false);
    assert_int_equal(data_keys_generation(s), 2);
    assert_true(data_keys_is_rewrapping(s)); /* the old file is there still */
    assert_true(data_keys_erase(s, 7, &err));
    for (uint64_t i = 3; i <= 7; i += 4) {
        assert_int_equal(pread(old, slot, sizeof slot, (off_t)data_keys_layout_offset(i)), sizeof slot);
        assert_false(secretbox_unwrap(storage_key.at, 1, i, slot, after));
    }
    assert_int_equal(pread(old, slot, sizeof slot, (off_t)data_keys_layout_offset(599)), sizeof slot);
    assert_true(secretbox_unwrap(storage_key.at, 1, 599, slot, after));
    go_on(s, UINT64_MAX, true);
    assert_int_equal(data_keys_count(s), 700);
    data_keys_close(s);
    assert_true(data_keys_open(path, &other_key, &s, &err));
    for (uint64_t i = 0; i < 700; i++)
        assert_int_equal(data_keys_is_erased(s, i), i == 3 || i == 7 || i == 500);
    key_of(s, 599, after);
    assert_memory_equal(before, after, 32);
    data_keys_close(s);
    (void)close(old);
}

/* Who copied the old file has none of the keys that seal what comes. */
static void test_slots_that_nothing_uses_yet_get_other_keys(void **state)
{
    struct data_keys *s = open_slots();
    uint8_t before[COUNT][32];
    uint8_t after[32];
    struct error err;

    (void)state;
    for (uint64_t i = 0; i < COUNT; i++)
        key_of(s, i, before[i]); /* in the cache, too */
    assert_true(data_keys_rewrap_begin(s, &other_key, 2, &err));
    go_on(s, 5, true);
    for (unsigned opened = 0; opened < 2; opened++) {
        for (uint64_t i = 0; i < COUNT; i++) {
            key_of(s, i, after);
            assert_int_equal(memcmp(before[i], after, 32) == 0, i < 5);
        }
        data_keys_close(s);
        assert_true(data_keys_open(path, &other_key, &s, &err));
    }
    data_keys_close(s);
}

/* The old file stands, and nothing is left of the new one. */
static void test_wrapping_anew_is_dropped_where_the_disk_does_not_take_it_or_not_give_a_slot(void **state)
{
    struct data_keys *s = open_slots();
    struct error err = {0};
    uint8_t key[32];
    bool done;

    (void)state;
    for (unsigned at = 0; at < 2; at++) {
        assert_true(data_keys_rewrap_begin(s, &other_key, 2, &err));
        for (unsigned i = 0; i < at; i++)
            assert_true(data_keys_rewrap_step(s, UINT64_MAX, &done, &err));
        synced.fails = true;
        assert_false(data_keys_rewrap_step(s, UINT64_MAX, &done, &err));
        synced.fails = false;
        assert_int_equal(err.code, E_KEY_11);
        assert_false(data_keys_is_rewrapping(s));
        assert_int_equal(data_keys_generation(s), 1);
    }
    key_of(s, 2, key);
    assert_int_equal(truncate(path, HEADER + 3 * SECRETBOX_WRAPPED_SIZE), 0);
    assert_true(data_keys_rewrap_begin(s, &other_key, 2, &err));
    assert_false(data_keys_rewrap_step(s, UINT64_MAX, &done, &err));
    assert_int_equal(err.code, E_KEY_21);
    assert_false(data_keys_is_rewrapping(s));
    assert_false(file_exists(new_path));
    data_keys_close(s);
}

/* Whatever others were used since. */
static void test_the_first_key_needs_the_disk_once(void **state)
{
    struct data_keys *s = open_slots();
    struct error err = {0};
    uint8_t before[32];
    uint8_t after[32];

    (void)state;
    assert_true(data_keys_grow(s, 600, &err));
    key_of(s, 0, before);
    for (uint64_t slot = 1; slot < data_keys_count(s); slot++)
        assert_false(data_keys_is_erased(s, slot));
    assert_int_equal(truncate(path, 0), 0);
    key_of(s, 0, after);
    assert_memory_equal(before, after, sizeof before);
    refuse_key(s, 1, E_KEY_21);
    assert_false(data_keys_is_read(s, 1, &err));
    assert_int_equal(err.code, E_KEY_21);
    data_keys_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_keys_differ_and_come_back, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_a_file_is_not_made_over_another, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_a_file_that_others_can_read_is_refused, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_one_program_at_a_time, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_another_storage_key_is_told_at_once, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_an_erased_key_is_gone_from_the_file, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_an_erasure_is_on_the_disk_when_it_is_reported, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_many_are_erased_at_once_or_none, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_growing_keeps_what_was_there, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_the_file_has_no_end_but_the_disks, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_a_crash_while_growing_leaves_the_file_as_it_was, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_a_file_that_was_cut_or_is_another_is_refused, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_one_damaged_slot_does_not_hurt_the_others, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_wrapping_anew_keeps_keys_and_erasures_and_ends_the_old_key, make_file,
                                        drop_file),
        cmocka_unit_test_setup_teardown(test_what_is_erased_meanwhile_is_erased_in_both_files, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_slots_that_nothing_uses_yet_get_other_keys, make_file, drop_file),
        cmocka_unit_test_setup_teardown(
            test_wrapping_anew_is_dropped_where_the_disk_does_not_take_it_or_not_give_a_slot, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_the_first_key_needs_the_disk_once, make_file, drop_file),
        cmocka_unit_test_setup_teardown(test_a_crash_while_wrapping_anew_leaves_one_whole_file, make_file, drop_file),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
