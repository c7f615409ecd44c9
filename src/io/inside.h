#ifndef IO_INSIDE_H
#define IO_INSIDE_H
/* What the files of this room share and nobody else sees: what a loop consists of.
 *
 * Floor: io, private.
 */

#include "base/bytes.h"
#include "base/error.h"
#include "io/loop.h"

#include <uv.h>

/* Bytes: more than a unix socket holds by default, so that one read takes all that has arrived. */
#define SCRATCH_SIZE 262144
#define SIGNALS_MAX  8

struct stream;
struct timer;

/* Anything open in a loop, so that loop_free finds it. */
struct member {
    struct member **from;
    struct member *next;
    void (*end)(struct member *self);
};

/* A stream's place in one of the loop's two lists of streams; from is NULL while it is not in it. */
struct stream_entry {
    struct stream_entry **from;
    struct stream_entry *next;
    struct stream *stream;
};

struct signal_hook {
    uv_signal_t uv;
    loop_signal_fn *fn;
    void *cookie;
    struct loop *loop;
};

struct loop {
    uv_loop_t uv;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;
    loop_tick_fn *on_tick;
    void *tick_cookie;
    bool needs_tick;            /* something happened since the last tick */
    size_t closing;             /* handles whose memory libuv still holds */
    struct stream_entry *dirty; /* streams with bytes to write when the tick is over */
    struct stream_entry *ready; /* streams that hold whole frames which a pause kept back */
    struct member *streams;     /* ended first by loop_free: their on_closed may end the rest */
    struct member *members;
    uint8_t *scratch;   /* a stream that holds no beginning of a frame reads into it */
    struct bytes spare; /* a grown output buffer for the next stream that needs one */
    struct signal_hook signals[SIGNALS_MAX];
    size_t signal_count;
};

/* LIST is &loop->streams or &loop->members. */
void loop_member_add(struct member **list, struct member *m, void (*end)(struct member *self));
void loop_member_remove(struct member *m);

/* uv_close with the loop's count kept; the callback must call loop_handle_closed. */
void loop_handle_close(struct loop *l, uv_handle_t *h, uv_close_cb done);
void loop_handle_closed(struct loop *l);

/* T is freed by its owner in this room, not by loop_free. */
void timer_detach(struct timer *t);

/* Writes what waits in every dirty stream. */
void stream_flush_dirty(struct loop *l);

/* Delivers what a pause kept back in every ready stream. */
void stream_deliver_ready(struct loop *l);

#endif
