#ifndef STORE_NEVER_STORE_H
#define STORE_NEVER_STORE_H
/* Who is kept from a case (schema: case_never). Whom a row names is sealed under the case's slot.
 *
 * Floor: store.
 */

#include "store/db.h"

/* How many rows there are, of all cases. */
MUST_USE bool never_store_count(struct db *db, uint64_t *count, struct error *err);
/* The number of the row that is added next. */
MUST_USE bool never_store_next(struct db *db, int64_t *number, struct error *err);
MUST_USE bool never_store_add(struct db *db, int64_t number, int64_t case_number, struct view sealed,
                              struct error *err);
MUST_USE bool never_store_drop(struct db *db, int64_t number, struct error *err);
typedef bool never_store_row_fn(void *cookie, int64_t number, struct view sealed, struct error *err);
/* Those of one case, in the order in which they were added. */
MUST_USE bool never_store_walk(struct db *db, int64_t case_number, never_store_row_fn *on_row, void *cookie,
                               struct error *err);

typedef bool never_store_case_fn(void *cookie, int64_t case_number, struct error *err);
/* Each case that keeps somebody out, once. */
MUST_USE bool never_store_walk_cases(struct db *db, never_store_case_fn *on_case, void *cookie, struct error *err);

#endif
