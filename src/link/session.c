/* One link.
 *
 *   connecting ──► shaking ──► greeting ──► open ──┐
 *       │             │           │                ▼
 *       └─────────────┴───────────┴──────────► closing ──► closed
 *
 * The happy path: TCP connects (or has connected); TLS shakes hands and the certificate is a member's; the hellos say
 * the same agency and a version both speak; frames flow, pings keep the link awake. What can go wrong: nobody answers
 * in time; a refused certificate; a hello that does not fit; a frame too large or of a kind that is none; silence; more
 * waiting than may wait; refexd hangs up. Each sets ->why and leads to closing; the owner reads it in on_closed. The
 * first reason stands.
 */
#include "link/session.h"

#include "base/bounds.h"
#include "base/log.h"
#include "base/step.h"
#include "codec/frame.h"
#include "codec/peer_codec.h"
#include "io/listener.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "link/tls.h"

#include <stdlib.h>
#include <string.h>

#define FAREWELL_MS  2000                         /* for the last bytes of a link that ends */
#define GREETING_MAX (FRAME_HEADER + BOUND_HELLO) /* bytes that may come before the hello is whole */
#define PLAIN_KEEP   524288                       /* bytes of shared scratch that stay allocated */

enum session_state { S_CONNECTING, S_SHAKING, S_GREETING, S_OPEN, S_CLOSING, S_CLOSED, S_COUNT };

static const struct step_rule rules[S_COUNT] = {
    [S_CONNECTING] = {"connecting", STEP(S_SHAKING) | STEP(S_CLOSING)},
    [S_SHAKING] = {"shaking", STEP(S_GREETING) | STEP(S_CLOSING)},
    [S_GREETING] = {"greeting", STEP(S_OPEN) | STEP(S_CLOSING)},
    [S_OPEN] = {"open", STEP(S_CLOSING)},
    [S_CLOSING] = {"closing", STEP(S_CLOSED)},
    [S_CLOSED] = {"closed", 0},
};

struct session {
    struct session_face face;
    const struct session_owner *owner;
    int state;
    struct dialer *dialer; /* while connecting */
    struct stream *stream; /* from shaking on; NULL again when it has closed */
    struct tls *tls;
    struct timer *patience;
    struct bytes in;  /* opened bytes that are no whole frame yet, or that a pause kept back */
    struct bytes out; /* frames to seal when the round ends */
    int64_t heard_ms; /* when the last byte came */
    bool greeted;     /* the peer's hello is there and fits */
    bool paused;
    bool stopped; /* on_flow(stop) was said */
    bool ended;   /* the peer said goodbye */
    bool told_shaken;
    bool parting; /* closing has begun: the last bytes are on their way */
};

static void on_dialled(void *cookie, int fd, const struct error *err);
static void on_bytes(void *cookie, struct view bytes);
static void on_drained(void *cookie);
static void on_stream_closed(void *cookie, const struct error *err);
static void on_patience(void *cookie);
static void step(struct session *s);

static const struct stream_events events = {
    .on_bytes = on_bytes,
    .on_drained = on_drained,
    .on_closed = on_stream_closed,
};

struct session_face *session_face(struct session *s)
{
    return &s->face;
}

static const char *agency_of(const struct session *s)
{
    return s->face.agency.text[0] != '\0' ? s->face.agency.text : "unknown";
}

/* --- ending --- */

void session_end(struct session *s, enum link_reason why)
{
    if (s->face.why != 0 || s->state == S_CLOSED)
        return;
    s->face.why = why;
    timer_start(s->patience, 0); /* the step comes later: a public function never calls back */
}

bool session_may_log(struct session *s)
{
    if (s->face.dialled || s->face.was_open || s->face.opened_ms != 0)
        return true;
    if (!s->face.asked)
        s->face.quiet = !s->owner->may_log(s->owner->cookie);
    s->face.asked = true;
    return !s->face.quiet;
}

/* The same from inside: what went wrong is logged, and the caller steps. */
static void fail(struct session *s, const struct error *err)
{
    if (s->face.why != 0)
        return;
    s->face.why = link_reason_of(err->code);
    if (!session_may_log(s))
        return;
    log_line(LOG_NOTICE, "event=link.refused link=%u agency=%s dialled=%s code=%s reason=%s detail=\"%s\"",
             s->face.number, agency_of(s), s->face.dialled ? "yes" : "no", error_row(err->code)->code,
             link_reason_name(s->face.why), err->text);
}

static void fail_with(struct session *s, enum error_code code, const char *what)
{
    struct error err;

    (void)error_set(&err, code, "%s", what);
    fail(s, &err);
}

/* --- what comes: network → tls → frames --- */

static void queue(struct session *s, uint16_t kind, struct view payload)
{
    bool first = s->out.size == 0;

    frame_append(&s->out, kind, payload);
    if (first)
        s->owner->on_waiting(s->owner->cookie, s);
}

static bool hello_fits(const struct session *s, struct view payload, struct error *err)
{
    struct arena arena = {.max = (size_t)BOUND_HELLO * BOUND_ARENA_FACTOR};
    struct peer_hello h;
    bool ok = peer_hello_decode(payload, &arena, &h, err);

    if (ok && !address_equal(&h.agency, tls_peer(s->tls)))
        ok = error_set(err, E_LNK_05, "the hello names %s, the certificate %s", h.agency.text, tls_peer(s->tls)->text);
    if (ok && !hash_equal(&h.federation_id, &s->owner->federation.fid))
        ok = error_set(err, E_LNK_02, "the hello of %s names another federation", h.agency.text);
    if (ok && (h.protocol_min > PEER_PROTOCOL || h.protocol_max < PEER_PROTOCOL))
        ok = error_set(err, E_LNK_21, "%s speaks versions %u to %u of the protocol", h.agency.text, h.protocol_min,
                       h.protocol_max);
    arena_fini(&arena);
    return ok;
}

static void tell_shaken(struct session *s)
{
    if (s->told_shaken)
        return;
    s->told_shaken = true;
    s->owner->on_shaken(s->owner->cookie, s);
}

/* The first frame. */
static void take_hello(struct session *s, uint16_t kind, struct view payload)
{
    enum link_reason why = LINK_DUPLICATE;
    struct error err;

    if (kind != PEER_HELLO || payload.size > BOUND_HELLO) {
        fail_with(s, E_LNK_10, "the first frame is not a hello");
    } else if (!hello_fits(s, payload, &err)) {
        fail(s, &err);
    } else {
        tell_shaken(s);
        s->face.opened_ms = loop_now_ms(s->owner->loop);
        if (s->owner->on_open(s->owner->cookie, s, payload, &why))
            s->greeted = s->face.was_open = true;
        else
            s->face.why = why;
    }
}

static void take_frame(struct session *s, uint16_t kind, struct view payload)
{
    if (!s->greeted)
        take_hello(s, kind, payload);
    else if (kind == PEER_PING)
        queue(s, PEER_PONG, view_of(NULL, 0));
    else if (kind > PEER_HELLO && kind < PEER_PING)
        s->owner->on_frame(s->owner->cookie, s, kind, payload);
    else if (kind != PEER_PONG)
        fail_with(s, E_LNK_10, "a frame of a kind that may not come");
}

/* Takes whole frames at the beginning of PLAIN; returns how many bytes they took. */
static size_t take_frames(struct session *s, struct view plain)
{
    size_t done = 0;

    while (s->face.why == 0 && !s->paused) {
        struct view rest = view_of(plain.at + done, plain.size - done);
        struct view payload;
        struct error err;
        uint16_t kind;
        size_t used;
        enum frame_status next = frame_read(rest, s->greeted ? BOUND_FRAME : BOUND_HELLO, &kind, &payload, &used, &err);

        if (next == FRAME_BAD)
            fail_with(s, E_LNK_10, err.text);
        if (next != FRAME_READY)
            break;
        take_frame(s, kind, payload);
        done += used;
    }
    return done;
}

/* Frames are taken from the shared scratch where they came whole; what is left over is kept. */
static void take_plain(struct session *s, struct bytes *plain)
{
    if (plain == &s->in) {
        bytes_consume(&s->in, take_frames(s, bytes_view(&s->in)));
    } else {
        size_t done = take_frames(s, bytes_view(plain));

        bytes_append(&s->in, plain->at + done, plain->size - done);
        bytes_clear(plain);
        if (plain->room > PLAIN_KEEP)
            bytes_fini(plain);
    }
    if (s->in.size == 0)
        bytes_fini(&s->in);
}

static void on_bytes(void *cookie, struct view bytes)
{
    struct session *s = cookie;
    struct bytes *plain = s->in.size > 0 ? &s->in : s->owner->plain;
    struct error err;
    bool ended = false;
    bool ok;

    if (s->face.why != 0)
        return;
    s->heard_ms = loop_now_ms(s->owner->loop);
    ok = tls_take(s->tls, bytes, stream_raw_begin(s->stream), plain, &ended, &err);
    stream_raw_end(s->stream);
    if (s->face.agency.text[0] == '\0')
        s->face.agency = *tls_peer(s->tls);
    if (!ok)
        fail(s, &err);
    else
        step(s); /* shaking may be over: our hello goes before their frames are looked at */
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): S is buried only after its stream, which is open here */
    take_plain(s, plain);
    s->ended = ended; /* only now: what came before the goodbye counts */
    step(s);
}

/* --- what goes: frames → tls → network --- */

void session_send(struct session *s, uint16_t kind, struct view payload)
{
    if (s->state == S_OPEN && s->face.why == 0)
        queue(s, kind, payload);
}

static void say_flow(struct session *s, bool stop)
{
    if (s->stopped == stop || !s->face.was_open)
        return;
    s->stopped = stop;
    s->owner->on_flow(s->owner->cookie, s, stop);
}

/* All that was queued, in as few records as it needs. */
static bool seal(struct session *s, struct error *err)
{
    bool ok = tls_seal(s->tls, bytes_view(&s->out), stream_raw_begin(s->stream), err);

    stream_raw_end(s->stream);
    bytes_fini(&s->out);
    return ok;
}

void session_flush(struct session *s)
{
    struct error err;

    if (s->stream == NULL || s->out.size == 0 || s->parting)
        return;
    if (!seal(s, &err)) {
        fail(s, &err);
        timer_start(s->patience, 0);
    } else if (stream_waiting_bytes(s->stream) >= BOUND_LINK_OUT) {
        say_flow(s, true);
    }
}

static void on_drained(void *cookie)
{
    say_flow(cookie, false);
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
    if (s->stream == NULL || s->state != S_OPEN || s->face.why != 0)
        return;
    stream_resume(s->stream);
    timer_start(s->patience, 0); /* what the pause kept back is taken there */
}

/* --- time --- */

static void keep_awake(struct session *s)
{
    int64_t silent_ms = loop_now_ms(s->owner->loop) - s->heard_ms;

    if (s->in.size > 0 && !s->paused)
        take_plain(s, &s->in);
    if (tls_has_ended(s->tls))
        fail_with(s, E_LNK_03, "its certificate ended while the link stood");
    else if (silent_ms >= BOUND_IDLE_MS && !s->paused)
        fail_with(s, E_LNK_09, "not a byte in two minutes");
    else if (silent_ms >= BOUND_PING_MS)
        queue(s, PEER_PING, view_of(NULL, 0));
    timer_start(s->patience, BOUND_PING_MS);
}

static void on_patience(void *cookie)
{
    struct session *s = cookie;

    if (s->state == S_CLOSING && s->stream != NULL && s->parting)
        stream_close(s->stream); /* the last bytes have had their time */
    else if (s->state == S_OPEN && s->face.why == 0)
        keep_awake(s);
    else if (s->face.why == 0)
        fail_with(s, s->state == S_CONNECTING ? E_LNK_01 : E_LNK_09, "no handshake in time");
    step(s);
}

/* --- steps --- */

static void enter(struct session *s, int next)
{
    log_line(LOG_DEBUG, "event=link.step link=%u from=%s to=%s", s->face.number, rules[s->state].name,
             rules[next].name);
    step_enter(rules, &s->state, next);
}

/* Begins the end: a goodbye on a link that stood, then what waits, then no more. */
static void part(struct session *s)
{
    if (s->parting)
        return;
    s->parting = true;
    tell_shaken(s);
    dialer_stop(s->dialer);
    s->dialer = NULL;
    if (s->stream == NULL)
        return;
    if (tls_is_shaken(s->tls)) {
        struct error ignored; /* it ends anyway, with the reason it has */

        (void)seal(s, &ignored);
        tls_end(s->tls, stream_raw_begin(s->stream));
        stream_raw_end(s->stream);
    }
    stream_finish(s->stream);
    timer_start(s->patience, FAREWELL_MS);
}

/* Frees S: it is not touched again. */
static void bury(struct session *s)
{
    s->owner->on_closed(s->owner->cookie, s);
    timer_free(s->patience);
    tls_free(s->tls);
    bytes_fini(&s->in);
    bytes_fini(&s->out);
    free(s);
}

static void step(struct session *s)
{
    for (;;) {
        bool ending = s->face.why != 0;

        if (!ending && s->ended) {
            s->face.why = LINK_ENDED; /* the peer said goodbye */
            ending = true;
        }
        switch (s->state) {
        case S_CONNECTING:
            if (!ending && s->stream == NULL)
                return; /* wait: on_dialled or on_patience */
            enter(s, ending ? S_CLOSING : S_SHAKING);
            break;
        case S_SHAKING:
            if (!ending && !tls_is_shaken(s->tls))
                return; /* wait: on_bytes or on_patience */
            enter(s, ending ? S_CLOSING : S_GREETING);
            if (!ending)
                queue(s, PEER_HELLO, s->owner->hello);
            break;
        case S_GREETING:
            if (!ending && !s->greeted)
                return; /* wait: on_bytes or on_patience */
            enter(s, ending ? S_CLOSING : S_OPEN);
            if (!ending)
                timer_start(s->patience, BOUND_PING_MS);
            break;
        case S_OPEN:
            if (!ending)
                return; /* wait: on_bytes, on_patience, session_send, session_end */
            enter(s, S_CLOSING);
            break;
        case S_CLOSING:
            part(s);
            if (s->stream != NULL)
                return; /* wait: on_stream_closed, or on_patience, which closes it */
            enter(s, S_CLOSED);
            break;
        case S_CLOSED:
            bury(s);
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
    if (s->face.why == 0)
        s->face.why = err->code == E_NONE ? LINK_CUT : link_reason_of(err->code);
    step(s);
}

/* --- beginning --- */

static struct session *session_new(const struct session_owner *o, uint32_t number)
{
    struct session *s = xnew(sizeof *s);

    s->owner = o;
    s->face.number = number;
    s->state = S_CONNECTING;
    s->patience = timer_new(o->loop, on_patience, s);
    timer_start(s->patience, BOUND_HANDSHAKE_MS);
    return s;
}

static void begin(struct session *s, int fd)
{
    s->heard_ms = loop_now_ms(s->owner->loop);
    s->tls = tls_new(s->owner->tls, s->face.dialled ? &s->face.agency : NULL);
    s->stream = stream_open_fd(s->owner->loop, fd, STREAM_RAW, &events, s);
    stream_limit(s->stream, (size_t)2 * BOUND_LINK_OUT); /* half of it, where on_drained comes, is BOUND_LINK_OUT */
}

struct session *session_accept(const struct session_owner *o, uint32_t number, int fd)
{
    struct session *s = session_new(o, number);

    begin(s, fd);
    step(s);
    return s; /* NOLINT(clang-analyzer-unix.Malloc): S has a stream, it cannot be over yet */
}

static void on_dialled(void *cookie, int fd, const struct error *err)
{
    struct session *s = cookie;

    s->dialer = NULL;
    if (fd < 0) {
        fail(s, err);
    } else {
        begin(s, fd);
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

    memcpy(address, to->address.at, to->address.size);
    s->face.dialled = true;
    s->face.agency = to->agency;
    if (!dialer_start(o->loop, address, to->port, BOUND_HANDSHAKE_MS, on_dialled, s, &s->dialer, err)) {
        timer_free(s->patience);
        free(s);
        return NULL;
    }
    return s;
}

void session_recheck(struct session *s)
{
    struct error err;

    if (s->tls == NULL || s->face.why != 0 || !tls_is_shaken(s->tls) || tls_recheck(s->tls, &err))
        return;
    fail(s, &err);
    timer_start(s->patience, 0);
}

size_t session_chain(const struct session *s, struct arena *arena, const struct view **out)
{
    return s->tls == NULL ? 0 : tls_peer_chain(s->tls, arena, out);
}
