/* Is a hook given a line, its time and nothing else, and is nothing left of it? With real processes, and a clock that
 * goes twenty times as fast. */

#include "refexd/hooks/hook_runner.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "codec/frame.h"
#include "io/child.h"
#include "refexd/hooks/hook_files.h"

static int64_t times_as_fast = 20;

static int64_t steady_ms(struct clock *self)
{
    (void)self;
    return times_as_fast * clock_steady_ms(&clock_real);
}

static struct clock fast = {.steady_ms = steady_ms};

struct fixture {
    char home[64];
    int fd;
    pid_t runner;
};

static void write_file(const struct fixture *f, const char *name, const char *text, mode_t mode)
{
    char path[128];
    FILE *to;

    (void)snprintf(path, sizeof path, "%s/%s", f->home, name);
    to = fopen(path, "w");
    assert_non_null(to);
    assert_true(fputs(text, to) >= 0 && fclose(to) == 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void make_folder(const struct fixture *f, const char *name)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s/%s", f->home, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

/* What stands in a file of the home, as a number; 0: nothing. */
static long read_number(const struct fixture *f, const char *name)
{
    char path[128];
    long number = 0;
    FILE *from;

    (void)snprintf(path, sizeof path, "%s/%s", f->home, name);
    from = fopen(path, "r");
    if (from == NULL)
        return 0;
    if (fscanf(from, "%ld", &number) != 1)
        number = 0;
    (void)fclose(from);
    return number;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct error err = {0};
    int ends[2];

    (void)snprintf(f->home, sizeof f->home, "/tmp/refex-hooks-XXXXXX");
    assert_non_null(mkdtemp(f->home));
    make_folder(f, "hooks.d");
    make_folder(f, "hooks.d/came");
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    f->runner = fork();
    if (f->runner == 0) {
        (void)close(ends[0]);
        (void)dup2(ends[1], CHILD_FD);
        if (ends[1] != CHILD_FD)
            (void)close(ends[1]);
        _exit(hook_runner_serve(f->home, &fast, &err) ? 0 : error_row(err.code)->exit_status);
    }
    (void)close(ends[1]);
    f->fd = ends[0];
    *state = f;
    return 0;
}

static int setup_in_time(void **state)
{
    times_as_fast = 1;
    (void)setup(state);
    times_as_fast = 20;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char command[96];

    if (f->fd >= 0)
        (void)close(f->fd);
    if (f->runner > 0)
        (void)waitpid(f->runner, NULL, 0);
    (void)snprintf(command, sizeof command, "rm -r %s", f->home);
    (void)!system(command);
    free(f);
    return 0;
}

static void ask(struct fixture *f, const char *name)
{
    struct bytes frame = {0};

    hook_run_write("came", name, view_of_text("{\"event\":\"came\"}\n"), &frame);
    assert_int_equal(write(f->fd, frame.at, frame.size), (ssize_t)frame.size);
    bytes_fini(&frame);
}

static struct hook_result answer(struct fixture *f)
{
    uint8_t room[64];
    struct hook_result result;
    struct error err = {0};
    struct view payload;
    uint16_t kind;
    size_t used;
    ssize_t n = read(f->fd, room, sizeof room);

    assert_true(n > 0);
    assert_int_equal(frame_read(view_of(room, (size_t)n), BOUND_FRAME, &kind, &payload, &used, &err), FRAME_READY);
    assert_int_equal(kind, HOOK_RAN);
    assert_true(hook_ran_read(payload, &result));
    return result;
}

static struct hook_result run(struct fixture *f, const char *text)
{
    write_file(f, "hooks.d/came/one", text, 0700);
    ask(f, "one");
    return answer(f);
}

static void test_what_becomes_of_a_hook_is_told(void **state)
{
    struct fixture *f = *state;
    struct hook_result r = run(f, "#!/bin/sh\nread line\n[ \"$line\" = '{\"event\":\"came\"}' ]\necho $line\n");

    assert_int_equal(r.outcome, HOOK_DONE);
    assert_int_equal(r.output, 17);
    r = run(f, "#!/bin/sh\nexit 7\n");
    assert_true(r.outcome == HOOK_EXITED && r.status == 7);
    r = run(f, "#!/bin/sh\nkill -9 $$\n");
    assert_true(r.outcome == HOOK_KILLED && r.status == SIGKILL);
}

static void test_whatever_it_prints_is_counted(void **state)
{
    struct fixture *f = *state;
    struct hook_result r = run(f, "#!/bin/sh\nhead -c 300000 /dev/zero\nhead -c 100000 /dev/zero >&2\n");

    assert_int_equal(r.outcome, HOOK_DONE);
    assert_int_equal(r.output, 400000);
}

static bool is_there(long pid)
{
    return pid > 0 && kill((pid_t)pid, 0) == 0;
}

static void test_after_its_time_it_ends_with_all_that_it_started(void **state)
{
    struct fixture *f = *state;
    char text[256];
    struct hook_result r;

    (void)snprintf(text, sizeof text,
                   "#!/bin/sh\nsetsid sleep 1000 &\necho $! >%s/left\n(sleep 1000 & echo $! >%s/lost)\nsleep 1000\n",
                   f->home, f->home);
    r = run(f, text);
    assert_int_equal(r.outcome, HOOK_TIMEOUT);
    assert_true(read_number(f, "left") > 0 && !is_there(read_number(f, "left")));
    assert_true(read_number(f, "lost") > 0 && !is_there(read_number(f, "lost")));
    r = run(f, "#!/bin/sh\n"); /* and the next is run */
    assert_int_equal(r.outcome, HOOK_DONE);
}

static int status_of(struct fixture *f)
{
    int status = 0;

    assert_int_equal(waitpid(f->runner, &status, 0), f->runner);
    f->runner = 0;
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Of a process that was told KIND with PAYLOAD, behind which the node ends. */
static int status_when_told(struct fixture *f, uint16_t kind, struct view payload)
{
    struct bytes frame = {0};

    frame_append(&frame, kind, payload);
    assert_int_equal(write(f->fd, frame.at, frame.size), (ssize_t)frame.size);
    bytes_fini(&frame);
    assert_int_equal(shutdown(f->fd, SHUT_WR), 0);
    return status_of(f);
}

static void test_what_is_nothing_to_run_ends_it_and_it_says_so(void **state)
{
    static const struct {
        uint16_t kind;
        const char *payload;
        size_t size;
    } wrong[] = {{99, "came\0one\0line", 13}, {HOOK_RAN, "came\0one\0line", 13}, {HOOK_RUN, "", 0},
                 {HOOK_RUN, "came", 4},       {HOOK_RUN, "came\0", 5},           {HOOK_RUN, "came\0one", 8}};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (i > 0)
            (void)setup(state);
        assert_int_equal(status_when_told(*state, wrong[i].kind, view_of(wrong[i].payload, wrong[i].size)),
                         error_row(E_HOK_02)->exit_status);
        if (i + 1 < sizeof wrong / sizeof wrong[0])
            (void)teardown(state);
    }
}

static void test_what_is_no_frame_ends_it_and_it_says_so(void **state)
{
    static const uint8_t of_no_kind[FRAME_HEADER] = {0};
    struct fixture *f = *state;

    assert_int_equal(write(f->fd, of_no_kind, sizeof of_no_kind), (ssize_t)sizeof of_no_kind);
    assert_int_equal(status_of(f), error_row(E_HOK_02)->exit_status);
}

static void test_where_the_node_ends_nothing_is_left(void **state)
{
    struct fixture *f = *state;
    char text[128];
    long hook;
    int64_t began_ms;

    (void)snprintf(text, sizeof text, "%s/left", f->home);
    assert_int_equal(mkfifo(text, 0600), 0);
    (void)snprintf(text, sizeof text, "#!/bin/sh\necho $$ >%s/left\nsleep 1000\n", f->home);
    write_file(f, "hooks.d/came/one", text, 0700);
    ask(f, "one");
    hook = read_number(f, "left"); /* waits until it runs and says so */
    assert_true(hook > 0);
    assert_int_equal(close(f->fd), 0);
    f->fd = -1;
    began_ms = clock_steady_ms(&clock_real);
    assert_int_equal(status_of(f), 0);
    assert_true(clock_steady_ms(&clock_real) - began_ms < HOOK_RUN_MS / 2);
    assert_false(is_there(hook));
}

static enum hook_fault fault_of(struct fixture *f, const char *name)
{
    struct hook_result r;

    ask(f, name);
    r = answer(f);
    assert_int_equal(r.outcome, HOOK_REFUSED);
    return (enum hook_fault)r.status;
}

static void test_what_others_can_write_is_looked_for_again_before_it_is_run(void **state)
{
    struct fixture *f = *state;
    char path[128];

    write_file(f, "hooks.d/came/group", "#!/bin/sh\n", 0770);
    write_file(f, "hooks.d/came/all", "#!/bin/sh\n", 0707);
    write_file(f, "hooks.d/came/text", "#!/bin/sh\n", 0600);
    write_file(f, "hooks.d/came/good", "#!/bin/sh\n", 0755);
    (void)snprintf(path, sizeof path, "%s/hooks.d/came/link", f->home);
    assert_int_equal(symlink("good", path), 0);
    assert_int_equal(fault_of(f, "group"), HOOK_OPEN);
    assert_int_equal(fault_of(f, "all"), HOOK_OPEN);
    assert_int_equal(fault_of(f, "text"), HOOK_NO_PROGRAM);
    assert_int_equal(fault_of(f, "link"), HOOK_NO_FILE);
    assert_int_equal(fault_of(f, "nothing"), HOOK_NO_FILE);
    ask(f, "good");
    assert_int_equal(answer(f).outcome, HOOK_DONE);
    (void)snprintf(path, sizeof path, "%s/hooks.d/came", f->home);
    assert_int_equal(chmod(path, 0770), 0);
    assert_int_equal(fault_of(f, "good"), HOOK_OPEN);
}

static void test_more_than_are_run_is_said(void **state)
{
    struct fixture *f = *state;
    struct hook_file files[HOOKS_MAX];
    char name[64];

    for (unsigned i = 0; i < HOOKS_MAX; i++) {
        (void)snprintf(name, sizeof name, "hooks.d/came/hook-%02u", i);
        write_file(f, name, "#!/bin/sh\n", 0700);
    }
    write_file(f, "hooks.d/came/hook.conf", "", 0600); /* no hook */
    assert_int_equal(hook_files_list(f->home, files), HOOKS_MAX);
    for (unsigned i = 0; i < HOOKS_MAX; i++)
        assert_int_equal(files[i].fault, HOOK_FAULT_NONE);
    write_file(f, "hooks.d/came/one-more", "#!/bin/sh\n", 0700);
    assert_int_equal(hook_files_list(f->home, files), HOOKS_MAX);
    for (unsigned i = 0; i < HOOKS_MAX; i++)
        if (files[i].fault == HOOK_TOO_MANY)
            return;
    fail_msg("nothing says that one is not run");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_becomes_of_a_hook_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whatever_it_prints_is_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_after_its_time_it_ends_with_all_that_it_started, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_nothing_to_run_ends_it_and_it_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_frame_ends_it_and_it_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(test_where_the_node_ends_nothing_is_left, setup_in_time, teardown),
        cmocka_unit_test_setup_teardown(test_what_others_can_write_is_looked_for_again_before_it_is_run, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_more_than_are_run_is_said, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
