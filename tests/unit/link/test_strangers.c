/* Silent and slow strangers at a node that listens, over real sockets: are they ended in time, and do members still
 * come in? */
#include "base/bounds.h"
#include "codec/seam_codec.h"
#include "credentials.h"
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
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

/* --- a node's links, in this process; the other end of its seam is dropped on the floor but for LINK_UP --- */

struct side {
    struct credentials credentials;
    struct stream *seam; /* its end */
    struct stream *node; /* ours */
    struct links *links;
    uint16_t port;
    size_t up_count;
};

static void on_seam(void *cookie, uint16_t kind, struct view payload)
{
    (void)cookie;
    (void)kind;
    (void)payload;
}

static void on_report(void *cookie, uint16_t kind, struct view payload)
{
    struct side *side = cookie;

    (void)payload;
    side->up_count += kind == SEAM_LINK_UP;
}

static void on_closed(void *cookie, const struct error *err)
{
    (void)cookie;
    (void)err;
}

static void on_seam_closed(void *cookie, const struct error *err)
{
    struct side *side = cookie;

    (void)err;
    links_seam_closed(side->links);
}

static void side_init(struct side *side, struct loop *l, const char *name)
{
    static const struct stream_events seam_events = {.on_frame = on_seam, .on_closed = on_seam_closed};
    static const struct stream_events node_events = {.on_frame = on_report, .on_closed = on_closed};
    struct seam_configure c;
    struct error err;
    int pair[2];

    memset(side, 0, sizeof *side);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    side->seam = stream_open_fd(l, pair[0], STREAM_FRAMED, &seam_events, side);
    side->node = stream_open_fd(l, pair[1], STREAM_FRAMED, &node_events, side);
    credentials_init(&side->credentials, &member_ca, name, CERTIFICATE_TRANSPORT, 0, 90);
    credentials_configure(&side->credentials, &member_ca, &c);
    assert_true(links_new(l, &clock_real, side->seam, &c, &side->links, &err));
    assert_true(links_listen(side->links, view_of_text("127.0.0.1"), 0, &side->port, &err));
    links_start(side->links);
}

static void side_fini(struct side *side)
{
    links_free(side->links);
    credentials_fini(&side->credentials);
}

/* --- the loop --- */

static struct side callee;
static struct side member;
static bool timed_out;

static void on_timeout(void *cookie)
{
    timed_out = true;
    loop_stop(cookie);
}

static void on_tick(void *cookie)
{
    links_tick(callee.links);
    links_tick(member.links);
    loop_stop(cookie);
}

static struct loop *start(void)
{
    struct loop *l = loop_new();

    side_init(&callee, l, "mission");
    side_init(&member, l, "brama");
    loop_on_tick(l, on_tick, l);
    return l;
}

static void stop(struct loop *l)
{
    loop_free(l);
    side_fini(&callee);
    side_fini(&member);
}

static void dial_callee(void)
{
    struct seam_dial to = {.peer = callee.credentials.peer, .address = view_of_text("127.0.0.1"), .port = callee.port};

    links_dial(member.links, &to);
}

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

/* Runs the loop until UP links have come up at the callee and STANDING of FDS stand. */
static void await(struct loop *l, size_t up, const int *fds, size_t count, size_t standing)
{
    struct timer *t = timer_new(l, on_timeout, l);

    timed_out = false;
    timer_start(t, TIMEOUT_MS);
    while (!timed_out && (callee.up_count < up || count_standing(fds, count) > standing))
        loop_run(l);
    timer_free(t);
    assert_false(timed_out);
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

    credentials_configure(&member.credentials, &member_ca, &c);
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
    await(l, 0, &fd, 1, 0);
    return loop_now_ms(l) - began_ms;
}

/* A whole ClientHello within 2 s, the handshake within 5 s: dripping bytes gains no time. */
static void test_a_stranger_is_given_time_step_by_step(void **state)
{
    struct loop *l = start();
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
    struct loop *l = start();
    int fds[SILENT];

    (void)state;
    for (unsigned i = 0; i < SILENT; i++)
        fds[i] = connect_from(1 + i % RANGES);
    await(l, 0, fds, SILENT, BOUND_HANDSHAKES);
    assert_int_equal(count_standing(fds, SILENT), BOUND_HANDSHAKES);
    dial_callee();
    await(l, 1, fds, 0, 0);
    assert_int_equal(count_standing(fds, SILENT), BOUND_HANDSHAKES - 1); /* one made room, and stays out */
    close_all(fds, SILENT);
    stop(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stranger_is_given_time_step_by_step),
        cmocka_unit_test(test_silent_connections_keep_no_member_out),
    };

    return cmocka_run_group_tests(tests, make_home, drop_home);
}
