#ifndef CODEC_SUSPENSION_CODEC_H
#define CODEC_SUSPENSION_CODEC_H
/* The text of a suspension: which agencies are to be members no more for 72 hours, in the bytes that a directory key or
 * a member's identity key signs (docs/PROTOCOL.md 10).
 *
 * Floor: codec. Text only: signatures are joined and checked by exchange/suspension/suspension_note.
 */

#include "base/error.h"
#include "model/directory.h"

#define SUSPENSION_FIRST_LINE "refex-suspension/v1"

/* Appends the text, from `refex-suspension/v1` to the last line's end. S must be valid in form. */
void suspension_encode(const struct suspension *s, struct bytes *text);

/* Reads the whole text; one spelling only. E-RVK-05. */
MUST_USE bool suspension_decode(struct view text, struct suspension *out, struct error *err);

#endif
