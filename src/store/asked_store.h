#ifndef STORE_ASKED_STORE_H
#define STORE_ASKED_STORE_H
/* What referrals ask for, sealed, in segments of referrals whose numbers follow one another (schema: asked_segment).
 * Here nothing of it is seen.
 *
 * Floor: store.
 */

#include "store/db.h"

struct asked_segment_row {
    int64_t number;
    uint64_t slot;
};

/* Appends to *SEALED. */
MUST_USE bool asked_store_get(struct db *db, int64_t number, bool *found, struct asked_segment_row *out,
                              struct bytes *sealed, struct error *err);
MUST_USE bool asked_store_put(struct db *db, const struct asked_segment_row *row, struct view sealed,
                              struct error *err);
MUST_USE bool asked_store_drop(struct db *db, int64_t number, struct error *err);
/* The first number from FROM on that no segment has. */
MUST_USE bool asked_store_missing(struct db *db, int64_t from, int64_t *number, struct error *err);

#endif
