#ifndef STORE_SHARE_STORE_H
#define STORE_SHARE_STORE_H
/* What other agencies have used up of their shares, so that a restart gives nobody a new one.
 *
 * Floor: store. One row an agency; what USED holds the meter knows (exchange/traffic/meter.c).
 */

#include "store/db.h"

MUST_USE bool share_store_put(struct db *db, int64_t peer, uint32_t day, struct view used, struct error *err);
MUST_USE bool share_store_get(struct db *db, int64_t peer, bool *found, uint32_t *day, struct bytes *used,
                              struct error *err);

#endif
