#ifndef EXCHANGE_SUCCESSION_NOTE_H
#define EXCHANGE_SUCCESSION_NOTE_H
/* Makes and reads successions as signed notes (docs/PROTOCOL.md 2): both keys sign, the old one first.
 *
 * Floor: exchange; refex-ca reads those of requests with the same code. A note holds both keys, so whoever reads one
 * verifies it; whether these keys are the agency's he has to ask elsewhere.
 */

#include "model/directory.h"

struct sign_key;

/* Appends the note of S, of FEDERATION, whose keys are those of OLD and NEW. */
MUST_USE bool succession_note_sign(const struct succession *s, const struct federation *federation,
                                   const struct sign_key *old, const struct sign_key *new, struct bytes *note,
                                   struct error *err);
/* Reads a note and verifies both signatures. E-FED-60 malformed, E-FED-61 one is missing or false, or it was made for
 * another agency or federation. */
MUST_USE bool succession_note_read(struct view note, const struct federation *federation, struct succession *out,
                                   struct error *err);
/* The fingerprints of its keys. */
void succession_hashes(const struct succession *s, struct hash *old, struct hash *new);

#endif
