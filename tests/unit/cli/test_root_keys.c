/* A federation's root key is found where none may be. */
#include "cli/root_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/folder.h"

#define KEY "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n"

static char folder[FILE_PATH_MAX];

static int make_folder(void **state)
{
    struct error err;

    (void)state;
    assert_true(folder_make_fresh("/tmp/refex-root-keys-", folder, &err));
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    folder_remove_made(folder);
    return 0;
}

static void put(const char *name, const char *text)
{
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(path, folder, name, &err));
    if (text == NULL)
        assert_int_equal(mkdir(path, 0700), 0);
    else
        assert_true(file_write(path, view_of_text(text), 0600, &err));
}

static bool finds(unsigned depth, size_t left)
{
    char out[FILE_PATH_MAX];

    return root_keys_find(folder, depth, &left, out);
}

static void test_a_root_key_is_found_as_deep_as_is_said(void **state)
{
    char out[FILE_PATH_MAX];
    size_t left = 100;

    (void)state;
    put("fed", NULL);
    put("fed/keys", NULL);
    assert_false(finds(2, 100));
    put("fed/keys/root.key", KEY);
    assert_true(root_keys_find(folder, 2, &left, out));
    assert_string_equal(out + strlen(out) - strlen("/fed/keys/root.key"), "/fed/keys/root.key");
    assert_true(left < 100);
    assert_false(finds(1, 100));
    assert_false(finds(2, 1)); /* "." and "..", or "fed": it ends before */
    assert_false(root_keys_find("/nowhere", 2, &left, out));
}

static void test_what_is_no_key_a_link_or_hidden_is_none(void **state)
{
    char path[FILE_PATH_MAX];
    char there[FILE_PATH_MAX];
    struct error err;

    (void)state;
    put("root.key", "a note about the root key\n");
    put("other.key", KEY);
    put(".stick", NULL);
    put(".stick/root.key", KEY);
    put("a", NULL);
    assert_true(file_join_path(path, folder, "a/root.key", &err) && file_join_path(there, folder, "other.key", &err));
    assert_int_equal(symlink(there, path), 0);
    assert_false(finds(3, 100));
    put("root.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
    assert_true(finds(0, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_root_key_is_found_as_deep_as_is_said, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_what_is_no_key_a_link_or_hidden_is_none, make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
