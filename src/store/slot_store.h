#ifndef STORE_SLOT_STORE_H
#define STORE_SLOT_STORE_H
/* Which slots of the `keys` file are in use. The next free one is the highest in use + 1, or where slot_store_begin_at
 * put it: slots are not used twice.
 *
 * Floor: store. No secret stands here: the data keys lie in the slots (crypto/data_keys.h).
 */

#include "store/db.h"

enum slot_state { SLOT_USED = 1, SLOT_TO_ERASE, SLOT_ERASED };
MUST_USE bool slot_store_allocate(struct db *db, uint64_t *slot, struct error *err); /* marks it used */
/* The one that is allocated next. */
uint64_t slot_store_next(const struct db *db);
/* Those that are allocated from now on are not below END. */
void slot_store_begin_at(struct db *db, uint64_t end);
/* One more than the highest slot that any row of any table names; reads them all. */
MUST_USE bool slot_store_end(struct db *db, uint64_t *end, struct error *err);
MUST_USE bool slot_store_is_used(struct db *db, uint64_t slot, bool *used, struct error *err);
/* Whether it is in use by nothing of a person's, and by no member of the staff: asked where nothing opens with it, so
 * that a row that was changed has no key erased but its own. Reads all cases and consents. */
MUST_USE bool slot_store_may_end(struct db *db, uint64_t slot, bool *may, struct error *err);
MUST_USE bool slot_store_set_state(struct db *db, uint64_t slot, enum slot_state state, struct error *err);
MUST_USE bool slot_store_walk(struct db *db, enum slot_state state, db_slot_fn *on_row, void *cookie,
                              struct error *err);

#endif
