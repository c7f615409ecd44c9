/* Does a program get what the node answered, and is a request whose end did not come never reported as done? */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "client/home_lock.h"
#include "codec/control_codec.h"
#include "codec/frame.h"
#include "refex/client.h"

uid_t __real_geteuid(void);
uid_t __wrap_geteuid(void);

static bool is_somebody_else; /* than who owns the home */

uid_t __wrap_geteuid(void)
{
    return __real_geteuid() + (is_somebody_else ? 1 : 0);
}

/* A node that sends BYTES when it has received ASKS requests, and ends. */
struct script {
    struct bytes bytes;
    unsigned asks;
};

static char home[] = "/tmp/refex-client-XXXXXX";

static void add_answer(struct script *s, enum control_kind kind, uint32_t number, const char *message)
{
    size_t at = frame_begin(&s->bytes, (uint16_t)kind);

    control_begin(number, &s->bytes);
    bytes_append_text(&s->bytes, message);
    frame_end(&s->bytes, at);
}

static void add_failure(struct script *s, uint32_t number, const char *code, const char *text)
{
    struct control_held_back held = {SECTION_HEALTH, DENIAL_SECTION};
    struct control_failure f = {view_of_text(code), FAULT_DENIED, view_of_text(text), &held, 1};
    size_t at = frame_begin(&s->bytes, CONTROL_FAILURE);

    control_begin(number, &s->bytes);
    control_failure_encode(&f, &s->bytes);
    frame_end(&s->bytes, at);
}

/* In the child: accepts one client, waits for ASKS frames, answers, ends. */
__attribute__((noreturn)) static void play(const struct script *s, int listening)
{
    int fd = accept(listening, NULL, NULL);
    struct bytes in = {0};
    struct error err = {0};
    struct view payload;
    uint16_t kind;
    size_t used;
    size_t done = 0;
    unsigned asks = 0;

    while (asks < s->asks) {
        ssize_t n = read(fd, bytes_reserve(&in, 4096), 4096);

        if (n <= 0)
            break;
        in.size += (size_t)n;
        while (frame_read(view_of(in.at + done, in.size - done), BOUND_FRAME, &kind, &payload, &used, &err) ==
               FRAME_READY) {
            done += used;
            asks++;
        }
    }
    (void)!write(fd, s->bytes.at, s->bytes.size);
    (void)shutdown(fd, SHUT_WR);
    (void)!read(fd, &kind, 1); /* until the client has gone */
    _exit(0);
}

static pid_t start_node(const struct script *s)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    pid_t child;

    (void)snprintf(name.sun_path, sizeof name.sun_path, "%s/run/control.sock", home);
    (void)unlink(name.sun_path);
    assert_int_equal(bind(fd, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(fd, 4), 0);
    child = fork();
    if (child == 0)
        play(s, fd);
    (void)close(fd);
    return child;
}

static struct refex_client *open_node(struct script *s, pid_t *child)
{
    struct refex_client *c = NULL;
    struct refex_failure why;

    *child = start_node(s);
    assert_true(refex_client_open(home, REFEX_NODE, &c, &why));
    return c;
}

static void close_node(struct refex_client *c, struct script *s, pid_t child)
{
    char path[FILE_PATH_MAX];

    refex_client_close(c);
    assert_int_equal(waitpid(child, NULL, 0), child);
    bytes_fini(&s->bytes);
    (void)snprintf(path, sizeof path, "%s/run/control.sock", home);
    (void)unlink(path);
}

static bool on_row(void *cookie, const void *message, size_t size, struct refex_failure *why)
{
    (void)why;
    bytes_append(cookie, message, size);
    return true;
}

static void test_items_come_in_order_and_then_the_end(void **state)
{
    struct script s = {.asks = 1};
    struct refex_failure why;
    struct bytes all = {0};
    pid_t child;
    struct refex_client *c;

    (void)state;
    add_answer(&s, CONTROL_ITEM, 1, "one ");
    add_answer(&s, CONTROL_ITEM, 1, "two ");
    add_answer(&s, CONTROL_ITEM, 1, "three");
    add_answer(&s, CONTROL_DONE, 1, "");
    c = open_node(&s, &child);
    assert_true(refex_client_ask(c, CONTROL_STATUS, NULL, 0, on_row, &all, &why));
    assert_true(view_equal(bytes_view(&all), view_of_text("one two three")));
    bytes_fini(&all);
    close_node(c, &s, child);
}

static void test_a_failure_comes_with_code_exit_and_what_was_held_back(void **state)
{
    struct script s = {.asks = 1};
    struct refex_failure why;
    pid_t child;
    struct refex_client *c;

    (void)state;
    add_failure(&s, 1, "E-NOD-02", "no membership");
    c = open_node(&s, &child);
    assert_false(refex_client_ask(c, CONTROL_STATUS, NULL, 0, NULL, NULL, &why));
    assert_string_equal(why.code, "E-NOD-02");
    assert_string_equal(why.text, "no membership");
    assert_int_equal(why.exit_status, 78);
    assert_int_equal(why.held_back_count, 1);
    assert_int_equal(why.held_back[0].section, SECTION_HEALTH);
    close_node(c, &s, child);
}

static void test_a_code_of_a_newer_node_keeps_its_text_and_its_fault(void **state)
{
    struct script s = {.asks = 1};
    struct refex_failure why;
    pid_t child;
    struct refex_client *c;

    (void)state;
    add_failure(&s, 1, "E-NEW-99", "something new");
    c = open_node(&s, &child);
    assert_false(refex_client_ask(c, CONTROL_STATUS, NULL, 0, NULL, NULL, &why));
    assert_string_equal(why.code, "E-NEW-99");
    assert_int_equal(why.fault, REFEX_FAULT_DENIED);
    assert_int_equal(why.exit_status, 77);
    close_node(c, &s, child);
}

static void test_several_requests_are_answered_in_any_order(void **state)
{
    struct script s = {.asks = 3};
    struct refex_answer answer;
    struct refex_failure why;
    uint32_t numbers[3];
    pid_t child;
    struct refex_client *c;
    bool got;

    (void)state;
    add_answer(&s, CONTROL_DONE, 3, "");
    add_failure(&s, 1, "E-NOD-02", "x");
    add_answer(&s, CONTROL_ITEM, 2, "item");
    add_answer(&s, CONTROL_DONE, 2, "");
    c = open_node(&s, &child);
    for (int i = 0; i < 3; i++)
        numbers[i] = refex_client_send(c, CONTROL_STATUS, NULL, 0);

    assert_true(refex_client_next(c, -1, &answer, &got, &why) && got);
    assert_int_equal(answer.number, numbers[2]);
    assert_true(refex_client_next(c, -1, &answer, &got, &why) && got);
    assert_int_equal(answer.number, numbers[0]);
    assert_int_equal(answer.kind, REFEX_FAILED);
    assert_true(refex_client_next(c, -1, &answer, &got, &why) && got);
    assert_int_equal(answer.kind, REFEX_ITEM);
    assert_memory_equal(answer.message, "item", 4);
    assert_true(refex_client_next(c, -1, &answer, &got, &why) && got);
    assert_int_equal(answer.kind, REFEX_DONE);
    close_node(c, &s, child);
}

static void test_a_node_that_goes_before_it_answers_leaves_it_open(void **state)
{
    struct script s = {.asks = 1};
    struct refex_failure why;
    struct bytes all = {0};
    pid_t child;
    struct refex_client *c;

    (void)state;
    add_answer(&s, CONTROL_ITEM, 1, "begun");
    c = open_node(&s, &child);
    assert_false(refex_client_ask(c, CONTROL_REFERRAL_SEND, NULL, 0, on_row, &all, &why));
    assert_string_equal(why.code, "E-CTL-06");
    bytes_fini(&all);
    close_node(c, &s, child);
}

static void test_answers_that_came_before_the_end_are_given_out_and_then_each_call_fails(void **state)
{
    struct script s = {.asks = 1};
    struct refex_answer answer;
    struct refex_failure why;
    pid_t child;
    struct refex_client *c;
    bool got;

    (void)state;
    add_answer(&s, CONTROL_ITEM, 1, "one");
    add_answer(&s, CONTROL_ITEM, 1, "two");
    c = open_node(&s, &child);
    (void)refex_client_send(c, CONTROL_STATUS, NULL, 0);
    for (int i = 0; i < 2; i++) {
        assert_true(refex_client_next(c, -1, &answer, &got, &why) && got);
        assert_int_equal(answer.kind, REFEX_ITEM);
    }
    for (int i = 0; i < 2; i++) {
        memset(&why, 0, sizeof why);
        assert_false(refex_client_next(c, -1, &answer, &got, &why));
        assert_false(got);
        assert_string_equal(why.code, "E-CTL-06");
    }
    close_node(c, &s, child);
}

static void test_what_cannot_be_read_is_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } wrong[] = {
        {"\0\0\0\4\2\x84\0\0\0\0\0\1", 12},     /* a kind that is no answer */
        {"\0\0\0\4\2\x81\0\0\0\0\0\0", 12},     /* request 0 */
        {"\0\0\0\4\2\x81\0\1\0\0\0\1", 12},     /* not zero where zero must be */
        {"\xff\0\0\4\2\x81\0\0\0\0\0\1", 12},   /* over the bound */
        {"\0\0\0\5\2\x82\0\0\0\0\0\1\xff", 13}, /* a failure that is none */
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct script s = {.asks = 1};
        struct refex_failure why;
        pid_t child;
        struct refex_client *c;

        bytes_append(&s.bytes, wrong[i].bytes, wrong[i].size);
        c = open_node(&s, &child);
        assert_false(refex_client_ask(c, CONTROL_STATUS, NULL, 0, NULL, NULL, &why));
        assert_string_equal(why.code, "E-CTL-01");
        close_node(c, &s, child);
    }
}

static void test_timeout_ends(void **state)
{
    struct script s = {.asks = 1};
    struct refex_answer answer;
    struct refex_failure why;
    pid_t child;
    struct refex_client *c;
    bool got = true;

    (void)state;
    c = open_node(&s, &child);
    assert_true(refex_client_next(c, 10, &answer, &got, &why));
    assert_false(got);
    close_node(c, &s, child);
}

static void test_no_node_and_a_stopped_node_are_told_apart(void **state)
{
    struct refex_client *c = NULL;
    struct refex_failure why;
    struct error err = {0};
    char path[FILE_PATH_MAX];

    (void)state;
    assert_false(refex_client_open("/nonexistent", REFEX_NODE, &c, &why));
    assert_string_equal(why.code, "E-NOD-01");
    assert_false(refex_client_open(home, REFEX_NODE, &c, &why));
    assert_string_equal(why.code, "E-NOD-01");
    assert_true(file_join_path(path, home, "node.conf", &err));
    assert_true(file_write(path, view_of_text("agency = a@b.c\n"), 0600, &err));
    assert_false(refex_client_open(home, REFEX_NODE, &c, &why));
    assert_string_equal(why.code, "E-NOD-05");
    assert_int_equal(why.exit_status, 69);
    assert_null(c);
    (void)unlink(path);
}

static void test_who_does_not_own_the_home_reads_no_stopped_node(void **state)
{
    struct refex_client *c = NULL;
    struct refex_failure why;
    struct error err = {0};
    char conf[FILE_PATH_MAX];

    (void)state;
    assert_true(file_join_path(conf, home, "node.conf", &err));
    assert_true(file_write(conf, view_of_text("agency = a@b.c\n"), 0600, &err));
    is_somebody_else = true;
    for (enum refex_door door = REFEX_NODE; door <= REFEX_NODE_OR_READER; door++) {
        assert_false(refex_client_open(home, door, &c, &why));
        assert_string_equal(why.code, "E-NOD-05");
        assert_non_null(strstr(why.text, "cannot see")); /* it may run: he does not read the lock */
    }
    is_somebody_else = false;
    (void)unlink(conf);
}

static void test_a_node_whose_socket_is_gone_is_not_called_stopped(void **state)
{
    struct refex_client *c = NULL;
    struct refex_failure why;
    struct error err = {0};
    char conf[FILE_PATH_MAX];
    char lock[FILE_PATH_MAX];
    struct flock held = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd;

    (void)state;
    assert_true(file_join_path(conf, home, "node.conf", &err) && file_join_path(lock, home, "lock", &err));
    assert_true(file_write(conf, view_of_text("agency = a@b.c\n"), 0600, &err));
    assert_true(file_write(lock, view_of_text("4711\n"), 0600, &err));
    assert_false(refex_client_open(home, REFEX_NODE, &c, &why));
    assert_string_equal(why.code, "E-NOD-05"); /* it was killed: nobody holds the lock */
    fd = open(lock, O_RDWR | O_CLOEXEC);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &held), 0);
    for (enum refex_door door = REFEX_NODE; door <= REFEX_NODE_OR_READER; door++) {
        assert_false(refex_client_open(home, door, &c, &why));
        assert_string_equal(why.code, "E-NOD-09");
        assert_non_null(strstr(why.text, "4711"));
    }
    assert_int_equal(truncate(lock, 0), 0); /* held by one that is being started, or stopped */
    assert_false(refex_client_open(home, REFEX_NODE, &c, &why));
    assert_string_equal(why.code, "E-NOD-05");
    (void)close(fd);
    (void)unlink(lock);
    (void)unlink(conf);
}

static void test_a_node_that_stands_still_is_said_to(void **state)
{
    struct script s = {.asks = 2}; /* one more than are sent: it never answers */
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    struct refex_client *c = NULL;
    struct refex_failure why;
    pid_t child;
    int listening;
    int waiting;

    (void)state;
    c = open_node(&s, &child);
    refex_client_limit(c, 50);
    assert_false(refex_client_ask(c, CONTROL_STATUS, NULL, 0, NULL, NULL, &why));
    assert_string_equal(why.code, "E-CTL-08");
    assert_int_equal(why.exit_status, 69);
    close_node(c, &s, child);

    listening = socket(AF_UNIX, SOCK_STREAM, 0); /* one that accepts nobody, and whose queue is full */
    waiting = socket(AF_UNIX, SOCK_STREAM, 0);
    (void)snprintf(name.sun_path, sizeof name.sun_path, "%s/run/control.sock", home);
    (void)unlink(name.sun_path);
    assert_int_equal(bind(listening, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(listening, 0), 0);
    assert_int_equal(connect(waiting, (const struct sockaddr *)&name, sizeof name), 0);
    assert_false(refex_client_open(home, REFEX_NODE, &c, &why));
    assert_string_equal(why.code, "E-CTL-08");
    (void)close(waiting);
    (void)close(listening);
    (void)unlink(name.sun_path);
}

static void count_silence(void *cookie, const char *sentence)
{
    assert_non_null(strstr(sentence, "does not answer"));
    ++*(int *)cookie;
}

static void test_who_waits_is_told_once_that_no_answer_comes(void **state)
{
    struct script silent = {.asks = 3}; /* one more than are sent: it never answers */
    struct refex_client *c;
    struct refex_failure why;
    pid_t child;
    int told = 0;

    (void)state;
    c = open_node(&silent, &child);
    refex_client_limit(c, 200);
    refex_client_on_silence(c, 20, count_silence, &told);
    assert_false(refex_client_ask(c, CONTROL_STATUS, NULL, 0, NULL, NULL, &why));
    assert_string_equal(why.code, "E-CTL-08");
    assert_int_equal(told, 1);
    assert_false(refex_client_ask(c, CONTROL_STATUS, NULL, 0, NULL, NULL, &why));
    assert_int_equal(told, 1);
    close_node(c, &silent, child);
}

static void test_who_asks_about_the_lock_never_holds_it(void **state)
{
    struct flock held = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct error err = {0};
    char lock[FILE_PATH_MAX];
    int fd;

    (void)state;
    assert_true(file_join_path(lock, home, "lock", &err));
    assert_true(file_write(lock, view_of_text("4711\n"), 0600, &err));
    assert_int_equal(home_lock_node(home), 0);
    fd = open(lock, O_RDWR | O_CLOEXEC);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &held), 0);
    assert_int_equal(home_lock_node(home), 4711);
    (void)close(fd);
    assert_int_equal(home_lock_node(home), 0);
    (void)unlink(lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_node_that_stands_still_is_said_to),
        cmocka_unit_test(test_who_waits_is_told_once_that_no_answer_comes),
        cmocka_unit_test(test_who_asks_about_the_lock_never_holds_it),
        cmocka_unit_test(test_items_come_in_order_and_then_the_end),
        cmocka_unit_test(test_a_failure_comes_with_code_exit_and_what_was_held_back),
        cmocka_unit_test(test_a_code_of_a_newer_node_keeps_its_text_and_its_fault),
        cmocka_unit_test(test_several_requests_are_answered_in_any_order),
        cmocka_unit_test(test_a_node_that_goes_before_it_answers_leaves_it_open),
        cmocka_unit_test(test_answers_that_came_before_the_end_are_given_out_and_then_each_call_fails),
        cmocka_unit_test(test_what_cannot_be_read_is_refused),
        cmocka_unit_test(test_timeout_ends),
        cmocka_unit_test(test_who_does_not_own_the_home_reads_no_stopped_node),
        cmocka_unit_test(test_a_node_whose_socket_is_gone_is_not_called_stopped),
        cmocka_unit_test(test_no_node_and_a_stopped_node_are_told_apart),
    };
    char run[FILE_PATH_MAX];
    int failed;

    if (mkdtemp(home) == NULL)
        return 1;
    (void)snprintf(run, sizeof run, "%s/run", home);
    if (mkdir(run, 0700) != 0)
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)rmdir(run);
    (void)rmdir(home);
    return failed;
}
