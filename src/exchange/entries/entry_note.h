#ifndef EXCHANGE_ENTRY_NOTE_H
#define EXCHANGE_ENTRY_NOTE_H
/* Makes and checks entries: what an agency says of itself, as a note signed by its identity key (docs/PROTOCOL.md 10).
 *
 * Floor: exchange. The note's key name is `<federation>/<fid16>/<agency>`.
 */

#include "codec/entry_codec.h"

struct sign_key;
struct verify_key;

/* Appends the signed note of HEAD and E. KEY is the identity key of the agency. */
MUST_USE bool entry_note_sign(const struct entry_head *head, const struct agency_entry *e,
                              const struct federation *federation, const struct sign_key *key, struct bytes *note,
                              struct error *err);

/* An entry as it was read. Borrows from the note and the arena. */
struct entry_read {
    struct view text; /* what is signed */
    struct entry_head head;
    struct agency_entry entry;
};

/* Reads a note; verifies nothing. E-ENT-01. */
MUST_USE bool entry_note_read(struct view note, struct arena *arena, struct entry_read *out, struct error *err);
/* Whether KEY signed NOTE, an entry of AGENCY. */
bool entry_note_is_signed(struct view note, const struct federation *federation, const struct address *agency,
                          const struct verify_key *key);

/* The fingerprint of a public identity key (docs/PROTOCOL.md 11). */
void entry_key_fingerprint(const uint8_t key[static KEY_SIZE], struct hash *out);

#endif
