/* One link.
 *
 *     connecting ──► handshake ──┬──────────────► hello ──► open
 *         │              │        └──► unknown ────┘ │         │
 *         └──────────────┴───────────────┴───────────┴─────────┴──► closing ──► closed
 *
 * The happy path: TCP connects (or has connected); the TLS handshake ends and the certificate is that of a listed node;
 * the hellos name the same nodes as the certificates and a common version; frames are exchanged, pings keep the link
 * alive. A node that nobody lists is not greeted: it may send its hello, which is kept, and one directory; if that
 * lists it, the link goes on. A listed node that sends no hello may not list us yet: it is sent our directory, once.
 * What can go wrong: no answer in time; a refused certificate; a hello that does not fit; a frame too large or of an
 * unknown kind; silence; a full output queue; refexd hangs up. Each sets ->why and leads to closing; the owner reads it
 * in on_closed. The first reason stands.
 */
#include "link/session_inside.h"

#include "base/bounds.h"
#include "base/log.h"
#include "base/step.h"
#include "codec/peer_messages.h"
#include "io/listener.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "link/limits.h"
#include "link/tls.h"

#include <stdlib.h>
#include <string.h>

#define CLOSE_TIMEOUT_MS 2000 /* for the last bytes of a link that ends */
#define HELLO_WAIT_MS    1000 /* for a hello, before the directory is sent: some round trips */

static const struct step_rule rules[S_COUNT] = {
    [S_CONNECTING] = {"connecting", STEP(S_HANDSHAKE) | STEP(S_CLOSING)},
    [S_HANDSHAKE] = {"handshake", STEP(S_HELLO) | STEP(S_UNKNOWN) | STEP(S_CLOSING)},
    [S_UNKNOWN] = {"unknown", STEP(S_HELLO) | STEP(S_CLOSING)},
    [S_HELLO] = {"hello", STEP(S_OPEN) | STEP(S_CLOSING)},
    [S_OPEN] = {"open", STEP(S_CLOSING)},
    [S_CLOSING] = {"closing", STEP(S_CLOSED)},
    [S_CLOSED] = {"closed", 0},
};

static void on_dialled(void *cookie, int fd, const struct error *err);
static void on_bytes(void *cookie, struct view bytes);
static void on_stream_closed(void *cookie, const struct error *err);
static void on_timeout(void *cookie);
static void step(struct session *s);

static const struct stream_events events = {
    .on_bytes = on_bytes,
    .on_drained = session_drained,
    .on_closed = on_stream_closed,
};

struct session_info *session_info(struct session *s)
{
    return &s->info;
}

/* --- ending --- */

void session_end(struct session *s, enum link_reason why)
{
    if (s->info.why != 0 || s->state == S_CLOSED)
        return;
    s->info.why = why;
    timer_start(s->timeout, 0); /* the step comes later: a public function never calls back */
}

void session_fail(struct session *s, const struct error *err)
{
    if (s->info.why != 0)
        return;
    s->info.why = link_reason_of(err->code);
    bytes_append(&s->info.detail, err->text, strlen(err->text));
    s->info.other = tls_other(s->tls);
}

/* --- how long a stranger may take --- */

/* What is left of the time ALLOWED_MS, which runs from accepting or dialling. */
static int64_t time_left(const struct session *s, int64_t allowed_ms)
{
    int64_t left = s->started_ms + allowed_ms - loop_now_ms(s->owner->loop);

    return left > 0 ? left : 0;
}

static int64_t hello_time_left(const struct session *s)
{
    return time_left(s, BOUND_HANDSHAKE_MS);
}

/* Who dialled us is given time step by step: its whole ClientHello, the rest of the handshake, its hello. */
static void check_client_hello(struct session *s)
{
    if (s->info.dialled || s->client_hello_seen || !tls_client_hello_came(s->tls))
        return;
    s->client_hello_seen = true;
    timer_start(s->timeout, time_left(s, BOUND_ACCEPT_TO_HANDSHAKE_MS));
}

/* --- bytes come, reading pauses --- */

static void on_bytes(void *cookie, struct view bytes)
{
    struct session *s = cookie;
    struct bytes *plaintext = s->in.size > 0 ? &s->in : s->owner->plaintext;
    struct error err;
    bool peer_closed = false;
    bool ok;

    if (s->info.why != 0)
        return;
    s->last_read_ms = loop_now_ms(s->owner->loop);
    ok = tls_receive(s->tls, bytes, stream_raw_begin(s->stream), plaintext, &peer_closed, &err);
    stream_raw_end(s->stream);
    s->info.node = *tls_node(s->tls);
    if (s->info.peer == 0)
        s->info.peer = tls_peer(s->tls);
    if (ok) {
        check_client_hello(s);
        step(s); /* the handshake may be done: our hello goes before their frames are handled */
    } else {
        session_fail(s, &err);
    }
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): S is freed only after its stream, which is open here */
    session_take(s, plaintext);
    s->peer_closed = peer_closed; /* only now: frames before the closing alert count */
    step(s);
}

void session_pause(struct session *s)
{
    s->paused = true;
    if (s->stream != NULL)
        stream_pause(s->stream);
}

void session_resume(struct session *s)
{
    s->paused = false;
    if (s->stream == NULL || s->state != S_OPEN || s->info.why != 0)
        return;
    stream_resume(s->stream);
    timer_start(s->timeout, 0); /* what the pause kept back is handled there */
}

/* --- time --- */

static void check_link(struct session *s)
{
    int64_t silent_ms = loop_now_ms(s->owner->loop) - s->last_read_ms;

    if (s->in.size > 0 && !s->paused)
        session_take(s, &s->in);
    if (tls_peer_expired(s->tls))
        session_fail_with(s, E_LNK_03, "its certificate ended while the link stood");
    else if (silent_ms >= BOUND_IDLE_MS && !s->paused)
        session_fail_with(s, E_LNK_09, "not a byte in two minutes");
    else if (silent_ms >= BOUND_PING_MS)
        session_queue(s, PEER_PING, view_of(NULL, 0));
    timer_start(s->timeout, limits_next_look_ms(silent_ms));
}

static void report_waits(struct session *s)
{
    s->waits_reported = true;
    timer_start(s->timeout, hello_time_left(s));
    s->owner->on_waits(s->owner->cookie, s);
}

static const char *late_step(const struct session *s)
{
    if (s->state == S_HANDSHAKE && !s->info.dialled && !s->client_hello_seen)
        return "no whole ClientHello in time";
    return s->state == S_HELLO ? "no hello in time" : "no handshake in time";
}

static void on_timeout(void *cookie)
{
    struct session *s = cookie;

    if (s->state == S_CLOSING && s->stream != NULL && s->close_begun)
        stream_close(s->stream); /* the last bytes had long enough */
    else if (s->state == S_OPEN && s->info.why == 0)
        check_link(s);
    else if (s->state == S_HELLO && s->info.why == 0 && !s->waits_reported && s->info.narrow != LINK_CLASS_CUT_OFF)
        report_waits(s);
    else if (s->state == S_UNKNOWN && tls_peer(s->tls) != 0)
        step(s); /* it has just been listed */
    else if (s->state == S_UNKNOWN && s->info.why == 0)
        session_fail_with(s, E_LNK_14, "nobody lists the node, and no directory that does came in time");
    else if (s->info.why == 0)
        session_fail_with(s, s->state == S_CONNECTING ? E_LNK_01 : E_LNK_09, late_step(s));
    step(s);
}

/* --- steps --- */

static void enter_state(struct session *s, int next)
{
    log_line(LOG_DEBUG, "event=link.step link=%u from=%s to=%s", s->info.number, rules[s->state].name,
             rules[next].name);
    step_enter(rules, &s->state, next);
}

/* Sends what is queued and, after a handshake, the closing alert; then waits for the stream to close. */
static void begin_close(struct session *s)
{
    if (s->close_begun)
        return;
    s->close_begun = true;
    session_report_handshake(s);
    dialer_stop(s->dialer);
    s->dialer = NULL;
    if (s->stream == NULL)
        return;
    if (tls_handshake_done(s->tls)) {
        struct error ignored; /* it ends anyway, with the reason it has */

        (void)session_encrypt(s, &ignored);
        tls_shutdown(s->tls, stream_raw_begin(s->stream));
        stream_raw_end(s->stream);
    }
    stream_finish(s->stream);
    timer_start(s->timeout, CLOSE_TIMEOUT_MS);
}

/* Frees S: it is not touched again. */
static void session_free(struct session *s)
{
    REQUIRE(s->stream == NULL && s->dialer == NULL && s->info.why != 0 && s->handshake_reported);
    s->owner->on_closed(s->owner->cookie, s);
    timer_free(s->timeout);
    tls_free(s->tls);
    bytes_fini(&s->in);
    bytes_fini(&s->out);
    bytes_fini(&s->hello);
    bytes_fini(&s->info.detail);
    free(s);
}

/* The peer closed the link. */
static void end_by_peer(struct session *s)
{
    if (s->state == S_UNKNOWN)
        session_fail_with(s, E_LNK_14, "nobody lists the node, and it left");
    else
        s->info.why = LINK_ENDED;
}

/* The node is listed: it is greeted, and what it said before is read. */
static void enter_hello(struct session *s)
{
    int64_t left = hello_time_left(s);

    REQUIRE(tls_handshake_done(s->tls) && tls_peer(s->tls) != 0 && !s->hello_done); /* nobody else is greeted */
    enter_state(s, S_HELLO);
    s->info.group = tls_chosen_group(s->tls);
    s->info.narrow = s->seen = tls_narrow(s->tls);
    if (s->info.narrow != LINK_CLASS_CUT_OFF) /* which is greeted when it has spoken, and is sent no directory */
        session_queue_hello(s);
    timer_start(s->timeout, left < HELLO_WAIT_MS || s->info.narrow == LINK_CLASS_CUT_OFF ? left : HELLO_WAIT_MS);
    if (s->hello.size > 0)
        session_take_hello(s, PEER_HELLO, bytes_view(&s->hello));
}

static void enter_unknown(struct session *s)
{
    enter_state(s, S_UNKNOWN);
    timer_start(s->timeout, hello_time_left(s));
    if (!s->owner->on_unknown(s->owner->cookie, s))
        session_fail_with(s, E_LNK_14, "nobody lists the node, and others like it came before");
}

static void step(struct session *s)
{
    for (;;) {
        bool ending = s->info.why != 0;

        if (!ending && s->peer_closed) {
            end_by_peer(s);
            ending = true;
        }
        switch (s->state) {
        case S_CONNECTING:
            if (!ending && s->stream == NULL)
                return; /* wait: on_dialled or on_timeout */
            enter_state(s, ending ? S_CLOSING : S_HANDSHAKE);
            break;
        case S_HANDSHAKE:
            if (!ending && !tls_handshake_done(s->tls))
                return; /* wait: on_bytes or on_timeout */
            if (ending)
                enter_state(s, S_CLOSING);
            else if (tls_peer(s->tls) != 0)
                enter_hello(s);
            else
                enter_unknown(s);
            break;
        case S_UNKNOWN:
            if (!ending && tls_peer(s->tls) == 0)
                return; /* wait: on_bytes, on_timeout or session_recheck */
            if (ending)
                enter_state(s, S_CLOSING);
            else
                enter_hello(s);
            break;
        case S_HELLO:
            if (!ending && !s->hello_done)
                return; /* wait: on_bytes or on_timeout */
            enter_state(s, ending ? S_CLOSING : S_OPEN);
            if (!ending)
                timer_start(s->timeout, BOUND_PING_MS);
            break;
        case S_OPEN:
            if (!ending)
                return; /* wait: on_bytes, on_timeout, session_send, session_end */
            enter_state(s, S_CLOSING);
            break;
        case S_CLOSING:
            begin_close(s);
            if (s->stream != NULL)
                return; /* wait: on_stream_closed, or on_timeout, which closes it */
            enter_state(s, S_CLOSED);
            break;
        case S_CLOSED:
            session_free(s);
            return;
        default:
            REQUIRE(false); /* there is no other state */
        }
    }
}

static void on_stream_closed(void *cookie, const struct error *err)
{
    struct session *s = cookie;

    s->stream = NULL;
    if (s->info.why == 0 && s->state == S_UNKNOWN)
        end_by_peer(s);
    else if (s->info.why == 0)
        s->info.why = err->code == E_NONE ? LINK_CUT : link_reason_of(err->code);
    step(s);
}

/* --- start --- */

static struct session *session_new(const struct session_owner *o, uint32_t number)
{
    struct session *s = xnew(sizeof *s);

    s->owner = o;
    s->info.number = number;
    s->state = S_CONNECTING;
    s->started_ms = loop_now_ms(o->loop);
    s->timeout = timer_new(o->loop, on_timeout, s);
    timer_start(s->timeout, BOUND_HANDSHAKE_MS);
    return s;
}

static void attach_socket(struct session *s, int fd)
{
    REQUIRE(s->state == S_CONNECTING && s->stream == NULL && s->tls == NULL);
    s->last_read_ms = loop_now_ms(s->owner->loop);
    s->tls = tls_new(s->owner->tls, s->info.dialled ? s->info.peer : 0);
    s->stream = stream_open_fd(s->owner->loop, fd, STREAM_RAW, &events, s);
    /* Twice over: what refexd has sent before it heard that the link is full. And the largest frame. */
    stream_set_limit(s->stream, (size_t)3 * BOUND_LINK_OUT);
    stream_set_low_water(s->stream, BOUND_LINK_OUT);
}

struct session *session_accept(const struct session_owner *o, uint32_t number, int fd)
{
    struct session *s = session_new(o, number);

    attach_socket(s, fd);
    timer_start(s->timeout, BOUND_CLIENT_HELLO_MS);
    step(s);
    return s; /* NOLINT(clang-analyzer-unix.Malloc): S has a stream, so it cannot be freed yet */
}

static void on_dialled(void *cookie, int fd, const struct error *err)
{
    struct session *s = cookie;

    s->dialer = NULL;
    if (fd < 0) {
        session_fail(s, err);
    } else {
        attach_socket(s, fd);
        on_bytes(s, view_of(NULL, 0)); /* the client speaks first */
        return;
    }
    step(s);
}

struct session *session_dial(const struct session_owner *o, uint32_t number, const struct seam_dial *to,
                             struct error *err)
{
    char address[SEAM_LITERAL_MAX + 1] = {0};
    struct session *s = session_new(o, number);

    REQUIRE(to->peer != 0 && to->address.size <= SEAM_LITERAL_MAX); /* seam_dial_decode */
    memcpy(address, to->address.at, to->address.size);
    s->info.dialled = true;
    s->info.peer = to->peer;
    if (!dialer_start(o->loop, address, to->port, BOUND_HANDSHAKE_MS, on_dialled, s, &s->dialer, err)) {
        timer_free(s->timeout);
        free(s);
        return NULL;
    }
    return s;
}

void session_recheck(struct session *s)
{
    struct error err;

    if (s->tls == NULL || s->info.why != 0 || !tls_handshake_done(s->tls))
        return;
    if (!tls_recheck(s->tls, &err))
        session_fail(s, &err);
    else if (s->seen != LINK_CLASS_CUT_OFF && tls_narrow(s->tls) == LINK_CLASS_CUT_OFF)
        session_fail_with(s, E_LNK_04, "its agency was cut off while the link stood");
    else if (s->seen == LINK_CLASS_CUT_OFF && tls_narrow(s->tls) != LINK_CLASS_CUT_OFF)
        session_fail_with(s, E_LNK_16, "its agency is cut off no more");
    else if (s->state == S_OPEN && s->info.narrow == LINK_CLASS_ORDINARY && tls_narrow(s->tls) != LINK_CLASS_ORDINARY)
        session_fail_with(s, E_LNK_03, "its certificate ended while the link stood");
    else if (s->state == S_UNKNOWN && tls_peer(s->tls) != 0)
        s->info.peer = tls_peer(s->tls);
    else
        return;
    timer_start(s->timeout, 0); /* the step comes later: a public function never calls back */
}

bool session_sees_ended(const struct session *s)
{
    return s->seen == LINK_CLASS_ENDED;
}

struct view session_certificate(const struct session *s, struct arena *arena)
{
    return s->tls == NULL ? (struct view){0} : tls_peer_certificate(s->tls, arena);
}
