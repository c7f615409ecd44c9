#ifndef CODEC_BUNDLE_CODEC_H
#define CODEC_BUNDLE_CODEC_H
/* The text of a key bundle: the sealing keys that an agency offers, in the bytes that its identity key signs
 * (docs/PROTOCOL.md 10).
 *
 * Floor: codec. Text only: signatures are joined and checked by exchange/members/membership.
 */

#include "base/error.h"
#include "model/directory.h"

/* Appends the text, from `refex-keys/v1` to the last line's end. B must be valid in form. */
void bundle_encode(const struct bundle *b, struct bytes *text);

/* Reads the whole text; one spelling only. E-FED-29. */
MUST_USE bool bundle_decode(struct view text, struct bundle *out, struct error *err);

#endif
