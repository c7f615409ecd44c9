#ifndef EXCHANGE_PEER_ENDS_H
#define EXCHANGE_PEER_ENDS_H
/* When certificates of other agencies end: that of its identity, as the directory has it, or of its transport, as its
 * node showed it on the link that stands.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "exchange/exchange_status.h"

/* Calls ON_ONE for each agency that is not revoked, but for this one: which of the two it is, transport before
 * identity, and when it ends. */
typedef void peer_ends_fn(void *cookie, const struct address *agency, bool is_transport, int64_t until_ms);
void peer_ends_each(const struct exchange *x, peer_ends_fn *on_one, void *cookie);
/* Daily: says in the log what ends in 30, 14, 7, 3 days or 1. */
void peer_ends_new_day(const struct exchange *x);
/* Whether DAYS is one of those. */
bool peer_ends_is_said(int64_t days);

/* Fills OUT->ending: those that end soon, or ended so lately, with what waits for them and whom to phone. */
MUST_USE bool peer_ends_status(struct exchange *x, struct node_status *out, struct error *err);

#endif
