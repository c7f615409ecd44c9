#ifndef EXCHANGE_VAULT_SEALING_H
#define EXCHANGE_VAULT_SEALING_H
/* The keys to which others seal what they send to this node: one for each week, made ahead, destroyed when it is past.
 *
 * Floor: exchange. Part of the vault, which holds them in memory; files HOME/keys.d/sealing-<id>.
 */

#include "crypto/seal.h"
#include "exchange/vault.h"
#include "model/directory.h"

/* Makes the missing ones of the weeks to publish (rows in the open transaction, files at once) and retires those past
 * their last day; if a wrong clock made more than fit, also those for the weeks furthest ahead. TODAY is a unix day,
 * and PAST the one by which they are past; 0: the clock is in doubt, none is dropped but those whose file is gone. */
MUST_USE bool vault_rotate_sealing_keys(struct vault *v, struct db *db, uint32_t today, uint32_t past,
                                        struct error *err);
/* After the commit: destroys the files of the keys that were retired. */
MUST_USE bool vault_destroy_retired(struct vault *v, struct error *err);
/* Reads all sealing keys; destroys files without a row. E-KEY-*. */
MUST_USE bool vault_load_sealing_keys(struct vault *v, struct db *db, struct error *err);
/* The key of this id; NULL: none. *KEEP_UNTIL is the last unix day on which it may open. Borrowed. */
const struct seal_key *vault_sealing_key(const struct vault *v, const struct ident *id, uint32_t *keep_until);
/* Writes at most MAX public keys, those of this week and later, ascending by use_from; returns how many. */
size_t vault_offered_keys(const struct vault *v, uint32_t today, struct bundle_key *out, size_t max);

#endif
