/* Real refex-link processes; this test plays refexd at the other end of each seam. */
#include "base/bounds.h"
#include "codec/peer_messages.h"
#include "credentials.h"
#include "io/child.h"
#include "io/listener.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "pki/certificate.h"
#include "send_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define TIMEOUT_MS 20000 /* a busy machine, a sanitized build */

static struct member_ca member_ca;
static struct member_ca stranger;

static int make_homes(void **state)
{
    (void)state;
    member_ca_init(&member_ca, "nrm.example");
    member_ca_init(&stranger, "nrm.example");
    return 0;
}

static int drop_homes(void **state)
{
    (void)state;
    member_ca_fini(&member_ca);
    member_ca_fini(&stranger);
    return 0;
}

/* --- one node's side of the seam --- */

struct test_node {
    struct loop *loop;
    struct child *child;
    struct stream *seam;
    struct credentials credentials;
    enum seam_route route;
    uint32_t used;
    bool hello;
    struct seam_hello confined;
    uint16_t port;
    size_t up_count;
    uint32_t link; /* of the newest */
    bool dialled;
    uint32_t peer;
    struct bytes certificate;
    struct bytes peer_hello;
    size_t down_count;
    enum link_reason down_why;
    uint32_t down_link;
    uint32_t down_peer;
    size_t waits; /* LINK_WAITS, and the link */
    uint32_t waiting_link;
    struct bytes offered; /* the directory of an OFFER */
    size_t failures;
    enum link_reason fail_why;
    uint32_t fail_other;
    size_t frames;
    size_t bytes;
    uint16_t kind;
    size_t flow_stops;
    size_t flow_resumes;
    struct bytes failure; /* code of FAILED */
    size_t resolved;
    struct bytes first_address;
    bool exited;
    int status;
};

static void on_link_up(struct test_node *n, struct view payload, struct arena *arena)
{
    struct seam_link_up up;
    struct error err;

    assert_true(seam_link_up_decode(payload, arena, &up, &err));
    n->up_count++;
    n->link = up.link;
    n->dialled = up.dialled;
    n->peer = up.peer;
    bytes_clear(&n->certificate);
    bytes_append_view(&n->certificate, up.certificate);
    bytes_clear(&n->peer_hello);
    bytes_append_view(&n->peer_hello, up.hello);
}

static void on_link_down(struct test_node *n, struct view payload, struct arena *arena)
{
    struct seam_link_down down;
    struct error err;

    assert_true(seam_link_down_decode(payload, arena, &down, &err));
    n->down_count++;
    n->down_why = down.reason;
    n->down_link = down.link;
    n->down_peer = down.peer;
}

static void on_control_frame(struct test_node *n, uint16_t kind, struct view payload, struct arena *arena)
{
    struct seam_listening listening;
    struct seam_dial_failed failed;
    struct seam_failed failure;
    struct seam_flow flow;
    struct seam_resolved resolved;
    struct seam_link_waits waits;
    struct seam_offer offer;
    struct error err;

    if (kind == SEAM_LINK_WAITS) {
        assert_true(seam_link_waits_decode(payload, arena, &waits, &err));
        n->waits++;
        n->waiting_link = waits.link;
    } else if (kind == SEAM_OFFER) {
        assert_true(seam_offer_decode(payload, arena, &offer, &err));
        bytes_append_view(&n->offered, offer.directory);
        n->waiting_link = offer.link;
    } else if (kind == SEAM_HELLO) {
        assert_true(seam_hello_decode(payload, arena, &n->confined, &err));
        n->hello = true;
    } else if (kind == SEAM_LISTENING) {
        assert_true(n->hello); /* it is confined first */
        assert_true(seam_listening_decode(payload, arena, &listening, &err));
        n->port = listening.port;
    } else if (kind == SEAM_DIAL_FAILED) {
        assert_true(seam_dial_failed_decode(payload, arena, &failed, &err));
        n->failures++;
        n->fail_why = failed.reason;
        n->fail_other = failed.answered;
    } else if (kind == SEAM_FLOW) {
        assert_true(seam_flow_decode(payload, arena, &flow, &err));
        n->flow_stops += flow.stop;
        n->flow_resumes += !flow.stop;
    } else if (kind == SEAM_FAILED) {
        assert_true(seam_failed_decode(payload, arena, &failure, &err));
        bytes_append_view(&n->failure, failure.code);
    } else if (kind == SEAM_RESOLVED) {
        assert_true(seam_resolved_decode(payload, arena, &resolved, &err));
        n->resolved++;
        if (resolved.address_count > 0)
            bytes_append_view(&n->first_address, resolved.addresses[0]);
    }
}

static void on_frame(void *cookie, uint16_t kind, struct view payload)
{
    struct test_node *n = cookie;
    struct arena arena = {0};
    struct seam_frame frame;
    struct error err;

    assert_true(seam_permit(n->route, n->hello ? SEAM_OPEN : SEAM_BEFORE_HELLO, &n->used, kind, &err));
    if (kind == SEAM_FRAME) {
        assert_true(seam_frame_decode(payload, &frame, &err));
        n->frames++;
        n->bytes += frame.payload.size;
        n->kind = frame.kind;
    } else if (kind == SEAM_LINK_UP) {
        on_link_up(n, payload, &arena);
    } else if (kind == SEAM_LINK_DOWN) {
        on_link_down(n, payload, &arena);
    } else {
        on_control_frame(n, kind, payload, &arena);
    }
    arena_fini(&arena);
}

static void on_closed(void *cookie, const struct error *err)
{
    struct test_node *n = cookie;

    (void)err;
    n->seam = NULL;
}

static void on_exited(void *cookie, int exit_status, int signal_number)
{
    struct test_node *n = cookie;

    n->exited = true;
    n->status = signal_number == 0 ? exit_status : -signal_number;
    n->child = NULL;
}

static void start_node(struct test_node *n, struct loop *l, const char *option)
{
    static const struct stream_events events = {.on_frame = on_frame, .on_closed = on_closed};
    const char *const argv[] = {"refex-link", option, NULL};
    struct error err;
    int fd;

    memset(n, 0, sizeof *n);
    n->loop = l;
    n->route = option == NULL || strcmp(option, "--resolve") != 0 ? SEAM_FROM_LINK : SEAM_FROM_RESOLVER;
    assert_true(child_start(l, REFEX_LINK, argv, on_exited, n, &n->child, &fd, &err));
    n->seam = stream_open_fd(l, fd, STREAM_FRAMED, &events, n);
}

static void test_node_fini(struct test_node *n)
{
    credentials_fini(&n->credentials);
    bytes_fini(&n->peer_hello);
    bytes_fini(&n->certificate);
    bytes_fini(&n->offered);
    bytes_fini(&n->failure);
    bytes_fini(&n->first_address);
}

/* --- waiting --- */

static bool *timed_out_flag;

static void on_timeout(void *cookie)
{
    *timed_out_flag = true;
    loop_stop(cookie);
}

static void on_tick(void *cookie)
{
    loop_stop(cookie);
}

/* Runs the loop until CONDITION holds. */
#define AWAIT(l, condition)                                                                                            \
    do {                                                                                                               \
        bool timed_out_ = false;                                                                                       \
        struct timer *timer_ = timer_new(l, on_timeout, l);                                                            \
        timed_out_flag = &timed_out_;                                                                                  \
        timer_start(timer_, TIMEOUT_MS);                                                                               \
        loop_on_tick(l, on_tick, l);                                                                                   \
        while (!(condition) && !timed_out_)                                                                            \
            loop_run(l);                                                                                               \
        timer_free(timer_);                                                                                            \
        assert_true(condition);                                                                                        \
    } while (0)

static void run_ms(struct loop *l, int64_t ms)
{
    bool elapsed = false;
    struct timer *t = timer_new(l, on_timeout, l);

    timed_out_flag = &elapsed;
    timer_start(t, ms);
    while (!elapsed)
        loop_run(l);
    timer_free(t);
}

/* --- asking --- */

static void configure_with(struct test_node *n, const struct seam_configure *c)
{
    seam_configure_encode(c, stream_frame_begin(n->seam, SEAM_CONFIGURE));
    stream_frame_end(n->seam);
}

static void configure(struct test_node *n, const char *name)
{
    struct seam_configure c;

    credentials_init(&n->credentials, &member_ca, name, CERTIFICATE_TRANSPORT, 0, 90);
    credentials_configure(&n->credentials, &member_ca, &c);
    c.listen_address = view_of_text("127.0.0.1");
    configure_with(n, &c);
}

static void dial_peer(struct test_node *n, const struct test_node *to)
{
    struct seam_dial d = {.peer = to->credentials.peer, .address = view_of_text("127.0.0.1"), .port = to->port};

    seam_dial_encode(&d, stream_frame_begin(n->seam, SEAM_DIAL));
    stream_frame_end(n->seam);
}

static void send_to(struct test_node *n, uint16_t kind, struct view payload)
{
    struct seam_frame f = {.link = n->link, .kind = kind, .payload = payload};

    seam_frame_encode(&f, stream_frame_begin(n->seam, SEAM_SEND));
    stream_frame_end(n->seam);
}

/* Two nodes, confined and listening. */
static struct loop *start_named(struct test_node *a, const char *name_a, struct test_node *b, const char *name_b)
{
    struct loop *l = loop_new();

    start_node(a, l, NULL);
    start_node(b, l, NULL);
    configure(a, name_a);
    configure(b, name_b);
    AWAIT(l, a->port != 0 && b->port != 0);
    return l;
}

static struct loop *start_two(struct test_node *a, struct test_node *b)
{
    return start_named(a, "brama", b, "mission");
}

static struct loop *start_two_linked(struct test_node *a, struct test_node *b)
{
    struct loop *l = start_two(a, b);

    dial_peer(a, b);
    AWAIT(l, a->up_count == 1 && b->up_count == 1);
    return l;
}

/* Without its node a process ends by itself, and well. */
static void stop_node(struct test_node *n)
{
    if (n->exited)
        return;
    stream_close(n->seam);
    AWAIT(n->loop, n->exited);
    assert_int_equal(n->status, 0);
}

static void stop_two(struct loop *l, struct test_node *a, struct test_node *b)
{
    stop_node(a);
    stop_node(b);
    loop_free(l);
    test_node_fini(a);
    test_node_fini(b);
}

/* The hello of FROM that came to TO says that SIZE records of TO's log are linked at FROM. */
static void assert_greeted_with(const struct test_node *from, const struct test_node *to, uint64_t size)
{
    struct bytes expected = {0};

    bytes_append_view(&expected, bytes_view(&from->credentials.hello));
    peer_hello_linked_encode(
        &(struct peer_hello_linked){size, true, LINK_CLASS_ORDINARY, true, false, true, true, true, true, true, true},
        &expected);
    assert_true(view_equal(bytes_view(&to->peer_hello), bytes_view(&expected)));
    bytes_fini(&expected);
}

/* --- the tests --- */

static void test_two_processes_confine_themselves_and_carry_frames_both_ways(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l;
    struct bytes large = {0};

    (void)state;
    l = start_two_linked(&a, &b);
    assert_true(a.confined.seccomp && a.confined.landlock >= 1);
    assert_int_equal(a.peer, b.credentials.peer);
    assert_int_equal(b.peer, a.credentials.peer);
    assert_true(a.dialled && !b.dialled);
    assert_true(view_equal(bytes_view(&b.certificate), bytes_view(&a.credentials.der)));
    assert_greeted_with(&a, &b, CREDENTIALS_LINKED * b.credentials.peer);
    assert_greeted_with(&b, &a, CREDENTIALS_LINKED * a.credentials.peer);

    memset(bytes_reserve(&large, BOUND_ENVELOPE), 'x', BOUND_ENVELOPE);
    large.size = BOUND_ENVELOPE;
    for (int i = 0; i < 100; i++)
        send_to(&a, PEER_ENVELOPE, view_of_text("0123456789"));
    send_to(&a, PEER_ENVELOPE, bytes_view(&large));
    send_to(&b, PEER_RECEIPT, view_of_text("receipt"));
    AWAIT(l, b.frames == 101 && a.frames == 1);
    assert_int_equal(b.bytes, 1000 + BOUND_ENVELOPE);
    assert_int_equal(a.kind, PEER_RECEIPT);
    assert_int_equal(a.bytes, 7);
    bytes_fini(&large);
    stop_two(l, &a, &b);
}

static void test_more_than_a_line_takes_is_held_back_and_nothing_is_lost(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l;
    struct bytes large = {0};

    (void)state;
    l = start_two_linked(&a, &b);
    memset(bytes_reserve(&large, BOUND_ENVELOPE), 'x', BOUND_ENVELOPE);
    large.size = BOUND_ENVELOPE;
    stream_pause(b.seam); /* the other node stops reading: its refex-link pauses the link, ours fills up */
    for (int i = 0; i < 60 && a.flow_stops == 0; i++) {
        send_to(&a, PEER_ENVELOPE, bytes_view(&large));
        run_ms(l, 10);
    }
    AWAIT(l, a.flow_stops == 1);
    assert_int_equal(a.flow_resumes, 0);
    stream_resume(b.seam);
    AWAIT(l, a.flow_resumes == 1);
    send_to(&a, PEER_ENVELOPE, view_of_text("last"));
    AWAIT(l, b.bytes % BOUND_ENVELOPE == 4);
    assert_int_equal(b.bytes, (b.frames - 1) * BOUND_ENVELOPE + 4);
    assert_int_equal(a.down_count + b.down_count, 0);
    bytes_fini(&large);
    stop_two(l, &a, &b);
}

static void test_hanging_up_is_told_on_both_sides(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l;
    struct seam_hang_up which;

    (void)state;
    l = start_two_linked(&a, &b);
    which = (struct seam_hang_up){.link = a.link, .why = LINK_ENDED};
    send_to(&a, PEER_BUNDLE, view_of_text("last words"));
    seam_hang_up_encode(&which, stream_frame_begin(a.seam, SEAM_HANG_UP));
    stream_frame_end(a.seam);
    AWAIT(l, a.down_count == 1 && b.down_count == 1);
    assert_int_equal(b.frames, 1); /* what was queued was still sent */
    assert_int_equal(a.down_why, LINK_ENDED);
    assert_int_equal(b.down_why, LINK_ENDED);
    assert_int_equal(b.down_link, b.link);
    stop_two(l, &a, &b);
}

static void test_the_next_hello_says_what_is_linked_by_then(void **state)
{
    struct seam_hang_up end;
    struct seam_linked linked;
    struct test_node a;
    struct test_node b;
    struct loop *l;

    (void)state;
    l = start_two_linked(&a, &b);
    linked = (struct seam_linked){.peer = b.credentials.peer, .size = 4711};
    end = (struct seam_hang_up){.link = a.link, .why = LINK_ENDED};
    seam_hang_up_encode(&end, stream_frame_begin(a.seam, SEAM_HANG_UP));
    stream_frame_end(a.seam);
    AWAIT(l, a.down_count == 1 && b.down_count == 1);
    seam_linked_encode(&linked, stream_frame_begin(a.seam, SEAM_LINKED));
    stream_frame_end(a.seam);
    linked = (struct seam_linked){.peer = 4, .size = 12}; /* of another's log */
    seam_linked_encode(&linked, stream_frame_begin(a.seam, SEAM_LINKED));
    stream_frame_end(a.seam);
    dial_peer(&a, &b);
    AWAIT(l, a.up_count == 2 && b.up_count == 2);
    assert_greeted_with(&a, &b, 4711);
    assert_greeted_with(&b, &a, CREDENTIALS_LINKED * a.credentials.peer);
    stop_two(l, &a, &b);
}

static void test_a_revocation_cuts_a_live_link(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l;
    struct seam_configure c;
    struct certificate certificate;
    struct error err;

    (void)state;
    l = start_two_linked(&a, &b);
    credentials_configure(&b.credentials, &member_ca, &c);
    assert_true(certificate_read(bytes_view(&a.credentials.der), &certificate, &err));
    c.trust.revoked = &certificate.der_hash;
    c.trust.revoked_count = 1;
    seam_update_encode(&(struct seam_update){c.trust}, stream_frame_begin(b.seam, SEAM_UPDATE));
    stream_frame_end(b.seam);
    AWAIT(l, a.down_count == 1 && b.down_count == 1);
    assert_int_equal(b.down_why, LINK_REVOKED);

    dial_peer(&a, &b); /* and it is not let in again */
    AWAIT(l, a.failures == 1 && b.down_count == 2);
    assert_int_equal(b.down_why, LINK_REVOKED);
    assert_int_equal(b.down_link, 0);
    assert_int_equal(b.down_peer, 0); /* whose it was does not count: the certificate is refused */
    assert_int_equal(a.fail_why, LINK_REFUSED_BY_PEER);
    stop_two(l, &a, &b);
}

static void test_a_stranger_is_refused(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l = loop_new();
    struct seam_configure c;

    (void)state;
    start_node(&a, l, NULL);
    start_node(&b, l, NULL);
    configure(&b, "mission");
    credentials_init(&a.credentials, &stranger, "brama", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_configure(&a.credentials, &stranger, &c);
    c.trust.anchors = member_ca.anchors; /* he trusts the right transport CA, but has no certificate under it */
    configure_with(&a, &c);
    AWAIT(l, a.hello && b.port != 0);
    dial_peer(&a, &b);
    AWAIT(l, a.failures == 1 && b.down_count == 1);
    assert_int_equal(b.down_why, LINK_WRONG_CA);
    assert_int_equal(b.down_link, 0);
    assert_int_equal(a.fail_why, LINK_REFUSED_BY_PEER);
    assert_int_equal(a.up_count + b.up_count, 0);
    stop_two(l, &a, &b);
}

static void test_a_hello_in_another_name_is_refused(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l = loop_new();
    struct seam_configure c;
    struct credentials other;

    (void)state;
    start_node(&a, l, NULL);
    start_node(&b, l, NULL);
    configure(&b, "mission");
    credentials_init(&a.credentials, &member_ca, "brama", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&other, &member_ca, "police", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_configure(&a.credentials, &member_ca, &c);
    c.trust.hello = bytes_view(&other.hello);
    configure_with(&a, &c);
    AWAIT(l, a.hello && b.port != 0);
    dial_peer(&a, &b);
    AWAIT(l, b.down_count == 1);
    assert_int_equal(b.down_why, LINK_OTHER_AGENCY);
    assert_int_equal(b.up_count, 0);
    credentials_fini(&other);
    stop_two(l, &a, &b);
}

/* --- a directory that is older than a node --- */

static const struct seam_node with_new[] = {{{"mission"}, 2, 0, false}, {{"newcomer"}, 9, 0, false}};

/* A is new: it lists B, B does not list it. It dials B. */
static struct loop *start_new_and_old(struct test_node *a, struct test_node *b)
{
    struct loop *l = start_named(a, "newcomer", b, "mission");

    a->credentials.peer = 9;
    dial_peer(a, b);
    return l;
}

static void give_trust(struct test_node *n, const struct seam_node *nodes, size_t count)
{
    struct seam_configure c;

    credentials_configure(&n->credentials, &member_ca, &c);
    c.trust.nodes = nodes;
    c.trust.node_count = count;
    seam_update_encode(&(struct seam_update){c.trust}, stream_frame_begin(n->seam, SEAM_UPDATE));
    stream_frame_end(n->seam);
}

static void send_directory(struct test_node *n, struct view note)
{
    n->link = n->waiting_link;
    send_to(n, PEER_DIRECTORY, note);
}

static void test_a_new_node_is_not_greeted_and_let_in_by_the_directory_it_brings(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l;

    (void)state;
    l = start_new_and_old(&a, &b);
    AWAIT(l, a.waits == 1); /* no hello came */
    assert_int_equal(a.up_count + b.up_count, 0);
    send_directory(&a, view_of_text("a newer directory"));
    AWAIT(l, b.offered.size > 0);
    assert_true(view_equal(bytes_view(&b.offered), view_of_text("a newer directory")));
    assert_int_equal(a.up_count + b.up_count, 0);
    give_trust(&b, with_new, 2);
    AWAIT(l, a.up_count == 1 && b.up_count == 1);
    assert_int_equal(b.peer, 9);
    send_to(&a, PEER_ENVELOPE, view_of_text("x"));
    AWAIT(l, b.frames == 1);
    assert_int_equal(b.kind, PEER_ENVELOPE); /* the directory was no frame of a link */
    stop_two(l, &a, &b);
}

static void test_a_new_node_that_no_directory_lists_is_closed(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l;
    struct seam_hang_up which;

    (void)state;
    l = start_new_and_old(&a, &b);
    AWAIT(l, a.waits == 1);
    send_directory(&a, view_of_text("a directory"));
    AWAIT(l, b.offered.size > 0);
    which = (struct seam_hang_up){.link = b.waiting_link, .why = LINK_NOT_A_MEMBER};
    seam_hang_up_encode(&which, stream_frame_begin(b.seam, SEAM_HANG_UP));
    stream_frame_end(b.seam);
    AWAIT(l, a.failures == 1 && b.down_count == 1);
    assert_int_equal(b.down_why, LINK_NOT_A_MEMBER);
    assert_int_equal(a.up_count + b.up_count, 0);
    stop_two(l, &a, &b);
}

static void test_a_new_node_sends_one_directory_and_nothing_else(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l;

    (void)state;
    l = start_new_and_old(&a, &b);
    AWAIT(l, a.waits == 1);
    send_directory(&a, view_of_text("a directory"));
    send_to(&a, PEER_ENVELOPE, view_of_text("x")); /* it does not leave: the link is not open */
    send_to(&a, PEER_DIRECTORY, view_of_text("another"));
    AWAIT(l, a.failures == 1 && b.down_count == 1);
    assert_int_equal(b.down_why, LINK_NOT_A_MEMBER);
    assert_true(view_equal(bytes_view(&b.offered), view_of_text("a directory")));
    assert_int_equal(b.frames, 0);
    stop_two(l, &a, &b);
}

/* C, which nobody lists, dials B too. */
static void start_third(struct test_node *c, const struct test_node *b)
{
    start_node(c, b->loop, NULL);
    configure(c, "other");
    AWAIT(b->loop, c->hello);
    dial_peer(c, b);
}

static void stop_third(struct test_node *c)
{
    stop_node(c);
    test_node_fini(c);
}

/* Two that nobody lists: the second is closed while the first waits. */
static void test_one_new_node_waits_at_a_time(void **state)
{
    struct test_node a;
    struct test_node b;
    struct test_node c;
    struct loop *l;

    (void)state;
    l = start_new_and_old(&a, &b);
    AWAIT(l, a.waits == 1);
    start_third(&c, &b);
    AWAIT(l, c.failures == 1 && b.down_count == 1);
    assert_int_equal(b.down_why, LINK_NOT_A_MEMBER);
    assert_int_equal(a.failures, 0);
    stop_third(&c);
    stop_two(l, &a, &b);
}

/* One that was let in keeps the next one out no longer, however long its link stands. */
static void test_a_new_node_that_is_listed_by_now_keeps_no_other_out(void **state)
{
    struct test_node a;
    struct test_node b;
    struct test_node c;
    struct loop *l;

    (void)state;
    l = start_new_and_old(&a, &b);
    AWAIT(l, a.waits == 1);
    send_directory(&a, view_of_text("a newer directory"));
    AWAIT(l, b.offered.size > 0);
    give_trust(&b, with_new, 2);
    AWAIT(l, a.up_count == 1 && b.up_count == 1);
    start_third(&c, &b);
    AWAIT(l, c.waits == 1 || c.failures == 1);
    assert_int_equal(c.waits, 1);
    assert_int_equal(b.down_count, 0);
    stop_third(&c);
    stop_two(l, &a, &b);
}

/* A machine replaced: the node of the callee, B, is unknown to A, which dials it; B lists A and brings its directory.
 * It is the mission's, which is peer 2. */
static struct loop *start_replaced(struct test_node *a, struct test_node *b)
{
    struct loop *l = start_named(a, "brama", b, "newcomer");

    b->credentials.peer = 2;
    dial_peer(a, b);
    AWAIT(l, b->waits == 1);
    send_directory(b, view_of_text("a newer directory"));
    AWAIT(l, a->offered.size > 0);
    return l;
}

static void test_a_replaced_callee_brings_the_directory_that_lists_it(void **state)
{
    static const struct seam_node replaced[] = {{{"brama"}, 1, 0, false}, {{"newcomer"}, 2, 0, false}};
    struct test_node a;
    struct test_node b;
    struct loop *l;

    (void)state;
    l = start_replaced(&a, &b);
    give_trust(&a, replaced, 2);
    AWAIT(l, a.up_count == 1 && b.up_count == 1);
    assert_int_equal(a.peer, 2);
    stop_two(l, &a, &b);
}

/* The same, but the directory says that the node is another agency's than the one that was dialled. */
static void test_a_directory_that_lists_the_node_for_another_closes_the_dial(void **state)
{
    static const struct seam_node others[] = {{{"brama"}, 1, 0, false}, {{"newcomer"}, 3, 0, false}};
    struct test_node a;
    struct test_node b;
    struct loop *l;

    (void)state;
    l = start_replaced(&a, &b);
    give_trust(&a, others, 2);
    AWAIT(l, a.failures == 1);
    assert_int_equal(a.fail_why, LINK_OTHER_AGENCY);
    assert_int_equal(a.fail_other, 3);
    assert_int_equal(a.up_count + b.up_count, 0);
    stop_two(l, &a, &b);
}

static void test_both_dial_at_once_and_one_link_stays(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l;

    (void)state;
    l = start_two(&a, &b);
    dial_peer(&a, &b);
    dial_peer(&b, &a);
    AWAIT(l, a.up_count > 0 && b.up_count > 0);
    run_ms(l, 500); /* whatever else was on its way */
    assert_int_equal(a.up_count - a.down_count, 1);
    assert_int_equal(b.up_count - b.down_count, 1);
    assert_int_equal(a.dialled, !b.dialled); /* the same one on both sides */
    send_to(&a, PEER_ENVELOPE, view_of_text("x"));
    send_to(&b, PEER_ENVELOPE, view_of_text("y"));
    AWAIT(l, a.frames == 1 && b.frames == 1);
    dial_peer(&a, &b); /* and a third is not made */
    AWAIT(l, a.failures >= 1);
    assert_int_equal(a.fail_why, LINK_DUPLICATE);
    stop_two(l, &a, &b);
}

static void test_a_closed_port_is_told(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l;

    (void)state;
    l = start_two(&a, &b);
    stream_close(b.seam); /* its process ends with it */
    AWAIT(l, b.exited);
    assert_int_equal(b.status, 0);
    dial_peer(&a, &b);
    AWAIT(l, a.failures == 1);
    assert_int_equal(a.fail_why, LINK_UNREACHABLE);
    stop_two(l, &a, &b);
}

static void test_a_killed_process_cuts_the_link(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l;

    (void)state;
    l = start_two_linked(&a, &b);
    child_signal(b.child, 9);
    AWAIT(l, a.down_count == 1 && b.exited);
    assert_int_equal(a.down_why, LINK_CUT);
    stop_two(l, &a, &b);
}

/* --- strangers without TLS --- */

static void on_nothing(void *cookie, struct view bytes)
{
    (void)cookie;
    (void)bytes;
}

static void on_raw_closed(void *cookie, const struct error *err)
{
    (void)err;
    *(struct stream **)cookie = NULL;
}

static const struct stream_events raw_events = {.on_bytes = on_nothing, .on_closed = on_raw_closed};

static void on_raw_dialled(void *cookie, int fd, const struct error *err)
{
    int *out = cookie;

    assert_null(err);
    *out = fd;
}

static void test_bytes_that_are_no_tls_end_that_connection_only(void **state)
{
    struct test_node a;
    struct test_node b;
    struct loop *l;
    struct dialer *d;
    struct stream *raw;
    struct error err;
    int fd = -1;

    (void)state;
    l = start_two_linked(&a, &b);
    assert_true(dialer_start(l, "127.0.0.1", b.port, 5000, on_raw_dialled, &fd, &d, &err));
    AWAIT(l, fd >= 0);
    raw = stream_open_fd(l, fd, STREAM_RAW, &raw_events, &raw);
    stream_write_raw(raw, view_of_text("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    AWAIT(l, raw == NULL && b.down_count == 1);
    assert_int_equal(b.down_why, LINK_TLS);
    assert_int_equal(b.down_link, 0);
    send_to(&a, PEER_ENVELOPE, view_of_text("x"));
    AWAIT(l, b.frames == 1);
    stop_two(l, &a, &b);
}

/* --- a node that sends what it may not --- */

static void assert_fails_with(struct test_node *n, uint16_t kind, struct view payload, int status)
{
    send_frame(n->seam, kind, payload);
    AWAIT(n->loop, n->exited);
    assert_int_equal(n->status, status);
}

static void test_the_seam_takes_nothing_in_the_wrong_phase(void **state)
{
    static const uint16_t kinds[] = {SEAM_UPDATE, SEAM_DIAL,  SEAM_SEND,  SEAM_HANG_UP, SEAM_RESOLVE,   SEAM_LINKED,
                                     SEAM_HELLO,  SEAM_FRAME, PEER_HELLO, 600,          SEAM_LINKED + 1};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct loop *l = loop_new();
        struct test_node n;

        start_node(&n, l, NULL);
        assert_fails_with(&n, kinds[i], view_of_text("x"), 70);
        assert_true(view_equal(bytes_view(&n.failure), view_of_text("E-LNK-13")));
        assert_false(n.hello);
        loop_free(l);
        test_node_fini(&n);
    }
}

static void test_the_seam_takes_no_second_configuration(void **state)
{
    struct loop *l = loop_new();
    struct seam_configure c;
    struct test_node n;

    (void)state;
    start_node(&n, l, NULL);
    configure(&n, "brama");
    AWAIT(l, n.hello);
    credentials_configure(&n.credentials, &member_ca, &c);
    configure_with(&n, &c);
    AWAIT(l, n.exited);
    assert_int_equal(n.status, 70);
    loop_free(l);
    test_node_fini(&n);
}

static void test_the_seam_takes_nothing_malformed(void **state)
{
    static const uint16_t kinds[] = {SEAM_UPDATE, SEAM_DIAL, SEAM_SEND, SEAM_HANG_UP, SEAM_LINKED};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct loop *l = loop_new();
        struct test_node n;

        start_node(&n, l, NULL);
        configure(&n, "brama");
        AWAIT(l, n.hello);
        assert_fails_with(&n, kinds[i], view_of_text("\x08\x00\xff"), 70);
        loop_free(l);
        test_node_fini(&n);
    }
}

static void test_another_build_is_refused(void **state)
{
    struct loop *l = loop_new();
    struct seam_configure c;
    struct test_node n;

    (void)state;
    start_node(&n, l, NULL);
    credentials_init(&n.credentials, &member_ca, "brama", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_configure(&n.credentials, &member_ca, &c);
    c.build = view_of_text("0.0.0/1");
    configure_with(&n, &c);
    AWAIT(l, n.exited);
    assert_int_equal(n.status, 70);
    assert_true(view_equal(bytes_view(&n.failure), view_of_text("E-LNK-13")));
    loop_free(l);
    test_node_fini(&n);
}

static void test_an_address_that_cannot_be_bound_is_said(void **state)
{
    struct loop *l = loop_new();
    struct seam_configure c;
    struct test_node n;

    (void)state;
    start_node(&n, l, NULL);
    credentials_init(&n.credentials, &member_ca, "brama", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_configure(&n.credentials, &member_ca, &c);
    c.listen_address = view_of_text("192.0.2.1"); /* nobody's */
    configure_with(&n, &c);
    AWAIT(l, n.exited);
    assert_int_equal(n.status, 78);
    assert_true(view_equal(bytes_view(&n.failure), view_of_text("E-LNK-11")));
    loop_free(l);
    test_node_fini(&n);
}

/* --- the resolver --- */

static void resolve_host(struct test_node *n, const char *host)
{
    struct seam_resolve q = {.question = 1, .host = view_of_text(host), .port = 1};

    seam_resolve_encode(&q, stream_frame_begin(n->seam, SEAM_RESOLVE));
    stream_frame_end(n->seam);
}

static void test_the_resolver_knows_this_machine(void **state)
{
    struct loop *l = loop_new();
    struct test_node n;

    (void)state;
    start_node(&n, l, "--resolve");
    AWAIT(l, n.hello);
    assert_true(n.confined.seccomp && n.confined.landlock >= 1);
    resolve_host(&n, "localhost");
    AWAIT(l, n.resolved == 1);
    assert_true(view_equal(bytes_view(&n.first_address), view_of_text("127.0.0.1")) ||
                view_equal(bytes_view(&n.first_address), view_of_text("::1")));
    resolve_host(&n, "192.0.2.7");
    resolve_host(&n, "no such host");
    AWAIT(l, n.resolved == 3);
    assert_fails_with(&n, SEAM_DIAL, view_of_text("x"), 70);
    loop_free(l);
    test_node_fini(&n);
}

static void test_the_resolver_ends_with_its_parent(void **state)
{
    struct loop *l = loop_new();
    struct test_node n;

    (void)state;
    start_node(&n, l, "--resolve");
    AWAIT(l, n.hello);
    stream_close(n.seam);
    AWAIT(l, n.exited);
    assert_int_equal(n.status, 0);
    loop_free(l);
    test_node_fini(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_processes_confine_themselves_and_carry_frames_both_ways),
        cmocka_unit_test(test_more_than_a_line_takes_is_held_back_and_nothing_is_lost),
        cmocka_unit_test(test_hanging_up_is_told_on_both_sides),
        cmocka_unit_test(test_the_next_hello_says_what_is_linked_by_then),
        cmocka_unit_test(test_a_revocation_cuts_a_live_link),
        cmocka_unit_test(test_a_stranger_is_refused),
        cmocka_unit_test(test_a_hello_in_another_name_is_refused),
        cmocka_unit_test(test_a_new_node_is_not_greeted_and_let_in_by_the_directory_it_brings),
        cmocka_unit_test(test_a_new_node_that_no_directory_lists_is_closed),
        cmocka_unit_test(test_a_new_node_sends_one_directory_and_nothing_else),
        cmocka_unit_test(test_one_new_node_waits_at_a_time),
        cmocka_unit_test(test_a_new_node_that_is_listed_by_now_keeps_no_other_out),
        cmocka_unit_test(test_a_replaced_callee_brings_the_directory_that_lists_it),
        cmocka_unit_test(test_a_directory_that_lists_the_node_for_another_closes_the_dial),
        cmocka_unit_test(test_both_dial_at_once_and_one_link_stays),
        cmocka_unit_test(test_a_closed_port_is_told),
        cmocka_unit_test(test_a_killed_process_cuts_the_link),
        cmocka_unit_test(test_bytes_that_are_no_tls_end_that_connection_only),
        cmocka_unit_test(test_the_seam_takes_nothing_in_the_wrong_phase),
        cmocka_unit_test(test_the_seam_takes_no_second_configuration),
        cmocka_unit_test(test_the_seam_takes_nothing_malformed),
        cmocka_unit_test(test_another_build_is_refused),
        cmocka_unit_test(test_an_address_that_cannot_be_bound_is_said),
        cmocka_unit_test(test_the_resolver_knows_this_machine),
        cmocka_unit_test(test_the_resolver_ends_with_its_parent),
    };

    return cmocka_run_group_tests(tests, make_homes, drop_homes);
}
