#ifndef IO_CHILD_SERVE_H
#define IO_CHILD_SERVE_H
/* What a child process does all its life: it reads a frame of its parent on CHILD_FD, handles it, answers, and reads
 * the next.
 *
 * Floor: io. Without a loop: what a frame asks may take as long as it takes (a slow disk, name service, a program), and
 * what comes meanwhile waits in the socket. Beside it: child.h, which starts such a process.
 */

#include "base/bytes.h"
#include "base/error.h"

/* Handles one frame; PAYLOAD is valid during the call. False: no more is read. Then *ERR says what was wrong with it,
 * or is left alone: nothing was, but the parent has gone, or the child has done what it is there for. */
typedef bool child_frame_fn(void *cookie, uint16_t kind, struct view payload, struct error *err);

/* Until the parent ends, also inside a frame, or ON_FRAME returns false. A payload has at most MAX bytes; what was read
 * is wiped. False: *ERR is what ON_FRAME set, or CODE: what came is no frame. */
MUST_USE bool child_serve(size_t max, enum error_code code, child_frame_fn *on_frame, void *cookie, struct error *err);

/* Writes all of FRAMES, and waits as long as the parent does not read. False: it has gone; no signal comes of that. */
MUST_USE bool child_send(struct view frames);

#endif
