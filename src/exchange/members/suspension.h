#ifndef EXCHANGE_SUSPENSION_H
#define EXCHANGE_SUSPENSION_H
/* A suspension by one officer (membership_suspension.h) as a node keeps it: stored, passed on, ended in time.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

/* At start: the one that was stored, if it still stands. */
MUST_USE bool suspension_load(struct exchange *x, struct error *err);
/* NOTE suspends an agency from now on: it is stored, recorded, goes to all links, and that agency's link is cut. */
MUST_USE bool suspension_follow(struct exchange *x, struct view note, struct error *err);
/* Ends it when its time is over. */
MUST_USE bool suspension_advance(struct exchange *x, struct error *err);
/* When that is, by the steady clock; 0: none stands. */
int64_t suspension_wake_ms(const struct exchange *x);

#endif
