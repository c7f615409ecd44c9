/* A stream: bytes of a socket in, frames out, and back.
 *
 *     open ────stream_finish───► finishing
 *       │                            │ all is written
 *       │ end, fault, stream_close   ▼
 *       └────────────────────────► closing ──on_poll_closed──► closed
 *
 * open: the socket is readable, frames are delivered; the tick is over, what waits is written. finishing: nothing is
 * read, what waits is written. closing: the descriptor is closed, libuv still holds the poll handle. closed: the owner
 * gets on_closed, then the memory is freed.
 *
 * What can go wrong: a frame over its bound; the other side gone; more waiting than the limit. Each sets ->error and
 * leads to closing; the first one stands.
 *
 * Bytes are read into the loop's scratch memory and frames are delivered from there; only the beginning of an
 * incomplete frame is kept, so that an idle stream holds no buffer.
 */
#include "io/stream.h"

#include "base/bounds.h"
#include "base/secret.h"
#include "base/step.h"
#include "codec/frame.h"
#include "io/stream_inside.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_CHUNK      65536 /* bytes read at once behind a frame's beginning */
#define READS_PER_ROUND 4     /* so that a busy stream does not keep the others waiting */

static const struct step_rule rules[S_COUNT] = {
    [S_OPEN] = {"open", STEP(S_FINISHING) | STEP(S_CLOSING)},
    [S_FINISHING] = {"finishing", STEP(S_CLOSING)},
    [S_CLOSING] = {"closing", STEP(S_CLOSED)},
    [S_CLOSED] = {"closed", 0},
};

static void on_ready(uv_poll_t *h, int status, int events);

static bool may_read(const struct stream *s)
{
    return s->state == S_OPEN && (s->flow & FLOW_PAUSED) == 0;
}

/* --- what the poll handle waits for, and the loop's lists --- */

void stream_update_poll(struct stream *s)
{
    int want = 0;

    if (stream_is_ended(s))
        return;
    if (may_read(s))
        want |= UV_READABLE;
    if ((s->flow & FLOW_BLOCKED) != 0)
        want |= UV_WRITABLE;
    if (want == s->poll_events)
        return;
    s->poll_events = want;
    if (want == 0)
        (void)uv_poll_stop(&s->poll);
    else
        REQUIRE(uv_poll_start(&s->poll, want, on_ready) == 0);
}

/* An entry that is in the list already stays where it is. */
static void entry_add(struct stream_entry **list, struct stream_entry *e)
{
    if (e->from != NULL)
        return;
    e->from = list;
    e->next = *list;
    if (e->next != NULL)
        e->next->from = &e->next;
    *list = e;
}

void stream_entry_remove(struct stream_entry *e)
{
    if (e->from == NULL)
        return;
    *e->from = e->next;
    if (e->next != NULL)
        e->next->from = e->from;
    e->from = NULL;
}

void stream_mark_dirty(struct stream *s)
{
    if (!stream_is_ended(s) && (s->flow & FLOW_BLOCKED) == 0)
        entry_add(&s->loop->dirty, &s->dirty);
}

static void mark_ready(struct stream *s)
{
    if (stream_is_ended(s) || s->ready.from != NULL)
        return;
    entry_add(&s->loop->ready, &s->ready);
    loop_wake(s->loop);
}

void stream_enable_wiping(struct stream *s)
{
    s->in.wiping = true;
    s->out.wiping = true;
}

/* --- the end --- */

static void on_poll_closed(uv_handle_t *h)
{
    struct stream *s = h->data;

    REQUIRE(s->dirty.from == NULL && s->ready.from == NULL && s->member.from == NULL);
    step_enter(rules, &s->state, S_CLOSED);
    s->loop->needs_tick = true;
    loop_handle_closed(s->loop);
    s->events->on_closed(s->cookie, &s->error);
    bytes_fini(&s->in);
    bytes_fini(&s->out);
    free(s);
}

void stream_close(struct stream *s)
{
    if (stream_is_ended(s))
        return;
    step_enter(rules, &s->state, S_CLOSING);
    stream_entry_remove(&s->dirty);
    stream_entry_remove(&s->ready);
    loop_member_remove(&s->member);
    loop_handle_close(s->loop, (uv_handle_t *)&s->poll, on_poll_closed);
    (void)close(s->fd); /* uv_close has taken it out of the poll set already */
    s->fd = -1;
}

void stream_finish(struct stream *s)
{
    if (s->state != S_OPEN)
        return;
    step_enter(rules, &s->state, S_FINISHING);
    stream_update_poll(s);
    stream_mark_dirty(s); /* the step comes later: a public function never calls back */
}

/* After writing. */
void stream_step(struct stream *s)
{
    if (s->state != S_FINISHING)
        return; /* wait in open: on_ready or the owner; in closing: on_poll_closed */
    if (stream_waiting_bytes(s) > 0)
        return; /* wait: on_ready, when the socket is writable */
    (void)shutdown(s->fd, SHUT_WR);
    stream_close(s);
}

void stream_fail(struct stream *s, const struct error *err)
{
    if (!stream_is_ended(s) && s->error.code == E_NONE)
        s->error = *err;
    stream_close(s);
}

void stream_fail_with(struct stream *s, enum error_code code, const char *what)
{
    struct error err = {0};

    (void)error_set(&err, code, "%s", what);
    stream_fail(s, &err);
}

/* --- reading --- */

/* Delivers whole frames at the beginning of SIZE bytes; returns how many bytes they took. */
static size_t deliver_frames(struct stream *s, const uint8_t *at, size_t size)
{
    size_t done = 0;

    while (may_read(s)) {
        struct error err = {0};
        struct view payload;
        size_t used;
        uint16_t kind;
        enum frame_status next = frame_read(view_of(at + done, size - done), BOUND_FRAME, &kind, &payload, &used, &err);

        if (next == FRAME_BAD)
            stream_fail_with(s, E_LNK_10, err.text);
        if (next != FRAME_READY)
            return done;
        s->events->on_frame(s->cookie, kind, payload);
        done += used;
    }
    return done;
}

static size_t deliver_bytes(struct stream *s, const uint8_t *at, size_t size)
{
    if (s->mode == STREAM_FRAMED)
        return deliver_frames(s, at, size);
    s->events->on_bytes(s->cookie, view_of(at, size));
    return size;
}

/* Bytes of the frame whose beginning is kept; of its header alone while that is incomplete, or while the length is over
 * the bound: deliver_frames refuses it. */
static size_t buffered_frame_size(const struct stream *s)
{
    size_t length = s->in.size >= FRAME_HEADER ? read_u32(s->in.at) : 0;

    return FRAME_HEADER + (length <= BOUND_FRAME ? length : 0);
}

static void deliver_buffered(struct stream *s)
{
    bytes_consume(&s->in, deliver_bytes(s, s->in.at, s->in.size));
    if (s->in.size == 0)
        bytes_fini(&s->in);
}

/* One read; true when another may find more. */
static bool read_once(struct stream *s)
{
    bool had_buffered = s->in.size > 0;
    size_t room = SCRATCH_SIZE;
    uint8_t *to = s->loop->scratch;
    ssize_t n;

    REQUIRE(s->in.size < buffered_frame_size(s)); /* so it never holds more than a frame and one read */
    if (had_buffered) {
        size_t whole = buffered_frame_size(s);

        room = whole > s->in.size + READ_CHUNK ? whole - s->in.size : READ_CHUNK;
        to = bytes_reserve(&s->in, room);
    }
    n = recv(s->fd, to, room, MSG_DONTWAIT);
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR)
            stream_fail_with(s, E_LNK_16, strerror(errno));
        return false;
    }
    if (n == 0) {
        if (had_buffered)
            stream_fail_with(s, E_LNK_16, "the other side ended in the middle of a frame");
        else
            stream_close(s);
        return false;
    }
    if (had_buffered) {
        s->in.size += (size_t)n;
        deliver_buffered(s);
    } else {
        size_t done = deliver_bytes(s, to, (size_t)n);

        if (!stream_is_ended(s))
            bytes_append(&s->in, to + done, (size_t)n - done);
        if (s->in.wiping)
            secret_wipe(to, (size_t)n);
    }
    return (size_t)n == room && may_read(s);
}

static void deliver_kept_back(struct stream *s)
{
    stream_entry_remove(&s->ready);
    if (may_read(s) && s->in.size > 0)
        deliver_buffered(s);
}

void stream_deliver_ready(struct loop *l)
{
    while (l->ready != NULL)
        deliver_kept_back(l->ready->stream);
}

/* --- the socket --- */

static void on_ready(uv_poll_t *h, int status, int events)
{
    struct stream *s = h->data;

    s->loop->needs_tick = true;
    if (s->ready.from != NULL) /* before more is read: who pauses often would keep back more and more */
        deliver_kept_back(s);
    if (may_read(s) && (status < 0 || (events & UV_READABLE) != 0))
        for (int i = 0; i < READS_PER_ROUND && read_once(s); i++)
            ;
    if (status < 0 && !stream_is_ended(s)) /* libuv has stopped polling; what there was has been read */
        stream_fail_with(s, E_LNK_16, "the connection broke");
    if (!stream_is_ended(s) && (events & UV_WRITABLE) != 0)
        stream_flush(s);
}

static void end_stream(struct member *m)
{
    stream_close((struct stream *)m);
}

struct stream *stream_open_fd(struct loop *l, int fd, enum stream_mode mode, const struct stream_events *events,
                              void *cookie)
{
    struct stream *s = xnew(sizeof *s);

    REQUIRE(fd >= 0 && events->on_closed != NULL);
    REQUIRE(mode == STREAM_FRAMED ? events->on_frame != NULL : events->on_bytes != NULL);
    s->loop = l;
    s->fd = fd;
    s->mode = mode;
    s->events = events;
    s->cookie = cookie;
    s->dirty.stream = s->ready.stream = s;
    stream_set_limit(s, BOUND_STREAM_OUT);
    REQUIRE(uv_poll_init(&l->uv, &s->poll, fd) == 0);
    s->poll.data = s;
    loop_member_add(&l->streams, &s->member, end_stream);
    stream_update_poll(s);
    return s;
}

void stream_set_limit(struct stream *s, size_t max_bytes)
{
    s->limit = max_bytes;
    s->low_water = max_bytes / 2;
}

void stream_set_low_water(struct stream *s, size_t bytes)
{
    REQUIRE(bytes <= s->limit); /* else it would end before on_drained is due */
    s->low_water = bytes;
}

void stream_pause(struct stream *s)
{
    s->flow |= FLOW_PAUSED;
    stream_update_poll(s);
}

bool stream_is_hung_up(const struct stream *s)
{
    struct pollfd p = {.fd = s->fd, .events = POLLRDHUP};

    return poll(&p, 1, 0) == 1 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void stream_resume(struct stream *s)
{
    s->flow &= ~FLOW_PAUSED;
    if (s->in.size >= buffered_frame_size(s))
        mark_ready(s);
    stream_update_poll(s);
}
