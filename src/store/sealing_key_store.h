#ifndef STORE_SEALING_KEY_STORE_H
#define STORE_SEALING_KEY_STORE_H
/* The node's own sealing keys: public half and days.
 *
 * Floor: store. No secret stands here: the private half lies in a file named for the id (crypto/sealfile.h).
 */

#include "model/ident.h"
#include "store/db.h"

struct sealing_key_row {
    struct ident id;
    uint8_t public_key[KEY_SIZE];
    uint32_t use_from;   /* unix day: sealed to from here */
    uint32_t use_until;  /* unix day: to the day before this */
    uint32_t keep_until; /* unix day: opened to here, inclusive; then the private half is destroyed */
};
MUST_USE bool sealing_key_store_add(struct db *db, const struct sealing_key_row *row, struct error *err);
MUST_USE bool sealing_key_store_drop(struct db *db, const struct ident *id, struct error *err);
typedef bool sealing_key_store_row_fn(void *cookie, const struct sealing_key_row *row, struct error *err);
/* Ascending by use_from. */
MUST_USE bool sealing_key_store_walk(struct db *db, sealing_key_store_row_fn *on_row, void *cookie, struct error *err);

#endif
