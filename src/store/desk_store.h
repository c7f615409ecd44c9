#ifndef STORE_DESK_STORE_H
#define STORE_DESK_STORE_H
/* Desks of this agency. Nothing in a row is about a person.
 *
 * Floor: store.
 */

#include "model/audit_enums.h"
#include "model/ident.h"
#include "store/db.h"

struct desk_row {
    int64_t number;
    struct ident id;
    char name[BOUND_AGENCY + 1];
    enum desk_visibility visibility;
    int64_t since_ms;
};

/* The number of the row that is added next. */
MUST_USE bool desk_store_next(struct db *db, int64_t *number, struct error *err);
MUST_USE bool desk_store_add(struct db *db, const struct desk_row *row, struct error *err);
/* E-STO-07 there is none; here and below. */
MUST_USE bool desk_store_set(struct db *db, int64_t number, enum desk_visibility visibility, struct error *err);
/* Nothing belongs to it (desk_store_is_used). */
MUST_USE bool desk_store_drop(struct db *db, int64_t number, struct error *err);
/* Whether a case, or a referral that came in, belongs to it. */
MUST_USE bool desk_store_is_used(struct db *db, int64_t number, bool *used, struct error *err);
typedef bool desk_store_row_fn(void *cookie, const struct desk_row *row, struct error *err);
/* Ascending by number. */
MUST_USE bool desk_store_walk(struct db *db, desk_store_row_fn *on_row, void *cookie, struct error *err);

#endif
