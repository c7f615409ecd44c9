#ifndef STORE_SEARCH_STORE_H
#define STORE_SEARCH_STORE_H
/* What cases, and referrals that are of none, are found by, sealed, in segments (schema: search_segment). Here no word
 * is seen.
 *
 * Floor: store.
 */

#include "store/db.h"

struct search_segment_row {
    int64_t number;
    uint64_t slot;
    uint64_t entries; /* read-only: of one that is open, or was got by its number */
};

/* A new one that is open; *NUMBER is the one it has got. */
MUST_USE bool search_store_add(struct db *db, uint64_t slot, int64_t *number, struct error *err);
/* The one that is open. */
MUST_USE bool search_store_open(struct db *db, bool *found, struct search_segment_row *out, struct error *err);
/* One by its number; the first full one behind AFTER. Appends to *SEALED: nothing where it is open. */
MUST_USE bool search_store_get(struct db *db, int64_t number, bool *found, struct search_segment_row *out,
                               struct bytes *sealed, struct error *err);
MUST_USE bool search_store_next(struct db *db, int64_t after, bool *found, struct search_segment_row *out,
                                struct bytes *sealed, struct error *err);
/* Writes slot and SEALED, empty: it is open. */
MUST_USE bool search_store_put(struct db *db, const struct search_segment_row *row, struct view sealed,
                               struct error *err);
/* Its entries are dropped first. */
MUST_USE bool search_store_drop(struct db *db, int64_t number, struct error *err);

/* --- entries, by their subject: the number of a case, or below 0 of a referral --- */

MUST_USE bool search_store_put_entry(struct db *db, int64_t subject, int64_t segment, struct view sealed,
                                     struct error *err);
/* *FOUND: it has one, in *SEGMENT. */
MUST_USE bool search_store_find_entry(struct db *db, int64_t subject, bool *found, int64_t *segment, struct error *err);
typedef bool search_store_entry_fn(void *cookie, int64_t subject, struct view sealed, struct error *err);
MUST_USE bool search_store_walk_entries(struct db *db, int64_t segment, search_store_entry_fn *on_entry, void *cookie,
                                        struct error *err);
/* All of the segment are in its own value now. */
MUST_USE bool search_store_fold_entries(struct db *db, int64_t segment, struct error *err);
MUST_USE bool search_store_drop_entry(struct db *db, int64_t subject, struct error *err);
MUST_USE bool search_store_drop_entries(struct db *db, int64_t segment, struct error *err);

/* --- slots of segments that are no more --- */

MUST_USE bool search_store_retire(struct db *db, uint64_t slot, struct error *err);
/* Some of them, the lowest. */
MUST_USE bool search_store_walk_retired(struct db *db, db_slot_fn *on_slot, void *cookie, struct error *err);
MUST_USE bool search_store_drop_retired(struct db *db, uint64_t slot, struct error *err);

#endif
