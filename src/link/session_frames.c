/* What a session reads and sends: frames out of decrypted bytes, and back. */
#include "link/session_inside.h"

#include "base/bounds.h"
#include "codec/frame.h"
#include "codec/narrow.h"
#include "codec/peer_messages.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "link/tls.h"

#define PLAINTEXT_KEEP_MAX 524288 /* bytes of shared scratch that stay allocated */

void session_queue(struct session *s, uint16_t kind, struct view payload)
{
    bool first = s->out.size == 0;

    frame_append(&s->out, kind, payload);
    if (first)
        s->owner->on_flush_due(s->owner->cookie, s);
}

void session_queue_hello(struct session *s)
{
    struct bytes hello = {0};

    bytes_append_view(&hello, s->owner->hello);
    peer_hello_linked_encode(&(struct peer_hello_linked){tls_peer_linked(s->tls), true, s->info.narrow, true,
                                                         tls_admits_ended(s->tls), true, true, true, s->owner->dials,
                                                         true, true},
                             &hello);
    session_queue(s, PEER_HELLO, bytes_view(&hello));
    bytes_fini(&hello);
}

void session_fail_with(struct session *s, enum error_code code, const char *what)
{
    struct error err;

    (void)error_set(&err, code, "%s", what);
    session_fail(s, &err);
}

/* Who is cut off is greeted when it has said that it takes such a link: an older node knows none, and hears nothing. */
static bool greet_cut_off(struct session *s, const struct peer_hello *h, struct error *err)
{
    if (s->seen != LINK_CLASS_CUT_OFF)
        return true;
    if (!h->recalls)
        return error_set(err, E_LNK_04, "peer %u is cut off, and takes no narrow link", s->info.peer);
    session_queue_hello(s);
    return true;
}

static bool check_hello(struct session *s, struct view payload, struct error *err)
{
    struct arena arena = {.max = (size_t)BOUND_HELLO * BOUND_ARENA_FACTOR};
    struct peer_hello h;
    bool ok = peer_hello_decode(payload, &arena, &h, err);

    if (ok && s->info.narrow == LINK_CLASS_ORDINARY)
        s->info.narrow = h.narrow; /* the peer sees it by what this node showed */
    if (ok && !ident_equal(&h.node, tls_node(s->tls)))
        ok = error_set(err, E_LNK_05, "the hello names another node than the certificate");
    if (ok && (h.protocol_min > PEER_PROTOCOL || h.protocol_max < PEER_PROTOCOL))
        ok = error_set(err, E_LNK_91, "peer %u speaks versions %u to %u of the protocol", s->info.peer, h.protocol_min,
                       h.protocol_max);
    ok = ok && greet_cut_off(s, &h, err);
    arena_fini(&arena);
    return ok;
}

void session_report_handshake(struct session *s)
{
    if (s->handshake_reported)
        return;
    s->handshake_reported = true;
    s->owner->on_handshake_done(s->owner->cookie, s);
}

void session_take_hello(struct session *s, uint16_t kind, struct view payload)
{
    enum link_reason why = LINK_DUPLICATE;
    struct error err;

    REQUIRE(s->state == S_HELLO && !s->hello_done);
    if (kind != PEER_HELLO) {
        session_fail_with(s, E_LNK_10, "the first frame is not a hello");
    } else if (!check_hello(s, payload, &err)) {
        session_fail(s, &err);
    } else {
        session_report_handshake(s);
        s->info.opened_ms = loop_now_ms(s->owner->loop);
        if (s->owner->on_open(s->owner->cookie, s, payload, &why))
            s->hello_done = s->info.was_open = true;
        else
            s->info.why = why;
    }
}

/* Kept until a directory lists the node; nothing of it is read before. */
static void handle_unknown(struct session *s, uint16_t kind, struct view payload)
{
    if (kind == PEER_HELLO && payload.size > 0 && payload.size <= BOUND_HELLO && s->hello.size == 0) {
        bytes_append_view(&s->hello, payload);
    } else if (kind == PEER_DIRECTORY && payload.size > 0 && !s->offered) {
        s->offered = true;
        s->owner->on_offer(s->owner->cookie, s, payload);
    } else {
        session_fail_with(s, E_LNK_14, "a node that nobody lists sent more than a hello and a directory");
    }
}

static void handle_frame(struct session *s, uint16_t kind, struct view payload)
{
    if (s->state == S_UNKNOWN)
        handle_unknown(s, kind, payload);
    else if (!s->hello_done)
        session_take_hello(s, kind, payload);
    else if ((kind == PEER_PING || kind == PEER_PONG) && payload.size != 0)
        session_fail_with(s, E_LNK_10, "a ping or pong that says something");
    else if (kind == PEER_PING)
        session_queue(s, PEER_PONG, view_of(NULL, 0));
    else if (s->info.narrow != LINK_CLASS_ORDINARY && kind != PEER_PONG && !narrow_carries(s->info.narrow, kind))
        session_fail_with(s, E_REN_01, "a narrow link brought a frame of another kind");
    else if ((kind > PEER_HELLO && kind < PEER_PING) || (kind >= PEER_ASK && kind < PEER_KIND_END))
        s->owner->on_frame(s->owner->cookie, s, kind, payload);
    else if (kind != PEER_PONG)
        session_fail_with(s, kind == PEER_HELLO ? E_LNK_10 : E_LNK_93, "a frame of a kind that may not come");
}

static size_t frame_bound(const struct session *s)
{
    return s->state == S_UNKNOWN ? BOUND_DIRECTORY : s->hello_done ? BOUND_FRAME : BOUND_HELLO;
}

/* Handles the whole frames at the beginning of PLAINTEXT; returns how many bytes they were. */
static size_t handle_frames(struct session *s, struct view plaintext)
{
    size_t done = 0;

    while (s->info.why == 0 && !s->paused && (!s->hello_done || s->owner->may_deliver(s->owner->cookie, s))) {
        struct view rest = view_of(plaintext.at + done, plaintext.size - done);
        struct view payload;
        struct error err;
        uint16_t kind;
        size_t used;
        enum frame_status next = frame_read(rest, frame_bound(s), &kind, &payload, &used, &err);

        if (next == FRAME_BAD)
            session_fail_with(s, E_LNK_10, err.text);
        if (next != FRAME_READY)
            break;
        handle_frame(s, kind, payload);
        done += used;
    }
    return done;
}

void session_take(struct session *s, struct bytes *plaintext)
{
    if (plaintext == &s->in) {
        bytes_consume(&s->in, handle_frames(s, bytes_view(&s->in)));
    } else {
        size_t done = handle_frames(s, bytes_view(plaintext));

        bytes_append(&s->in, plaintext->at + done, plaintext->size - done);
        bytes_clear(plaintext);
        if (plaintext->room > PLAINTEXT_KEEP_MAX)
            bytes_fini(plaintext);
    }
    if (s->in.size == 0)
        bytes_fini(&s->in);
}

/* --- output: frames → tls → network --- */

void session_send(struct session *s, uint16_t kind, struct view payload)
{
    bool asked = s->state == S_HELLO && s->waits_reported && kind == PEER_DIRECTORY;

    if (!asked && s->info.narrow != LINK_CLASS_ORDINARY && !narrow_carries(s->info.narrow, kind))
        return; /* the peer would end the link */
    if ((s->state == S_OPEN || asked) && s->info.why == 0)
        session_queue(s, kind, payload);
}

static void set_flow_stopped(struct session *s, bool stop)
{
    if (s->flow_stopped == stop || !s->info.was_open)
        return;
    s->flow_stopped = stop;
    s->owner->on_flow(s->owner->cookie, s, stop);
}

bool session_encrypt(struct session *s, struct error *err)
{
    bool ok = tls_encrypt(s->tls, bytes_view(&s->out), stream_raw_begin(s->stream), err);

    stream_raw_end(s->stream);
    bytes_fini(&s->out);
    return ok;
}

void session_flush(struct session *s)
{
    struct error err;

    if (s->stream == NULL || s->out.size == 0 || s->close_begun)
        return;
    if (!session_encrypt(s, &err)) {
        session_fail(s, &err);
        timer_start(s->timeout, 0);
    } else if (stream_waiting_bytes(s->stream) >= BOUND_LINK_OUT) {
        set_flow_stopped(s, true);
    }
}

void session_drained(void *cookie)
{
    set_flow_stopped(cookie, false);
}
