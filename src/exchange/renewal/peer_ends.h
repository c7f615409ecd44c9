#ifndef EXCHANGE_PEER_ENDS_H
#define EXCHANGE_PEER_ENDS_H
/* When certificates of other agencies end: that of its identity, as the directory has it, or of its transport, as its
 * node showed it when it was linked last; and on which days before its end a certificate is spoken of.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "exchange/exchange_status.h"

/* Daily, and at a start: says in the log what ends in less than 30, 14, 7, 3 days or 1, and was not said BEFORE_MS; 0:
 * nothing was. */
MUST_USE bool peer_ends_new_day(const struct exchange *x, int64_t before_ms, struct error *err);
/* NODE, a machine of AGENCY, showed a certificate that ends at UNTIL_MS: kept until it shows another. */
MUST_USE bool peer_ends_linked(struct exchange *x, const struct address *agency, const struct ident *node,
                               int64_t until_ms, struct error *err);
/* The smallest of those that LEFT_MS is less than; 0: none is, or it is over. */
int peer_ends_warning(int64_t left_ms);

/* Fills OUT->ending: those that end soon, or ended so lately, with what waits for them and whom to phone. */
MUST_USE bool peer_ends_status(struct exchange *x, struct node_status *out, struct error *err);

#endif
