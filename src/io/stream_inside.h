#ifndef IO_STREAM_INSIDE_H
#define IO_STREAM_INSIDE_H
/* A stream, shared by stream.c, which reads and ends it, and stream_write.c.
 *
 * Floor: io; for these two files only.
 */

#include "io/inside.h"
#include "io/stream.h"

enum stream_state { S_OPEN, S_FINISHING, S_CLOSING, S_CLOSED, S_COUNT };

/* Who can take no more just now. Bits, not states: each comes and goes by itself, in open and in finishing. */
#define FLOW_PAUSED  1U /* the owner: nothing is read until stream_resume */
#define FLOW_BLOCKED 2U /* the kernel: nothing is written until the socket is writable */
#define FLOW_FULL    4U /* the output buffer: on_drained is due once fewer than low_water bytes wait */

struct stream {
    struct member member; /* first: loop_free finds the stream by it */
    struct loop *loop;
    uv_poll_t poll;
    int fd;
    int state;
    unsigned flow;   /* FLOW_ bits */
    int poll_events; /* what the poll handle waits for */
    enum stream_mode mode;
    const struct stream_events *events;
    void *cookie;
    struct error error; /* the first fault */
    struct bytes in;    /* the beginning of a frame, or what a pause kept back */
    struct bytes out;   /* from out_at: not yet written */
    size_t out_at;
    size_t frame_at; /* offset in OUT of the frame begun by stream_frame_begin */
    bool is_begun;   /* between a _begin and its _end: OUT is the caller's */
    size_t limit;
    size_t low_water; /* for on_drained */
    struct stream_entry dirty;
    struct stream_entry ready;
};

/* It is closing, or closed. */
static inline bool stream_is_ended(const struct stream *s)
{
    return s->state >= S_CLOSING;
}

/* What the poll handle waits for is as the state and the flow say. */
void stream_update_poll(struct stream *s);
/* What waits leaves when the round of the loop ends. */
void stream_mark_dirty(struct stream *s);
void stream_entry_remove(struct stream_entry *e);
/* As stream_fail, with CODE and what went wrong. */
void stream_fail_with(struct stream *s, enum error_code code, const char *what);
/* After writing: one that is finishing closes when all has left. */
void stream_step(struct stream *s);
/* Writes what the kernel takes. */
void stream_flush(struct stream *s);

#endif
