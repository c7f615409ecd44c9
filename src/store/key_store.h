#ifndef STORE_KEY_STORE_H
#define STORE_KEY_STORE_H
/* Which slots of the `keys` file are in use, and the public halves of the node's own sealing keys.
 *
 * Floor: store. No secret stands here: data keys lie in the slots (crypto/data_keys.h), private sealing keys in
 * files of their own (crypto/sealfile.h).
 */

#include "model/ident.h"
#include "store/db.h"

/* Slots of the `keys` file that are in use. The next free one is the highest ever used + 1: slots are not used twice.
 */
enum slot_state { SLOT_USED = 1, SLOT_TO_ERASE, SLOT_ERASED };
MUST_USE bool slot_store_allocate(struct db *db, uint64_t *slot, struct error *err); /* marks it used */
MUST_USE bool slot_store_set_state(struct db *db, uint64_t slot, enum slot_state state, struct error *err);
typedef bool slot_store_row_fn(void *cookie, uint64_t slot, struct error *err);
MUST_USE bool slot_store_walk(struct db *db, enum slot_state state, slot_store_row_fn *on_row, void *cookie,
                              struct error *err);

/* Own sealing keys: the public half and its days; the private half lies in a file (crypto/sealfile.h) named for the
 * id. */
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
