#ifndef CODEC_SUCCESSION_CODEC_H
#define CODEC_SUCCESSION_CODEC_H
/* The text of a succession: which identity key of an agency takes the place of which, in the bytes that both sign
 * (docs/PROTOCOL.md 2).
 *
 * Floor: codec. Text only: signatures are joined and checked by exchange/succession/succession_note.
 */

#include "base/error.h"
#include "model/directory.h"

#define SUCCESSION_FIRST_LINE "refex-succeeds/v1"

/* Appends the text, from `refex-succeeds/v1` to the last line's end. S must be valid in form. */
void succession_encode(const struct succession *s, struct bytes *text);

/* Reads the whole text; one spelling only. E-FED-60. */
MUST_USE bool succession_decode(struct view text, struct succession *out, struct error *err);

#endif
