#ifndef STORE_SIZE_STORE_H
#define STORE_SIZE_STORE_H
/* About how many rows the tables have that grow: the number of the last of each, which is read without a scan.
 *
 * Floor: store.
 */

#include "store/db.h"

typedef bool size_store_row_fn(void *cookie, struct view table, uint64_t rows, struct error *err);
MUST_USE bool size_store_walk(struct db *db, size_store_row_fn *on_row, void *cookie, struct error *err);

#endif
