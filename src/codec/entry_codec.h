#ifndef CODEC_ENTRY_CODEC_H
#define CODEC_ENTRY_CODEC_H
/* The text of an agency's entry, in the bytes that its identity key signs (docs/PROTOCOL.md 10, proto/entry.proto).
 *
 * Floor: codec. Text only: signatures are joined and checked by exchange/entries/entry_note.
 */

#include "base/arena.h"
#include "base/error.h"
#include "model/agency_entry.h"
#include "model/ident.h"

#define ENTRY_FIRST_LINE "refex-entry/v1"

/* The lines before the protobuf. */
struct entry_head {
    struct address agency;
    uint64_t sequence; /* 1 to 2^63 - 1 */
};

/* Appends the text, from `refex-entry/v1` to the last line's end. */
void entry_text_encode(const struct entry_head *head, const struct agency_entry *e, struct bytes *text);
/* Reads the whole text; one spelling only. *OUT borrows from ARENA. E-ENT-01. */
MUST_USE bool entry_text_decode(struct view text, struct arena *arena, struct entry_head *head,
                                struct agency_entry *out, struct error *err);

#endif
