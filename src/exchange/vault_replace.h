#ifndef EXCHANGE_VAULT_REPLACE_H
#define EXCHANGE_VAULT_REPLACE_H
/* New keys for a home that is put back: those of its backup may be in other hands.
 *
 * Floor: exchange.
 */

#include "exchange/vault.h"

/* The storage key under which the slots of a home lie. */
struct vault_old_key {
    const struct secret *key;
    uint64_t generation;
};

/* Makes identity, transport and storage key in HOME, which has none of these yet and whose slots lie under OLD, and
 * wraps them under the new one, which PASSPHRASE protects; empty: nothing does. OLD is written nowhere. DB is that of
 * HOME. On failure HOME is to be removed. E-KEY-*, E-FIL-*, E-STO-03. */
MUST_USE bool vault_replace_keys(const char *home, struct view passphrase, const struct vault_old_key *old,
                                 const struct db *db, struct error *err);

#endif
