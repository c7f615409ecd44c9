#ifndef EXCHANGE_KIND_WITHDRAWAL_H
#define EXCHANGE_KIND_WITHDRAWAL_H
/* A consent was taken back: the agency that took it tells the one that holds data under it.
 *
 * Floor: exchange.
 */

#include "exchange/kinds/kind.h"
#include "store/consent_store.h"

extern const struct kind_actions kind_withdrawal;

/* Makes the message about ROW, whose WITHDRAWN record is durable, where that agency was sent anything under it; one that
 * was sent nothing is told nothing. */
MUST_USE bool kind_withdrawal_send(struct exchange *x, const struct consent_row *row, struct error *err);

#endif
