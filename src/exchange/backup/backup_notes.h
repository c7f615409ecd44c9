#ifndef EXCHANGE_BACKUP_NOTES_H
#define EXCHANGE_BACKUP_NOTES_H
/* What the node remembers of its backups: the public key that the recovery words open, what was made and tried of each
 * part, and the last rehearsal. Each change is a record BACKUP of the house log.
 *
 * Floor: exchange. Backups are made and written by the program (refexd/backup/backups.h). Views in results live until
 * exchange_tick ends. E-STO-*.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

/* The words were made: KEY, 32 bytes, is what is sealed to from now on. *REPLACED: there was another one. */
MUST_USE bool exchange_backup_set_words(struct exchange *x, const uint8_t key[static 32], bool *replaced,
                                        struct error *err);
/* *FOUND: the public key of the words. Also works read only, as the next two. */
MUST_USE bool exchange_backup_find_words(struct exchange *x, uint8_t key[static 32], bool *found, struct error *err);
/* What is remembered of a part; of one that was never tried its kind alone. */
MUST_USE bool exchange_backup_part(struct exchange *x, enum backup_kind kind, struct control_backup_part *out,
                                   struct error *err);
MUST_USE bool exchange_backup_rehearsal(struct exchange *x, struct control_backup_rehearsal *out, struct error *err);

/* A data part is begun behind this tick: a record, which is the newest in it, so that it says of when it is under the
 * signature of this agency; with the generation of its keys. E-STO-03: there is no room for it. */
#define BACKUP_NOTE_BEGUN "backup-begun" /* in note_store; its sequence is that generation */
MUST_USE bool exchange_backup_begin_data(struct exchange *x, struct error *err);
/* A part was made, or was not. Failing in the same way again, at the same place, makes no record. */
MUST_USE bool exchange_backup_put_part(struct exchange *x, const struct control_backup_part *part, struct error *err);
MUST_USE bool exchange_backup_put_rehearsal(struct exchange *x, const struct control_backup_rehearsal *rehearsal,
                                            struct error *err);
/* A keys part with HASH is about to be put at its place: behind this tick it is known as the node's own there, whether
 * or not it is told that it is. E-STO-03. */
MUST_USE bool exchange_backup_put_coming(struct exchange *x, const struct hash *hash, struct error *err);
MUST_USE bool exchange_backup_coming(struct exchange *x, struct hash *out, struct error *err); /* zeros: none */
/* The home of DB takes the place of the one that made the parts that it remembers: none is known as its own at its
 * place, nor tried, so both are to be made. In the open transaction. */
MUST_USE bool backup_notes_invalidate(struct db *db, struct arena *arena, struct error *err);

/* Grows when this process destroys a key, and when the file of keys is wrapped anew: a keys part that was begun at
 * another stamp holds what is destroyed since. */
uint64_t exchange_backup_stamp(const struct exchange *x);
/* A home that signs nothing any more, or not yet, writes no backup by itself: it would take the place of that of the
 * home which goes on. False: E-RST-01, E-RST-03, E-RST-11, E-LOG-27. */
MUST_USE bool exchange_backup_may_write(const struct exchange *x, struct error *err);

#endif
