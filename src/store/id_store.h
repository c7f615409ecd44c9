#ifndef STORE_ID_STORE_H
#define STORE_ID_STORE_H
/* The ids of cases, consents and referrals that lie in a range: those that begin as somebody typed.
 *
 * Floor: store.
 */

#include "model/control_enums.h"
#include "model/ident.h"
#include "store/db.h"

typedef bool id_store_fn(void *cookie, const struct ident *id, struct error *err);
/* From FIRST to LAST, ascending, each once, at most LIMIT. Of an import under way there are none. */
MUST_USE bool id_store_walk(struct db *db, enum id_of of, const struct ident *first, const struct ident *last,
                            uint32_t limit, id_store_fn *on_id, void *cookie, struct error *err);

/* Whether one is there from FIRST to LAST, of an import under way, too; of a case or a referral. */
MUST_USE bool id_store_is_taken(struct db *db, enum id_of of, const struct ident *first, const struct ident *last,
                                bool *taken, struct error *err);

#endif
