#ifndef CODEC_SEAM_FRAME_H
#define CODEC_SEAM_FRAME_H
/* SEND and FRAME of the seam by hand: they are frequent, and a payload of up to 512 KiB is not copied.
 *
 * Floor: codec. The bytes are those that the contract gives; a unit test compares the two.
 */

#include "codec/seam_messages.h"

/* Appends IN's bytes to *OUT; the caller keeps to the bounds (REQUIREd). */
void seam_frame_encode(const struct seam_frame *in, struct bytes *out);
/* The decoded payload is a view into WIRE. E_LNK_13. */
MUST_USE bool seam_frame_decode(struct view wire, struct seam_frame *out, struct error *err);

#endif
