#ifndef EXCHANGE_SHARED_SECTIONS_H
#define EXCHANGE_SHARED_SECTIONS_H
/* What left of a referral that went out, by the log.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "store/message_store.h"

/* M was withheld: its referral says as shared what was disclosed of it and may have left, in the open transaction. One
 * whose key is gone says nothing of that. */
MUST_USE bool shared_sections_renew(struct exchange *x, const struct message_row *m, struct error *err);

#endif
