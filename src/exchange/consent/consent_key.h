#ifndef EXCHANGE_CONSENT_KEY_H
#define EXCHANGE_CONSENT_KEY_H
/* Which key opens what lies under a consent, whatever the slot in its row says.
 *
 * Floor: exchange. Asked before a consent is withdrawn or erased: the right key is destroyed, and no other person's.
 */

#include "exchange/exchange.h"
#include "store/consent_store.h"

/* Sets slot and recipient of ROW, which was read from the table. The content that the log commits to says them; where
 * that is gone, a message that the log says was sent under it says the slot; else the row does, unless that key opens
 * what is another's. VAULT_OWN_SLOT: it is not known. */
MUST_USE bool consent_key_find(struct exchange *x, struct consent_row *row, struct error *err);

/* Whether the row or the content says so. Walks no table. */
MUST_USE bool consent_key_is_known(struct exchange *x, const struct consent_row *row, bool *known, struct error *err);

#endif
