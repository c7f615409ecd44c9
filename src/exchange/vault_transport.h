#ifndef EXCHANGE_VAULT_TRANSPORT_H
#define EXCHANGE_VAULT_TRANSPORT_H
/* The transport key of a node is another one after each renewal. Part of the vault.
 *
 * Floor: exchange. The next key is made before its certificate is asked for (keys.d/transport-next.pem) and stays until
 * it has one. The certificate is committed to the database; which key it is of says which is in use. So a crash leaves
 * the old pair, or the new certificate beside both keys: then vault_settle_transport ends what was begun.
 */

#include "exchange/vault.h"

#define VAULT_TRANSPORT_NEXT "keys.d/transport-next.pem"
#define VAULT_TRANSPORT_OLD  "keys.d/transport-old.pem" /* while the next takes its place: either of the two */

/* The next key, made if there is none. Lives until the vault is closed or settled. E-KEY-*, E-FIL-*. */
MUST_USE bool vault_next_transport(struct vault *v, const struct sign_key **out, struct error *err);
/* Whether there is one: a certificate of it may have been made, and the answer lost. */
bool vault_has_next_transport(const struct vault *v);
/* Destroys it, if there is one: the next is another. E-FIL-*, E-KEY-*. */
MUST_USE bool vault_forget_next_transport(struct vault *v, struct error *err);
/* The key whose certificate is in use is OWN: it takes the place of the one before, which is destroyed. *CHANGED: it is
 * another one than the vault had. Where no key is OWN nothing is changed. E-KEY-*, E-FIL-*. */
MUST_USE bool vault_settle_transport(struct vault *v, const uint8_t own[static SIGN_PUBLIC_SIZE], bool *changed,
                                     struct error *err);

#endif
