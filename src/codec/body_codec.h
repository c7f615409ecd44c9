#ifndef CODEC_BODY_CODEC_H
#define CODEC_BODY_CODEC_H
/* Encodes and decodes the body of a message: sections of a case and the kind's own message (docs/PROTOCOL.md 15).
 *
 * Floor: codec. The commitment is over the body's bytes, so a body is encoded once, by its maker. Sections stay bytes
 * here; case_codec decodes them. That the record names the same kind and sections is checked by the inbox.
 */

#include "base/arena.h"
#include "base/error.h"
#include "model/referral.h"

/* Appends IN, which must be valid: a contradiction that body_decode refuses is a bug here (REQUIRE). */
void body_encode(const struct body *in, struct bytes *out);

/* *OUT borrows from ARENA. E-BYT-01, E-BYT-02, E-BYT-03. */
MUST_USE bool body_decode(struct view wire, struct arena *arena, struct body *out, struct error *err);

#endif
