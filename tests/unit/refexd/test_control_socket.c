/* Is the control socket made in a folder of the node's own, and nothing else taken away or trusted? */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "io/loop.h"
#include "refexd/control_socket.h"

uid_t __real_geteuid(void);
uid_t __wrap_geteuid(void);

static bool is_somebody_else; /* than who owns the home */

uid_t __wrap_geteuid(void)
{
    return __real_geteuid() + (is_somebody_else ? 1 : 0);
}

int __real_fchown(int fd, uid_t user, gid_t group);
int __wrap_fchown(int fd, uid_t user, gid_t group);

static bool is_not_of_the_group; /* the node's user */

int __wrap_fchown(int fd, uid_t user, gid_t group)
{
    if (!is_not_of_the_group)
        return __real_fchown(fd, user, group);
    errno = EPERM;
    return -1;
}

struct fixture {
    struct loop *loop;
    struct listener *listener;
    gid_t group;
    bool has_group;
    char home[64];
    struct error err;
};

static char place[FILE_PATH_MAX];

/* Of NAME in the home; valid until the next call. */
static const char *path_in(const struct fixture *f, const char *name)
{
    struct error err = {0};

    assert_true(file_join_path(place, f->home, name, &err));
    return place;
}

static void fixture_open(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    (void)snprintf(f->home, sizeof f->home, "/tmp/refex-control-socket-XXXXXX");
    assert_non_null(mkdtemp(f->home));
    f->loop = loop_new();
    f->group = geteuid() == 0 ? 12345 : getegid(); /* one that this user may give */
}

static void on_accept(void *cookie, int fd, const struct listener_peer *peer)
{
    (void)cookie;
    (void)peer;
    (void)close(fd);
}

static bool listen_in(struct fixture *f)
{
    return control_socket_open(f->loop, f->home, f->has_group ? &f->group : NULL, on_accept, NULL, &f->listener,
                               &f->err);
}

static void fixture_close(struct fixture *f)
{
    loop_free(f->loop);
    (void)unlink(path_in(f, "run"));
    (void)rmdir(path_in(f, "run"));
    (void)unlink(path_in(f, "refex.db-wal"));
    assert_int_equal(rmdir(f->home), 0); /* nothing else was left in it */
}

static mode_t mode_of(const struct fixture *f, const char *name)
{
    struct stat st;

    return lstat(path_in(f, name), &st) == 0 ? st.st_mode & 07777 : 0;
}

static gid_t group_of(const struct fixture *f, const char *name)
{
    struct stat st;

    assert_int_equal(lstat(path_in(f, name), &st), 0);
    return st.st_gid;
}

static void test_its_folder_is_made_for_the_nodes_user_alone(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    assert_true(listen_in(&f));
    assert_int_equal(mode_of(&f, "."), 0700);
    assert_int_equal(mode_of(&f, "run"), 0700);
    assert_int_equal(mode_of(&f, "run/control.sock"), 0600);
    fixture_close(&f);
}

static void test_a_link_in_the_place_of_the_folder_is_refused(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    assert_int_equal(symlink(".", path_in(&f, "run")), 0);
    assert_false(listen_in(&f));
    assert_int_equal(f.err.code, E_NOD_08);
    fixture_close(&f);
}

static void test_a_folder_that_others_write_in_or_own_is_refused(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    assert_int_equal(mkdir(path_in(&f, "run"), 0700), 0);
    assert_int_equal(chmod(path_in(&f, "run"), 0720), 0);
    assert_false(listen_in(&f));
    assert_int_equal(f.err.code, E_NOD_08);
    assert_int_equal(chmod(path_in(&f, "run"), 0700), 0);
    is_somebody_else = true;
    assert_false(listen_in(&f));
    is_somebody_else = false;
    assert_int_equal(f.err.code, E_NOD_08);
    assert_true(listen_in(&f));
    fixture_close(&f);
}

static void test_the_socket_of_before_is_removed_and_no_other_file(void **state)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int stale = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct fixture f;
    int fd;

    (void)state;
    fixture_open(&f);
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%.90s/control.sock", f.home);
    assert_int_equal(bind(stale, (struct sockaddr *)&at, sizeof at), 0);
    (void)close(stale);
    assert_true(listen_in(&f));
    assert_int_equal(mode_of(&f, "control.sock"), 0);
    listener_close(f.listener);

    fd = open(at.sun_path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_true(listen_in(&f));
    assert_int_equal(unlink(at.sun_path), 0);
    (void)close(fd);
    fixture_close(&f);
}

static void test_the_group_reaches_the_socket_and_no_further_than_it_must(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    f.has_group = true;
    assert_true(listen_in(&f));
    assert_int_equal(mode_of(&f, "."), 0710);
    assert_int_equal(mode_of(&f, "run"), 0750);
    assert_int_equal(mode_of(&f, "run/control.sock"), 0660);
    assert_int_equal(group_of(&f, "."), f.group);
    assert_int_equal(group_of(&f, "run"), f.group);
    assert_int_equal(group_of(&f, "run/control.sock"), f.group);
    listener_close(f.listener);

    f.has_group = false; /* it is taken out of node.conf */
    assert_true(listen_in(&f));
    assert_int_equal(mode_of(&f, "."), 0700);
    assert_int_equal(mode_of(&f, "run"), 0700);
    assert_int_equal(mode_of(&f, "run/control.sock"), 0600);
    fixture_close(&f);
}

static void test_a_home_with_an_open_file_is_not_opened_to_the_group(void **state)
{
    struct fixture f;
    int fd;

    (void)state;
    fixture_open(&f);
    f.has_group = true;
    fd = open(path_in(&f, "refex.db-wal"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_equal(fchmod(fd, 0640), 0);
    assert_false(listen_in(&f));
    assert_int_equal(f.err.code, E_NOD_08);
    assert_non_null(strstr(f.err.text, "refex.db-wal"));
    assert_int_equal(mode_of(&f, "."), 0700);
    assert_int_equal(fchmod(fd, 0600), 0);
    assert_true(listen_in(&f));
    (void)close(fd);
    fixture_close(&f);
}

static void test_a_group_that_may_not_be_given_leaves_all_shut(void **state)
{
    struct fixture f;

    (void)state;
    fixture_open(&f);
    f.has_group = true;
    is_not_of_the_group = true;
    assert_false(listen_in(&f));
    is_not_of_the_group = false;
    assert_int_equal(f.err.code, E_NOD_12);
    assert_int_equal(mode_of(&f, "."), 0700);
    assert_int_equal(mode_of(&f, "run"), 0700);
    assert_int_equal(mode_of(&f, "run/control.sock"), 0); /* nor does it stay */
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_its_folder_is_made_for_the_nodes_user_alone),
        cmocka_unit_test(test_a_link_in_the_place_of_the_folder_is_refused),
        cmocka_unit_test(test_a_folder_that_others_write_in_or_own_is_refused),
        cmocka_unit_test(test_the_socket_of_before_is_removed_and_no_other_file),
        cmocka_unit_test(test_the_group_reaches_the_socket_and_no_further_than_it_must),
        cmocka_unit_test(test_a_home_with_an_open_file_is_not_opened_to_the_group),
        cmocka_unit_test(test_a_group_that_may_not_be_given_leaves_all_shut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
