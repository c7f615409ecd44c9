/* A node's links over real sockets. Silent and slow strangers: are they ended in time, and do members still come in?
 * More than the seam takes: does every link wait? */
#include "base/bounds.h"
#include "codec/narrow.h"
#include "codec/peer_messages.h"
#include "codec/seam_frame.h"
#include "credentials.h"
#include "fake_clock.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "link/links.h"
#include "link/tls.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define TIMEOUT_MS 20000 /* a busy machine, a sanitized build */
#define RANGES     5
#define SILENT     (2 * BOUND_HANDSHAKES)

static struct member_ca member_ca;

static int make_home(void **state)
{
    (void)state;
    member_ca_init(&member_ca, "nrm.example");
    return 0;
}

static int drop_home(void **state)
{
    (void)state;
    member_ca_fini(&member_ca);
    return 0;
}

/* --- time --- */

static int64_t skipped_ms; /* how much later it is than the loop's clock shows */
static bool hurries;       /* a timer of a link that stands fires soon */

int64_t __real_loop_now_ms(const struct loop *l);
int64_t __wrap_loop_now_ms(const struct loop *l);
void __real_timer_start(struct timer *t, int64_t delay_ms);
void __wrap_timer_start(struct timer *t, int64_t delay_ms);
void __real_peer_hello_linked_encode(const struct peer_hello_linked *from, struct bytes *out);
void __wrap_peer_hello_linked_encode(const struct peer_hello_linked *from, struct bytes *out);
bool __real_narrow_carries(enum link_class class, uint16_t kind);
bool __wrap_narrow_carries(enum link_class class, uint16_t kind);

static bool sends_all_the_same; /* once: the next who asks what a narrow link carries, which is the sender */

bool __wrap_narrow_carries(enum link_class class, uint16_t kind)
{
    bool lies = sends_all_the_same;

    sends_all_the_same = false;
    return lies || __real_narrow_carries(class, kind);
}

static bool takes_no_recalls; /* the members are of an older build */

void __wrap_peer_hello_linked_encode(const struct peer_hello_linked *from, struct bytes *out)
{
    struct peer_hello_linked hello = *from;

    hello.recalls = hello.recalls && !takes_no_recalls;
    __real_peer_hello_linked_encode(&hello, out);
}

int64_t __wrap_loop_now_ms(const struct loop *l)
{
    return __real_loop_now_ms(l) + skipped_ms;
}

void __wrap_timer_start(struct timer *t, int64_t delay_ms)
{
    __real_timer_start(t, hurries && delay_ms > TIMEOUT_MS ? 10 : delay_ms);
}

static struct fake_clock wall; /* of the callee */

/* --- a node's links, in this process, and the other end of its seam --- */

#define MANY 65 /* more links with a frame of 1 MB each than the seam may hold */

static struct seam_node everybody[MANY + 1];

/* Names ascend, and so do the ids that are made of them. */
static void list_everybody(void)
{
    for (uint32_t i = 0; i <= MANY; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "node-%02u", i);
        everybody[i] = (struct seam_node){.id = node_of(name), .peer = i + 1};
    }
}

struct side {
    struct credentials credentials;
    struct stream *seam; /* its end */
    struct stream *node; /* ours */
    size_t down_count;
    enum link_reason down_why;
    enum link_class narrow;   /* of the newest link … */
    struct bytes certificate; /* … and what the peer showed */
    size_t failed_count;      /* of dials */
    enum link_reason failed_why;
    struct links *links;
    uint16_t port;
    bool sleeps; /* what it has to send is not sent */
    size_t up_count;
    uint32_t link; /* of the newest */
    size_t frames;
    size_t bytes;
    size_t offers; /* directories of nodes that are not known */
    size_t waits;  /* listed nodes that said nothing */
    bool is_cut;   /* the seam has ended */
};

static void on_seam(void *cookie, uint16_t kind, struct view payload)
{
    (void)cookie;
    (void)kind;
    (void)payload;
}

static bool shows_directories; /* to who says nothing */

static void on_report(void *cookie, uint16_t kind, struct view payload)
{
    struct side *side = cookie;
    struct arena arena = {0};
    struct seam_dial_failed failed;
    struct seam_link_down down;
    struct seam_link_up up;
    struct seam_frame frame;
    struct error err;

    if (kind == SEAM_DIAL_FAILED) {
        assert_true(seam_dial_failed_decode(payload, &arena, &failed, &err));
        side->failed_count++;
        side->failed_why = failed.reason;
    } else if (kind == SEAM_LINK_UP) {
        assert_true(seam_link_up_decode(payload, &arena, &up, &err));
        side->link = up.link;
        side->narrow = up.narrow;
        bytes_clear(&side->certificate);
        bytes_append_view(&side->certificate, up.certificate);
        side->up_count++;
    } else if (kind == SEAM_LINK_DOWN) {
        assert_true(seam_link_down_decode(payload, &arena, &down, &err));
        side->down_count++;
        side->down_why = down.reason;
    } else if (kind == SEAM_OFFER) {
        side->offers++;
    } else if (kind == SEAM_LINK_WAITS) {
        struct seam_link_waits waits;

        assert_true(seam_link_waits_decode(payload, &arena, &waits, &err));
        side->waits++;
        if (shows_directories) {
            links_send(side->links, &(struct seam_frame){waits.link, PEER_RENEWED, view_of_text("nothing else")});
            links_send(side->links, &(struct seam_frame){waits.link, PEER_DIRECTORY, view_of_text("a directory")});
        }
    } else if (kind == SEAM_FRAME) {
        assert_true(seam_frame_decode(payload, &frame, &err));
        side->frames++;
        side->bytes += frame.payload.size;
    }
    arena_fini(&arena);
}

static void on_closed(void *cookie, const struct error *err)
{
    (void)cookie;
    (void)err;
}

static void on_seam_drained(void *cookie)
{
    struct side *side = cookie;

    links_seam_drained(side->links);
}

static void on_seam_closed(void *cookie, const struct error *err)
{
    struct side *side = cookie;

    (void)err;
    side->is_cut = true;
    links_seam_closed(side->links);
}

/* What is changed of the configuration of the members; NULL: nothing. */
static void (*change_configuration)(struct seam_configure *c);
static void (*change_callee)(struct seam_configure *c); /* … of the callee */

static void side_init(struct side *side, struct loop *l, uint32_t index)
{
    static const struct stream_events seam_events = {
        .on_frame = on_seam, .on_drained = on_seam_drained, .on_closed = on_seam_closed};
    static const struct stream_events node_events = {.on_frame = on_report, .on_closed = on_closed};
    struct seam_configure c;
    struct error err;
    char name[16];
    int pair[2];

    (void)snprintf(name, sizeof name, "node-%02u", index);
    memset(side, 0, sizeof *side);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    side->seam = stream_open_fd(l, pair[0], STREAM_FRAMED, &seam_events, side);
    side->node = stream_open_fd(l, pair[1], STREAM_FRAMED, &node_events, side);
    credentials_init(&side->credentials, &member_ca, name, CERTIFICATE_TRANSPORT, 0, 90);
    side->credentials.peer = index + 1;
    credentials_configure(&side->credentials, &member_ca, &c);
    c.trust.nodes = everybody;
    c.trust.node_count = MANY + 1;
    if (index > 0 && change_configuration != NULL)
        change_configuration(&c);
    if (index == 0 && change_callee != NULL)
        change_callee(&c);
    assert_true(links_new(l, index == 0 ? &wall.clock : &clock_real, side->seam, &c, &side->links, &err));
    assert_true(links_listen(side->links, view_of_text("127.0.0.1"), 0, &side->port, &err));
    links_start(side->links);
}

static void side_fini(struct side *side)
{
    links_free(side->links);
    bytes_fini(&side->certificate);
    credentials_fini(&side->credentials);
}

/* --- the loop --- */

static struct side callee;
static struct side members[MANY];
static size_t member_count;
static bool timed_out;

static void on_timeout(void *cookie)
{
    timed_out = true;
    loop_stop(cookie);
}

static void on_tick(void *cookie)
{
    links_tick(callee.links);
    for (size_t i = 0; i < member_count; i++)
        if (!members[i].sleeps)
            links_tick(members[i].links);
    loop_stop(cookie);
}

static struct loop *start(size_t count)
{
    struct loop *l = loop_new();

    list_everybody();
    skipped_ms = 0;
    hurries = false;
    fake_clock_init(&wall, (int64_t)time(NULL) * 1000);
    side_init(&callee, l, 0);
    for (member_count = 0; member_count < count; member_count++)
        side_init(&members[member_count], l, (uint32_t)member_count + 1);
    loop_on_tick(l, on_tick, l);
    return l;
}

static void stop(struct loop *l)
{
    loop_free(l);
    side_fini(&callee);
    for (size_t i = 0; i < member_count; i++)
        side_fini(&members[i]);
}

static void dial_callee_as(struct side *member, bool anew)
{
    struct seam_dial to = {
        .peer = callee.credentials.peer, .address = view_of_text("127.0.0.1"), .port = callee.port, .anew = anew};

    links_dial(member->links, &to);
}

static void dial_callee(struct side *member)
{
    dial_callee_as(member, false);
}

/* Runs the loop until CONDITION holds. */
#define AWAIT(l, condition)                                                                                            \
    do {                                                                                                               \
        struct timer *timer_ = timer_new(l, on_timeout, l);                                                            \
        timed_out = false;                                                                                             \
        timer_start(timer_, TIMEOUT_MS);                                                                               \
        while (!(condition) && !timed_out)                                                                             \
            loop_run(l);                                                                                               \
        timer_free(timer_);                                                                                            \
        assert_true(condition);                                                                                        \
    } while (0)

/* --- strangers --- */

/* Connects from 127.0.RANGE.1. */
static int connect_from(unsigned range)
{
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001U + (range << 8))};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(callee.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static bool is_standing(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLRDHUP};

    return poll(&p, 1, 0) == 0;
}

static size_t count_standing(const int *fds, size_t count)
{
    size_t standing = 0;

    for (size_t i = 0; i < count; i++)
        standing += is_standing(fds[i]);
    return standing;
}

static void close_all(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)close(fds[i]);
}

/* What a member sends first. */
static void make_client_hello(struct bytes *out)
{
    struct seam_configure c;
    struct tls_context *context;
    struct bytes plaintext = {0};
    struct error err;
    bool closed = false;
    struct tls *t;

    credentials_configure(&members[0].credentials, &member_ca, &c);
    assert_true(tls_context_new(&c, &clock_real, &context, &err));
    t = tls_new(context, callee.credentials.peer);
    assert_true(tls_receive(t, view_of(NULL, 0), out, &plaintext, &closed, &err));
    tls_free(t);
    tls_context_free(context);
    bytes_fini(&plaintext);
}

/* Runs the loop until FD has been closed; returns the time since BEGAN. */
static int64_t closed_after(struct loop *l, int fd, int64_t began_ms)
{
    AWAIT(l, !is_standing(fd));
    return loop_now_ms(l) - began_ms;
}

/* A whole ClientHello within 2 s, the handshake within 5 s: dripping bytes gains no time. */
static void test_a_stranger_is_given_time_step_by_step(void **state)
{
    struct loop *l = start(1);
    struct bytes hello = {0};
    int64_t began = loop_now_ms(l);
    int silent = connect_from(1);
    int half = connect_from(2);
    int whole = connect_from(3);

    (void)state;
    make_client_hello(&hello);
    assert_true(send(half, hello.at, hello.size - 1, MSG_NOSIGNAL) == (ssize_t)hello.size - 1);
    assert_true(send(whole, hello.at, hello.size, MSG_NOSIGNAL) == (ssize_t)hello.size);
    assert_in_range(closed_after(l, silent, began), BOUND_CLIENT_HELLO_MS, BOUND_ACCEPT_TO_HANDSHAKE_MS - 1);
    assert_in_range(closed_after(l, half, began), BOUND_CLIENT_HELLO_MS, BOUND_ACCEPT_TO_HANDSHAKE_MS - 1);
    assert_in_range(closed_after(l, whole, began), BOUND_ACCEPT_TO_HANDSHAKE_MS, BOUND_HANDSHAKE_MS - 1);
    bytes_fini(&hello);
    close_all((const int[]){silent, half, whole}, 3);
    stop(l);
}

/* Twice as many silent connections as there are places, from five ranges: a member is linked while they stand. */
static void test_silent_connections_keep_no_member_out(void **state)
{
    struct loop *l = start(1);
    int fds[SILENT];

    (void)state;
    for (unsigned i = 0; i < SILENT; i++)
        fds[i] = connect_from(1 + i % RANGES);
    AWAIT(l, count_standing(fds, SILENT) <= BOUND_HANDSHAKES);
    assert_int_equal(count_standing(fds, SILENT), BOUND_HANDSHAKES);
    dial_callee(&members[0]);
    AWAIT(l, callee.up_count == 1);
    assert_int_equal(count_standing(fds, SILENT), BOUND_HANDSHAKES - 1); /* one made room, and stays out */
    close_all(fds, SILENT);
    stop(l);
}

/* --- back-pressure --- */

static bool all_are_up(void)
{
    for (size_t i = 0; i < member_count; i++)
        if (members[i].up_count == 0)
            return false;
    return callee.up_count == member_count;
}

/* Nothing has happened for a while. */
static void run_until_quiet(struct loop *l)
{
    struct timer *t = timer_new(l, on_timeout, l);

    for (timed_out = false; !timed_out; loop_run(l))
        timer_start(t, 300);
    timer_free(t);
}

/* Each member sends a directory of the largest size at once, while refexd reads nothing: the links wait, and the seam
 * stands. */
static void test_large_frames_of_many_links_wait_for_the_seam(void **state)
{
    struct loop *l = start(MANY);
    struct bytes directory = {0};

    (void)state;
    for (size_t i = 0; i < member_count; i++)
        dial_callee(&members[i]);
    AWAIT(l, all_are_up());
    memset(bytes_reserve(&directory, BOUND_DIRECTORY), 'x', BOUND_DIRECTORY);
    directory.size = BOUND_DIRECTORY;
    stream_pause(callee.node);
    for (size_t i = 0; i < member_count; i++)
        links_send(members[i].links, &(struct seam_frame){members[i].link, PEER_DIRECTORY, bytes_view(&directory)});
    loop_wake(l);
    AWAIT(l, stream_waiting_bytes(callee.seam) >= BOUND_LINK_OUT / 2);
    run_until_quiet(l);
    assert_true(stream_waiting_bytes(callee.seam) <= BOUND_LINK_OUT);
    stream_resume(callee.node);
    AWAIT(l, callee.frames == MANY);
    assert_int_equal(callee.bytes, (size_t)MANY * BOUND_DIRECTORY);
    assert_false(callee.is_cut);
    bytes_fini(&directory);
    stop(l);
}

/* --- pings --- */

static void send_and_tick(struct loop *l, uint16_t kind, const char *payload)
{
    links_send(members[0].links, &(struct seam_frame){members[0].link, kind, view_of_text(payload)});
    loop_wake(l);
}

static void test_a_ping_is_answered_and_one_that_says_something_ends_the_link(void **state)
{
    for (uint16_t kind = PEER_PING; kind <= PEER_PONG; kind++) {
        struct loop *l = start(1);

        (void)state;
        dial_callee(&members[0]);
        AWAIT(l, all_are_up());
        send_and_tick(l, kind, "");
        send_and_tick(l, PEER_BUSY, ""); /* behind it, so that it is known to have been taken */
        AWAIT(l, callee.frames == 1);
        assert_int_equal(callee.down_count, 0);
        send_and_tick(l, kind, "x");
        AWAIT(l, callee.down_count == 1);
        AWAIT(l, members[0].down_count == 1);
        stop(l);
    }
}

/* --- what ends a link --- */

static struct loop *start_linked(void)
{
    struct loop *l = start(1);

    hurries = true;
    dial_callee(&members[0]);
    AWAIT(l, all_are_up());
    return l;
}

static void test_frames_come_through_and_one_that_may_not_come_ends_the_link(void **state)
{
    static const uint16_t others[] = {PEER_HELLO, PEER_KIND_END, 255, 256, UINT16_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct loop *l = start_linked();
        size_t sent = 0;

        for (uint16_t kind = PEER_ENVELOPE; kind < PEER_KIND_END; kind++) {
            if (kind == PEER_PING || kind == PEER_PONG)
                continue;
            send_and_tick(l, kind, "x");
            sent++;
        }
        AWAIT(l, callee.frames == sent);
        assert_int_equal(callee.down_count, 0);
        send_and_tick(l, others[i], "x");
        AWAIT(l, callee.down_count == 1);
        assert_int_equal(callee.frames, sent);
        stop(l);
    }
}

/* No message is so large, and one that is would not fit the seam. */
static void test_a_frame_that_the_seam_cannot_carry_ends_the_link(void **state)
{
    struct loop *l = start_linked();
    struct bytes large = {0};

    (void)state;
    memset(bytes_reserve(&large, BOUND_FRAME), 'x', BOUND_FRAME);
    large.size = BOUND_FRAME - SEAM_SEND_OVERHEAD;
    links_send(members[0].links, &(struct seam_frame){members[0].link, PEER_DIRECTORY, bytes_view(&large)});
    loop_wake(l);
    AWAIT(l, callee.frames == 1);
    large.size++;
    links_send(members[0].links, &(struct seam_frame){members[0].link, PEER_DIRECTORY, bytes_view(&large)});
    loop_wake(l);
    AWAIT(l, callee.down_count == 1);
    assert_int_equal(callee.frames, 1);
    bytes_fini(&large);
    stop(l);
}

static void run_ms(struct loop *l, int64_t ms)
{
    struct timer *t = timer_new(l, on_timeout, l);

    timer_start(t, ms);
    for (timed_out = false; !timed_out;)
        loop_run(l);
    timer_free(t);
}

/* Long before the two minutes are over a ping is sent, and its answer is a sign of life. */
static void test_a_silent_link_is_pinged_and_ends_after_two_minutes(void **state)
{
    struct loop *l = start_linked();

    (void)state;
    skipped_ms = BOUND_PING_MS + 1000;
    run_ms(l, 200);
    skipped_ms = BOUND_IDLE_MS + 1000; /* since the answer it has not been as long */
    run_ms(l, 200);
    assert_int_equal(callee.down_count, 0);
    members[0].sleeps = true;
    skipped_ms += BOUND_IDLE_MS - 5000;
    run_ms(l, 200);
    assert_int_equal(callee.down_count, 0);
    skipped_ms += 10000;
    AWAIT(l, callee.down_count == 1);
    stop(l);
}

/* Whoever is asked by the other to dial though they are linked (frame 28). */
static void test_a_link_is_dialled_anew_where_that_is_asked(void **state)
{
    struct loop *l = start_linked();

    (void)state;
    skipped_ms = BOUND_HANDSHAKE_MS + 1000;
    run_ms(l, 200);
    dial_callee(&members[0]);
    AWAIT(l, members[0].failed_count == 1);
    assert_int_equal(members[0].failed_why, LINK_DUPLICATE);
    assert_int_equal(callee.up_count, 1);
    dial_callee_as(&members[0], true);
    AWAIT(l, callee.up_count == 2 && members[0].up_count == 2);
    AWAIT(l, callee.down_count == 1 && members[0].down_count == 1);
    assert_int_equal(callee.down_why, LINK_DUPLICATE);
    send_and_tick(l, PEER_BUSY, ""); /* the new one stands */
    AWAIT(l, callee.frames == 1);
    stop(l);
}

/* Where nothing answers it is said, and the link stands. */
static void test_a_link_stands_where_a_dial_anew_fails(void **state)
{
    struct loop *l = start_linked();
    const uint16_t port = callee.port;

    (void)state;
    skipped_ms = BOUND_HANDSHAKE_MS + 1000;
    run_ms(l, 200);
    callee.port = 1; /* where nobody listens */
    dial_callee_as(&members[0], true);
    AWAIT(l, members[0].failed_count == 1);
    callee.port = port;
    assert_int_equal(members[0].failed_why, LINK_UNREACHABLE);
    send_and_tick(l, PEER_BUSY, "");
    AWAIT(l, callee.frames == 1);
    assert_true(callee.down_count == 0 && members[0].down_count == 0);
    stop(l);
}

static void test_a_link_ends_with_the_certificate_that_it_stands_by(void **state)
{
    struct loop *l = start_linked();

    (void)state;
    wall.ms += 89 * DAY_MS;
    run_ms(l, 200);
    assert_int_equal(callee.down_count, 0);
    wall.ms += 2 * DAY_MS;
    AWAIT(l, callee.down_count == 1);
    stop(l);
}

/* --- narrow links --- */

static void admit_ended(struct seam_configure *c)
{
    c->trust.admits_ended = true;
}

/* A member whose certificate ended yesterday has dialled; the callee admits such. */
static struct loop *start_narrow(void)
{
    struct loop *l;

    change_callee = admit_ended;
    l = start(1);
    change_callee = NULL;
    wall.ms += 91 * DAY_MS;
    dial_callee(&members[0]);
    AWAIT(l, all_are_up());
    return l;
}

static void test_a_narrow_link_carries_what_its_table_has(void **state)
{
    struct loop *l = start_narrow();

    (void)state;
    assert_int_equal(callee.narrow, LINK_CLASS_ENDED);
    assert_int_equal(members[0].narrow, LINK_CLASS_ENDED); /* the callee's hello says it */
    for (uint16_t kind = PEER_ENVELOPE; kind < PEER_KIND_END; kind++)
        if (kind != PEER_PING && kind != PEER_PONG)
            send_and_tick(l, kind, "x"); /* what may not go is not even sent */
    AWAIT(l, callee.frames == 2);
    send_and_tick(l, PEER_RENEWAL, "x");
    AWAIT(l, callee.frames == 3);
    assert_int_equal(callee.down_count, 0);
    stop(l);
}

/* By a member that does not keep to it. */
static void test_what_a_narrow_link_may_not_carry_is_not_read(void **state)
{
    for (uint16_t kind = PEER_ENVELOPE; kind < PEER_KIND_END; kind++) {
        struct loop *l;

        (void)state;
        if (kind == PEER_PING || kind == PEER_PONG || kind == PEER_RENEWAL || kind == PEER_RENEWED)
            continue;
        l = start_narrow();
        sends_all_the_same = true;
        send_and_tick(l, kind, "x");
        AWAIT(l, callee.down_count == 1);
        assert_int_equal(callee.down_why, LINK_NARROW);
        assert_int_equal(callee.frames, 0);
        stop(l);
    }
}

/* --- who is cut off --- */

static struct seam_node without_one[MANY + 1]; /* everybody, of whom the first member is cut off */

static void cut_off_one(struct seam_configure *c)
{
    memcpy(without_one, everybody, sizeof without_one);
    without_one[1].cut_off = true;
    c->trust.nodes = without_one;
}

/* The first member, whom the callee has for cut off, and who does not know it, dials. */
static struct loop *start_cut_off(void)
{
    struct loop *l;

    change_callee = cut_off_one;
    l = start(1);
    change_callee = NULL;
    dial_callee(&members[0]);
    return l;
}

static void test_who_is_cut_off_has_a_link_for_recalls(void **state)
{
    struct loop *l = start_cut_off();

    (void)state;
    AWAIT(l, all_are_up());
    assert_int_equal(callee.narrow, LINK_CLASS_CUT_OFF);
    assert_int_equal(members[0].narrow, LINK_CLASS_CUT_OFF);
    for (uint16_t kind = PEER_ENVELOPE; kind < PEER_KIND_END; kind++)
        if (kind != PEER_PING && kind != PEER_PONG)
            send_and_tick(l, kind, "x");
    AWAIT(l, callee.frames == 4); /* envelope, receipt, refusal, busy */
    assert_int_equal(callee.down_count, 0);
    stop(l);
}

static void test_what_is_no_recall_is_not_read_on_it(void **state)
{
    static const uint16_t kinds[] = {PEER_WITNESS, PEER_BUNDLE,  PEER_DIRECTORY, PEER_ENTRY,
                                     PEER_ASK,     PEER_RENEWAL, PEER_SUSPENSION};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct loop *l = start_cut_off();

        AWAIT(l, all_are_up());
        sends_all_the_same = true;
        send_and_tick(l, kinds[i], "x");
        AWAIT(l, callee.down_count == 1);
        assert_int_equal(callee.down_why, LINK_NARROW);
        assert_int_equal(callee.frames, 0);
        stop(l);
    }
}

/* An older build takes none: it is refused as before, and is not greeted. */
static void test_who_takes_no_recalls_is_refused_as_before(void **state)
{
    struct loop *l;

    (void)state;
    takes_no_recalls = true;
    l = start_cut_off();
    AWAIT(l, members[0].failed_count == 1 || members[0].down_count == 1);
    assert_int_equal(callee.up_count, 0);
    assert_int_equal(members[0].up_count, 0); /* it got no hello */
    takes_no_recalls = false;
    stop(l);
}

/* A link that stands ends with the list that cuts its peer off; the narrow one is another. */
static void test_a_link_that_stands_ends_when_its_peer_is_cut_off(void **state)
{
    struct loop *l = start_linked();
    struct seam_configure c;
    struct error err;

    (void)state;
    credentials_configure(&callee.credentials, &member_ca, &c);
    c.trust.node_count = MANY + 1;
    cut_off_one(&c);
    assert_true(links_set_trust(callee.links, &c.trust, &err));
    AWAIT(l, callee.down_count == 1);
    assert_int_equal(callee.down_why, LINK_REVOKED);
    dial_callee(&members[0]);
    AWAIT(l, callee.up_count == 2);
    assert_int_equal(callee.narrow, LINK_CLASS_CUT_OFF);
    stop(l);
}

/* Also where refexd hears of it only after the suspension was over: urgent referrals do not wait for another change. */
static void test_a_narrow_link_ends_when_its_peer_is_cut_off_no_more(void **state)
{
    struct loop *l = start_cut_off();
    struct seam_configure c;
    struct error err;

    (void)state;
    AWAIT(l, all_are_up());
    credentials_configure(&callee.credentials, &member_ca, &c);
    c.trust.nodes = everybody;
    c.trust.node_count = MANY + 1;
    assert_true(links_set_trust(callee.links, &c.trust, &err));
    AWAIT(l, callee.down_count == 1);
    assert_int_equal(link_reason_code(callee.down_why), E_LNK_16);
    dial_callee(&members[0]);
    AWAIT(l, callee.up_count == 2);
    assert_int_equal(callee.narrow, LINK_CLASS_ORDINARY);
    stop(l);
}

/* --- another key and certificate --- */

static void test_links_stand_when_the_node_has_another_key_and_new_ones_show_it(void **state)
{
    struct loop *l = start_linked();
    struct credentials next;
    struct view old = bytes_view(&members[0].credentials.der);
    struct seam_identity identity;
    struct error err;

    (void)state;
    assert_true(view_equal(bytes_view(&callee.certificate), old));
    credentials_init(&next, &member_ca, "node-01", CERTIFICATE_TRANSPORT, 0, 90);
    identity = (struct seam_identity){secret_view(&next.pkcs8), old}; /* of another key */
    assert_false(links_set_identity(members[0].links, &identity, &err));
    assert_int_equal(err.code, E_LNK_13);
    identity.certificate = bytes_view(&next.der);
    assert_true(links_set_identity(members[0].links, &identity, &err));
    send_and_tick(l, PEER_BUSY, "");
    AWAIT(l, callee.frames == 1);
    assert_int_equal(callee.down_count, 0);
    links_hang_up(members[0].links, &(struct seam_hang_up){members[0].link, LINK_ENDED});
    AWAIT(l, callee.down_count == 1 && members[0].down_count == 1);
    dial_callee(&members[0]);
    AWAIT(l, callee.up_count == 2);
    assert_true(view_equal(bytes_view(&callee.certificate), identity.certificate));
    credentials_fini(&next);
    stop(l);
}

/* --- who is greeted, and who may dial --- */

static struct peer_hello lie;
static size_t lie_size; /* of the whole payload, zeros behind it; 0: as it is */

static void change_hello(struct seam_configure *c)
{
    static struct bytes payload;

    bytes_clear(&payload);
    if (ident_is_zero(&lie.node))
        lie.node = c->node;
    peer_hello_encode(&lie, &payload);
    if (lie_size > payload.size) {
        memset(bytes_reserve(&payload, lie_size), 0, lie_size - payload.size);
        payload.size = lie_size;
    }
    c->trust.hello = bytes_view(&payload);
}

/* With this hello a member is linked, or it is not. */
static void assert_greeted(struct peer_hello hello, size_t size, bool is_linked)
{
    struct loop *l;

    lie = hello;
    lie_size = size;
    change_configuration = change_hello;
    l = start(1);
    change_configuration = NULL;
    dial_callee(&members[0]);
    AWAIT(l, is_linked ? callee.up_count == 1 : members[0].failed_count + members[0].down_count == 1);
    assert_int_equal(callee.up_count, is_linked);
    stop(l);
}

/* --- a transport CA of before --- */

static struct member_ca before;

static void know_the_ca_of_before(struct seam_configure *c)
{
    c->trust.admits_ended = true;
    c->trust.former = before.anchors;
    c->trust.former_count = 1;
}

/* The second has the key of that CA, and comes as the first, which is linked. */
static void test_a_link_of_an_ended_certificate_ends_no_ordinary_one(void **state)
{
    struct seam_identity identity;
    struct credentials as_first;
    struct loop *l;
    struct error err;

    (void)state;
    member_ca_another_init(&before, &member_ca);
    lie = (struct peer_hello){.protocol_min = PEER_PROTOCOL,
                              .protocol_max = PEER_PROTOCOL,
                              .federation_id = {{1}},
                              .directory_sequence = 1,
                              .incarnation = 1,
                              .node = node_of("node-01")};
    lie_size = 0;
    change_configuration = change_hello;
    change_callee = know_the_ca_of_before;
    l = start(2);
    change_configuration = NULL;
    change_callee = NULL;
    credentials_init(&as_first, &before, "node-01", CERTIFICATE_TRANSPORT, 0, 90);
    identity = (struct seam_identity){secret_view(&as_first.pkcs8), bytes_view(&as_first.der)};
    assert_true(links_set_identity(members[1].links, &identity, &err));
    dial_callee(&members[0]);
    AWAIT(l, callee.up_count == 1 && members[0].up_count == 1);
    assert_int_equal(callee.narrow, LINK_CLASS_ORDINARY);
    dial_callee(&members[1]);
    AWAIT(l, members[1].failed_count + members[1].down_count == 1);
    send_and_tick(l, PEER_BUSY, "");
    AWAIT(l, callee.frames == 1); /* of the first */
    assert_int_equal(callee.up_count, 1);
    assert_int_equal(callee.down_count, 0);
    links_hang_up(members[0].links, &(struct seam_hang_up){members[0].link, LINK_ENDED});
    AWAIT(l, callee.down_count == 1);
    dial_callee(&members[1]);
    AWAIT(l, callee.up_count == 2);
    assert_int_equal(callee.narrow, LINK_CLASS_ENDED);
    stop(l);
    credentials_fini(&as_first);
    member_ca_another_fini(&before);
}

/* Its directory has ended, and its certificate; the callee, which renews, shows one of a CA that it does not know. */
static void has_an_ended_directory(struct seam_configure *c)
{
    c->trust.directory_until_s = (uint64_t)time(NULL) - 60;
}

static void test_who_knows_no_ca_is_offered_a_directory_and_nothing_else(void **state)
{
    struct seam_identity identity;
    struct credentials renewed;
    struct loop *l;
    struct error err;

    (void)state;
    member_ca_another_init(&before, &member_ca);
    change_configuration = has_an_ended_directory;
    change_callee = admit_ended;
    l = start(1);
    change_configuration = NULL;
    change_callee = NULL;
    wall.ms += 91 * DAY_MS; /* at the callee, to which the member's certificate has ended */
    credentials_init(&renewed, &before, "node-00", CERTIFICATE_TRANSPORT, 0, 90);
    identity = (struct seam_identity){secret_view(&renewed.pkcs8), bytes_view(&renewed.der)};
    assert_true(links_set_identity(callee.links, &identity, &err));
    shows_directories = true;
    dial_callee(&members[0]);
    AWAIT(l, members[0].offers == 1);
    shows_directories = false;
    assert_int_equal(callee.waits, 1);
    assert_true(members[0].up_count == 0 && members[0].frames == 0 && callee.up_count == 0);
    stop(l);
    credentials_fini(&renewed);
    member_ca_another_fini(&before);
}

static void test_a_hello_is_of_the_node_in_the_certificate_and_of_our_version(void **state)
{
    struct peer_hello good = {.protocol_min = PEER_PROTOCOL,
                              .protocol_max = PEER_PROTOCOL,
                              .federation_id = {{1}},
                              .directory_sequence = 1,
                              .incarnation = 1};
    struct peer_hello h = good;

    (void)state;
    assert_greeted(h, 0, true);
    h.protocol_max = PEER_PROTOCOL + 1;
    assert_greeted(h, 0, true); /* it speaks ours too */
    h.protocol_min = PEER_PROTOCOL + 1;
    assert_greeted(h, 0, false);
    h = good;
    h.node.at[0] = 0x55;
    assert_greeted(h, 0, false);
    assert_greeted(good, BOUND_HELLO + 1, false);
}

static void may_not_dial(struct seam_configure *c)
{
    c->may_dial = false;
}

static void test_who_may_not_dial_does_not_and_nobody_dials_who_is_linked(void **state)
{
    struct loop *l;

    (void)state;
    change_configuration = may_not_dial;
    l = start(1);
    change_configuration = NULL;
    dial_callee(&members[0]);
    AWAIT(l, members[0].failed_count == 1);
    assert_int_equal(members[0].failed_why, LINK_NOT_A_MEMBER);
    stop(l);

    l = start_linked();
    dial_callee(&members[0]);
    AWAIT(l, members[0].failed_count == 1);
    assert_int_equal(members[0].failed_why, LINK_DUPLICATE);
    assert_int_equal(callee.up_count, 1);
    assert_int_equal(callee.down_count, 0);
    stop(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stranger_is_given_time_step_by_step),
        cmocka_unit_test(test_silent_connections_keep_no_member_out),
        cmocka_unit_test(test_large_frames_of_many_links_wait_for_the_seam),
        cmocka_unit_test(test_a_ping_is_answered_and_one_that_says_something_ends_the_link),
        cmocka_unit_test(test_frames_come_through_and_one_that_may_not_come_ends_the_link),
        cmocka_unit_test(test_a_frame_that_the_seam_cannot_carry_ends_the_link),
        cmocka_unit_test(test_a_link_is_dialled_anew_where_that_is_asked),
        cmocka_unit_test(test_a_link_stands_where_a_dial_anew_fails),
        cmocka_unit_test(test_a_silent_link_is_pinged_and_ends_after_two_minutes),
        cmocka_unit_test(test_a_link_ends_with_the_certificate_that_it_stands_by),
        cmocka_unit_test(test_links_stand_when_the_node_has_another_key_and_new_ones_show_it),
        cmocka_unit_test(test_a_narrow_link_carries_what_its_table_has),
        cmocka_unit_test(test_what_a_narrow_link_may_not_carry_is_not_read),
        cmocka_unit_test(test_who_is_cut_off_has_a_link_for_recalls),
        cmocka_unit_test(test_what_is_no_recall_is_not_read_on_it),
        cmocka_unit_test(test_who_takes_no_recalls_is_refused_as_before),
        cmocka_unit_test(test_a_link_that_stands_ends_when_its_peer_is_cut_off),
        cmocka_unit_test(test_a_narrow_link_ends_when_its_peer_is_cut_off_no_more),
        cmocka_unit_test(test_a_link_of_an_ended_certificate_ends_no_ordinary_one),
        cmocka_unit_test(test_who_knows_no_ca_is_offered_a_directory_and_nothing_else),
        cmocka_unit_test(test_a_hello_is_of_the_node_in_the_certificate_and_of_our_version),
        cmocka_unit_test(test_who_may_not_dial_does_not_and_nobody_dials_who_is_linked),
    };

    return cmocka_run_group_tests(tests, make_home, drop_home);
}
