#ifndef EXCHANGE_LEAVING_H
#define EXCHANGE_LEAVING_H
/* That this agency, or another, leaves the federation for good, by its own word: nothing new is referred to it, or by
 * it; what is open and what is owed goes on until the directory revokes it.
 *
 * Floor: exchange. It goes to the others in pings, as a pause does (pauses.h), and cannot be taken back: it holds for
 * the agency's identity key, so one that is admitted again later, with another key, has not left.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* This agency leaves, with a record CONFIGURED; said again it tells those who were not told. E-PAU-*, E-LOG-*. */
MUST_USE bool exchange_leave(struct exchange *x, struct control_leaving *out, struct error *err);
/* When AGENCY, which may be this one, said that it leaves; 0: it did not. */
MUST_USE bool leaving_find(struct exchange *x, const struct address *agency, int64_t *left_ms, struct error *err);
/* AGENCY said so now; in the open transaction. The first time counts. */
MUST_USE bool leaving_take(struct exchange *x, const struct address *agency, struct error *err);
/* Whether a referral may begin here, for TO: E-PAU-03 this agency leaves, E-PAU-04 that one does. */
MUST_USE bool leaving_allows(struct exchange *x, const struct address *to, struct error *err);

#endif
