/* The file of the storage key: protectors, refusals, and replacing the key without a moment in which none is valid. */
#include "base/bounds.h"
#include "base/file.h"
#include "base/secret.h"
#include "crypto/keyfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/refex-test-keyfile-XXXXXX";
static char path[sizeof folder + 16];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/storage.key", folder);
    return 0;
}

static int drop_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static int make_plain(void **state)
{
    struct error err;

    (void)state;
    (void)unlink(path);
    return keyfile_create(path, view_of(NULL, 0), &err) ? 0 : -1;
}

static struct keyfile *open_with(const char *passphrase)
{
    struct keyfile *k = NULL;
    struct error err = {0};

    assert_true(keyfile_open(path, view_of_text(passphrase), &k, &err));
    return k;
}

static void refuse_open(const char *passphrase, enum error_code code)
{
    struct keyfile *k = NULL;
    struct error err = {0};

    assert_false(keyfile_open(path, view_of_text(passphrase), &k, &err));
    assert_null(k);
    assert_int_equal(err.code, code);
}

static void key_of(const struct keyfile *k, uint64_t generation, uint8_t out[static 32])
{
    struct secret key = {0};
    struct error err = {0};

    assert_true(keyfile_key(k, generation, &key, &err));
    memcpy(out, key.at, 32);
    secret_fini(&key);
}

static struct bytes content(void)
{
    struct bytes b = {0};
    struct error err;

    assert_true(file_read(path, 1 << 20, &b, &err));
    return b;
}

static void test_a_passphrase_opens_and_another_does_not(void **state)
{
    uint8_t a[32];
    uint8_t b[32];
    struct keyfile *k;
    struct bytes file;
    struct error err = {0};
    bool plain = true;

    (void)state;
    (void)unlink(path);
    assert_true(keyfile_create(path, view_of_text("rain on the harbour roof"), &err));
    assert_true(keyfile_is_plain(path, &plain, &err));
    assert_false(plain);
    k = open_with("rain on the harbour roof");
    key_of(k, 1, a);
    keyfile_close(k);
    k = open_with("rain on the harbour roof");
    key_of(k, keyfile_newest(k), b);
    keyfile_close(k);
    assert_memory_equal(a, b, 32);
    refuse_open("rain on the harbour rook", E_KEY_05);
    refuse_open("", E_KEY_20); /* none was given: that is not a wrong one */
    file = content();
    assert_null(memmem(file.at, file.size, a, 32)); /* not in plain text */

    file.at[23] = 1; /* marked as plain: the key is still wrapped by the passphrase */
    assert_true(file_write(path, bytes_view(&file), 0600, &err));
    refuse_open("", E_KEY_06);
    file.at[23] = 2;
    file.at[27] = 31; /* asks for 2 TiB */
    assert_true(file_write(path, bytes_view(&file), 0600, &err));
    refuse_open("rain on the harbour roof", E_KEY_06);
    bytes_fini(&file);
}

static void test_a_passphrase_is_taken_at_its_bound_and_not_over_it(void **state)
{
    char longest[BOUND_PASSPHRASE + 2];
    struct error err = {0};

    (void)state;
    memset(longest, 'p', sizeof longest);
    longest[BOUND_PASSPHRASE + 1] = '\0';
    (void)unlink(path);
    assert_false(keyfile_create(path, view_of_text(longest), &err));
    assert_int_equal(err.code, E_USE_04);
    longest[BOUND_PASSPHRASE] = '\0';
    assert_true(keyfile_create(path, view_of_text(longest), &err));
    keyfile_close(open_with(longest));
    longest[BOUND_PASSPHRASE] = 'p';
    refuse_open(longest, E_KEY_05);
}

static void test_a_plain_file_says_so_and_must_be_its_owners_alone(void **state)
{
    struct stat st;
    struct error err = {0};
    bool plain = false;

    (void)state;
    assert_true(keyfile_is_plain(path, &plain, &err));
    assert_true(plain);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(chmod(path, 0644), 0);
    refuse_open("", E_KEY_02);
    assert_int_equal(chmod(path, 0600), 0);
    keyfile_close(open_with(""));
    assert_false(keyfile_create(path, view_of(NULL, 0), &err));
    assert_int_equal(err.code, E_KEY_04);
}

static void test_what_is_damaged_is_refused(void **state)
{
    struct bytes file = content();
    struct error err;

    (void)state;
    for (size_t i = 0; i < 24; i++) { /* magic, version, protector */
        file.at[i] ^= 0x20;
        assert_true(file_write(path, bytes_view(&file), 0600, &err));
        refuse_open("", E_KEY_06);
        file.at[i] ^= 0x20;
    }
    for (size_t i = 512; i < 512 + 88; i++) { /* the wrapped key */
        file.at[i] ^= 0x20;
        assert_true(file_write(path, bytes_view(&file), 0600, &err));
        refuse_open("", E_KEY_06);
        file.at[i] ^= 0x20;
    }
    assert_true(file_write(path, view_of(file.at, file.size - 1), 0600, &err));
    refuse_open("", E_KEY_06);
    assert_int_equal(unlink(path), 0);
    refuse_open("", E_KEY_01);
    bytes_fini(&file);
}

static void test_a_new_key_stands_beside_the_old_until_the_old_is_overwritten(void **state)
{
    struct keyfile *k = open_with("");
    struct secret none = {0};
    struct error err = {0};
    uint8_t old[32];
    uint8_t new[32];
    uint8_t again[32];

    (void)state;
    key_of(k, 1, old);
    assert_true(keyfile_add_key(k, 1, 2, &err));
    assert_int_equal(keyfile_newest(k), 2);
    key_of(k, 2, new);
    assert_memory_not_equal(old, new, 32);
    keyfile_close(k);

    k = open_with(""); /* after a crash here both keys are there */
    key_of(k, 1, again);
    assert_memory_equal(again, old, 32);
    key_of(k, 2, again);
    assert_memory_equal(again, new, 32);
    assert_true(keyfile_add_key(k, 1, 3, &err)); /* the second key was never used and is replaced */
    assert_false(keyfile_key(k, 2, &none, &err));
    assert_int_equal(err.code, E_KEY_17);
    key_of(k, 3, new);
    assert_true(keyfile_keep_only(k, 3, &err));
    assert_false(keyfile_key(k, 1, &none, &err));
    keyfile_close(k);

    k = open_with("");
    assert_int_equal(keyfile_newest(k), 3);
    key_of(k, 3, again);
    assert_memory_equal(again, new, 32);
    assert_false(keyfile_key(k, 1, &none, &err));
    assert_int_equal(err.code, E_KEY_17);
    assert_false(keyfile_add_key(k, 9, 10, &err)); /* beside what is not there either would be lost */
    assert_int_equal(err.code, E_KEY_17);
    assert_false(keyfile_keep_only(k, 9, &err));
    assert_int_equal(err.code, E_KEY_17);
    key_of(k, 3, again);
    assert_memory_equal(again, new, 32);
    keyfile_close(k);
}

static void test_the_old_key_is_gone_from_the_file(void **state)
{
    struct bytes before = content();
    struct bytes after;
    struct keyfile *k = open_with("");
    struct error err;

    (void)state;
    assert_true(keyfile_add_key(k, 1, 2, &err));
    assert_true(keyfile_keep_only(k, 2, &err));
    keyfile_close(k);
    after = content();
    assert_int_equal(before.size, after.size);
    for (size_t i = 512; i + 8 <= 512 + 88; i += 8)
        assert_memory_not_equal(before.at + i, after.at + i, 8);
    bytes_fini(&before);
    bytes_fini(&after);
}

static void test_a_passphrase_is_changed_whole_or_not_at_all(void **state)
{
    struct view old = view_of_text("seven quiet owls");
    struct view new = view_of_text("one loud rain");
    char new_path[FILE_PATH_MAX + 4];
    struct secret before = {0};
    struct secret after = {0};
    struct bytes file = {0};
    struct keyfile *k;
    struct error err;

    (void)state;
    (void)unlink(path);
    (void)snprintf(new_path, sizeof new_path, "%s.new", path);
    assert_true(keyfile_create(path, old, &err));
    assert_true(keyfile_open(path, old, &k, &err));
    assert_true(keyfile_add_key(k, 1, 2, &err) && keyfile_key(k, 2, &before, &err));
    keyfile_close(k);
    assert_true(file_read(path, 4096, &file, &err));

    assert_false(keyfile_change_passphrase(path, new, old, &err));
    assert_int_equal(err.code, E_KEY_05);
    assert_false(keyfile_change_passphrase(path, old, view_of_text(""), &err));
    assert_int_equal(err.code, E_KEY_18);
    assert_true(file_create(new_path, bytes_view(&file), 0600, &err)); /* left by a change that was cut short */
    assert_true(keyfile_change_passphrase(path, old, new, &err));
    assert_false(file_exists(new_path));
    assert_false(keyfile_open(path, old, &k, &err));
    assert_int_equal(err.code, E_KEY_05);
    assert_true(keyfile_open(path, new, &k, &err));
    assert_true(keyfile_key(k, 2, &after, &err));
    assert_memory_equal(before.at, after.at, before.size);
    secret_fini(&after);
    assert_true(keyfile_key(k, 1, &after, &err)); /* both generations went with it */
    secret_fini(&after);
    secret_fini(&before);
    keyfile_close(k);
    bytes_fini(&file);
    (void)unlink(path);
}

static void test_a_plain_key_gets_its_first_passphrase(void **state)
{
    struct keyfile *k;
    struct error err;
    bool plain;

    (void)state;
    assert_true(keyfile_change_passphrase(path, view_of_text(""), view_of_text("first"), &err));
    assert_true(keyfile_is_plain(path, &plain, &err));
    assert_false(plain);
    assert_true(keyfile_open(path, view_of_text("first"), &k, &err));
    keyfile_close(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_passphrase_opens_and_another_does_not),
        cmocka_unit_test(test_a_passphrase_is_taken_at_its_bound_and_not_over_it),
        cmocka_unit_test(test_a_passphrase_is_changed_whole_or_not_at_all),
        cmocka_unit_test_setup(test_a_plain_key_gets_its_first_passphrase, make_plain),
        cmocka_unit_test_setup(test_a_plain_file_says_so_and_must_be_its_owners_alone, make_plain),
        cmocka_unit_test_setup(test_what_is_damaged_is_refused, make_plain),
        cmocka_unit_test_setup(test_a_new_key_stands_beside_the_old_until_the_old_is_overwritten, make_plain),
        cmocka_unit_test_setup(test_the_old_key_is_gone_from_the_file, make_plain),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
