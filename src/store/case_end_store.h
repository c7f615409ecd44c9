#ifndef STORE_CASE_END_STORE_H
#define STORE_CASE_END_STORE_H
/* That cases are closed, and from which day they are deleted: sealed, a row a case.
 *
 * Floor: store.
 */

#include "store/db.h"

struct case_end_row {
    int64_t case_number;
    uint32_t due;       /* unix day from which it is deleted; 0: none is set */
    bool is_closed;     /* it takes no referral */
    int64_t asked_ms;   /* when its deletion was asked for; 0: it was not */
    int64_t asked_by;   /* number of the member of the staff; 0: none */
    uint32_t hold_ends; /* unix day on which a hold of it has ended; 0: none is set */
};

/* In place of what it has. */
MUST_USE bool case_end_store_put(struct db *db, const struct case_end_row *row, struct view sealed, struct error *err);
MUST_USE bool case_end_store_drop(struct db *db, int64_t case_number, struct error *err);
/* Appends what is sealed to SEALED. */
MUST_USE bool case_end_store_get(struct db *db, int64_t case_number, bool *found, struct case_end_row *out,
                                 struct bytes *sealed, struct error *err);
typedef bool case_end_store_row_fn(void *cookie, const struct case_end_row *row, struct error *err);
/* At most LIMIT of those whose day is DAY or before, with numbers above AFTER, ascending. */
MUST_USE bool case_end_store_walk_due(struct db *db, uint32_t day, int64_t after, uint32_t limit,
                                      case_end_store_row_fn *on_row, void *cookie, struct error *err);

/* At most LIMIT of those whose hold has ended by DAY. */
MUST_USE bool case_end_store_walk_held(struct db *db, uint32_t day, uint32_t limit, case_end_store_row_fn *on_row,
                                       void *cookie, struct error *err);
/* How many deletions this member of the staff asked for since SINCE_MS, and did not undo. */
MUST_USE bool case_end_store_count_asked(struct db *db, int64_t staff, int64_t since_ms, uint64_t *count,
                                         struct error *err);

/* --- slots of cases that were deleted, until they are overwritten --- */

MUST_USE bool case_slot_store_add(struct db *db, uint64_t slot, struct error *err);
MUST_USE bool case_slot_store_walk(struct db *db, db_slot_fn *on_row, void *cookie, struct error *err);
MUST_USE bool case_slot_store_drop(struct db *db, uint64_t slot, struct error *err);

#endif
