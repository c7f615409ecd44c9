#ifndef EXCHANGE_ASSIGN_CALLS_H
#define EXCHANGE_ASSIGN_CALLS_H
/* Cases, and referrals that came in, given to somebody else (assigning.c). Each that changes hands has a record
 * ASSIGNED.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* ASK->uid holds the case of ASK->object from now on, with all that is of it; who holds it already is answered again. A
 * caseworker gives away what he holds, and takes what nobody holds. E-CAS-20 no such case, E-CTL-09 he may not,
 * E-STF-01, E-STF-07 ASK->uid holds none. */
MUST_USE bool exchange_case_assign(struct exchange *x, const struct control_assign_ask *ask,
                                   struct control_assigned *out, struct error *err);
/* The same of a referral that came in. E-REF-01 there is none, E-REF-02 it went out: it is whose its case is. */
MUST_USE bool exchange_referral_assign(struct exchange *x, const struct control_assign_ask *ask,
                                       struct control_assigned *out, struct error *err);
/* All that one person holds goes to another, a part of it in each call: OUT->more says whether to call again, and OUT's
 * numbers are of this part. */
MUST_USE bool exchange_hand_over(struct exchange *x, const struct control_hand_over_ask *ask,
                                 struct control_handed_over *out, struct error *err);

#endif
