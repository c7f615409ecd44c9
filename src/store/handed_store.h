#ifndef STORE_HANDED_STORE_H
#define STORE_HANDED_STORE_H
/* What was given to whom, counted for each member of the staff from 1.
 *
 * Floor: store.
 */

#include "model/ident.h"
#include "store/db.h"

struct handed_row {
    uint64_t record; /* index in the house log of the one that says it */
    bool is_referral;
    struct ident object; /* the case, or the referral that came in */
    uint32_t day;        /* unix day; not read */
};

/* As the next of HOLDER. */
MUST_USE bool handed_store_add(struct db *db, int64_t holder, const struct handed_row *row, struct error *err);
/* What was given before this unix day, but for the newest of each holder. */
MUST_USE bool handed_store_drop_old(struct db *db, int64_t before_day, struct error *err);
/* How many of HOLDER were dropped: those before the first that is kept. */
MUST_USE bool handed_store_count_dropped(struct db *db, int64_t holder, uint64_t *count, struct error *err);
/* How many of HOLDER have a record before END. */
MUST_USE bool handed_store_count(struct db *db, int64_t holder, uint64_t end, uint64_t *count, struct error *err);
MUST_USE bool handed_store_get(struct db *db, int64_t holder, uint64_t number, bool *found, struct handed_row *out,
                               struct error *err);
/* The first of HOLDER that RECORD says. */
MUST_USE bool handed_store_find(struct db *db, int64_t holder, uint64_t record, bool *found, struct handed_row *out,
                                struct error *err);

#endif
