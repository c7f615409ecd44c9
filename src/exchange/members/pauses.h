#ifndef EXCHANGE_PAUSES_H
#define EXCHANGE_PAUSES_H
/* That this agency's node, or another's, is paused: off for planned work until a time that people were told. It holds
 * nothing: what is sent waits as it does for any node that does not answer, and it ends by itself.
 *
 * Floor: exchange. exchange_pause is implemented here; it goes to the others in pings (kind_ping.c), and what one said
 * last counts.
 */

#include "codec/referral_messages.h"
#include "exchange/exchange.h"

/* What this node says of itself now: zeros, that it is not paused. */
MUST_USE bool pauses_fill_own(struct exchange *x, struct ping_message *out, struct error *err);
/* The same as AGENCY may know it, in a ping: zeros also where an unlisted agency has had nothing to do with it. */
MUST_USE bool pauses_fill_for(struct exchange *x, const struct address *agency, struct ping_message *out,
                              struct error *err);
/* AGENCY said so; at most for BOUND_PAUSE_DAYS from now on. In the open transaction. */
MUST_USE bool pauses_take(struct exchange *x, const struct address *agency, const struct ping_message *said,
                          struct error *err);
/* What AGENCY, which may be this one, said, while it holds; zeros: it is not paused. */
MUST_USE bool pauses_find(struct exchange *x, const struct address *agency, struct ping_message *out,
                          struct error *err);

/* Pings each agency that may know what this one says of itself; who is not reached is told again until UNTIL (unix
 * day), or the last day of what he was told before. *TOLD: to how many it went. In the open transaction. */
MUST_USE bool pauses_tell_all(struct exchange *x, uint32_t until, uint64_t *told, struct error *err);
/* A new day: says it again to whom what was said did not reach on its day, while it is of use. In the open
 * transaction. */
MUST_USE bool pauses_new_day(struct exchange *x, struct error *err);

#endif
