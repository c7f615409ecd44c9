#ifndef EXCHANGE_KEYS_COUNT_H
#define EXCHANGE_KEYS_COUNT_H
/* Which of the keys that a data part names a keys part has: the two are made one after the other, and may be of
 * different days.
 *
 * Floor: exchange. For who has both from a backup; no node runs.
 */

#include "store/db.h"

struct keys_count {
    /* Whether the keys part opens SLOT. */
    bool (*opens)(void *cookie, uint64_t slot);
    void *cookie;
    uint64_t generation; /* of the keys part: of its storage key … */
    uint64_t used; /* … and how many slots were in use when it was made; where it does not say, all that it has */
    /* filled */
    uint64_t open;
    uint64_t newer; /* first used after the keys part was made, which does not have them; the rest is erased */
};

/* Goes through the slots in use by DB, a data part. E-STO-*. */
MUST_USE bool keys_count_walk(struct db *db, struct keys_count *c, struct error *err);

#endif
