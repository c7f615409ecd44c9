#ifndef EXCHANGE_KIND_RELEASE_H
#define EXCHANGE_KIND_RELEASE_H
/* The sections that follow when a referral was accepted: sent by themselves, taken into the referral.
 *
 * Floor: exchange.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_release;

/* Sends what ROW offers and the gate still covers, to TO; a DENIED record names the rest. ROW is changed, not stored. */
MUST_USE bool kind_release_send(struct exchange *x, struct referral_row *row, const struct address *to,
                                struct error *err);

#endif
