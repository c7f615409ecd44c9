#ifndef EXCHANGE_REFERRED_AGAIN_H
#define EXCHANGE_REFERRED_AGAIN_H
/* Whether a person was referred again after a referral of hers came to nothing.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "store/referral_store.h"

/* *IS: the case of ROW was referred again, to whichever agency, after message NUMBER and from record FROM_INDEX of our
 * log on, and that arrived; of an emergency, as one. What cannot be opened may be an emergency; a stopped node opens
 * nothing, and says that it cannot tell. Never of one for which she is expected, or not found. */
MUST_USE bool referred_again_arrived(struct exchange *x, const struct referral_row *row, int64_t number,
                                     uint64_t from_index, bool *is, struct error *err);
/* *IS: somebody has still to ask her whether ROW, which STATE says came to nothing, is to go elsewhere: her case is
 * open, nobody was asked since for one of its services (it may wait here), and nobody said that it is needed no more.
 */
MUST_USE bool referred_again_is_to_do(struct exchange *x, const struct referral_row *row, enum referral_state state,
                                      bool *is, struct error *err);

#endif
