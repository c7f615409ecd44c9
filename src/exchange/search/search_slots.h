#ifndef EXCHANGE_SEARCH_SLOTS_H
#define EXCHANGE_SEARCH_SLOTS_H
/* Slots of segments that are no more, until they are overwritten for certain.
 *
 * Floor: exchange; for src/exchange/search. All in the open transaction.
 */

#include "exchange/exchange.h"

/* What lies under SLOT cannot be opened any more once the tick is committed. */
MUST_USE bool search_slots_end(struct exchange *x, uint64_t slot, struct error *err);
/* The same of a segment that does not open: the slot that its row names may be another's, which stays. */
MUST_USE bool search_slots_end_if_own(struct exchange *x, uint64_t slot, struct error *err);

/* Those that are overwritten are so recorded. *LEFT: some are not. */
MUST_USE bool search_slots_advance(struct exchange *x, bool *left, struct error *err);

#endif
