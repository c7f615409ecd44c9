/* Sealing keys on the disk: saved, listed, wrapped again, and destroyed so that their bytes are gone. */
#include "base/file.h"
#include "base/secret.h"
#include "crypto/seal.h"
#include "crypto/sealfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/refex-test-sealfile-XXXXXX";
static struct secret key_1;
static struct secret key_2;

static int make_folder(void **state)
{
    (void)state;
    secret_copy(&key_1, view_of("0123456789abcdef0123456789abcdef", 32));
    secret_copy(&key_2, view_of("another key of thirty-two bytes.", 32));
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int drop_folder(void **state)
{
    (void)state;
    secret_fini(&key_1);
    secret_fini(&key_2);
    return rmdir(folder);
}

static struct ident save_one(uint8_t public_key[static SEAL_PUBLIC_SIZE])
{
    struct seal_key *k = seal_key_new();
    struct ident id;
    struct error err = {0};

    seal_key_public(k, public_key);
    seal_key_id(SEAL_SUITE, public_key, &id);
    assert_true(sealfile_save(folder, k, &key_1, 1, &err));
    assert_false(sealfile_save(folder, k, &key_1, 1, &err));
    assert_int_equal(err.code, E_KEY_04);
    seal_key_free(k);
    return id;
}

static void assert_opens(const struct ident *id, const struct secret *key, const uint8_t *public_key)
{
    struct seal_key *k = NULL;
    uint8_t found[SEAL_PUBLIC_SIZE];
    struct error err = {0};

    assert_true(sealfile_open(folder, id, key, &k, &err));
    seal_key_public(k, found);
    assert_memory_equal(found, public_key, sizeof found);
    seal_key_free(k);
}

static void assert_refused(const struct ident *id, const struct secret *key, enum error_code code)
{
    struct seal_key *k = NULL;
    struct error err = {0};

    assert_false(sealfile_open(folder, id, key, &k, &err));
    assert_null(k);
    assert_int_equal(err.code, code);
}

static void path_of(const struct ident *id, char out[static FILE_PATH_MAX])
{
    char hex[IDENT_TEXT];

    ident_write(id, hex);
    (void)snprintf(out, FILE_PATH_MAX, "%s/sealing-%s", folder, hex);
}

static void test_keys_are_saved_listed_and_opened(void **state)
{
    uint8_t a[SEAL_PUBLIC_SIZE];
    uint8_t b[SEAL_PUBLIC_SIZE];
    struct ident first = save_one(a);
    struct ident second = save_one(b);
    struct bytes ids = {0};
    struct error err;

    (void)state;
    assert_true(sealfile_list(folder, &ids, &err));
    assert_int_equal(ids.size, 2 * IDENT_SIZE);
    assert_true(memcmp(ids.at, ids.at + IDENT_SIZE, IDENT_SIZE) < 0);
    assert_opens(&first, &key_1, a);
    assert_opens(&second, &key_1, b);
    assert_refused(&first, &key_2, E_KEY_17);
    assert_true(sealfile_destroy(folder, &first, &err));
    assert_true(sealfile_destroy(folder, &second, &err));
    bytes_fini(&ids);
}

static void test_a_key_that_others_can_read_is_refused(void **state)
{
    uint8_t public_key[SEAL_PUBLIC_SIZE];
    struct ident id = save_one(public_key);
    char path[FILE_PATH_MAX];
    struct error err;

    (void)state;
    path_of(&id, path);
    assert_int_equal(chmod(path, 0644), 0);
    assert_refused(&id, &key_1, E_KEY_02);
    assert_int_equal(chmod(path, 0600), 0);
    assert_opens(&id, &key_1, public_key);
    assert_true(sealfile_destroy(folder, &id, &err));
}

static void test_a_destroyed_key_is_overwritten_and_gone(void **state)
{
    uint8_t public_key[SEAL_PUBLIC_SIZE];
    struct ident id = save_one(public_key);
    struct bytes before = {0};
    uint8_t after[144];
    char path[FILE_PATH_MAX];
    struct error err;
    int held;

    (void)state;
    path_of(&id, path);
    assert_true(file_read(path, 1000, &before, &err));
    held = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(sealfile_destroy(folder, &id, &err));
    assert_refused(&id, &key_1, E_KEY_01);
    assert_int_equal(pread(held, after, sizeof after, 0), sizeof after);
    assert_int_equal(before.size, sizeof after);
    for (size_t i = 0; i < sizeof after; i += 8)
        assert_memory_not_equal(before.at + i, after + i, 8);
    assert_true(sealfile_destroy(folder, &id, &err)); /* destroying it again succeeds */
    (void)close(held);
    bytes_fini(&before);
}

static void rewrap_all(void)
{
    struct error err;
    bool done = false;

    while (!done)
        assert_true(sealfile_rewrap_next(folder, &key_1, &key_2, 2, &done, &err));
}

static void test_keys_are_wrapped_anew_even_after_a_crash(void **state)
{
    uint8_t a[SEAL_PUBLIC_SIZE];
    uint8_t b[SEAL_PUBLIC_SIZE];
    struct ident first = save_one(a);
    struct ident second = save_one(b);
    char path[FILE_PATH_MAX];
    uint64_t generation = 0;
    struct error err;

    (void)state;
    path_of(&first, path);
    (void)strcat(path, ".new"); /* left by a crash */
    assert_true(file_write(path, view_of_text("half a file"), 0600, &err));
    rewrap_all();
    assert_false(file_exists(path));
    rewrap_all(); /* doing it again changes nothing */
    assert_opens(&first, &key_2, a);
    assert_opens(&second, &key_2, b);
    assert_refused(&first, &key_1, E_KEY_17);
    assert_true(sealfile_read_generation(folder, &second, &generation, &err));
    assert_int_equal(generation, 2);
    assert_true(sealfile_destroy(folder, &first, &err));
    assert_true(sealfile_destroy(folder, &second, &err));
}

static void test_a_changed_file_is_refused(void **state)
{
    uint8_t public_key[SEAL_PUBLIC_SIZE];
    struct ident id = save_one(public_key);
    struct bytes file = {0};
    char path[FILE_PATH_MAX];
    struct error err;

    (void)state;
    path_of(&id, path);
    assert_true(file_read(path, 1000, &file, &err));
    for (size_t i = 0; i < file.size; i++) {
        file.at[i] ^= 4;
        assert_true(file_write(path, bytes_view(&file), 0600, &err));
        assert_refused(&id, &key_1, i < 24 || (i >= 32 && i < 64) ? E_KEY_06 : E_KEY_17);
        file.at[i] ^= 4;
    }
    assert_true(sealfile_destroy(folder, &id, &err));
    bytes_fini(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_are_saved_listed_and_opened),
        cmocka_unit_test(test_a_key_that_others_can_read_is_refused),
        cmocka_unit_test(test_a_destroyed_key_is_overwritten_and_gone),
        cmocka_unit_test(test_keys_are_wrapped_anew_even_after_a_crash),
        cmocka_unit_test(test_a_changed_file_is_refused),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
