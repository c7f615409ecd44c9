#ifndef STORE_SNAPSHOT_STORE_H
#define STORE_SNAPSHOT_STORE_H
/* What the exchange log said of all consents at its newest record CONSENTS, in chunks, for a quick start.
 *
 * Floor: store. A copy of what the records say: whoever reads it compares it with that record.
 */

#include "store/db.h"

MUST_USE bool snapshot_store_put(struct db *db, uint64_t chunk, struct view entries, struct error *err);
/* Drops what is stored from CHUNKS on. */
MUST_USE bool snapshot_store_drop(struct db *db, uint64_t chunks, struct error *err);
/* Appends the entries of CHUNK to *OUT. */
MUST_USE bool snapshot_store_get(struct db *db, uint64_t chunk, bool *found, struct bytes *out, struct error *err);

#endif
