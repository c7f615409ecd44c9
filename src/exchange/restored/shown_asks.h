#ifndef EXCHANGE_SHOWN_ASKS_H
#define EXCHANGE_SHOWN_ASKS_H
/* What other agencies hold of our log is asked before it begins anew: a home that is marked as put back dials each, one
 * after another, and hears its first frame 5, which shows the newest checkpoint of ours that it has. The largest stands
 * in record 0 of the new log.
 *
 * Floor: exchange. Nothing is sent to them but the hello, nothing else of them is taken, and each link ends when it has
 * said so. Who has is noted until the home is enrolled; who is off is dialled again and again.
 */

#include "exchange/exchange.h"

struct link;
struct shown_asks;

struct shown_asks *shown_asks_new(void); /* freed with free() */

/* Whether some agency has not said yet, so that links stand for a moment. */
bool shown_asks_wait(const struct exchange *x);
/* In the committed step of a node that signs nothing, before what waits is sent: ends the links of those that have
 * said, or had their time, and dials the next. */
MUST_USE bool shown_asks_advance(struct exchange *x, struct error *err);
/* When that is due next, by the steady clock; 0: not. */
int64_t shown_asks_wake_ms(const struct exchange *x);
/* A frame of LINK's peer. */
MUST_USE bool shown_asks_take(struct exchange *x, const struct link *link, uint16_t kind, struct view payload,
                              struct error *err);
/* Sets *OUT to how many have not said yet; 0 where nobody is asked. */
MUST_USE bool shown_asks_count(struct exchange *x, uint64_t *out, struct error *err);

#endif
