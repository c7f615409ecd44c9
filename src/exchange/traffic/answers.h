#ifndef EXCHANGE_ANSWERS_H
#define EXCHANGE_ANSWERS_H
/* What comes back for messages that went out: receipts, and refusals that are no receipt.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

struct link;

/* A receipt came on LINK: verifies it against the message it answers, and records it. One for no message of ours, or
 * for one receipted before, is ignored; one whose proof is wrong is a fault of the peer. E-LNK-90, E-LOG-2x. */
MUST_USE bool answers_take_receipt(struct exchange *x, const struct link *link, struct view payload, struct error *err);

/* The peer took no id of a message and gives no receipt (frame 4), or takes nothing now. With a newer key bundle it is
 * released again at once, without after a growing pause. */
MUST_USE bool answers_take_refusal(struct exchange *x, const struct link *link, struct view payload, struct error *err);

#endif
