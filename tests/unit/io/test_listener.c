/* Listening and dialling on loopback and on unix sockets. */
#include "io/dialer.h"
#include "io/listener.h"
#include "io/loop.h"
#include "io/timer.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct seen {
    struct loop *loop;
    size_t accepted;
    struct listener_peer peer;
    size_t dialled;
    enum error_code why;
};

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/refex-io-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int drop_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void path_in(char out[static 108], const char *name)
{
    (void)snprintf(out, 108, "%s/%s", folder, name);
}

static int connect_unix(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void on_accept(void *cookie, int fd, const struct listener_peer *peer)
{
    struct seen *s = cookie;

    s->accepted++;
    s->peer = *peer;
    (void)close(fd);
    loop_stop(s->loop);
}

static bool open_unix(struct seen *s, const char *path, struct listener **out, struct error *err)
{
    return listener_open_unix(s->loop, open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), path, on_accept, s, out, err);
}

static void on_dialled(void *cookie, int fd, const struct error *err)
{
    struct seen *s = cookie;

    s->dialled++;
    s->why = err == NULL ? E_NONE : err->code;
    if (fd >= 0)
        (void)close(fd);
    else
        loop_stop(s->loop);
}

static void test_a_unix_socket_is_private_and_names_who_connects(void **state)
{
    struct seen s = {.loop = loop_new()};
    struct listener *ls;
    struct error err = {0};
    struct stat what;
    char path[108];
    int fd;

    (void)state;
    path_in(path, "control");
    assert_true(open_unix(&s, path, &ls, &err));
    assert_int_equal(lstat(path, &what), 0);
    assert_int_equal(what.st_mode & 07777, 0600);
    listener_start(ls);
    fd = connect_unix(path);
    loop_run(s.loop);

    assert_int_equal(s.accepted, 1);
    assert_int_equal(s.peer.uid, getuid());
    assert_int_equal(s.peer.pid, getpid());
    (void)close(fd);
    listener_close(ls);
    assert_int_not_equal(lstat(path, &what), 0); /* its path is removed with it */
    loop_free(s.loop);
}

/* A home may be longer than the address of a socket. */
static void test_a_unix_socket_may_lie_as_deep_as_a_file(void **state)
{
    struct seen s = {.loop = loop_new()};
    struct listener *ls;
    struct error err = {0};
    struct stat what;
    char deep[300];
    char path[320];
    char near[108];
    int at;
    int fd;

    (void)state;
    (void)snprintf(deep, sizeof deep, "%s/%0200d", folder, 0);
    (void)snprintf(path, sizeof path, "%s/control", deep);
    assert_int_equal(mkdir(deep, 0700), 0);
    at = open(deep, O_PATH | O_DIRECTORY | O_CLOEXEC);
    assert_true(listener_open_unix(s.loop, dup(at), path, on_accept, &s, &ls, &err));
    assert_int_equal(lstat(path, &what), 0);
    listener_start(ls);
    (void)snprintf(near, sizeof near, "/proc/self/fd/%d/control", at);
    fd = connect_unix(near);
    loop_run(s.loop);
    assert_int_equal(s.accepted, 1);

    assert_false(listener_open_unix(s.loop, dup(at), path, on_accept, &s, &ls, &err));
    assert_int_equal(err.code, E_LNK_19);
    assert_non_null(strstr(err.text, path)); /* as people know it */
    (void)close(fd);
    loop_free(s.loop);
    assert_int_not_equal(lstat(path, &what), 0);
    assert_int_equal(rmdir(deep), 0);
    (void)close(at);
}

static void test_nothing_is_accepted_before_the_start(void **state)
{
    struct seen s = {.loop = loop_new()};
    struct listener *ls;
    struct dialer *d;
    struct error err = {0};

    (void)state;
    assert_true(listener_open_tcp(s.loop, "127.0.0.1", 0, on_accept, &s, &ls, &err));
    assert_true(dialer_start(s.loop, "127.0.0.1", listener_port(ls), 50, on_dialled, &s, &d, &err));
    loop_stop(s.loop);
    loop_run(s.loop);
    loop_stop(s.loop);
    loop_run(s.loop);
    assert_int_equal(s.accepted, 0);

    listener_start(ls);
    loop_run(s.loop);
    assert_int_equal(s.accepted, 1);
    assert_memory_equal(s.peer.address, "127.0.0.1:", 10);
    loop_free(s.loop);
}

static void test_a_socket_left_behind_is_replaced(void **state)
{
    struct seen s = {.loop = loop_new()};
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    struct listener *ls;
    struct error err = {0};
    char path[108];
    int stale = socket(AF_UNIX, SOCK_STREAM, 0);

    (void)state;
    path_in(path, "stale");
    memcpy(at.sun_path, path, sizeof at.sun_path);
    assert_int_equal(bind(stale, (struct sockaddr *)&at, sizeof at), 0);
    (void)close(stale); /* as after kill -9 */
    assert_true(open_unix(&s, path, &ls, &err));
    listener_close(ls);
    loop_free(s.loop);
}

static void test_a_socket_that_answers_is_not_taken_away(void **state)
{
    struct seen s = {.loop = loop_new()};
    struct listener *ls;
    struct listener *other;
    struct error err = {0};
    struct stat what;
    char path[108];

    (void)state;
    path_in(path, "alive");
    assert_true(open_unix(&s, path, &ls, &err));
    assert_false(open_unix(&s, path, &other, &err));
    assert_int_equal(err.code, E_LNK_19);
    assert_int_equal(lstat(path, &what), 0);
    listener_close(ls);
    loop_free(s.loop);
}

static void test_a_file_in_the_way_is_not_removed(void **state)
{
    struct seen s = {.loop = loop_new()};
    struct listener *ls;
    struct error err = {0};
    char path[108];
    int fd;

    (void)state;
    path_in(path, "file");
    fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_false(open_unix(&s, path, &ls, &err));
    assert_int_equal(err.code, E_LNK_11);
    assert_int_equal(unlink(path), 0);
    (void)close(fd);
    loop_free(s.loop);
}

static void test_two_listeners_on_one_port_are_refused(void **state)
{
    struct seen s = {.loop = loop_new()};
    struct listener *ls;
    struct listener *other;
    struct error err = {0};

    (void)state;
    assert_true(listener_open_tcp(s.loop, "127.0.0.1", 0, on_accept, &s, &ls, &err));
    assert_false(listener_open_tcp(s.loop, "127.0.0.1", listener_port(ls), on_accept, &s, &other, &err));
    assert_int_equal(err.code, E_LNK_11);
    loop_free(s.loop);
}

static void test_names_of_hosts_are_neither_dialled_nor_listened_on(void **state)
{
    struct seen s = {.loop = loop_new()};
    struct listener *ls;
    struct dialer *d;
    struct error err = {0};

    (void)state;
    assert_false(listener_open_tcp(s.loop, "localhost", 0, on_accept, &s, &ls, &err));
    assert_int_equal(err.code, E_LNK_11);
    assert_false(dialer_start(s.loop, "localhost", 1, 50, on_dialled, &s, &d, &err));
    assert_int_equal(err.code, E_LNK_01);
    loop_free(s.loop);
}

static void test_a_closed_port_is_reported_later_and_once(void **state)
{
    struct seen s = {.loop = loop_new()};
    struct listener *ls;
    struct dialer *d;
    struct error err = {0};
    uint16_t port;

    (void)state;
    assert_true(listener_open_tcp(s.loop, "127.0.0.1", 0, on_accept, &s, &ls, &err));
    port = listener_port(ls);
    listener_close(ls);
    assert_true(dialer_start(s.loop, "127.0.0.1", port, 1000, on_dialled, &s, &d, &err));
    assert_int_equal(s.dialled, 0);
    loop_run(s.loop);
    assert_int_equal(s.dialled, 1);
    assert_int_equal(s.why, E_LNK_01);
    loop_free(s.loop);
}

static void test_a_dialer_that_is_stopped_calls_nobody_back(void **state)
{
    struct seen s = {.loop = loop_new()};
    struct listener *ls;
    struct dialer *d;
    struct error err = {0};

    (void)state;
    assert_true(listener_open_tcp(s.loop, "127.0.0.1", 0, on_accept, &s, &ls, &err));
    assert_true(dialer_start(s.loop, "127.0.0.1", listener_port(ls), 1000, on_dialled, &s, &d, &err));
    dialer_stop(d);
    listener_start(ls);
    loop_run(s.loop); /* ended by on_accept */
    assert_int_equal(s.dialled, 0);
    loop_free(s.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_unix_socket_is_private_and_names_who_connects),
        cmocka_unit_test(test_a_unix_socket_may_lie_as_deep_as_a_file),
        cmocka_unit_test(test_nothing_is_accepted_before_the_start),
        cmocka_unit_test(test_a_socket_left_behind_is_replaced),
        cmocka_unit_test(test_a_socket_that_answers_is_not_taken_away),
        cmocka_unit_test(test_a_file_in_the_way_is_not_removed),
        cmocka_unit_test(test_two_listeners_on_one_port_are_refused),
        cmocka_unit_test(test_names_of_hosts_are_neither_dialled_nor_listened_on),
        cmocka_unit_test(test_a_closed_port_is_reported_later_and_once),
        cmocka_unit_test(test_a_dialer_that_is_stopped_calls_nobody_back),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
