#ifndef EXCHANGE_KIND_WITHDRAWAL_H
#define EXCHANGE_KIND_WITHDRAWAL_H
/* Kind withdrawal: the agency that took a consent withdraws it at the one that holds data under it.
 *
 * Floor: exchange. Sent by withdrawal_work.
 */

#include "exchange/kinds/kind.h"
#include "store/consent_store.h"
#include "store/obligation_store.h"

struct link;

extern const struct kind_actions kind_withdrawal;

/* LINK was opened, and what is kept of it is one piece of the heap; a tick was undone. */
void kind_withdrawal_link_up(struct link *link);
void kind_withdrawal_undone(const struct link *link);

/* Queues the message of obligation O about consent ROW, whose WITHDRAWN record must be durable. */
MUST_USE bool kind_withdrawal_send(struct exchange *x, const struct consent_row *row, const struct obligation_row *o,
                                   struct error *err);
/* *OUT: whether the recipient may have received anything under ROW; else it need not learn of the consent. That it says
 * that a message did not arrive, or that no receipt came, does not count. */
MUST_USE bool kind_withdrawal_is_owed(struct exchange *x, const struct consent_row *row, bool *out, struct error *err);

/* Of the withdrawal B, which is refused for its sender is suspended: the stop alone is taken, where data came under the
 * consent. Of the sender's log nothing is remembered. */
MUST_USE bool kind_withdrawal_stop_alone(struct exchange *x, const struct received_body *b, struct error *err);

#endif
