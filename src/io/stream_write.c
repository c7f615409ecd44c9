/* Of a stream: what waits to leave, in one buffer, and the loop's spare one. */
#include "io/stream_inside.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "codec/frame.h"

#define IDLE_OUT_MAX 4096 /* bytes of output buffer that an idle stream keeps */
#define SPARE_MAX    4194304

size_t stream_waiting_bytes(const struct stream *s)
{
    REQUIRE(s->out_at <= s->out.size);
    return s->out.size - s->out_at;
}

/* An idle stream keeps a small buffer or none; the loop keeps one large buffer for the stream that needs one next. */
static void release_output(struct stream *s)
{
    bool wiping = s->out.wiping;

    bytes_clear(&s->out);
    s->out_at = 0;
    if (s->out.room <= IDLE_OUT_MAX)
        return;
    if (s->out.room <= SPARE_MAX && s->loop->spare.room < s->out.room) {
        bytes_fini(&s->loop->spare);
        s->loop->spare = s->out;
        s->loop->spare.wiping = false; /* it is empty, and what it held is wiped */
        s->out = (struct bytes){.wiping = wiping};
    } else {
        bytes_fini(&s->out);
    }
}

static void check_drained(struct stream *s)
{
    if ((s->flow & FLOW_FULL) == 0 || stream_waiting_bytes(s) >= s->low_water)
        return;
    s->flow &= ~FLOW_FULL;
    if (s->events->on_drained != NULL)
        s->events->on_drained(s->cookie);
}

void stream_flush(struct stream *s)
{
    REQUIRE(!s->is_begun); /* no half of a frame leaves */
    s->flow &= ~FLOW_BLOCKED;
    while (stream_waiting_bytes(s) > 0) {
        ssize_t n = send(s->fd, s->out.at + s->out_at, stream_waiting_bytes(s), MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN) {
            stream_fail_with(s, E_LNK_16, strerror(errno));
            return;
        }
        if (n < 0) {
            s->flow |= FLOW_BLOCKED;
            break;
        }
        s->out_at += (size_t)n;
    }
    if (stream_waiting_bytes(s) == 0) {
        release_output(s);
    } else if (s->out_at > s->out.size / 2) {
        bytes_consume(&s->out, s->out_at);
        s->out_at = 0;
    }
    stream_update_poll(s);
    check_drained(s);
    stream_step(s);
}

void stream_flush_dirty(struct loop *l)
{
    while (l->dirty != NULL) {
        struct stream *s = l->dirty->stream;

        stream_entry_remove(&s->dirty);
        stream_flush(s);
    }
}

static struct bytes *begin_output(struct stream *s)
{
    REQUIRE(!s->is_begun);
    s->is_begun = true;
    if (s->out.room == 0 && !stream_is_ended(s)) {
        s->loop->spare.wiping = s->out.wiping;
        s->out = s->loop->spare;
        s->loop->spare = (struct bytes){0};
    }
    return &s->out;
}

static void end_output(struct stream *s)
{
    size_t waiting = stream_waiting_bytes(s);

    REQUIRE(s->is_begun);
    s->is_begun = false;
    if (stream_is_ended(s)) {
        bytes_clear(&s->out);
        s->out_at = 0;
        return;
    }
    if (waiting == 0) {
        release_output(s); /* nothing was written after all */
        return;
    }
    if (waiting > s->limit)
        stream_fail_with(s, E_LNK_22, "more waits to leave than may wait");
    else if (waiting >= s->low_water)
        s->flow |= FLOW_FULL;
    stream_mark_dirty(s);
}

struct bytes *stream_frame_begin(struct stream *s, uint16_t kind)
{
    struct bytes *out = begin_output(s);

    s->frame_at = frame_begin(out, kind);
    return out;
}

void stream_frame_end(struct stream *s)
{
    frame_end(&s->out, s->frame_at);
    end_output(s);
}

struct bytes *stream_raw_begin(struct stream *s)
{
    return begin_output(s);
}

void stream_raw_end(struct stream *s)
{
    end_output(s);
}

void stream_write_raw(struct stream *s, struct view bytes)
{
    bytes_append_view(begin_output(s), bytes);
    end_output(s);
}
