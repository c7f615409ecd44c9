#ifndef EXCHANGE_INBOX_H
#define EXCHANGE_INBOX_H
/* Messages that come in: the twelve steps of admission in their order, then durable, then receipted.
 *
 * Floor: exchange. Until step 9 the sender is not known: no id is taken, no receipt is made, the refusal goes to the
 * link it came by and only the first of a day are logged singly. From step 10 on a refusal is a record and a receipt
 * too (docs/PROTOCOL.md 7).
 */

#include "exchange/exchange.h"

struct inbox;
struct link;

struct inbox *inbox_new(void);
void inbox_free(struct inbox *b);

/* An envelope came by LINK. True unless the store failed: what is refused is answered here. */
MUST_USE bool inbox_receive(struct exchange *x, struct link *link, struct view payload, struct error *err);

/* After the commit: sends the receipts of what this turn stored or refused. */
/* Messages that are taken from one peer in a day (BOUND_PER_PEER_DAY unless said): over it the peer is told busy, and
 * what it was told is counted in the log. */
void inbox_set_limit(struct inbox *b, uint64_t per_peer_day);
MUST_USE bool inbox_send_receipts(struct exchange *x, struct error *err);

/* In the open transaction: counts of refusals that were not logged singly. */
MUST_USE bool inbox_count_refusals(struct exchange *x, bool at_end, struct error *err);

#endif
