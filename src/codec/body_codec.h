#ifndef CODEC_BODY_CODEC_H
#define CODEC_BODY_CODEC_H
/* The body of a message: sections of a case, and what its kind asks or answers (docs/PROTOCOL.md 12,
 * proto/referral.proto).
 *
 * Floor: codec. A body is committed to as bytes: encoded once by its maker. Sections are bytes here; case_codec reads
 * them. Whether the record names the same kind and sections is for whoever has both.
 */

#include "base/arena.h"
#include "base/error.h"
#include "model/referral.h"

/* Appends IN, which must be valid (REQUIREd where body_decode would refuse it for a contradiction). */
void body_encode(const struct body *in, struct bytes *out);

/* *OUT borrows from ARENA. E_BYT_01, E_BYT_02, E_BYT_03. */
MUST_USE bool body_decode(struct view wire, struct arena *arena, struct body *out, struct error *err);

#endif
