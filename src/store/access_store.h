#ifndef STORE_ACCESS_STORE_H
#define STORE_ACCESS_STORE_H
/* Cases that were opened by who does not hold them (schema: case_access). Why is sealed under the case's slot.
 *
 * Floor: store.
 */

#include "model/audit_enums.h"
#include "model/ident.h"
#include "store/db.h"

struct access_row {
    int64_t number;
    struct ident id;
    int64_t case_number;
    int64_t staff;
    int64_t since_ms;
    int64_t until_ms;
    enum access_review review; /* 0: not yet */
    struct view sealed;        /* in a walk: lives during the call */
};

/* The number of the row that is added next. */
MUST_USE bool access_store_next(struct db *db, int64_t *number, struct error *err);
MUST_USE bool access_store_add(struct db *db, const struct access_row *row, struct error *err);
/* It was reviewed, and SEALED is what it holds from then on. */
MUST_USE bool access_store_review(struct db *db, int64_t number, enum access_review review, struct view sealed,
                                  struct error *err);
typedef bool access_store_row_fn(void *cookie, const struct access_row *row, struct error *err);
/* Ascending by number, in steps or as a whole. */
MUST_USE bool access_store_walk(struct db *db, struct walk_step *step, access_store_row_fn *on_row, void *cookie,
                                struct error *err);
/* The one with this id: none, or one call. */
MUST_USE bool access_store_find(struct db *db, const struct ident *id, access_store_row_fn *on_row, void *cookie,
                                struct error *err);
/* Whether STAFF has opened the case and reads it at NOW_MS. */
MUST_USE bool access_store_is_open(struct db *db, int64_t case_number, int64_t staff, int64_t now_ms, bool *open,
                                   struct error *err);
/* How many are not reviewed, of those from before BEFORE_MS. */
MUST_USE bool access_store_count(struct db *db, int64_t before_ms, uint64_t *count, struct error *err);

/* Whether one of a case is not reviewed. */
MUST_USE bool access_store_waits(struct db *db, int64_t case_number, bool *waits, struct error *err);

#endif
