#ifndef STORE_PEER_STORE_H
#define STORE_PEER_STORE_H
/* Other agencies as this node remembers them, and what the federation signed: notes, directories, certificates,
 * bundles.
 *
 * Floor: store.
 */

#include "model/ident.h"
#include "store/db.h"

struct peer_row {
    int64_t number; /* out */
    struct address agency;
    struct hash fid;         /* its federation */
    uint32_t incarnation;    /* newest known of its exchange log; 0: none seen */
    uint64_t known_size;     /* of the last checkpoint of theirs we remember; 0 none */
    uint64_t receipted_size; /* of the last checkpoint of ours that they are known to hold */
    int64_t last_receipt_ms;
};

/* The peer's row, made when it is not there. */
MUST_USE bool peer_store_find_or_add(struct db *db, const struct address *agency, const struct hash *fid,
                                     struct peer_row *out, struct error *err);
MUST_USE bool peer_store_find(struct db *db, struct view agency, bool *found, struct peer_row *out, struct error *err);
MUST_USE bool peer_store_get(struct db *db, int64_t number, bool *found, struct peer_row *out, struct error *err);
MUST_USE bool peer_store_update(struct db *db, const struct peer_row *row, struct error *err);

/* A checkpoint note of a peer, kept once: returns its number, the same for the same peer and size and bytes. */
MUST_USE bool peer_store_put_note(struct db *db, int64_t peer, uint64_t size, struct view note, int64_t *number,
                                  struct error *err);
/* The note of this size. */
MUST_USE bool peer_store_note(struct db *db, int64_t peer, uint64_t size, bool *found, struct bytes *note,
                              struct error *err);

/* Texts kept by name and agency: "bundle" (newest of an agency), "directory" (newest), "membership" … */
MUST_USE bool note_store_put(struct db *db, const char *what, struct view agency, uint64_t sequence, struct view note,
                             struct error *err);
MUST_USE bool note_store_get(struct db *db, const char *what, struct view agency, bool *found, uint64_t *sequence,
                             struct bytes *note, struct error *err);
typedef bool note_store_row_fn(void *cookie, struct view agency, uint64_t sequence, struct view note,
                               struct error *err);
MUST_USE bool note_store_walk(struct db *db, const char *what, note_store_row_fn *on_row, void *cookie,
                              struct error *err);

/* Slots of the `keys` file that are in use. The next free one is the highest ever used + 1: slots are not used twice.
 */
enum slot_state { SLOT_USED = 1, SLOT_TO_ERASE, SLOT_ERASED };
MUST_USE bool slot_store_allocate(struct db *db, uint64_t *slot, struct error *err); /* marks it used */
MUST_USE bool slot_store_set_state(struct db *db, uint64_t slot, enum slot_state state, struct error *err);
typedef bool slot_store_row_fn(void *cookie, uint64_t slot, struct error *err);
MUST_USE bool slot_store_walk(struct db *db, enum slot_state state, slot_store_row_fn *on_row, void *cookie,
                              struct error *err);

/* Own sealing keys: the public half and its days; the private half lies in a file (crypto/keyfile.h) named for the id.
 */
struct sealing_key_row {
    struct ident id;
    uint8_t public_key[KEY_SIZE];
    uint32_t use_from;
    uint32_t use_until;
    uint32_t keep_until;
};
MUST_USE bool sealing_key_store_add(struct db *db, const struct sealing_key_row *row, struct error *err);
MUST_USE bool sealing_key_store_drop(struct db *db, const struct ident *id, struct error *err);
typedef bool sealing_key_store_row_fn(void *cookie, const struct sealing_key_row *row, struct error *err);
/* Ascending by use_from. */
MUST_USE bool sealing_key_store_walk(struct db *db, sealing_key_store_row_fn *on_row, void *cookie, struct error *err);

/* Small numbers by name: "directory_logged", "bundle_sequence" … */
MUST_USE bool number_store_put(struct db *db, const char *name, int64_t value, struct error *err);
MUST_USE bool number_store_get(struct db *db, const char *name, bool *found, int64_t *value, struct error *err);

#endif
