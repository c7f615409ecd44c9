#ifndef STORE_KEPT_ANSWER_STORE_H
#define STORE_KEPT_ANSWER_STORE_H
/* What was answered to requests under a request id, by the mark of the id; all request ids are forgotten here.
 *
 * Floor: store.
 */

#include "model/ident.h"
#include "store/db.h"

struct kept_answer_row {
    int64_t number;
    struct hash mark;
    uint32_t day; /* unix day */
    uint64_t slot;
    struct view sealed;
};

/* The number that the next one will have. */
MUST_USE bool kept_answer_store_next(struct db *db, int64_t *number, struct error *err);
MUST_USE bool kept_answer_store_add(struct db *db, const struct kept_answer_row *row, struct error *err);
/* SEALED is appended to; that of *OUT is empty. */
MUST_USE bool kept_answer_store_find(struct db *db, const struct hash *mark, bool *found, struct kept_answer_row *out,
                                     struct bytes *sealed, struct error *err);

/* The slots. */
struct kept_slot_row {
    uint64_t slot;
    uint32_t day;
    struct hash mark; /* of both */
};
/* That of DAY which is in use. */
MUST_USE bool kept_slot_store_find(struct db *db, uint32_t day, bool *found, struct kept_slot_row *out,
                                   struct error *err);
MUST_USE bool kept_slot_store_add(struct db *db, const struct kept_slot_row *row, struct error *err);
typedef bool kept_slot_store_used_fn(void *cookie, const struct kept_slot_row *row, struct error *err);
/* Those in use of days before DAY. */
MUST_USE bool kept_slot_store_walk(struct db *db, uint32_t day, kept_slot_store_used_fn *on_row, void *cookie,
                                   struct error *err);
/* Whether any slot of the node is to be erased that an answer may tell something of. */
MUST_USE bool kept_slot_store_any_to_erase(struct db *db, bool *any, struct error *err);
/* Those of them that are. */
MUST_USE bool kept_slot_store_walk_to_erase(struct db *db, db_slot_fn *on_row, void *cookie, struct error *err);
MUST_USE bool kept_slot_store_drop(struct db *db, uint64_t slot, struct error *err);

/* Forgets up to MOST request ids of days before DAY, of each kind; *MORE: there may be more. */
MUST_USE bool kept_answer_store_drop_before(struct db *db, uint32_t day, uint32_t most, bool *more, struct error *err);

#endif
