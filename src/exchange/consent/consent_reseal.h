#ifndef EXCHANGE_CONSENT_RESEAL_H
#define EXCHANGE_CONSENT_RESEAL_H
/* A consent that stands on while what was sent under it is erased here: its content goes to a slot of its own.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "store/consent_store.h"

/* In the open transaction; *OLD is the slot that sealed all until now, VAULT_OWN_SLOT: the content is not what the log
 * commits to, and nothing was changed. The caller has OLD erased. E-KEY-21, E-STO-*. */
MUST_USE bool consent_reseal(struct exchange *x, const struct consent_row *row, uint64_t *old, struct error *err);

#endif
