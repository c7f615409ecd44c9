#ifndef EXCHANGE_KIND_WITHDRAWAL_H
#define EXCHANGE_KIND_WITHDRAWAL_H
/* Kind withdrawal: the agency that took a consent withdraws it at the one that holds data under it.
 *
 * Floor: exchange. Sent by withdrawal_work.
 */

#include "exchange/kinds/kind.h"
#include "store/consent_store.h"

extern const struct kind_actions kind_withdrawal;

/* Queues the message about ROW, whose WITHDRAWN record must be durable. Only if the recipient was sent data under it:
 * otherwise it need not learn of the consent. */
MUST_USE bool kind_withdrawal_send(struct exchange *x, const struct consent_row *row, struct error *err);

#endif
