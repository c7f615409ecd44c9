#ifndef STORE_DRAFT_STORE_H
#define STORE_DRAFT_STORE_H
/* Drafts: what dialogues have been told and is no case yet, sealed; and the slots that they have given up.
 *
 * Floor: store.
 */

#include "model/ident.h"
#include "store/db.h"

struct draft_row {
    int64_t number;
    struct ident id;
    int64_t maker; /* number of the member of the staff who began it; 0: none of the staff */
    uint64_t slot;
    uint64_t version;
    int64_t changed_ms;
    struct view sealed; /* in a walk: lives during the call */
};

/* The number of the row that is added next. */
MUST_USE bool draft_store_next(struct db *db, int64_t *number, struct error *err);
MUST_USE bool draft_store_add(struct db *db, const struct draft_row *row, struct error *err);
/* Slot, version, time and what is sealed are as in ROW from now on. E-STO-07 there is none of its number. */
MUST_USE bool draft_store_change(struct db *db, const struct draft_row *row, struct error *err);
/* Appends what is sealed in it to SEALED. */
MUST_USE bool draft_store_find(struct db *db, const struct ident *id, bool *found, struct draft_row *out,
                               struct bytes *sealed, struct error *err);
/* How many MAKER has. */
MUST_USE bool draft_store_count(struct db *db, int64_t maker, uint64_t *count, struct error *err);
typedef bool draft_store_row_fn(void *cookie, const struct draft_row *row, struct error *err);
/* Ascending by number; in steps, or as a whole. */
MUST_USE bool draft_store_walk(struct db *db, struct walk_step *step, draft_store_row_fn *on_row, void *cookie,
                               struct error *err);
/* At most LIMIT of those that were not changed since BEFORE_MS, the oldest first. */
MUST_USE bool draft_store_walk_old(struct db *db, int64_t before_ms, uint32_t limit, draft_store_row_fn *on_row,
                                   void *cookie, struct error *err);
MUST_USE bool draft_store_drop(struct db *db, int64_t number, struct error *err);

/* --- slots that are to be overwritten --- */

MUST_USE bool draft_slot_store_add(struct db *db, uint64_t slot, struct error *err);
MUST_USE bool draft_slot_store_walk(struct db *db, db_slot_fn *on_row, void *cookie, struct error *err);
MUST_USE bool draft_slot_store_drop(struct db *db, uint64_t slot, struct error *err);

#endif
