#ifndef EXCHANGE_HANDED_H
#define EXCHANGE_HANDED_H
/* What was given to whom: what `watch` tells a caseworker of it.
 *
 * Floor: exchange. Each is counted for who got it, so that his place among them says nothing of the house log, and is
 * kept for BOUND_HANDED_DAYS. Who is kept from a case has no number of it, nor of its referrals.
 */

#include "exchange/exchange.h"
#include "store/case_store.h"
#include "store/referral_store.h"

/* The newest record of the house log says that it is its holder's from now on, or that something happened to it: he is
 * told, and whoever stands in for him. In the open transaction. */
MUST_USE bool handed_case(struct exchange *x, const struct case_row *row, struct error *err);
MUST_USE bool handed_referral(struct exchange *x, const struct referral_row *row, struct error *err);
/* It says that the member with this number stands in for ABSENT: he is told of all that is his; likewise. */
MUST_USE bool handed_stand_in(struct exchange *x, int64_t number, int64_t absent, struct error *err);

#endif
