#ifndef EXCHANGE_REPLY_TIMES_H
#define EXCHANGE_REPLY_TIMES_H
/* Which times people here may name when they answer a referral, or say when she is expected.
 *
 * Floor: exchange.
 */

#include "codec/referral_messages.h"
#include "exchange/exchange.h"

/* Whether TIME_MS is over by the end of the day DAYS after today. */
bool reply_times_is_soon(struct exchange *x, int64_t time_ms, unsigned days);
/* Whether the times of REPLY, which is not said again, may be named now. E_REF_11. */
MUST_USE bool reply_times_check(struct exchange *x, const struct reply_message *reply, struct error *err);

#endif
