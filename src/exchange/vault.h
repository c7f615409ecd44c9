#ifndef EXCHANGE_VAULT_H
#define EXCHANGE_VAULT_H
/* The keys of a node in use: what is sealed at rest, what signs, what opens messages.
 *
 * Floor: exchange. Every sealed value of the database passes here. Data keys lie in slots of the `keys` file; erasing
 * is overwriting a slot. Files: HOME/storage.key, HOME/keys, HOME/keys.d/{transport,identity}.pem,
 * HOME/keys.d/sealing-<id>.
 */

#include "base/secret.h"
#include "crypto/seal.h"
#include "crypto/sign.h"
#include "model/directory.h"
#include "store/db.h"

struct vault;

#define VAULT_STORAGE_KEY "storage.key"
#define VAULT_SLOTS       "keys"
#define VAULT_FOLDER      "keys.d"
#define VAULT_TRANSPORT   "keys.d/transport.pem"
#define VAULT_IDENTITY    "keys.d/identity.pem"
#define VAULT_OWN_SLOT    0 /* the node's own: bodies that hold nothing about a person */

/* Makes all key files of a new node in HOME. PASSPHRASE empty: plain. */
MUST_USE bool vault_create(const char *home, struct view passphrase, struct error *err);
/* Opens them. E-KEY-*. */
MUST_USE bool vault_open(const char *home, struct view passphrase, struct vault **out, struct error *err);
void vault_close(struct vault *v);
bool vault_is_plain(const struct vault *v);

const struct sign_key *vault_identity(const struct vault *v);
const struct sign_key *vault_transport(const struct vault *v);

/* Where a sealed value stands, and under which key. */
struct cell {
    uint64_t slot;
    const char *section; /* name of the section, or "body", "consent" */
    const char *table;
    int64_t row;
    const char *column;
};
/* Appends the sealed value. E-KEY-09 where the slot is erased. */
MUST_USE bool vault_seal_cell(struct vault *v, const struct cell *where, struct view plain, struct bytes *out,
                              struct error *err);
/* Appends the opened value to PLAIN, which the caller wipes. */
MUST_USE bool vault_open_cell(struct vault *v, const struct cell *where, struct view sealed, struct bytes *plain,
                              struct error *err);

/* A slot nobody has used, marked used in the open transaction; the file is filled ahead when it runs low. */
MUST_USE bool vault_alloc_slot(struct vault *v, struct db *db, uint64_t *slot, struct error *err);
/* Overwrites the slot and forgets its key. */
MUST_USE bool vault_erase_slot(struct vault *v, uint64_t slot, struct error *err);

bool vault_slot_is_erased(const struct vault *v, uint64_t slot);

/* Sealing keys: makes those of the next weeks that are not there (rows in the open transaction, files at once), retires
 * those past their day. */
MUST_USE bool vault_rotate_sealing_keys(struct vault *v, struct db *db, uint32_t today, struct error *err);
/* After the commit: destroys the files of those that were retired. */
MUST_USE bool vault_destroy_retired(struct vault *v, struct error *err);
/* Reads the rows of the keys there are; destroys files without a row. */
MUST_USE bool vault_load_sealing_keys(struct vault *v, struct db *db, struct error *err);
/* The key of this id, NULL if there is none; *KEEP_UNTIL is the last day on which it may open. */
const struct seal_key *vault_sealing_key(const struct vault *v, const struct ident *id, uint32_t *keep_until);
/* The public halves in use or to come, ascending by use_from. */
size_t vault_offered_keys(const struct vault *v, uint32_t today, struct bundle_key *out, size_t max);

#endif
