#ifndef EXCHANGE_LOST_THERE_H
#define EXCHANGE_LOST_THERE_H
/* What another agency does not know any more, because its log began anew on another machine (docs/PROTOCOL.md 15).
 *
 * Floor: exchange. Two things prove it together: the directory states a later incarnation of that log, and what was
 * exchanged is under a signed checkpoint of an earlier one, of which the agency does not have that record any more
 * (incarnations_has). That the agency says that it does not know something proves
 * nothing: it may be under way.
 */

#include "exchange/exchange.h"
#include "store/message_store.h"
#include "store/peer_store.h"

/* Sets *LOST: M came from PEER, or PEER receipted it, in a log of PEER that is over. */
MUST_USE bool lost_there_message(struct exchange *x, const struct peer_row *peer, const struct message_row *m,
                                 bool *lost, struct error *err);
/* The same of the first message of referral NUMBER. */
MUST_USE bool lost_there_referral(struct exchange *x, const struct peer_row *peer, int64_t number, bool *lost,
                                  struct error *err);
/* The same of all that came from PEER under consent NUMBER. */
MUST_USE bool lost_there_consent(struct exchange *x, const struct peer_row *peer, int64_t number, bool *lost,
                                 struct error *err);

/* The same of something that was sent to PEER under consent NUMBER. */
MUST_USE bool lost_there_sent(struct exchange *x, const struct peer_row *peer, int64_t number, bool *lost,
                              struct error *err);

/* The log of the agency PEER (a number in peer_store) began anew: what waits for it and belongs to a referral that it
 * lost is withheld, but for what is owed (obligations.h). In the open transaction. */
MUST_USE bool lost_there_withhold(struct exchange *x, int64_t peer, struct error *err);

/* The same of message NUMBER, which was just made and belongs to a referral: it never leaves, since nobody there could
 * take it. In the open transaction. */
MUST_USE bool lost_there_withhold_new(struct exchange *x, int64_t number, struct error *err);

#endif
