#ifndef STORE_NUMBER_STORE_H
#define STORE_NUMBER_STORE_H
/* Small numbers of the node, by name: "directory_logged", "bundle_sequence" …
 *
 * Floor: store.
 */

#include "store/db.h"

MUST_USE bool number_store_put(struct db *db, const char *name, int64_t value, struct error *err);
MUST_USE bool number_store_get(struct db *db, const char *name, bool *found, int64_t *value, struct error *err);

#endif
