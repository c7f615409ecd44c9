#ifndef CODEC_FRAME_H
#define CODEC_FRAME_H
/* Frames: how messages stand one behind the other on a stream (docs/PROTOCOL.md 3).
 *
 *   u32 length ‖ u16 kind ‖ u16 zero ‖ payload        length = bytes of the payload
 *
 * Floor: codec. The same on the network, the seam and the control socket; kinds are named in peer.h,
 * seam.h and control_codec.h; here are only their ranges.
 */

#include "base/bounds.h"
#include "base/bytes.h"
#include "base/error.h"

#define FRAME_HEADER        8 /* bytes */
#define FRAME_NETWORK_FIRST 1 /* docs/PROTOCOL.md 13 */
#define FRAME_SEAM_FIRST    256
#define FRAME_CONTROL_FIRST 512

/* Appends a whole frame. PAYLOAD is at most BOUND_FRAME bytes (REQUIREd). */
void frame_append(struct bytes *out, uint16_t kind, struct view payload);

/* The same without a copy: append the payload to OUT between the two calls. frame_begin returns where the frame
 * begins, which frame_end wants back. */
size_t frame_begin(struct bytes *out, uint16_t kind);
void frame_end(struct bytes *out, size_t begin);

enum frame_status {
    FRAME_MORE,  /* the frame is not whole yet */
    FRAME_READY, /* *kind, *payload and *used are set */
    FRAME_BAD,   /* *err is set (E_BYT_02, E_BYT_04); the stream cannot be read on */
};

/* Reads the frame at the beginning of BUFFER. *PAYLOAD borrows from BUFFER; *USED is what the frame took of it. A
 * payload of more than MAX bytes is refused as soon as its header is there. Kind 0 is refused; other
 * unknown kinds the caller refuses. */
enum frame_status frame_read(struct view buffer, size_t max, uint16_t *kind, struct view *payload, size_t *used,
                             struct error *err);

#endif
