#ifndef STORE_CASE_ENTRY_STORE_H
#define STORE_CASE_ENTRY_STORE_H
/* What people write down beside a case, and how it was before it was changed: sealed, a row an act.
 *
 * Floor: store.
 */

#include "store/db.h"

enum case_entry_kind {
    CASE_ENTRY_EDIT = 1, /* sections as they were before a change */
    CASE_ENTRY_KINDS
};

/* The number a row will have, so that its sealing can be bound to it: get the number, seal, then add. */
MUST_USE bool case_entry_store_next(struct db *db, int64_t *number, struct error *err);
MUST_USE bool case_entry_store_add(struct db *db, int64_t number, int64_t case_number, enum case_entry_kind kind,
                                   struct view sealed, struct error *err);
MUST_USE bool case_entry_store_count(struct db *db, int64_t case_number, enum case_entry_kind kind, uint64_t *count,
                                     struct error *err);
typedef bool case_entry_store_row_fn(void *cookie, int64_t number, enum case_entry_kind kind, struct view sealed,
                                     struct error *err);
/* Oldest first. E-STO-02 a kind that only a newer program has. */
MUST_USE bool case_entry_store_walk(struct db *db, int64_t case_number, case_entry_store_row_fn *on_row, void *cookie,
                                    struct error *err);

#endif
