#ifndef EXCHANGE_REFERRALS_H
#define EXCHANGE_REFERRALS_H
/* Referrals: made, released on acceptance, answered, shown. (The asks and results are exchange.h's.)
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

/* A body came in from PEER and is durable with this turn: what it does to the referral it is about. CONSENT is the
 * entry's number, 0 none. */
struct received_body {
    int64_t message; /* number */
    int64_t peer;
    const struct address *sender;
    const struct body *body;
    section_set sections;
    enum purpose purpose;
    int64_t consent;
};
/* The referral it is about (made here for kinds that begin one), and for withdrawals and statements the consent.
 * Numbers; 0: none. */
MUST_USE bool referrals_resolve(struct exchange *x, const struct received_body *a, int64_t *referral, int64_t *consent,
                                struct error *err);
/* What it does. */
MUST_USE bool referrals_apply(struct exchange *x, const struct received_body *a, struct error *err);

/* Every referral with messages under this consent stands at STATE now. *SECTIONS: what was shared in them. */
MUST_USE bool referrals_stop(struct exchange *x, int64_t consent, enum referral_state state, section_set *sections,
                             struct error *err);

#endif
