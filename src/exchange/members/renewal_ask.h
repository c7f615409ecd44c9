#ifndef EXCHANGE_RENEWAL_ASK_H
#define EXCHANGE_RENEWAL_ASK_H
/* A node renews its transport certificate by itself, and a coordinator's node answers others.
 *
 * Floor: exchange. From two thirds of the certificate's life on, and as much later as its node id says, so that not all
 * ask on one day, it asks whoever says that it renews (frame 20), and dials the listed members one after another until
 * one does. What comes back is taken as `refex enrol` on a running node takes it (renewal.h).
 */

#include "exchange/exchange.h"

struct renewal_ask;

/* Freed with free(). */
struct renewal_ask *renewal_ask_new(void);
/* A link to a coordinator's node was opened: it is asked at once, if it is time. */
void renewal_look(struct exchange *x);
/* In the committed step: asks, or dials. */
void renewal_advance(struct exchange *x);
/* By the steady clock; 0: at the next tick. */
int64_t renewal_wake_ms(const struct exchange *x);
/* When this node begins to ask, by the wall clock. */
int64_t renewal_due_ms(struct exchange *x);

/* Frame 20 came on LINK. */
void renewal_asked(struct exchange *x, uint64_t link, struct view payload);
/* Frame 21 came from AGENCY. E-LNK-10; what is refused by name, or is no certificate of this node, is logged. */
MUST_USE bool renewal_take(struct exchange *x, const struct address *agency, struct view payload, struct error *err);

#endif
