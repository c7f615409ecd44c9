/* The node's folder: what is said of it before anything is made in it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "refexd/node_home.h"

static void test_a_home_that_may_not_be_looked_at_is_not_said_to_be_absent(void **state)
{
    char folder[FILE_PATH_MAX] = "/tmp/refex-node-home-XXXXXX";
    char inner[FILE_PATH_MAX];
    uid_t user = geteuid();
    struct error err = {0};

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_true(file_join_path(inner, folder, "home", &err) && file_make_folder(inner, &err));
    assert_int_equal(chmod(folder, 0), 0);
    assert_true(user != 0 || seteuid(65534) == 0); /* root may look anywhere */
    assert_false(node_home_check(inner, &err));
    assert_int_equal(seteuid(user), 0);
    assert_int_equal(err.code, E_CTL_03);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(rmdir(inner), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void test_a_second_node_is_told_of_the_first_and_a_reader_needs_no_lock(void **state)
{
    char home[FILE_PATH_MAX] = "/tmp/refex-node-home-XXXXXX";
    char lock[FILE_PATH_MAX];
    char expected[64];
    struct error err = {0};
    bool made = false;

    (void)state;
    assert_non_null(mkdtemp(home));
    assert_true(node_home_lock(home, E_NOD_10, &made, &err));
    assert_true(made);
    assert_false(node_home_lock(home, E_NOD_10, &made, &err)); /* one that is being started */
    assert_int_equal(err.code, E_NOD_03);
    assert_true(node_home_mark(home, true, &err));
    assert_false(node_home_lock(home, E_NOD_10, &made, &err));
    assert_int_equal(err.code, E_NOD_10);
    (void)snprintf(expected, sizeof expected, "(process %d)", (int)getpid());
    assert_non_null(strstr(err.text, expected));
    assert_false(node_home_lock(home, E_NOD_03, &made, &err)); /* the tool */
    assert_int_equal(err.code, E_NOD_03);
    assert_true(node_home_check(home, &err));
    assert_int_equal(chmod(home, 0722), 0);
    assert_false(node_home_check(home, &err));
    assert_int_equal(err.code, E_NOD_08);
    assert_true(file_join_path(lock, home, "lock", &err));
    assert_int_equal(unlink(lock), 0);
    assert_int_equal(rmdir(home), 0);
}

static void test_a_node_waits_for_who_waited_for_the_one_before(void **state)
{
    char home[FILE_PATH_MAX] = "/tmp/refex-node-home-XXXXXX";
    char lock[FILE_PATH_MAX];
    struct flock watched = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    struct error err = {0};
    bool made = false;
    int ready[2];
    int status;
    pid_t node;
    int fd;

    (void)state;
    assert_non_null(mkdtemp(home));
    assert_true(file_join_path(lock, home, "lock", &err) && file_write(lock, view_of_text(""), 0600, &err));
    assert_int_equal(pipe(ready), 0);
    fd = open(lock, O_RDONLY | O_CLOEXEC);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &watched), 0);
    node = fork();
    if (node == 0) {
        (void)close(fd); /* the open file is the parent's, too, and with it the lock */
        (void)!write(ready[1], "", 1);
        _exit(node_home_lock(home, E_NOD_10, &made, &err) ? 0 : 1);
    }
    assert_int_equal(read(ready[0], &status, 1), 1);
    (void)close(fd);
    assert_int_equal(waitpid(node, &status, 0), node);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    (void)close(ready[0]);
    (void)close(ready[1]);
    assert_int_equal(unlink(lock), 0);
    assert_int_equal(rmdir(home), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_second_node_is_told_of_the_first_and_a_reader_needs_no_lock),
        cmocka_unit_test(test_a_node_waits_for_who_waited_for_the_one_before),
        cmocka_unit_test(test_a_home_that_may_not_be_looked_at_is_not_said_to_be_absent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
