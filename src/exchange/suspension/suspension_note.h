#ifndef EXCHANGE_SUSPENSION_NOTE_H
#define EXCHANGE_SUSPENSION_NOTE_H
/* Makes and reads suspensions as signed notes (docs/PROTOCOL.md 10).
 *
 * Floor: exchange; refex-ca makes an officer's with the same code. The note's key name is that of the directory key or
 * of the member that the text names.
 */

#include "model/directory.h"

struct sign_key;
struct verify_key;

/* Appends the note of S, signed by KEY. */
MUST_USE bool suspension_note_sign(const struct suspension *s, const struct sign_key *key, struct bytes *note,
                                   struct error *err);
/* Whether NOTE begins as one does. */
bool suspension_note_is_one(struct view note);
/* Reads a note; verifies nothing. E-RVK-05. */
MUST_USE bool suspension_note_read(struct view note, struct suspension *out, struct error *err);
/* Whether one directory key, or one member, signs both. */
bool suspension_is_of_signer(const struct suspension *a, const struct suspension *b);
/* Whether KEY signed NOTE, which is of S. */
bool suspension_note_is_signed(struct view note, const struct suspension *s, const struct verify_key *key);

#endif
