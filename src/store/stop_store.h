#ifndef STORE_STOP_STORE_H
#define STORE_STOP_STORE_H
/* Consents that their agency stopped while it was suspended (schema: suspended_stop).
 *
 * Floor: store.
 */

#include "store/db.h"

/* Consent NUMBER, of PEER. One that is there stays as it is. */
MUST_USE bool stop_store_add(struct db *db, int64_t number, int64_t peer, int64_t since_ms, struct error *err);
/* It is none any more, or was none. */
MUST_USE bool stop_store_drop(struct db *db, int64_t number, struct error *err);
MUST_USE bool stop_store_has(struct db *db, int64_t number, bool *has, struct error *err);
/* A person has looked after it. */
MUST_USE bool stop_store_see(struct db *db, int64_t number, struct error *err);

/* Those that nobody has looked after, by their agency. */
typedef bool stop_store_row_fn(void *cookie, int64_t number, int64_t peer, int64_t since_ms, struct error *err);
MUST_USE bool stop_store_walk_open(struct db *db, stop_store_row_fn *on_row, void *cookie, struct error *err);

#endif
