/* Is each asked only what it may be, and is nothing told before it is on the disk? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/frame.h"
#include "io/loop.h"
#include "refexd/control_door.h"

struct house {
    struct loop *loop;
    struct control_world world;
    struct control_door *door;
    int client;
    unsigned turns;
    unsigned turned_after; /* from this turn on the exchange is said to have turned */
    unsigned stop_after;
    size_t seen[16]; /* bytes that the client had to read at each turn */
    bool stop_asked;
};

static void on_stop(void *cookie)
{
    struct house *h = cookie;

    h->stop_asked = true;
}

static void on_turn(void *cookie)
{
    struct house *h = cookie;
    uint8_t room[4096];
    ssize_t n = recv(h->client, room, sizeof room, MSG_DONTWAIT | MSG_PEEK);

    h->seen[h->turns] = n > 0 ? (size_t)n : 0;
    h->turns++;
    if (h->turns > h->turned_after)
        control_door_turned(h->door);
    if (h->turns >= h->stop_after)
        loop_stop(h->loop);
    else
        loop_stir(h->loop);
}

static void open_house(struct house *h, enum control_mode mode)
{
    int ends[2];

    memset(h, 0, sizeof *h);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    h->client = ends[0];
    h->stop_after = 4;
    h->loop = loop_new();
    h->world.mode = mode;
    h->world.cookie = h;
    h->world.stop = on_stop;
    h->door = control_door_new(h->loop, &h->world);
    loop_on_turn(h->loop, on_turn, h);
    control_door_serve(h->door, ends[1], NULL, NULL);
}

static void close_house(struct house *h)
{
    loop_free(h->loop);
    control_door_free(h->door);
    (void)close(h->client);
}

static void say(struct house *h, uint16_t kind, uint32_t number, const char *message, size_t size)
{
    struct bytes frame = {0};
    size_t at = frame_begin(&frame, kind);

    control_begin(number, &frame);
    bytes_append(&frame, message, size);
    frame_end(&frame, at);
    assert_int_equal(write(h->client, frame.at, frame.size), (ssize_t)frame.size);
    bytes_fini(&frame);
}

/* The only answer: its kind, and the code of a failure. */
static uint16_t hear(struct house *h, uint32_t number, char code[static 16])
{
    static uint8_t room[65536];
    struct arena arena = {0};
    struct control_failure f;
    struct error err = {0};
    struct view payload;
    struct view message;
    uint32_t of;
    uint16_t kind = 0;
    size_t used;
    ssize_t n = read(h->client, room, sizeof room);

    code[0] = '\0';
    if (n <= 0)
        return 0;
    assert_int_equal(frame_read(view_of(room, (size_t)n), BOUND_FRAME, &kind, &payload, &used, &err), FRAME_READY);
    assert_int_equal(used, n);
    assert_true(control_number(payload, &of, &message, &err));
    assert_int_equal(of, number);
    if (kind == CONTROL_FAILURE) {
        assert_true(control_failure_decode(message, &arena, &f, &err));
        memcpy(code, f.code.at, f.code.size);
        code[f.code.size] = '\0';
    }
    arena_fini(&arena);
    return kind;
}

static void ask(enum control_mode mode, uint16_t kind, const char *message, size_t size, uint16_t want,
                const char *want_code)
{
    struct house h;
    char code[16];

    open_house(&h, mode);
    say(&h, kind, 3, message, size);
    loop_run(h.loop);
    assert_int_equal(hear(&h, 3, code), want);
    assert_string_equal(code, want_code);
    close_house(&h);
}

static void test_an_answer_waits_until_the_exchange_has_turned(void **state)
{
    struct house h;
    char code[16];

    (void)state;
    open_house(&h, CONTROL_NODE);
    h.turned_after = 3;
    h.stop_after = 6;
    say(&h, CONTROL_STOP, 8, NULL, 0);
    loop_run(h.loop);

    assert_true(h.stop_asked);
    assert_int_equal(h.seen[1], 0);
    assert_int_equal(h.seen[2], 0);
    assert_int_equal(h.seen[3], 0);
    assert_true(h.seen[5] > 0);
    assert_int_equal(hear(&h, 8, code), CONTROL_DONE);
    close_house(&h);
}

static void test_nothing_is_told_when_the_exchange_does_not_turn(void **state)
{
    struct house h;
    char code[16];

    (void)state;
    open_house(&h, CONTROL_NODE);
    h.turned_after = 100;
    say(&h, CONTROL_STOP, 8, NULL, 0);
    loop_run(h.loop);

    assert_true(h.stop_asked);
    assert_int_equal(hear(&h, 8, code), 0);
    close_house(&h);
}

static void test_a_reader_and_a_tool_do_not_do_a_nodes_work(void **state)
{
    static const uint16_t writing[] = {CONTROL_STOP,
                                       CONTROL_TAKE_DIRECTORY,
                                       CONTROL_CASE_PART,
                                       CONTROL_CASE_COMMIT,
                                       CONTROL_CASE_SHOW,
                                       CONTROL_CONSENT_RECORD,
                                       CONTROL_CONSENT_WITHDRAW,
                                       CONTROL_REFER,
                                       CONTROL_REFERRAL_ACCEPT,
                                       CONTROL_REFERRAL_DECLINE};

    (void)state;
    for (size_t i = 0; i < sizeof writing / sizeof writing[0]; i++) {
        ask(CONTROL_READER, writing[i], NULL, 0, CONTROL_FAILURE, "E-CTL-05");
        ask(CONTROL_TOOL, writing[i], NULL, 0, CONTROL_FAILURE, "E-CTL-05");
    }
    ask(CONTROL_NODE, CONTROL_INIT, NULL, 0, CONTROL_FAILURE, "E-CTL-05");
    ask(CONTROL_NODE, CONTROL_ENROL, NULL, 0, CONTROL_FAILURE, "E-CTL-05");
    ask(CONTROL_TOOL, CONTROL_STATUS, NULL, 0, CONTROL_FAILURE, "E-CTL-05");
}

static void test_what_is_not_known_or_not_readable_is_refused(void **state)
{
    (void)state;
    ask(CONTROL_NODE, 700, NULL, 0, CONTROL_FAILURE, "E-CTL-02");
    ask(CONTROL_NODE, CONTROL_DONE, NULL, 0, CONTROL_FAILURE, "E-CTL-02");
    ask(CONTROL_NODE, 1, NULL, 0, CONTROL_FAILURE, "E-CTL-02");
    ask(CONTROL_NODE, CONTROL_STATUS, "x", 1, CONTROL_FAILURE, "E-CTL-01");
    ask(CONTROL_NODE, CONTROL_REFER, NULL, 0, CONTROL_FAILURE, "E-CTL-01");
    ask(CONTROL_NODE, CONTROL_CASE_PART, "\x0a\x01\x00", 3, CONTROL_FAILURE, "E-CTL-01");
    ask(CONTROL_NODE, CONTROL_CASE_COMMIT, "\x08\x01", 2, CONTROL_FAILURE, "E-CTL-01");
}

static void test_a_node_that_cannot_open_says_why_to_whoever_asks(void **state)
{
    struct house h;
    char code[16];

    (void)state;
    open_house(&h, CONTROL_READER);
    (void)error_set(&h.world.closed, E_NOD_02, "not enrolled");
    say(&h, CONTROL_AUDIT_LIST, 1, "\x08\x01", 2);
    loop_run(h.loop);
    assert_int_equal(hear(&h, 1, code), CONTROL_FAILURE);
    assert_string_equal(code, "E-NOD-02");
    close_house(&h);
}

static void test_a_frame_without_a_number_ends_the_connection(void **state)
{
    struct house h;
    uint8_t byte;

    (void)state;
    open_house(&h, CONTROL_NODE);
    say(&h, CONTROL_STOP, 0, NULL, 0);
    loop_run(h.loop);
    assert_false(h.stop_asked);
    assert_int_equal(read(h.client, &byte, 1), 0);
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_waits_until_the_exchange_has_turned),
        cmocka_unit_test(test_nothing_is_told_when_the_exchange_does_not_turn),
        cmocka_unit_test(test_a_reader_and_a_tool_do_not_do_a_nodes_work),
        cmocka_unit_test(test_what_is_not_known_or_not_readable_is_refused),
        cmocka_unit_test(test_a_node_that_cannot_open_says_why_to_whoever_asks),
        cmocka_unit_test(test_a_frame_without_a_number_ends_the_connection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
