#ifndef EXCHANGE_VAULT_IDENTITY_H
#define EXCHANGE_VAULT_IDENTITY_H
/* The next identity key of a node: made before the federation is asked to list it, used once it is listed.
 *
 * Floor: exchange.
 */

#include "exchange/vault.h"

#define VAULT_IDENTITY_NEXT "keys.d/identity-next.pem"
#define VAULT_IDENTITY_NEW  "keys.d/identity-new.pem" /* while the next takes its place: either of the two */

/* The key to be asked for: that of before, or a new one. Borrowed until it takes the place of the old one. E-KEY-*,
 * E-FIL-*. */
MUST_USE bool vault_next_identity(struct vault *v, const struct sign_key **out, struct error *err);
/* The same, where it is there: nothing is made, and nothing destroyed. */
MUST_USE bool vault_open_next_identity(struct vault *v, const struct sign_key **out, struct error *err);
bool vault_has_next_identity(const struct vault *v);
/* Where OWN is the next key's, that is the identity key from now on; what vault_identity gave is that key, too, and the
 * old one is destroyed. *CHANGED: it was so. Where OWN is neither's, all stays. E-KEY-*, E-FIL-*. */
MUST_USE bool vault_settle_identity(struct vault *v, const uint8_t own[static SIGN_PUBLIC_SIZE], bool *changed,
                                    struct error *err);

#endif
