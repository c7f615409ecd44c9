#ifndef STORE_STAFF_STORE_H
#define STORE_STAFF_STORE_H
/* Who uses this node.
 *
 * Floor: store. What a person is called, and may, is sealed: the rows show how many there are, and since when.
 */

#include "model/ident.h"
#include "store/db.h"

struct staff_row {
    int64_t number;
    struct ident id;
    uint64_t slot;
    int64_t since_ms;
    struct view sealed; /* empty: he is forgotten; in a walk: lives during the call */
};

/* The number of the row that is added next. */
MUST_USE bool staff_store_next(struct db *db, int64_t *number, struct error *err);
MUST_USE bool staff_store_add(struct db *db, const struct staff_row *row, struct error *err);
/* What is sealed in row NUMBER from now on. E-STO-07 there is none. */
MUST_USE bool staff_store_seal(struct db *db, int64_t number, struct view sealed, struct error *err);
/* Nothing is sealed in it any more; SLOT is still to be overwritten, or 0. E-STO-07 there is none. */
MUST_USE bool staff_store_erase(struct db *db, int64_t number, uint64_t slot, struct error *err);
typedef bool staff_store_row_fn(void *cookie, const struct staff_row *row, struct error *err);
/* Ascending by number; in steps, or as a whole. */
MUST_USE bool staff_store_walk(struct db *db, struct walk_step *step, staff_store_row_fn *on_row, void *cookie,
                               struct error *err);

#endif
