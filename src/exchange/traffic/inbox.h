#ifndef EXCHANGE_INBOX_H
#define EXCHANGE_INBOX_H
/* Takes messages that come in: the thirteen steps of admission, then stored, then, after the commit, receipted.
 *
 * Floor: exchange. Until step 9 has passed the sender is not proven. A refusal there stores no message id and makes no
 * receipt: it is answered on the link the message came by, and only the first ones of a day get a record each. From
 * step 10 on a refusal is a record and a receipt (docs/PROTOCOL.md 7).
 */

#include "exchange/exchange.h"

struct inbox;
struct link;

struct inbox *inbox_new(void);
void inbox_free(struct inbox *b);

/* Handles an envelope that came on LINK; a refusal is answered here. False only for an error of our own (store). */
MUST_USE bool inbox_receive(struct exchange *x, struct link *link, struct view payload, struct error *err);

/* The peer asks which of its messages arrived (frame 17): their receipts go after the commit, the rest is named as
 * missing. Each counts as a message of that day. */
MUST_USE bool inbox_answer(struct exchange *x, struct link *link, struct view payload, struct error *err);

/* Counts COUNT things asked for in the share of LINK's peer; false: it has had its share of today. */
bool inbox_count(struct exchange *x, const struct link *link, size_t count);
/* Sets how many messages are taken from one peer in a day (without it BOUND_PER_PEER_DAY). Over that the peer gets a
 * frame BUSY for each, and COUNTED records say how many. */
void inbox_set_limit(struct inbox *b, uint64_t per_peer_day);
/* After the commit: sends the receipts of what this tick stored or refused. */
MUST_USE bool inbox_send_receipts(struct exchange *x, struct error *err);

/* Writes COUNTED records for refusals and BUSY frames that have none of their own: from 1,000 on or AT_END of a day. */
MUST_USE bool inbox_count_refusals(struct exchange *x, bool at_end, struct error *err);

#endif
