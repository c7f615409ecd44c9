#ifndef EXCHANGE_REFERRAL_OPENING_H
#define EXCHANGE_REFERRAL_OPENING_H
/* That a person here opened a referral that came in, and when the agency that refers is told so.
 *
 * Floor: exchange. Of an emergency it is told at once, with its time; else with the first answer, or on the next day,
 * as a day: when people work is not for others to see.
 */

#include "exchange/exchange.h"
#include "store/peer_store.h"
#include "store/referral_store.h"

/* A person was shown ROW, which came from PEER. The first time it is OPENED. Nothing is noted where no answer could be
 * given: the consent does not stand, or this node records nothing. */
MUST_USE bool referral_opening_note(struct exchange *x, struct referral_row *row, const struct peer_row *peer,
                                    struct error *err);
/* A new day has begun: tells of those of the days before. In the open transaction. */
MUST_USE bool referral_opening_tell(struct exchange *x, struct error *err);

#endif
