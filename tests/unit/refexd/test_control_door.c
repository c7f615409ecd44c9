/* Is each request answered only in its modes, and never before the commit? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "codec/contract.h"
#include "codec/frame.h"
#include "io/loop.h"
#include "refexd/control_asker.h"
#include "refexd/control_call.h"
#include "refexd/control_door.h"

bool __wrap_verbs_audit_list(struct control_call *c, struct error *err);
bool __wrap_verbs_case_list(struct control_call *c, struct error *err);
void __real_secret_wipe(void *at, size_t size);
void __wrap_secret_wipe(void *at, size_t size);

int __real_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size);

#define NO_VERB   65000 /* a number that no request has */
#define NODE_USER 1000  /* of the node */
#define STRANGER  1001

static uid_t connects = NODE_USER; /* whom the kernel names as who connects */

uid_t __real_geteuid(void);
uid_t __wrap_geteuid(void);

static bool listens; /* the folder of its socket belongs to who runs this test */

uid_t __wrap_geteuid(void)
{
    return listens ? __real_geteuid() : NODE_USER;
}

staff_roles __real_control_asker_roles(const struct control_context *w, uint32_t uid);
staff_roles __wrap_control_asker_roles(const struct control_context *w, uint32_t uid);

static const staff_roles *roles; /* in place of those of whoever asks; NULL: those that he has */
static int asked_before = -1;    /* his roles are taken, as often as he is answered yet with all of them; -1: never */

staff_roles __wrap_control_asker_roles(const struct control_context *w, uint32_t uid)
{
    if (asked_before == 0)
        return STAFF_ROLE_BIT(STAFF_OPERATOR);
    asked_before -= asked_before > 0;
    return roles != NULL ? *roles : __real_control_asker_roles(w, uid);
}

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
    struct ucred *who = value;

    if (level != SOL_SOCKET || name != SO_PEERCRED)
        return __real_getsockopt(fd, level, name, value, size);
    *who = (struct ucred){.pid = getpid(), .uid = connects, .gid = 0};
    return 0;
}

static char home[] = "/tmp/refex-control-XXXXXX";

struct fixture {
    struct loop *loop;
    struct control_context context;
    struct control_door *door;
    int client;
    unsigned ticks;
    unsigned ticked_after; /* ticks before the first that counts as committed */
    unsigned stop_after;
    size_t seen[16]; /* bytes that the client could read at each tick */
    bool stop_asked;
    unsigned stops;        /* how often STOP was asked */
    unsigned stops_before; /* before the first tick */
    unsigned stops_at;     /* LIST_STEPS_MADE when STOP was asked last */
};

/* A list of LIST_STEPS items, one a step. */
#define LIST_STEPS 5
static unsigned list_steps_made;
static unsigned list_made_before; /* as of the last tick */
static unsigned list_most;        /* steps in one round */
static bool list_waits;           /* no step has anything to do */
static int64_t list_takes_ms;     /* each step, by CLOCK_MS */
static int64_t clock_ms;
static bool list_stands; /* what was asked is on the disk */
static bool list_is_of_changed_rows;
static bool list_imports;      /* it is an import */
static staff_roles list_roles; /* of who asked */
static unsigned imports_ended;

void __wrap_exchange_import_end(struct importing *m);
bool __wrap_exchange_import_is_decided(const struct importing *m);

static bool import_is_decided;

bool __wrap_exchange_import_is_decided(const struct importing *m)
{
    assert_ptr_equal(m, &imports_ended);
    return import_is_decided;
}

void __wrap_exchange_import_end(struct importing *m)
{
    imports_ended += m != NULL;
}

bool __wrap_verbs_case_list(struct control_call *c, struct error *err)
{
    struct control_case_summary line = {.case_id = {.at = {1}}};

    assert_true(c->step->limit >= 1 && c->step->limit <= 64);
    assert_int_equal(c->step->after, list_steps_made);
    list_roles = c->roles;
    list_steps_made++;
    clock_ms += list_takes_ms;
    c->step->after++;
    c->step->more = list_steps_made < LIST_STEPS;
    c->waits = list_waits;
    c->stands = list_stands;
    if (list_imports)
        c->parts->importing = (struct importing *)(void *)&imports_ended;
    if (list_is_of_changed_rows)
        line.opened_ms = -1;
    return control_call_answer(c, &control_case_summary_contract, &line, err);
}

static int64_t steady_ms(struct clock *self)
{
    (void)self;
    return clock_ms;
}

static void on_stop(void *cookie)
{
    struct fixture *h = cookie;

    h->stop_asked = true;
    h->stops_at = list_steps_made;
    h->stops++;
}

static void on_tick(void *cookie)
{
    struct fixture *h = cookie;
    uint8_t room[4096];
    ssize_t n = recv(h->client, room, sizeof room, MSG_DONTWAIT | MSG_PEEK);

    h->seen[h->ticks] = n > 0 ? (size_t)n : 0;
    if (h->ticks == 0)
        h->stops_before = h->stops;
    h->ticks++;
    (void)!control_door_go_on(h->door);
    if (list_steps_made - list_made_before > list_most)
        list_most = list_steps_made - list_made_before;
    list_made_before = list_steps_made;
    if (h->ticks > h->ticked_after)
        control_door_committed(h->door);
    if (h->ticks >= h->stop_after)
        loop_stop(h->loop);
    else
        loop_wake(h->loop);
}

static void fixture_open(struct fixture *h, enum control_mode mode)
{
    int ends[2];

    memset(h, 0, sizeof *h);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    h->client = ends[0];
    h->stop_after = 4;
    h->loop = loop_new();
    h->context.mode = mode;
    h->context.cookie = h;
    h->context.stop_node = on_stop;
    h->door = control_door_new(h->loop, &h->context);
    loop_on_tick(h->loop, on_tick, h);
    control_door_serve(h->door, ends[1], NULL, NULL);
}

static void fixture_close(struct fixture *h)
{
    loop_free(h->loop);
    control_door_free(h->door);
    (void)close(h->client);
}

static void send_ask(struct fixture *h, uint16_t kind, uint32_t number, const char *message, size_t size)
{
    struct bytes frame = {0};
    size_t at = frame_begin(&frame, kind);

    control_begin(number, &frame);
    bytes_append(&frame, message, size);
    frame_end(&frame, at);
    assert_int_equal(write(h->client, frame.at, frame.size), (ssize_t)frame.size);
    bytes_fini(&frame);
}

/* Reads COUNT items, and the answer behind them: its kind, and in CODE that of a failure. 0: there is nothing. */
static uint16_t read_answer_behind(struct fixture *h, unsigned count, uint32_t number, char code[static 16])
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
    struct view left = view_of(room, n > 0 ? (size_t)n : 0);

    code[0] = '\0';
    if (left.size == 0)
        return 0;
    for (unsigned i = 0; i <= count; i++) {
        assert_int_equal(frame_read(left, BOUND_FRAME, &kind, &payload, &used, &err), FRAME_READY);
        assert_true(i == count || kind == CONTROL_ITEM);
        left = view_of(left.at + used, left.size - used);
        assert_true(control_read_number(payload, &of, &message, &err));
        assert_int_equal(of, number);
    }
    assert_int_equal(left.size, 0);
    if (kind == CONTROL_FAILURE) {
        assert_true(control_failure_decode(message, &arena, &f, &err));
        memcpy(code, f.code.at, f.code.size);
        code[f.code.size] = '\0';
    }
    arena_fini(&arena);
    return kind;
}

static uint16_t read_answer(struct fixture *h, uint32_t number, char code[static 16])
{
    return read_answer_behind(h, 0, number, code);
}

static void assert_answer(enum control_mode mode, uint16_t kind, const char *message, size_t size, uint16_t want,
                          const char *want_code)
{
    struct fixture h;
    char code[16];

    fixture_open(&h, mode);
    send_ask(&h, kind, 3, message, size);
    loop_run(h.loop);
    assert_int_equal(read_answer(&h, 3, code), want);
    assert_string_equal(code, want_code);
    fixture_close(&h);
}

static void test_an_answer_waits_until_the_exchange_has_ticked(void **state)
{
    struct fixture h;
    char code[16];

    (void)state;
    fixture_open(&h, CONTROL_NODE);
    h.ticked_after = 3;
    h.stop_after = 6;
    send_ask(&h, CONTROL_NODE_STOP, 8, NULL, 0);
    loop_run(h.loop);

    assert_true(h.stop_asked);
    assert_int_equal(h.seen[1], 0);
    assert_int_equal(h.seen[2], 0);
    assert_int_equal(h.seen[3], 0);
    assert_true(h.seen[5] > 0);
    assert_int_equal(read_answer(&h, 8, code), CONTROL_DONE);
    fixture_close(&h);
}

static void test_nothing_is_answered_when_the_exchange_does_not_tick(void **state)
{
    struct fixture h;
    char code[16];

    (void)state;
    fixture_open(&h, CONTROL_NODE);
    h.ticked_after = 100;
    send_ask(&h, CONTROL_NODE_STOP, 8, NULL, 0);
    loop_run(h.loop);

    assert_true(h.stop_asked);
    assert_int_equal(read_answer(&h, 8, code), 0);
    fixture_close(&h);
}

static void test_a_reader_and_a_tool_do_not_do_a_nodes_work(void **state)
{
    static const uint16_t writing[] = {CONTROL_NODE_STOP,        CONTROL_TAKE_DIRECTORY, CONTROL_CASE_PART,
                                       CONTROL_CASE_IMPORT,      CONTROL_CASE_SHOW,      CONTROL_CONSENT_RECORD,
                                       CONTROL_CONSENT_WITHDRAW, CONTROL_REFERRAL_SEND,  CONTROL_REFERRAL_ACCEPT,
                                       CONTROL_REFERRAL_DECLINE};

    (void)state;
    for (size_t i = 0; i < sizeof writing / sizeof writing[0]; i++) {
        assert_answer(CONTROL_READER, writing[i], NULL, 0, CONTROL_FAILURE, "E-CTL-05");
        assert_answer(CONTROL_TOOL, writing[i], NULL, 0, CONTROL_FAILURE, "E-CTL-05");
    }
    assert_answer(CONTROL_NODE, CONTROL_INIT, NULL, 0, CONTROL_FAILURE, "E-CTL-05");
    assert_answer(CONTROL_NODE, CONTROL_ENROL, NULL, 0, CONTROL_FAILURE, "E-CTL-05");
    assert_answer(CONTROL_TOOL, CONTROL_STATUS, NULL, 0, CONTROL_FAILURE, "E-CTL-05");
}

/* Every request there is. */
static const uint16_t kinds[] = {
#define VERB_ROW(number, ...) number,
#define CALL_ROW              VERB_ROW
#include "codec/verbs.def"
};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

static void test_no_request_is_answered_in_a_mode_that_its_row_does_not_name(void **state)
{
    static const enum control_mode modes[] = {CONTROL_NODE, CONTROL_READER, CONTROL_TOOL};

    (void)state;
    for (size_t i = 0; i < KIND_COUNT; i++)
        for (size_t m = 0; m < sizeof modes / sizeof modes[0]; m++)
            if ((control_verb_find(kinds[i])->modes & modes[m]) == 0)
                assert_answer(modes[m], kinds[i], NULL, 0, CONTROL_FAILURE, "E-CTL-05");
}

static void test_what_is_not_known_or_not_readable_is_refused(void **state)
{
    (void)state;
    assert_answer(CONTROL_NODE, NO_VERB, NULL, 0, CONTROL_FAILURE, "E-CTL-02");
    assert_answer(CONTROL_NODE, CONTROL_DONE, NULL, 0, CONTROL_FAILURE, "E-CTL-02");
    assert_answer(CONTROL_NODE, 1, NULL, 0, CONTROL_FAILURE, "E-CTL-02");
    assert_answer(CONTROL_NODE, CONTROL_STATUS, "x", 1, CONTROL_FAILURE, "E-CTL-01");
    assert_answer(CONTROL_NODE, CONTROL_REFERRAL_SEND, NULL, 0, CONTROL_FAILURE, "E-CTL-01");
    assert_answer(CONTROL_NODE, CONTROL_CASE_PART, "\x0a\x01\x00", 3, CONTROL_FAILURE, "E-CTL-01");
    assert_answer(CONTROL_NODE, CONTROL_CASE_IMPORT, "\x08\x01", 2, CONTROL_FAILURE, "E-CTL-01");
}

static void test_a_request_under_an_id_is_one_that_takes_one(void **state)
{
    (void)state;
    /* request id "1"; kind 512, which reads; what is no request; one in another */
    assert_answer(CONTROL_NODE, CONTROL_NAMED, "\x0a\x01\x31\x10\x80\x04", 6, CONTROL_FAILURE, "E-CTL-12");
    assert_answer(CONTROL_READER, CONTROL_NAMED, "\x0a\x01\x31\x10\x80\x04", 6, CONTROL_FAILURE, "E-CTL-12");
    assert_answer(CONTROL_READER, CONTROL_NAMED, "\x0a\x01\x31\x10\x81\x04", 6, CONTROL_FAILURE, "E-CTL-05");
    assert_answer(CONTROL_NODE, CONTROL_NAMED, "x", 1, CONTROL_FAILURE, "E-CTL-02");
    assert_answer(CONTROL_NODE, CONTROL_NAMED, "\x0a\x01\x31\x10\xa9\x04", 6, CONTROL_FAILURE, "E-CTL-02");
}

static void test_a_node_that_cannot_open_says_why_to_whoever_asks(void **state)
{
    struct fixture h;
    char code[16];

    (void)state;
    fixture_open(&h, CONTROL_READER);
    (void)error_set(&h.context.open_error, E_NOD_02, "not enrolled");
    send_ask(&h, CONTROL_AUDIT_LIST, 1, "\x08\x01", 2);
    loop_run(h.loop);
    assert_int_equal(read_answer(&h, 1, code), CONTROL_FAILURE);
    assert_string_equal(code, "E-NOD-02");
    fixture_close(&h);
}

#define HELD "what is held about her"

static unsigned held_wipes; /* of bytes that hold HELD */

void __wrap_secret_wipe(void *at, size_t size)
{
    held_wipes += at != NULL && memmem(at, size, HELD, strlen(HELD)) != NULL;
    __real_secret_wipe(at, size);
}

/* The test's own list: its second item fails. */
bool __wrap_verbs_audit_list(struct control_call *c, struct error *err)
{
    bytes_append(control_call_item(c), HELD, strlen(HELD));
    return control_call_item_end(c, err) && error_set(err, E_STO_01, "the second item");
}

static void test_the_items_of_a_list_that_failed_are_wiped_and_not_sent(void **state)
{
    struct fixture h;
    char code[16];

    (void)state;
    fixture_open(&h, CONTROL_NODE);
    held_wipes = 0;
    send_ask(&h, CONTROL_AUDIT_LIST, 2, NULL, 0);
    loop_run(h.loop);
    assert_int_equal(held_wipes, 1);
    assert_int_equal(read_answer(&h, 2, code), CONTROL_FAILURE);
    assert_string_equal(code, "E-STO-01");
    fixture_close(&h);
}

/* Whoever changed a row beside the node cannot end it by asking for a list. */
static void test_what_a_row_has_that_no_answer_may_have_is_a_failure(void **state)
{
    (void)state;
    list_steps_made = 0;
    list_is_of_changed_rows = true;
    assert_answer(CONTROL_NODE, CONTROL_CASE_LIST, NULL, 0, CONTROL_FAILURE, "E-STO-04");
    list_is_of_changed_rows = false;
}

static void test_a_frame_without_a_number_ends_the_connection(void **state)
{
    struct fixture h;
    uint8_t byte;

    (void)state;
    fixture_open(&h, CONTROL_NODE);
    send_ask(&h, CONTROL_NODE_STOP, 0, NULL, 0);
    loop_run(h.loop);
    assert_false(h.stop_asked);
    assert_int_equal(read(h.client, &byte, 1), 0);
    fixture_close(&h);
}

static void test_a_tick_answers_no_more_requests_than_a_batch(void **state)
{
    struct fixture h;
    struct bytes frames = {0};

    (void)state;
    for (uint32_t i = 1; i <= BOUND_BATCH + 1; i++) {
        size_t at = frame_begin(&frames, CONTROL_NODE_STOP);

        control_begin(i, &frames);
        frame_end(&frames, at);
    }
    fixture_open(&h, CONTROL_NODE);
    assert_int_equal(write(h.client, frames.at, frames.size), (ssize_t)frames.size);
    loop_run(h.loop);
    assert_int_equal(h.stops_before, BOUND_BATCH);
    assert_int_equal(h.stops, BOUND_BATCH + 1);
    fixture_close(&h);
    bytes_fini(&frames);
}

static int connect_to(const struct fixture *h)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)snprintf(name.sun_path, sizeof name.sun_path, "%s/run/control.sock", h->context.home);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&name, sizeof name), 0);
    return fd;
}

static void listen_in_home(struct fixture *h)
{
    struct error err = {0};

    h->context.home = home;
    listens = true;
    assert_true(control_door_listen(h->door, &err));
    listens = false;
}

/* The client that is served without a listener is the first of all. */
static void test_one_program_over_the_bound_is_refused_by_code_and_many_more_are_closed(void **state)
{
    struct fixture h;
    int fds[2 * BOUND_CLIENTS];
    int own;
    char code[16];
    uint8_t byte;

    (void)state;
    fixture_open(&h, CONTROL_NODE);
    listen_in_home(&h);
    h.stop_after = 6;
    for (size_t i = 0; i < 2 * BOUND_CLIENTS; i++)
        fds[i] = connect_to(&h);
    own = h.client;
    for (size_t i = BOUND_CLIENTS - 2; i < BOUND_CLIENTS; i++) {
        h.client = fds[i];
        send_ask(&h, CONTROL_NODE_STOP, 5, NULL, 0);
    }
    loop_wake(h.loop);
    loop_run(h.loop);

    h.client = fds[BOUND_CLIENTS - 2]; /* the last one under the bound */
    assert_int_equal(read_answer(&h, 5, code), CONTROL_DONE);
    h.client = fds[BOUND_CLIENTS - 1];
    assert_int_equal(read_answer(&h, 5, code), CONTROL_FAILURE);
    assert_string_equal(code, "E-CTL-04");
    assert_int_equal(read(fds[2 * BOUND_CLIENTS - 1], &byte, 1), 0); /* closed */
    h.client = own;
    fixture_close(&h);
    for (size_t i = 0; i < 2 * BOUND_CLIENTS; i++)
        (void)close(fds[i]);
}

/* Else one of them keeps all others out. */
static void test_one_user_over_his_share_is_refused_by_code_and_many_more_are_closed(void **state)
{
    static const staff_roles all = STAFF_ROLES_ALL;
    struct fixture h;
    int fds[2 * BOUND_CLIENTS_EACH + 1];
    int own;
    char code[16];
    uint8_t byte;

    (void)state;
    fixture_open(&h, CONTROL_NODE);
    connects = STRANGER;
    roles = &all;
    listen_in_home(&h);
    h.stop_after = 6;
    for (size_t i = 0; i <= 2 * BOUND_CLIENTS_EACH; i++)
        fds[i] = connect_to(&h);
    own = h.client;
    for (size_t i = BOUND_CLIENTS_EACH - 1; i <= BOUND_CLIENTS_EACH; i++) {
        h.client = fds[i];
        send_ask(&h, CONTROL_NODE_STOP, 5, NULL, 0);
    }
    loop_wake(h.loop);
    loop_run(h.loop);

    h.client = fds[BOUND_CLIENTS_EACH - 1]; /* the last one under the bound */
    assert_int_equal(read_answer(&h, 5, code), CONTROL_DONE);
    h.client = fds[BOUND_CLIENTS_EACH];
    assert_int_equal(read_answer(&h, 5, code), CONTROL_FAILURE);
    assert_string_equal(code, "E-CTL-04");
    assert_int_equal(read(fds[2 * BOUND_CLIENTS_EACH], &byte, 1), 0); /* closed */
    connects = NODE_USER;
    roles = NULL;
    h.client = own;
    fixture_close(&h);
    for (size_t i = 0; i <= 2 * BOUND_CLIENTS_EACH; i++)
        (void)close(fds[i]);
}

/* What a program of this user is answered. */
static uint16_t answer_to(uid_t uid, uint16_t asked, char code[static 16])
{
    struct fixture h;
    uint16_t kind;
    int own;

    fixture_open(&h, CONTROL_NODE);
    listen_in_home(&h);
    connects = uid;
    own = h.client;
    h.client = connect_to(&h);
    send_ask(&h, asked, 5, NULL, 0);
    loop_run(h.loop);
    kind = read_answer(&h, 5, code);
    assert_int_equal(h.stops, kind == CONTROL_DONE);
    connects = NODE_USER;
    (void)close(h.client);
    h.client = own;
    fixture_close(&h);
    return kind;
}

static void test_only_the_nodes_user_and_root_are_answered(void **state)
{
    char code[16];

    (void)state;
    assert_int_equal(answer_to(NODE_USER, CONTROL_NODE_STOP, code), CONTROL_DONE);
    assert_int_equal(answer_to(0, CONTROL_NODE_STOP, code), CONTROL_DONE);
    for (size_t i = 0; i < KIND_COUNT; i++) {
        assert_int_equal(answer_to(STRANGER, kinds[i], code), CONTROL_FAILURE);
        assert_string_equal(code, "E-CTL-03");
    }
    assert_int_equal(answer_to(STRANGER, 700, code), CONTROL_FAILURE); /* nor does he learn what there is */
    assert_string_equal(code, "E-CTL-03");
}

/* Lines of LOG with "control.denied". */
static unsigned denied_in(FILE *log)
{
    char line[256];
    unsigned count = 0;

    rewind(log);
    while (fgets(line, sizeof line, log) != NULL)
        count += strstr(line, "control.denied") != NULL;
    return count;
}

static void test_who_is_none_of_the_staff_fills_no_log(void **state)
{
    int fds[BOUND_REFUSED_ACTS + 5];
    int before = dup(STDERR_FILENO);
    FILE *log = tmpfile();
    struct fixture h;
    int own;

    (void)state;
    assert_non_null(log);
    fixture_open(&h, CONTROL_NODE);
    connects = STRANGER;
    listen_in_home(&h);
    h.stop_after = 6;
    (void)dup2(fileno(log), STDERR_FILENO);
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
        fds[i] = connect_to(&h);
    own = h.client;
    h.client = fds[0];
    send_ask(&h, CONTROL_NODE_STOP, 5, NULL, 0);
    loop_wake(h.loop);
    loop_run(h.loop);
    (void)dup2(before, STDERR_FILENO);
    assert_int_equal(denied_in(log), BOUND_REFUSED_ACTS + 1); /* the last says that no others are */
    connects = NODE_USER;
    h.client = own;
    fixture_close(&h);
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
        (void)close(fds[i]);
    (void)fclose(log);
    (void)close(before);
}

static void test_who_may_ask_stands_in_the_row_of_the_verb(void **state)
{
    static const enum control_mode modes[] = {CONTROL_NODE, CONTROL_READER, CONTROL_TOOL};
    static staff_roles one;

    (void)state;
    roles = &one;
    for (size_t i = 0; i < KIND_COUNT; i++)
        for (unsigned role = 1; role < STAFF_ROLE_END; role++)
            for (size_t m = 0; m < sizeof modes / sizeof modes[0]; m++) {
                const struct control_verb *verb = control_verb_find(kinds[i]);

                one = STAFF_ROLE_BIT(role);
                if ((verb->modes & modes[m]) != 0 && (verb->roles & one) == 0)
                    assert_answer(modes[m], kinds[i], NULL, 0, CONTROL_FAILURE, "E-CTL-09");
            }
    one = STAFF_ROLE_BIT(STAFF_CASEWORKER) | STAFF_ROLE_BIT(STAFF_OPERATOR); /* one of two is enough */
    assert_answer(CONTROL_NODE, CONTROL_NODE_STOP, NULL, 0, CONTROL_DONE, "");
    one = STAFF_ROLE_BIT(STAFF_OPERATOR);
    assert_answer(CONTROL_NODE, CONTROL_NODE_STOP, NULL, 0, CONTROL_DONE, "");
    roles = NULL;
}

/* What is told may depend on them. */
static void test_a_verb_sees_the_roles_of_who_asks(void **state)
{
    static const staff_roles two = STAFF_ROLE_BIT(STAFF_CASEWORKER) | STAFF_ROLE_BIT(STAFF_OPERATOR);
    struct fixture h;

    (void)state;
    roles = &two;
    list_steps_made = 0;
    fixture_open(&h, CONTROL_NODE);
    send_ask(&h, CONTROL_CASE_LIST, 1, NULL, 0);
    loop_run(h.loop);
    assert_int_equal(list_roles, two);
    fixture_close(&h);
    roles = NULL;
}

/* A list is asked for once, and each of its steps is answered by the roles of its own time. */
static void test_a_role_that_is_taken_ends_the_list_under_way(void **state)
{
    struct fixture h;
    char code[16];

    (void)state;
    fixture_open(&h, CONTROL_NODE);
    list_steps_made = 0;
    list_made_before = 0;
    h.stop_after = 8;
    asked_before = 2;
    send_ask(&h, CONTROL_CASE_LIST, 4, NULL, 0);
    loop_run(h.loop);
    asked_before = -1;
    assert_int_equal(list_steps_made, 2);
    assert_int_equal(read_answer_behind(&h, 2, 4, code), CONTROL_FAILURE);
    assert_string_equal(code, "E-CTL-09");
    fixture_close(&h);
}

/* What a role lacks is said behind what the node lacks: the operator has to know of that. */
static void test_who_may_not_ask_learns_what_the_node_lacks_first(void **state)
{
    static const staff_roles runs_it = STAFF_ROLE_BIT(STAFF_OPERATOR);

    (void)state;
    roles = &runs_it;
    assert_answer(CONTROL_READER, CONTROL_CASE_SHOW, NULL, 0, CONTROL_FAILURE, "E-CTL-05");
    assert_answer(CONTROL_NODE, CONTROL_CASE_SHOW, NULL, 0, CONTROL_FAILURE, "E-CTL-09");
    assert_answer(CONTROL_NODE, NO_VERB, NULL, 0, CONTROL_FAILURE, "E-CTL-02");
    roles = NULL;
}

/* Reads frames until none is there: how many items, and whether the last is the end. */
static unsigned read_items(struct fixture *h, bool *done)
{
    static uint8_t room[65536];
    unsigned items = 0;
    ssize_t n = read(h->client, room, sizeof room);
    struct error err = {0};

    *done = false;
    for (size_t at = 0, used; n > 0 && at < (size_t)n; at += used) {
        struct view payload;
        uint16_t kind;

        assert_false(*done);
        assert_int_equal(frame_read(view_of(room + at, (size_t)n - at), BOUND_FRAME, &kind, &payload, &used, &err),
                         FRAME_READY);
        items += kind == CONTROL_ITEM;
        *done = kind == CONTROL_DONE;
    }
    return items;
}

static void begin_list(struct fixture *h)
{
    list_steps_made = list_made_before = list_most = 0;
    list_waits = list_stands = list_imports = false;
    list_takes_ms = 3; /* a round */
    imports_ended = 0;
    fixture_open(h, CONTROL_NODE);
    h->stop_after = 12;
    send_ask(h, CONTROL_CASE_LIST, 3, "", 0);
}

static void test_a_long_list_is_given_one_step_a_round_with_one_end(void **state)
{
    struct fixture h;
    bool done;

    (void)state;
    begin_list(&h);
    loop_run(h.loop);
    assert_int_equal(list_steps_made, LIST_STEPS);
    assert_in_range(list_most, 1, 2); /* the first is made as it is asked */
    assert_int_equal(read_items(&h, &done), LIST_STEPS);
    assert_true(done);
    fixture_close(&h);
}

static unsigned most_of(int64_t takes_ms, bool imports)
{
    struct fixture h;
    bool done;

    begin_list(&h);
    list_takes_ms = takes_ms;
    list_imports = imports;
    loop_run(h.loop);
    assert_int_equal(list_steps_made, LIST_STEPS);
    assert_int_equal(read_items(&h, &done), LIST_STEPS);
    fixture_close(&h);
    return list_most;
}

/* Beside the one that is made as it is asked. */
static void test_a_list_takes_as_many_steps_a_round_as_3_ms_hold_and_an_import_one(void **state)
{
    (void)state;
    assert_int_equal(most_of(1, false), 1 + 3);
    assert_int_equal(most_of(2, false), 1 + 2);
    assert_int_equal(most_of(0, false), LIST_STEPS);
    assert_int_equal(most_of(0, true), 1 + 1);
}

static void test_others_are_answered_while_a_list_goes_on_and_its_asker_after_it(void **state)
{
    struct fixture h;
    int ends[2];
    int asker;

    (void)state;
    begin_list(&h);
    send_ask(&h, CONTROL_NODE_STOP, 4, "", 0);
    loop_run(h.loop);
    assert_int_equal(h.stops, 1);
    assert_int_equal(h.stops_at, LIST_STEPS);
    fixture_close(&h);

    begin_list(&h);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    control_door_serve(h.door, ends[1], NULL, NULL);
    asker = h.client;
    h.client = ends[0];
    send_ask(&h, CONTROL_NODE_STOP, 5, "", 0);
    loop_run(h.loop);
    assert_int_equal(h.stops, 1);
    assert_true(h.stops_at < LIST_STEPS);
    assert_int_equal(list_steps_made, LIST_STEPS);
    fixture_close(&h);
    (void)close(asker);
}

/* Nothing of it is kept: who asked is told why, once. */
static void test_a_list_ends_with_the_tick_that_is_undone(void **state)
{
    struct error why = {0};
    struct fixture h;
    char code[16];

    (void)state;
    begin_list(&h);
    h.stop_after = 1;
    h.ticked_after = 1;
    loop_run(h.loop);
    (void)error_set(&why, E_STO_03, "no room");
    control_door_undone(h.door, &why);
    assert_false(control_door_go_on(h.door));
    h.stop_after = 4;
    loop_wake(h.loop);
    loop_run(h.loop);
    assert_int_equal(list_steps_made, 2);
    assert_int_equal(read_answer(&h, 3, code), CONTROL_FAILURE);
    assert_string_equal(code, "E-STO-03");
    fixture_close(&h);
}

/* The steps before were of ticks that were committed: nobody would tell who asked that it has ended. */
static void test_a_list_that_had_no_step_in_the_undone_tick_goes_on(void **state)
{
    struct error why = {0};
    struct fixture h;
    bool done;

    (void)state;
    begin_list(&h);
    h.stop_after = 1;
    loop_run(h.loop);
    assert_int_equal(list_steps_made, 2);
    (void)error_set(&why, E_STO_03, "no room");
    control_door_undone(h.door, &why);
    h.stop_after = 12;
    loop_wake(h.loop);
    loop_run(h.loop);
    assert_int_equal(list_steps_made, LIST_STEPS);
    assert_int_equal(read_items(&h, &done), LIST_STEPS);
    assert_true(done);
    fixture_close(&h);
}

/* What waits is tried in each round, and no round comes for its sake: it would be one after the other. */
static void test_what_waits_keeps_no_loop_awake(void **state)
{
    struct fixture h;

    (void)state;
    begin_list(&h);
    h.stop_after = 1;
    list_waits = true;
    loop_run(h.loop);
    assert_int_equal(list_steps_made, 2);
    assert_false(control_door_go_on(h.door));
    assert_int_equal(list_steps_made, 3);
    list_waits = false;
    assert_true(control_door_go_on(h.door));
    fixture_close(&h);
}

/* Who asked would be told that nothing is kept, or would lose a part of the answer, or wait for ever. */
static void test_what_stands_is_not_undone_with_a_tick(void **state)
{
    struct error why = {0};
    struct fixture h;
    bool done;

    (void)state;
    begin_list(&h);
    list_stands = true;
    h.ticked_after = 100;
    h.stop_after = 12;
    loop_run(h.loop);
    assert_int_equal(list_steps_made, LIST_STEPS);
    (void)error_set(&why, E_STO_03, "no room");
    control_door_undone(h.door, &why);
    h.stop_after = 14;
    loop_wake(h.loop);
    loop_run(h.loop);
    assert_int_equal(read_items(&h, &done), LIST_STEPS);
    assert_true(done);
    fixture_close(&h);
}

static void test_an_import_ends_with_its_client(void **state)
{
    struct fixture h;
    unsigned ticks;

    (void)state;
    begin_list(&h);
    h.stop_after = 1;
    list_waits = list_imports = true;
    loop_run(h.loop);
    assert_int_equal(imports_ended, 0);
    ticks = h.ticks;
    (void)shutdown(h.client, SHUT_RDWR);
    assert_true(control_door_go_on(h.door)); /* a round comes for what is to be dropped */
    h.stop_after = ticks + 4;
    loop_wake(h.loop);
    loop_run(h.loop);
    assert_int_equal(imports_ended, 1);
    assert_int_equal(list_steps_made, 2);
    fixture_close(&h);
}

/* His client may stay for ever, and others wait for their turn. */
static void test_a_role_that_is_taken_ends_the_import_under_way_unless_it_is_decided(void **state)
{
    struct fixture h;
    char code[16];
    bool done;

    (void)state;
    begin_list(&h);
    list_imports = true;
    asked_before = 2;
    loop_run(h.loop);
    assert_int_equal(imports_ended, 1);
    assert_int_equal(read_answer_behind(&h, 2, 3, code), CONTROL_FAILURE);
    assert_string_equal(code, "E-CTL-09");
    fixture_close(&h);
    assert_int_equal(imports_ended, 1);

    begin_list(&h);
    list_imports = import_is_decided = true;
    asked_before = 2;
    loop_run(h.loop);
    import_is_decided = false;
    asked_before = -1;
    assert_int_equal(read_items(&h, &done), LIST_STEPS);
    assert_true(done);
    fixture_close(&h);
}

static void test_an_import_ends_with_the_tick_that_is_undone(void **state)
{
    struct error why = {0};
    struct fixture h;

    (void)state;
    begin_list(&h);
    h.stop_after = 1;
    h.ticked_after = 1;
    list_imports = true;
    loop_run(h.loop);
    (void)error_set(&why, E_STO_03, "no room");
    control_door_undone(h.door, &why);
    assert_int_equal(imports_ended, 1);
    fixture_close(&h);
    assert_int_equal(imports_ended, 1);
}

/* A log of a million records is read beside the node, by a process of its own. */
static void test_a_node_does_not_verify_its_log_itself(void **state)
{
    (void)state;
    assert_answer(CONTROL_NODE, CONTROL_AUDIT_VERIFY, "\x08\x01", 2, CONTROL_FAILURE, "E-CTL-05");
}

static void test_an_answer_ends_at_its_bound(void **state)
{
    struct bytes held = {0};
    struct control_call c = {.number = 1, .answers = &held};
    struct error err = {0};
    size_t frame;

    (void)state;
    (void)control_call_item(&c);
    assert_true(control_call_item_end(&c, &err));
    frame = held.size;
    (void)bytes_reserve(&held, BOUND_ANSWER);
    for (size_t over = 0; over < 2; over++) {
        held.size = BOUND_ANSWER - frame + over;
        (void)control_call_item(&c);
        assert_int_equal(control_call_item_end(&c, &err), over == 0);
    }
    assert_int_equal(err.code, E_CTL_07);
    bytes_fini(&held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_waits_until_the_exchange_has_ticked),
        cmocka_unit_test(test_nothing_is_answered_when_the_exchange_does_not_tick),
        cmocka_unit_test(test_a_reader_and_a_tool_do_not_do_a_nodes_work),
        cmocka_unit_test(test_no_request_is_answered_in_a_mode_that_its_row_does_not_name),
        cmocka_unit_test(test_what_is_not_known_or_not_readable_is_refused),
        cmocka_unit_test(test_a_request_under_an_id_is_one_that_takes_one),
        cmocka_unit_test(test_a_node_that_cannot_open_says_why_to_whoever_asks),
        cmocka_unit_test(test_the_items_of_a_list_that_failed_are_wiped_and_not_sent),
        cmocka_unit_test(test_what_a_row_has_that_no_answer_may_have_is_a_failure),
        cmocka_unit_test(test_a_frame_without_a_number_ends_the_connection),
        cmocka_unit_test(test_a_tick_answers_no_more_requests_than_a_batch),
        cmocka_unit_test(test_one_program_over_the_bound_is_refused_by_code_and_many_more_are_closed),
        cmocka_unit_test(test_one_user_over_his_share_is_refused_by_code_and_many_more_are_closed),
        cmocka_unit_test(test_only_the_nodes_user_and_root_are_answered),
        cmocka_unit_test(test_who_is_none_of_the_staff_fills_no_log),
        cmocka_unit_test(test_who_may_ask_stands_in_the_row_of_the_verb),
        cmocka_unit_test(test_a_verb_sees_the_roles_of_who_asks),
        cmocka_unit_test(test_who_may_not_ask_learns_what_the_node_lacks_first),
        cmocka_unit_test(test_a_role_that_is_taken_ends_the_list_under_way),
        cmocka_unit_test(test_a_long_list_is_given_one_step_a_round_with_one_end),
        cmocka_unit_test(test_a_list_takes_as_many_steps_a_round_as_3_ms_hold_and_an_import_one),
        cmocka_unit_test(test_others_are_answered_while_a_list_goes_on_and_its_asker_after_it),
        cmocka_unit_test(test_a_list_ends_with_the_tick_that_is_undone),
        cmocka_unit_test(test_a_list_that_had_no_step_in_the_undone_tick_goes_on),
        cmocka_unit_test(test_what_waits_keeps_no_loop_awake),
        cmocka_unit_test(test_what_stands_is_not_undone_with_a_tick),
        cmocka_unit_test(test_an_import_ends_with_its_client),
        cmocka_unit_test(test_a_role_that_is_taken_ends_the_import_under_way_unless_it_is_decided),
        cmocka_unit_test(test_an_import_ends_with_the_tick_that_is_undone),
        cmocka_unit_test(test_a_node_does_not_verify_its_log_itself),
        cmocka_unit_test(test_an_answer_ends_at_its_bound),
    };
    char path[64];
    int failed;

    if (mkdtemp(home) == NULL)
        return 1;
    clock_real.steady_ms = steady_ms;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)snprintf(path, sizeof path, "%s/run", home);
    (void)remove(path);
    (void)remove(home);
    return failed;
}
