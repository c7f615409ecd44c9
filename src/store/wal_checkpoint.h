#ifndef STORE_WAL_CHECKPOINT_H
#define STORE_WAL_CHECKPOINT_H
/* Copies the WAL back into the database. When: exchange_tick.c; in a process of its own: refexd/wal_copier.c.
 *
 * Floor: store.
 */

#include "store/db.h"

/* A passive WAL checkpoint: when the node is idle, or the WAL has more than about 4,000 pages. */
MUST_USE bool db_checkpoint_wal(struct db *db, struct error *err);

#endif
