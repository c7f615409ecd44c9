#ifndef STORE_INQUIRY_STORE_H
#define STORE_INQUIRY_STORE_H
/* Inquiries and notifications, which are about nobody (schema: inquiry). What they say lies sealed, as bodies.
 *
 * Floor: store.
 */

#include "model/control_enums.h"
#include "model/ident.h"
#include "model/message_kind.h"
#include "store/db.h"

struct inquiry_row {
    int64_t number; /* from 1; what people name it by */
    enum message_kind kind;
    enum direction direction;
    int64_t peer;
    struct ident id;       /* of its message */
    int64_t message;       /* number of its message */
    struct ident together; /* of what was asked in one act; zeros: it came */
    int64_t answer;        /* number of the message that answers it; 0: none */
    int64_t made_ms;
    int64_t until_ms; /* nobody waits for an answer any more */
};

/* Sets the number of ROW. */
MUST_USE bool inquiry_store_add(struct db *db, struct inquiry_row *row, struct error *err);
MUST_USE bool inquiry_store_answer(struct db *db, int64_t number, int64_t answer, struct error *err);
MUST_USE bool inquiry_store_get(struct db *db, int64_t number, bool *found, struct inquiry_row *row, struct error *err);
/* The one with PEER whose message has this id. */
MUST_USE bool inquiry_store_find(struct db *db, enum direction direction, int64_t peer, const struct ident *id,
                                 bool *found, struct inquiry_row *row, struct error *err);
/* How many of KIND that came from PEER are not answered and have not ended at NOW_MS. */
MUST_USE bool inquiry_store_count(struct db *db, int64_t peer, enum message_kind kind, int64_t now_ms, uint64_t *count,
                                  struct error *err);
/* The same of all agencies. */
MUST_USE bool inquiry_store_waiting(struct db *db, enum message_kind kind, int64_t now_ms, uint64_t *count,
                                    struct error *err);
typedef bool inquiry_store_row_fn(void *cookie, const struct inquiry_row *row, struct error *err);
/* Ascending by number, in steps or as a whole. */
MUST_USE bool inquiry_store_walk(struct db *db, struct walk_step *step, inquiry_store_row_fn *on_row, void *cookie,
                                 struct error *err);
/* Forgets those that ended before then, and what they said. */
MUST_USE bool inquiry_store_drop(struct db *db, int64_t before_ms, struct error *err);

#endif
