#ifndef EXCHANGE_RENEWAL_ASK_H
#define EXCHANGE_RENEWAL_ASK_H
/* A node renews its certificates by itself: of a new transport key, and of the identity key that it has.
 *
 * Floor: exchange. From two thirds of a certificate's life on, and as much later as its node id says, so that not all
 * ask on one day, it asks whoever says that it renews (frame 20), one after another, each once an hour, and dials the
 * listed members until one does. What comes back is taken as `refex enrol` on a running node takes it (renewal.h). Who
 * answers: renewal_asked.h.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

struct renewal_ask;

/* Freed with free(). */
struct renewal_ask *renewal_ask_new(void);
/* A link to a coordinator's node was opened: it is asked at once, if it is time. */
void renewal_look(struct exchange *x);
/* In the committed step: asks, or dials. */
void renewal_advance(struct exchange *x);
/* A person wants another transport certificate: whoever renews is asked at once, due or not, for the next hour. */
void renewal_now(struct exchange *x, struct control_renewing *out);
/* By the steady clock; 0: at the next tick. */
int64_t renewal_wake_ms(const struct exchange *x);
/* When this node begins to ask for each of its certificates, by the wall clock. */
struct renewal_due {
    int64_t transport_ms;
    int64_t identity_ms;
};
void renewal_due(const struct exchange *x, struct renewal_due *out);

/* Whether AGENCY, which says that it renews, may be asked now: not within an hour of the last time. */
bool renewal_may_ask(const struct exchange *x, const struct address *agency);
/* The link of a coordinator's node to itself: there is none. */
#define RENEWAL_OWN UINT64_MAX
/* Frame 21 came on LINK from AGENCY: passed over where nothing was asked there. E-LNK-10; what is refused by name, or
 * is no certificate of this node, is logged. */
MUST_USE bool renewal_take(struct exchange *x, uint64_t link, const struct address *agency, struct view payload,
                           struct error *err);

#endif
