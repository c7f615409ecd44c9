/* What is made in a fresh folder and moved: nothing is replaced, and nothing is removed that was there before. */
#include "base/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char home[FILE_PATH_MAX];
static char draft[FILE_PATH_MAX];

static int set_up(void **state)
{
    struct error err;

    (void)state;
    return folder_make_fresh("/tmp/refex-test-folder", home, &err) &&
                   folder_make_fresh("/tmp/refex-test-draft", draft, &err)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove_made(draft);
    folder_remove_made(home);
    return access(home, F_OK) != 0 && access(draft, F_OK) != 0 ? 0 : -1;
}

static void put(const char *folder, const char *name)
{
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(path, folder, name, &err) && file_create(path, view_of_text(folder), 0600, &err));
}

static void make_folder(const char *folder, const char *name)
{
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(path, folder, name, &err) && file_make_folder(path, &err));
}

/* Whether FOLDER/NAME is there with what WROTE put in it. */
static bool holds(const char *folder, const char *name, const char *wrote)
{
    struct bytes content = {0};
    char path[FILE_PATH_MAX];
    struct error err;
    bool yes = file_join_path(path, folder, name, &err) && file_read(path, FILE_PATH_MAX, &content, &err) &&
               view_equal(bytes_view(&content), view_of_text(wrote));

    bytes_fini(&content);
    return yes;
}

static void test_all_is_moved_with_its_folders(void **state)
{
    struct error err;

    (void)state;
    put(draft, "a");
    make_folder(draft, "keys.d");
    put(draft, "keys.d/b");
    put(draft, "last");
    assert_true(folder_move_entries(draft, home, "last", &err));
    assert_true(holds(home, "a", draft) && holds(home, "keys.d/b", draft) && holds(home, "last", draft));
    assert_int_equal(rmdir(draft), 0);
    assert_true(file_make_folder(draft, &err));
}

static void test_what_is_in_the_way_stays_and_what_was_moved_goes_back(void **state)
{
    static const char *const names[] = {"a", "b", "c", "d", "last"};
    struct error err;

    (void)state;
    for (size_t i = 0; i < 5; i++)
        put(draft, names[i]);
    put(home, "last");
    put(home, "other");
    assert_false(folder_move_entries(draft, home, "last", &err));
    assert_int_equal(err.code, E_FIL_02);
    assert_true(holds(home, "last", home) && holds(home, "other", home));
    for (size_t i = 0; i < 5; i++)
        assert_true(holds(draft, names[i], draft));
    for (size_t i = 0; i < 4; i++)
        assert_false(holds(home, names[i], draft));
}

static void test_a_folder_in_the_way_is_not_merged_with(void **state)
{
    struct error err;

    (void)state;
    make_folder(draft, "keys.d");
    put(draft, "keys.d/mine");
    make_folder(home, "keys.d");
    assert_false(folder_move_entries(draft, home, "last", &err));
    assert_true(holds(draft, "keys.d/mine", draft));
    assert_false(holds(home, "keys.d/mine", draft));
}

static void test_removal_does_not_follow_links(void **state)
{
    char path[FILE_PATH_MAX];
    struct error err;

    (void)state;
    put(home, "theirs");
    assert_true(file_join_path(path, draft, "link", &err));
    assert_int_equal(symlink(home, path), 0);
    folder_remove_made(draft);
    assert_false(file_exists(draft));
    assert_true(holds(home, "theirs", home));
    assert_true(file_make_folder(draft, &err));
}

static void test_two_fresh_folders_are_two(void **state)
{
    char prefix[FILE_PATH_MAX];
    char one[FILE_PATH_MAX];
    char two[FILE_PATH_MAX];
    struct error err;

    (void)state;
    assert_true(file_join_path(prefix, home, "init", &err) && folder_make_fresh(prefix, one, &err) &&
                folder_make_fresh(prefix, two, &err));
    assert_string_not_equal(one, two);
    assert_false(folder_make_fresh("/nowhere/init", one, &err));
    assert_int_equal(err.code, E_FIL_02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_is_moved_with_its_folders, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_in_the_way_stays_and_what_was_moved_goes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_folder_in_the_way_is_not_merged_with, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_removal_does_not_follow_links, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_fresh_folders_are_two, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
