/* Does a child handle what its parent sends, a frame at a time, and does it end as it should? The child is a process of
 * its own; this program is its parent. */
#include "io/child_serve.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/frame.h"
#include "io/child.h"

#define LONGEST 100     /* bytes of a payload */
#define MANY    4000000 /* bytes, which no socket takes at once */

enum { ECHO = 1, ASK_MANY, END, FAIL };

/* --- the child's part --- */

static bool send_many(void)
{
    struct bytes many = {0};
    bool ok;

    while (many.size < MANY)
        frame_append(&many, ECHO, view_of_text("0123456789"));
    ok = child_send(bytes_view(&many));
    bytes_fini(&many);
    return ok;
}

/* *COOKIE counts. */
static bool on_frame(void *cookie, uint16_t kind, struct view payload, struct error *err)
{
    unsigned *count = cookie;
    struct bytes answer = {0};
    bool ok;

    ++*count;
    if (kind == ASK_MANY)
        return send_many();
    if (kind == END)
        return false;
    if (kind == FAIL)
        return error_set(err, E_USE_04, "frame %u", *count);
    frame_append(&answer, ECHO, payload);
    ok = child_send(bytes_view(&answer));
    bytes_fini(&answer);
    return ok;
}

/* The exit status says what came of it: 100 and how many frames were handled, or that of the error. */
static void serve(int fd)
{
    struct error err = {0};
    unsigned count = 0;

    if (dup2(fd, CHILD_FD) != CHILD_FD)
        _exit(99);
    for (int other = CHILD_FD + 1; other < 64; other++)
        (void)close(other);
    _exit(child_serve(LONGEST, E_HOK_02, on_frame, &count, &err) ? 100 + (int)count : error_row(err.code)->exit_status);
}

/* --- the parent's part --- */

struct fixture {
    int fd;
    pid_t child;
};

static int setup(void **state)
{
    static struct fixture f;
    int ends[2];

    (void)signal(SIGPIPE, SIG_DFL); /* as a child has it */
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    f.child = fork();
    if (f.child == 0)
        serve(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 ? ends[1] : -1); /* as child_start hands it over */
    (void)close(ends[1]);
    (void)signal(SIGPIPE, SIG_IGN);
    f.fd = ends[0];
    *state = &f;
    return 0;
}

static void end(struct fixture *f)
{
    if (f->fd >= 0)
        (void)close(f->fd);
    f->fd = -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    end(f);
    if (f->child > 0)
        (void)waitpid(f->child, NULL, 0);
    return 0;
}

static int status_of(struct fixture *f)
{
    int status = 0;

    if (f->fd >= 0)
        (void)shutdown(f->fd, SHUT_WR); /* it ends at the latest behind what was sent */
    assert_int_equal(waitpid(f->child, &status, 0), f->child);
    f->child = 0;
    assert_true(WIFEXITED(status)); /* no signal */
    return WEXITSTATUS(status);
}

/* PARTS: as many writes, which come one by one. */
static void send_parts(struct fixture *f, struct view bytes, size_t parts)
{
    size_t each = bytes.size / parts;

    for (size_t i = 0; i < parts; i++) {
        size_t size = i + 1 < parts ? each : bytes.size - i * each;

        assert_int_equal(write(f->fd, bytes.at + i * each, size), (ssize_t)size);
        if (parts > 1)
            (void)usleep(1000);
    }
}

static void send_frame(struct fixture *f, uint16_t kind, const char *payload)
{
    struct bytes frame = {0};

    frame_append(&frame, kind, view_of_text(payload));
    send_parts(f, bytes_view(&frame), 1);
    bytes_fini(&frame);
}

/* Reads until there are SIZE bytes, or the child has ended. */
static void hear(struct fixture *f, size_t size, struct bytes *out)
{
    ssize_t n;

    while (out->size < size && (n = read(f->fd, bytes_reserve(out, 65536), 65536)) > 0)
        out->size += (size_t)n;
}

static void test_each_frame_is_handled_in_its_turn(void **state)
{
    static const char *const words[] = {"one", "", "three"};
    struct fixture *f = *state;
    struct bytes asked = {0};
    struct bytes heard = {0};

    for (size_t i = 0; i < 3; i++)
        frame_append(&asked, ECHO, view_of_text(words[i]));
    send_parts(f, bytes_view(&asked), 1);
    send_parts(f, bytes_view(&asked), asked.size); /* and where it comes byte by byte */
    hear(f, 2 * asked.size, &heard);
    assert_int_equal(heard.size, 2 * asked.size);
    assert_memory_equal(heard.at, asked.at, asked.size);
    assert_memory_equal(heard.at + asked.size, asked.at, asked.size);
    end(f);
    assert_int_equal(status_of(f), 106);
    bytes_fini(&asked);
    bytes_fini(&heard);
}

static void test_a_parent_that_ends_inside_a_frame_is_no_fault(void **state)
{
    struct fixture *f = *state;
    struct bytes asked = {0};

    frame_append(&asked, ECHO, view_of_text("one"));
    send_parts(f, view_of(asked.at, asked.size - 1), 1);
    end(f);
    assert_int_equal(status_of(f), 100);
    bytes_fini(&asked);
}

static void test_what_is_wrong_with_a_frame_ends_it_with_that_error(void **state)
{
    struct fixture *f = *state;

    send_frame(f, FAIL, "");
    assert_int_equal(status_of(f), error_row(E_USE_04)->exit_status);
}

static void test_a_child_that_is_done_ends_well(void **state)
{
    struct fixture *f = *state;
    struct bytes asked = {0};

    frame_append(&asked, END, view_of_text(""));
    frame_append(&asked, FAIL, view_of_text("")); /* is not looked at */
    send_parts(f, bytes_view(&asked), 1);
    assert_int_equal(status_of(f), 101);
    bytes_fini(&asked);
}

static void test_what_is_no_frame_ends_it(void **state)
{
    static const uint8_t of_no_kind[FRAME_HEADER] = {0};

    send_parts(*state, view_of(of_no_kind, sizeof of_no_kind), 1);
    assert_int_equal(status_of(*state), error_row(E_HOK_02)->exit_status);
}

static void test_a_frame_over_the_bound_ends_it(void **state)
{
    struct bytes asked = {0};
    size_t begin = frame_begin(&asked, ECHO);

    for (size_t i = 0; i <= LONGEST; i++)
        bytes_append_u8(&asked, 0);
    frame_end(&asked, begin);
    send_parts(*state, bytes_view(&asked), 1);
    assert_int_equal(status_of(*state), error_row(E_HOK_02)->exit_status);
    bytes_fini(&asked);
}

static void test_it_waits_for_a_parent_that_reads_late(void **state)
{
    struct fixture *f = *state;
    struct bytes heard = {0};

    send_frame(f, ASK_MANY, "");
    (void)usleep(50000);
    hear(f, MANY, &heard);
    assert_true(heard.size >= MANY);
    end(f);
    assert_int_equal(status_of(f), 101);
    bytes_fini(&heard);
}

static void test_it_ends_well_where_nobody_reads_what_it_says(void **state)
{
    struct fixture *f = *state;

    send_frame(f, ASK_MANY, "");
    (void)usleep(50000);
    end(f);
    assert_int_equal(status_of(f), 101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_frame_is_handled_in_its_turn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_parent_that_ends_inside_a_frame_is_no_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_wrong_with_a_frame_ends_it_with_that_error, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_child_that_is_done_ends_well, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_frame_ends_it, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_frame_over_the_bound_ends_it, setup, teardown),
        cmocka_unit_test_setup_teardown(test_it_waits_for_a_parent_that_reads_late, setup, teardown),
        cmocka_unit_test_setup_teardown(test_it_ends_well_where_nobody_reads_what_it_says, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
