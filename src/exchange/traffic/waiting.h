#ifndef EXCHANGE_WAITING_H
#define EXCHANGE_WAITING_H
/* Why something of ours waits, until when at the latest, and when it is tried next: for people.
 *
 * Floor: exchange. Nothing is decided by it: what holds a message is asked by releasing.h. Nothing of it is stored.
 */

#include "exchange/exchange.h"
#include "store/message_store.h"
#include "store/obligation_store.h"
#include "store/peer_store.h"

struct waiting_wait {
    enum hold hold;         /* HOLD_NONE: nothing waits */
    int64_t until_ms;       /* then it goes, or has expired; 0: no time is known */
    int64_t next_try_ms;    /* by this machine's clock; 0: none is set, or it waits for something else */
    enum message_kind kind; /* of what waits */
};

/* ROW, a message that waits to leave for the agency of PEER, or for its receipt. */
void waiting_of_message(struct exchange *x, const struct peer_row *peer, const struct message_row *row,
                        struct waiting_wait *out);
/* Any message to the agency of PEER, for which some wait. */
void waiting_of_peer(struct exchange *x, const struct peer_row *peer, struct waiting_wait *out);
/* ROW, which is owed to the agency of PEER: its message, or when the next one is made. */
MUST_USE bool waiting_of_owed(struct exchange *x, const struct peer_row *peer, const struct obligation_row *row,
                              struct waiting_wait *out, struct error *err);
/* The oldest of what waits of referral NUMBER with the agency of PEER; then an answer that is owed. */
MUST_USE bool waiting_of_referral(struct exchange *x, const struct peer_row *peer, int64_t number,
                                  struct waiting_wait *out, struct error *err);

#endif
