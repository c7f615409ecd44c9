#ifndef EXCHANGE_OPENING_AGAIN_H
#define EXCHANGE_OPENING_AGAIN_H
/* What an agency receipted in the part of its logs that it lost, when its home was put back, is sent again: its
 * receipts are looked through, a piece a tick, and after a start from the beginning.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

struct opening_again;

struct opening_again *opening_again_new(void);

/* The log of AGENCY has begun anew, and how far it has the logs before is known. In the open transaction. */
MUST_USE bool opening_again_begin(struct exchange *x, const struct address *agency, struct error *err);
/* Each tick. */
MUST_USE bool opening_again_advance(struct exchange *x, struct error *err);

#endif
