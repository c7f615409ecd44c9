#ifndef IO_STREAM_H
#define IO_STREAM_H
/* Frames (or plain bytes) over a connected socket.
 *
 * Floor: io; frames as in docs/PROTOCOL.md 3. What is in a frame is the owner's.
 *
 * Everything sent in one round is written with one system call after the tick (io/loop.h). Reading is bounded by
 * BOUND_FRAME; writing by the caller, who looks at stream_waiting_bytes, and at last by the stream's limit.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

struct loop;
struct stream;

enum stream_mode {
    STREAM_FRAMED, /* on_frame, stream_frame_begin */
    STREAM_RAW,    /* on_bytes, stream_write_raw */
};

struct stream_events {
    /* A frame, kind not 0; the view is valid during the call. */
    void (*on_frame)(void *cookie, uint16_t kind, struct view payload);
    /* Bytes as they come (STREAM_RAW); valid during the call. */
    void (*on_bytes)(void *cookie, struct view bytes);
    /* Fewer bytes wait than the low-water mark, after as many or more did. May be NULL. */
    void (*on_drained)(void *cookie);
    /* The stream has ended; its memory is freed on return. Exactly once. ERR->code is E_NONE where we closed it or the
     * other side ended between two frames; E_LNK_10 bad frame, E_LNK_16 cut inside one or broken, E_LNK_22 over the
     * limit. */
    void (*on_closed)(void *cookie, const struct error *err);
};

/* Takes over FD, a connected stream socket. EVENTS must outlive the stream. Reading begins in the next round. */
struct stream *stream_open_fd(struct loop *l, int fd, enum stream_mode mode, const struct stream_events *events,
                              void *cookie);

/* For streams that carry personal data: buffers are wiped when they have been written or read. */
void stream_enable_wiping(struct stream *s);

/* Bytes that may wait before the stream ends with E_LNK_22. */
void stream_set_limit(struct stream *s, size_t max_bytes);

/* The low-water mark for on_drained; half of the limit unless set. */
void stream_set_low_water(struct stream *s, size_t bytes);

/* Sends a frame: the caller appends the payload (at most BOUND_FRAME bytes, REQUIREd) to the returned buffer between
 * begin and end; nothing else may be sent on S in between. After stream_close it does nothing. */
struct bytes *stream_frame_begin(struct stream *s, uint16_t kind);
void stream_frame_end(struct stream *s);

void stream_write_raw(struct stream *s, struct view bytes);

/* The same as stream_write_raw, written in place: append to the buffer, then call stream_raw_end. */
struct bytes *stream_raw_begin(struct stream *s);
void stream_raw_end(struct stream *s);

/* Bytes sent and not yet taken by the kernel. */
size_t stream_waiting_bytes(const struct stream *s);

/* No on_frame and no on_bytes until stream_resume; the sender is slowed by the full socket. */
void stream_pause(struct stream *s);
void stream_resume(struct stream *s);

/* Whether the other side has ended, or will send nothing more: while S is paused nothing else tells. A system call. */
bool stream_is_hung_up(const struct stream *s);

/* Ends S now: what waits is dropped; on_closed comes later in this round or in the next. A second call does nothing. */
void stream_close(struct stream *s);

/* Ends S when what waits has been written. Nothing is read any more. There is no timeout: that is the caller's. */
void stream_finish(struct stream *s);

/* Ends S with ERR for on_closed; the first fault wins. */
void stream_fail(struct stream *s, const struct error *err);

#endif
