#ifndef EXCHANGE_RELEASING_H
#define EXCHANGE_RELEASING_H
/* Sends what waits in the outbox (outbox.h): when, to whom, and through the gate each time.
 *
 * Floor: exchange. Two steps of the tick: before the commit a message is marked as one that may have left, after it it
 * is sealed and sent. A message of the tick itself goes on a link that stands; what waits longer is read back, in the
 * order in which it was put, up to the link's share and room. What has no receipt is sent again: each time sealed
 * anew, and judged anew.
 */

#include "exchange/exchange.h"

/* In the tick, before its commit: marks what the commit lets leave on links that were opened since it was put. A
 * message without the mark is not sent; one with it may have left. */
MUST_USE bool releasing_mark(struct exchange *x, struct error *err);
/* After the commit: releases waiting messages to linked peers, and dials the others when that is due. What the gate
 * denies is withheld, or asked about first (settling.h). Fails if the store does. */
MUST_USE bool releasing_run(struct exchange *x, struct error *err);

#endif
