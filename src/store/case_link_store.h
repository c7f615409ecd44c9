#ifndef STORE_CASE_LINK_STORE_H
#define STORE_CASE_LINK_STORE_H
/* Which cases belong together: sealed, a row of either case.
 *
 * Floor: store.
 */

#include "store/db.h"

/* NUMBER is drawn at random, so that the rows of one link do not stand together. */
MUST_USE bool case_link_store_add(struct db *db, int64_t number, int64_t case_number, struct view sealed,
                                  struct error *err);
MUST_USE bool case_link_store_drop(struct db *db, int64_t number, struct error *err);
typedef bool case_link_store_row_fn(void *cookie, int64_t number, struct view sealed, struct error *err);
/* Those of one case, in no order. ON_ROW does not write. */
MUST_USE bool case_link_store_walk(struct db *db, int64_t case_number, case_link_store_row_fn *on_row, void *cookie,
                                   struct error *err);

#endif
