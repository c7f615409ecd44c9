/* Files: read within bounds, written whole or not at all, wherever a failure comes. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/refex-test-file-XXXXXX";
static char path[FILE_PATH_MAX];

static int set_up(void **state)
{
    struct error err;

    (void)state;
    return mkdtemp(folder) != NULL && file_join_path(path, folder, "it", &err) ? 0 : -1;
}

static size_t files_in_folder(bool remove_them)
{
    DIR *d = opendir(folder);
    struct dirent *e;
    size_t count = 0;

    assert_non_null(d);
    while ((e = readdir(d)) != NULL) {
        if (e->d_name[0] == '.')
            continue;
        count++;
        if (remove_them)
            assert_int_equal(unlinkat(dirfd(d), e->d_name, 0), 0);
    }
    (void)closedir(d);
    return count;
}

static int tear_down(void **state)
{
    (void)state;
    (void)files_in_folder(true);
    return rmdir(folder);
}

static int empty_folder(void **state)
{
    (void)state;
    (void)files_in_folder(true);
    return 0;
}

static void assert_holds(const char *expected)
{
    struct bytes b = {0};
    struct error err;

    assert_true(file_read(path, 1000, &b, &err));
    assert_true(view_equal(bytes_view(&b), view_of_text(expected)));
    bytes_fini(&b);
}

static void test_what_was_written_is_read_back_and_replaced_whole(void **state)
{
    struct error err;
    struct stat st;

    (void)state;
    assert_false(file_exists(path));
    assert_true(file_write(path, view_of_text("the first, which is longer"), 0600, &err));
    assert_holds("the first, which is longer");
    assert_true(file_write(path, view_of_text("the second"), 0640, &err));

    assert_holds("the second");
    assert_true(file_exists(path));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    assert_int_equal(files_in_folder(false), 1);
}

static void test_a_file_that_exists_is_not_created_again(void **state)
{
    struct error err = {0};

    (void)state;
    assert_true(file_create(path, view_of_text("mine"), 0600, &err));
    assert_false(file_create(path, view_of_text("yours"), 0600, &err));

    assert_int_equal(err.code, E_FIL_02);
    assert_holds("mine");
    assert_int_equal(files_in_folder(false), 1); /* nothing is left beside it */
}

static void test_reading_stops_at_the_bound(void **state)
{
    struct bytes b = {0};
    struct error err = {0};

    (void)state;
    assert_true(file_write(path, view_of_text("12345"), 0600, &err));
    bytes_append_text(&b, "before ");
    assert_true(file_read(path, 5, &b, &err));
    assert_true(view_equal(bytes_view(&b), view_of_text("before 12345")));
    assert_false(file_read(path, 4, &b, &err));
    assert_int_equal(err.code, E_FIL_04);
    assert_true(view_equal(bytes_view(&b), view_of_text("before 12345")));
    bytes_fini(&b);
}

static void test_what_cannot_be_read_is_named(void **state)
{
    struct bytes b = {0};
    struct error err = {0};

    (void)state;
    assert_false(file_read(path, 10, &b, &err));
    assert_int_equal(err.code, E_FIL_01);
    assert_non_null(strstr(err.text, path));
    error_clear(&err);
    assert_false(file_read(folder, 10, &b, &err));
    assert_int_equal(err.code, E_FIL_01);
    bytes_fini(&b);
}

static void test_a_folder_that_is_not_there_takes_no_file(void **state)
{
    char inside[FILE_PATH_MAX];
    struct error err = {0};

    (void)state;
    assert_true(file_join_path(inside, folder, "no/it", &err));
    assert_false(file_write(inside, view_of_text("x"), 0600, &err));
    assert_int_equal(err.code, E_FIL_02);
}

static void test_a_path_that_is_too_long_is_refused(void **state)
{
    char long_name[FILE_PATH_MAX + 10];
    char out[FILE_PATH_MAX];
    struct error err = {0};

    (void)state;
    memset(long_name, 'x', sizeof long_name);
    long_name[FILE_PATH_MAX - 3] = '\0';
    assert_true(file_join_path(out, "shelter//", "storage.key", &err));
    assert_string_equal(out, "shelter/storage.key");
    assert_true(file_join_path(out, "/", "etc", &err));
    assert_string_equal(out, "/etc");
    assert_true(file_join_path(out, "a", long_name + 1, &err));
    assert_int_equal(strlen(out), FILE_PATH_MAX - 2);
    assert_true(file_join_path(out, "a", long_name, &err));
    assert_false(file_join_path(out, "aa", long_name, &err));
    assert_int_equal(err.code, E_FIL_02);
    assert_false(file_write(long_name, view_of_text("x"), 0600, &err));
    assert_int_equal(err.code, E_FIL_02);
}

static void test_a_folder_is_made_once_and_a_file_is_none(void **state)
{
    char sub[FILE_PATH_MAX];
    struct error err = {0};
    struct stat st;

    (void)state;
    assert_true(file_join_path(sub, folder, "sub", &err));
    assert_true(file_make_folder(sub, &err));
    assert_true(file_make_folder(sub, &err));
    assert_int_equal(stat(sub, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_true(file_sync_folder(sub, &err));
    assert_int_equal(rmdir(sub), 0);
    assert_true(file_write(path, view_of_text("x"), 0600, &err));
    assert_false(file_make_folder(path, &err));
    assert_int_equal(err.code, E_FIL_02);
    assert_false(file_sync_folder(sub, &err));
}

static void test_bytes_are_written_and_read_at_their_place(void **state)
{
    struct error err;
    uint8_t got[4];
    int fd;

    (void)state;
    assert_true(file_write(path, view_of_text("0123456789"), 0600, &err));
    fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_true(file_write_at(fd, view_of_text("abcd"), 8));
    assert_true(file_read_at(fd, got, sizeof got, 7));
    assert_memory_equal(got, "7abc", sizeof got);
    assert_false(file_read_at(fd, got, sizeof got, 9));
    assert_int_equal(errno, ENODATA);
    (void)close(fd);
    assert_true(file_sync_parent(path, &err));
}

/* A disk that takes only the first half: the old file stays, and nothing of the new one. */
static void test_a_write_that_fails_in_the_middle_leaves_the_old_file(void **state)
{
    static uint8_t large[65536];
    struct error err;
    pid_t child;
    int status = 0;

    (void)state;
    assert_true(file_write(path, view_of_text("old"), 0600, &err));
    child = fork();
    if (child == 0) {
        struct rlimit half = {sizeof large / 2, sizeof large / 2};

        (void)signal(SIGXFSZ, SIG_IGN);
        _exit(setrlimit(RLIMIT_FSIZE, &half) == 0 && !file_write(path, view_of(large, sizeof large), 0600, &err) &&
                      err.code == E_FIL_03
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);

    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_holds("old");
    assert_int_equal(files_in_folder(false), 1);
}

#define BLOCK 300000 /* bytes; many write() calls, so that the limit falls within one */

static void write_for_ever(void)
{
    static uint8_t content[BLOCK];
    struct error err;

    for (uint8_t i = 0;; i++) {
        memset(content, i, sizeof content);
        if (!file_write(path, view_of(content, sizeof content), 0600, &err))
            _exit(1);
    }
}

static void test_a_process_killed_while_writing_leaves_one_whole_file(void **state)
{
    struct bytes b = {0};
    struct error err;

    (void)state;
    for (int round = 0; round < 20; round++) {
        struct timespec pause = {0, 5000000 + round * 1300000};
        pid_t child = fork();

        if (child == 0)
            write_for_ever();
        while (!file_exists(path))
            (void)usleep(500);
        (void)nanosleep(&pause, NULL);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);

        bytes_clear(&b);
        assert_true(file_read(path, BLOCK + 1, &b, &err));
        assert_int_equal(b.size, BLOCK);
        for (size_t i = 1; i < b.size; i++)
            assert_int_equal(b.at[i], b.at[0]);
    }
    bytes_fini(&b);
}

static void test_what_may_not_be_looked_at_is_not_absent(void **state)
{
    static char long_name[FILE_PATH_MAX];
    char inside[FILE_PATH_MAX];
    struct error err;

    (void)state;
    assert_false(file_exists(path));
    assert_true(file_write(path, view_of_text("it"), 0600, &err) && file_join_path(inside, path, "in", &err));
    assert_true(file_exists(path));
    assert_false(file_exists(inside)); /* in what is no folder there is nothing */
    memset(long_name, 'x', sizeof long_name - 1);
    assert_true(file_exists(long_name)); /* root is refused nothing: a name that nobody can ask about stands for it */
}

/* To whom it belongs is what its operator has to know; who reads it as root is refused nothing. */
static void test_a_key_that_is_anothers_is_not_one_that_others_can_read(void **state)
{
    const bool as_root = geteuid() == 0;
    struct bytes out = {0};
    struct error err = {0};

    (void)state;
    assert_false(file_read_private(path, 64, &out, &err));
    assert_int_equal(err.code, E_KEY_01);
    assert_true(file_write(path, view_of_text("it"), 0644, &err));
    assert_false(file_read_private(path, 64, &out, &err));
    assert_int_equal(err.code, E_KEY_02);
    assert_int_equal(chmod(path, as_root ? 0600 : 0), 0);
    assert_int_equal(chmod(folder, 0711), 0);
    if (as_root)
        assert_int_equal(seteuid(65534), 0);
    assert_false(file_read_private(path, 64, &out, &err));
    if (as_root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(err.code, E_KEY_23);
    assert_non_null(strstr(err.text, as_root ? "belongs to root" : "Permission"));
    bytes_fini(&out);
}

static void test_a_file_that_a_person_named_is_written_into_what_is_there(void **state)
{
    char link_path[FILE_PATH_MAX];
    struct bytes got = {0};
    struct error err;
    struct stat st;
    pid_t reader;
    int status;
    int ends[2];
    int out;

    (void)state;
    assert_true(file_check_named(path, &err));
    assert_int_equal(files_in_folder(true), 0);                             /* the check leaves nothing */
    assert_true(file_write_named(path, view_of_text("first"), 0644, &err)); /* a new name */
    assert_true(file_check_named(path, &err));
    assert_holds("first");
    assert_false(file_check_named(folder, &err));
    assert_int_equal(err.code, E_FIL_02);
    assert_false(file_check_named("/nonexistent/folder/file", &err));
    assert_int_equal(err.code, E_FIL_02);
    assert_true(file_join_path(link_path, folder, "link", &err));
    assert_int_equal(symlink(path, link_path), 0);
    assert_true(file_write_named(link_path, view_of_text("second"), 0644, &err));
    assert_int_equal(lstat(link_path, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_holds("second");
    assert_int_equal(files_in_folder(true), 2); /* nothing temporary */
    assert_int_equal(symlink(path, link_path), 0);
    assert_false(file_write_named(link_path, view_of_text("third"), 0644, &err));
    assert_int_equal(err.code, E_FIL_02);
    assert_false(file_exists(path)); /* what a dangling link names is not made */
    assert_false(file_write_named(folder, view_of_text("third"), 0644, &err));
    assert_int_equal(unlink(link_path), 0);

    assert_int_equal(mkfifo(path, 0600), 0);
    reader = fork();
    if (reader == 0)
        _exit(file_read(path, 100, &got, &err) && view_equal(bytes_view(&got), view_of_text("fourth")) ? 0 : 1);
    assert_true(file_write_named(path, view_of_text("fourth"), 0644, &err));
    assert_int_equal(waitpid(reader, &status, 0), reader);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(lstat(path, &st) == 0 && S_ISFIFO(st.st_mode));
    assert_int_equal(unlink(path), 0);

    assert_int_equal(symlink("/proc/self/fd/1", path), 0); /* as /dev/stdout is */
    assert_int_equal(pipe(ends), 0);
    (void)fflush(stdout);
    out = dup(STDOUT_FILENO);
    assert_int_equal(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    assert_true(file_is_output(path) && file_is_output("-") && !file_is_output(link_path));
    assert_true(file_write_named(path, view_of_text("fi"), 0644, &err));
    assert_true(file_write_named("-", view_of_text("fth"), 0644, &err));
    assert_int_equal(dup2(out, STDOUT_FILENO), STDOUT_FILENO);
    (void)close(out);
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], link_path, sizeof link_path), 5);
    assert_memory_equal(link_path, "fifth", 5);
    (void)close(ends[0]);
    assert_true(lstat(path, &st) == 0 && S_ISLNK(st.st_mode));
}

#define TEST(f) cmocka_unit_test_setup(f, empty_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_was_written_is_read_back_and_replaced_whole),
        TEST(test_a_file_that_exists_is_not_created_again),
        TEST(test_reading_stops_at_the_bound),
        TEST(test_what_cannot_be_read_is_named),
        TEST(test_a_folder_that_is_not_there_takes_no_file),
        TEST(test_a_path_that_is_too_long_is_refused),
        TEST(test_a_folder_is_made_once_and_a_file_is_none),
        TEST(test_bytes_are_written_and_read_at_their_place),
        TEST(test_a_write_that_fails_in_the_middle_leaves_the_old_file),
        TEST(test_what_may_not_be_looked_at_is_not_absent),
        TEST(test_a_key_that_is_anothers_is_not_one_that_others_can_read),
        TEST(test_a_file_that_a_person_named_is_written_into_what_is_there),
        TEST(test_a_process_killed_while_writing_leaves_one_whole_file),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
