/* This program is its own child: started again with one argument, which part to play. */
#include "io/child.h"
#include "io/loop.h"
#include "io/stream.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* --- the child's part --- */

/* Writes to descriptor 3 which descriptors are open, one byte each. */
static int child_descriptors(void)
{
    for (int fd = 0; fd < 64; fd++) {
        uint8_t n = (uint8_t)fd;

        if (fcntl(fd, F_GETFD) >= 0 && write(CHILD_FD, &n, 1) != 1)
            return 1;
    }
    return 7;
}

static int child_dies_with_parent(void)
{
    int signal_number = 0;
    uint8_t n;

    (void)prctl(PR_GET_PDEATHSIG, &signal_number, 0, 0, 0);
    n = (uint8_t)signal_number;
    return getenv("REFEX_TEST_SECRET") == NULL && write(CHILD_FD, &n, 1) == 1 ? 0 : 1;
}

static int child_waits(void)
{
    (void)pause(); /* only SIGKILL comes */
    return 0;
}

static int child_is_stopped_too(void)
{
    (void)raise(SIGTERM);
    (void)raise(SIGINT);
    return 9;
}

/* --- the parent's part --- */

struct seen {
    struct loop *loop;
    struct bytes got;
    size_t exits;
    int status;
    int signal_number;
};

static void on_bytes(void *cookie, struct view bytes)
{
    struct seen *s = cookie;

    bytes_append_view(&s->got, bytes);
}

static void on_closed(void *cookie, const struct error *err)
{
    (void)cookie;
    (void)err;
}

static void on_exit_of_child(void *cookie, int exit_status, int signal_number)
{
    struct seen *s = cookie;

    s->exits++;
    s->status = exit_status;
    s->signal_number = signal_number;
    loop_stop(s->loop);
}

static const struct stream_events events = {.on_bytes = on_bytes, .on_closed = on_closed};

static struct child *start_child(struct seen *s, const char *word)
{
    const char *const argv[] = {"child", word, NULL};
    struct child *c;
    struct error err = {0};
    int fd;

    s->loop = loop_new();
    assert_true(child_start(s->loop, "/proc/self/exe", argv, on_exit_of_child, s, &c, &fd, &err));
    (void)stream_open_fd(s->loop, fd, STREAM_RAW, &events, s);
    return c;
}

static void test_a_child_has_four_descriptors_and_no_more(void **state)
{
    struct seen s = {0};
    int extra = open("/dev/null", O_RDONLY); /* not close-on-exec, on purpose */

    (void)state;
    (void)start_child(&s, "descriptors");
    loop_run(s.loop);
    assert_int_equal(s.exits, 1);
    assert_int_equal(s.status, 7);
    assert_int_equal(s.got.size, 4);
    for (uint8_t i = 0; i < 4; i++)
        assert_int_equal(s.got.at[i], i);
    bytes_fini(&s.got);
    loop_free(s.loop);
    (void)close(extra);
}

static void test_a_child_dies_with_its_parent_and_gets_none_of_its_environment(void **state)
{
    struct seen s = {0};

    (void)state;
    (void)setenv("REFEX_TEST_SECRET", "1", 1);
    (void)start_child(&s, "dies");
    loop_run(s.loop);
    assert_int_equal(s.status, 0);
    assert_int_equal(s.got.size, 1);
    assert_int_equal(s.got.at[0], SIGKILL);
    bytes_fini(&s.got);
    loop_free(s.loop);
}

static void test_a_killed_child_is_noticed(void **state)
{
    struct seen s = {0};
    struct child *c;

    (void)state;
    c = start_child(&s, "waits");
    assert_true(child_pid(c) > 0);
    child_signal(c, SIGKILL);
    loop_run(s.loop);
    assert_int_equal(s.exits, 1);
    assert_int_equal(s.status, -1);
    assert_int_equal(s.signal_number, SIGKILL);
    loop_free(s.loop);
}

static void test_what_stops_the_process_group_ends_no_child_before_its_parent(void **state)
{
    struct seen s = {0};

    (void)state;
    (void)start_child(&s, "stopped");
    loop_run(s.loop);
    assert_int_equal(s.status, 9);
    assert_int_equal(s.signal_number, 0);
    loop_free(s.loop);
}

static void test_a_program_that_is_not_there_is_an_error(void **state)
{
    struct loop *l = loop_new();
    const char *const argv[] = {"none", NULL};
    struct child *c;
    struct error err = {0};
    int fd = -1;

    (void)state;
    assert_false(child_start(l, "/nonexistent/refex-link", argv, on_exit_of_child, NULL, &c, &fd, &err));
    assert_int_equal(err.code, E_LNK_18);
    assert_int_equal(fd, -1);
    loop_free(l);
}

static void test_the_end_of_the_loop_ends_the_child(void **state)
{
    struct seen s = {0};
    pid_t pid;

    (void)state;
    pid = child_pid(start_child(&s, "waits"));
    loop_free(s.loop);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
}

/* No descriptor is left for the child: the errno it reports must not go into what the parent has open as 4. */
static void test_a_child_that_cannot_begin_writes_into_nothing_of_its_parents(void **state)
{
    static const char said[] = "the database";
    const char *const argv[] = {"child", "waits", NULL};
    struct loop *l;
    struct rlimit before;
    struct rlimit tight;
    struct child *c;
    struct error err = {0};
    char found[sizeof said] = {0};
    int file = memfd_create("parents", 0);
    int kept = dup(CHILD_FD + 1);
    int lowest;
    int seam;

    (void)state;
    assert_true(file >= 0 && dup2(file, CHILD_FD + 1) == CHILD_FD + 1);
    assert_int_equal(write(CHILD_FD + 1, said, sizeof said), sizeof said);
    assert_int_equal(lseek(CHILD_FD + 1, 0, SEEK_SET), 0);
    l = loop_new();
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    for (rlim_t most = 8; most < 32; most++) { /* one of them runs out just between fork and exec */
        tight = (struct rlimit){most, before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
        if (child_start(l, "/proc/self/exe", argv, on_exit_of_child, NULL, &c, &seam, &err)) {
            (void)close(seam);
            break;
        }
        assert_int_equal(err.code, E_LNK_18);
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(pread(file, found, sizeof found, 0), sizeof found);
    assert_string_equal(found, said);
    loop_free(l);
    (void)close(file);
    lowest = kept >= 0 ? dup2(kept, CHILD_FD + 1) : close(CHILD_FD + 1);
    assert_true(lowest >= 0);
    if (kept >= 0)
        (void)close(kept);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_child_has_four_descriptors_and_no_more),
        cmocka_unit_test(test_a_child_dies_with_its_parent_and_gets_none_of_its_environment),
        cmocka_unit_test(test_a_killed_child_is_noticed),
        cmocka_unit_test(test_what_stops_the_process_group_ends_no_child_before_its_parent),
        cmocka_unit_test(test_a_program_that_is_not_there_is_an_error),
        cmocka_unit_test(test_the_end_of_the_loop_ends_the_child),
        cmocka_unit_test(test_a_child_that_cannot_begin_writes_into_nothing_of_its_parents),
    };

    if (argc == 2 && strcmp(argv[1], "descriptors") == 0)
        return child_descriptors();
    if (argc == 2 && strcmp(argv[1], "dies") == 0)
        return child_dies_with_parent();
    if (argc == 2 && strcmp(argv[1], "stopped") == 0)
        return child_is_stopped_too();
    if (argc == 2 && strcmp(argv[1], "waits") == 0)
        return child_waits();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
