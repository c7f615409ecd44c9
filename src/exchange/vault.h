#ifndef EXCHANGE_VAULT_H
#define EXCHANGE_VAULT_H
/* The keys of a node: those that seal its database, that sign, and that open messages.
 *
 * Floor: exchange. Every sealed value of the database is sealed and opened here. Data keys lie in slots of the file
 * `keys`; overwriting a slot erases all that is sealed under it. Files: HOME/storage.key, HOME/keys,
 * HOME/keys.d/{transport,identity}.pem, HOME/keys.d/sealing-<id>.
 */

#include "base/secret.h"
#include "crypto/sign.h"
#include "store/db.h"

struct vault;

#define VAULT_STORAGE_KEY "storage.key"
#define VAULT_SLOTS       "keys"
#define VAULT_FOLDER      "keys.d"
#define VAULT_TRANSPORT   "keys.d/transport.pem"
#define VAULT_IDENTITY    "keys.d/identity.pem"
/* Whether others can open one of these files of HOME: they could since the node started, which refuses that. */
bool vault_is_open_to_others(const char *home);
#define VAULT_OWN_SLOT 0 /* seals bodies without personal data; never erased */

/* Makes all key files of a new node in HOME. PASSPHRASE empty: the storage key is stored plain. E-KEY-*, E-FIL-*. */
MUST_USE bool vault_create(const char *home, struct view passphrase, struct error *err);
/* Opens them, but the sealing keys (vault_sealing.h). E-KEY-*. *OUT is closed by vault_close. */
MUST_USE bool vault_open(const char *home, struct view passphrase, struct vault **out, struct error *err);
void vault_close(struct vault *v);
/* Whether the storage key is stored without a passphrase. */
bool vault_is_plain(const struct vault *v);

/* For a backup: what wraps the slots, bytes of their file as far as it is filled, and how many slots were overwritten
 * since the vault was opened. */
struct view vault_storage_key(const struct vault *v);
uint64_t vault_slots_size(const struct vault *v);
uint64_t vault_erasures(const struct vault *v);

/* Live until vault_close. */
const struct sign_key *vault_identity(const struct vault *v);
const struct sign_key *vault_transport(const struct vault *v);

/* The place of a sealed value in the database, and the key that seals it. The place is authenticated with the value. */
struct cell {
    uint64_t slot;
    const char *section; /* name of the section, or "body", "consent" */
    const char *table;
    int64_t row;
    const char *column;
    struct view owner; /* id of what it belongs to; empty: none */
};
/* Appends the sealed value. E-KEY-09 where the slot is erased. */
MUST_USE bool vault_seal_cell(struct vault *v, const struct cell *where, struct view plain, struct bytes *out,
                              struct error *err);
/* Appends the opened value to PLAIN, which the caller wipes. */
MUST_USE bool vault_open_cell(struct vault *v, const struct cell *where, struct view sealed, struct bytes *plain,
                              struct error *err);
/* Whether ERR says that what is sealed never opens again: its key was destroyed, or it was changed (E-KEY-09, -15). */
bool vault_is_lost(const struct error *err);
/* The same, or that it does not open for now (E-KEY-21). */
bool vault_does_not_open(const struct error *err);

/* Sets *SLOT to another slot than that of WHERE that opens SEALED, if one does: all are tried. E-KEY-21 where none did
 * that could be read. */
MUST_USE bool vault_find_slot(struct vault *v, const struct cell *where, struct view sealed, uint64_t *slot,
                              struct error *err);

/* The mark of a text that is looked up and must not stand in the database: its HMAC under a key of this node. */
MUST_USE bool vault_mark(struct vault *v, struct view text, struct hash *out, struct error *err);

/* No slot that was ever in use is allocated from now on, whichever rows were removed: by a note that this node marked,
 * or, where that is missing or another's, by all rows that name a slot. At the start, and after a tick was undone. */
MUST_USE bool vault_follow_slots(struct vault *v, struct db *db, struct error *err);
/* Whether OWN_KEY, the data key of slot 0, is that of the node whose database DB is: by the same note. A database that
 * has none yet fits any. For who has both from a backup. */
MUST_USE bool vault_key_fits(struct db *db, const uint8_t own_key[static 32], bool *fits, struct error *err);
/* No slot below END is allocated any more: what they sealed behind a copy of DB, which is put back, stays apart. In the
 * open transaction. */
MUST_USE bool vault_pass_slots(struct db *db, const uint8_t own_key[static 32], uint64_t end, struct error *err);
/* Whether the disk gives an unused slot, which is the next to be allocated; else E-KEY-21. Those before it that it does
 * not give are passed over for good: where one sector is bad, the node goes on. */
MUST_USE bool vault_has_unused_slot(struct vault *v, struct db *db, struct error *err);
/* Allocates an unused slot, in the open transaction; extends the file when few are left. E-KEY-21 as above. */
MUST_USE bool vault_alloc_slot(struct vault *v, struct db *db, uint64_t *slot, struct error *err);
/* Overwrites the slot on the disk and wipes its keys from the cache. */
MUST_USE bool vault_erase_slot(struct vault *v, uint64_t slot, struct error *err);
/* COUNT of them, with one sync. */
MUST_USE bool vault_erase_slots(struct vault *v, const uint64_t *slots, size_t count, struct error *err);

bool vault_slot_is_erased(const struct vault *v, uint64_t slot);
/* Whether the disk gives what lies in the slot, its key or what erased it; else E-KEY-21. Where something is sealed
 * under it after other things were written, it is asked before them. */
MUST_USE bool vault_slot_is_read(const struct vault *v, uint64_t slot, struct error *err);

#endif
