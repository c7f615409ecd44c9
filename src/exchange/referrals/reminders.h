#ifndef EXCHANGE_REMINDERS_H
#define EXCHANGE_REMINDERS_H
/* That time passes for open referrals is recorded once, when it does, so that `watch` tells it: half of it is over, it
 * is over, an emergency has no receipt or no answer.
 *
 * Floor: exchange. A record names no referral: from when it came and when it was due one could tell how urgent it was,
 * after it was erased, too. Up to which time was looked is stored, so nothing is told twice or passed over for a start.
 */

#include "exchange/exchange.h"

/* Records what is due by now. */
MUST_USE bool reminders_advance(struct exchange *x, struct error *err);
/* When reminders_advance has something to look at, by the steady clock; 0: no time is set. */
int64_t reminders_wake_ms(const struct exchange *x);

#endif
