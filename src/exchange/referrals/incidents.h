#ifndef EXCHANGE_INCIDENTS_H
#define EXCHANGE_INCIDENTS_H
/* The incidents of this agency: referrals that went to the wrong one, until a supervisor has seen to them.
 *
 * Floor: exchange. exchange_incident_list and _close are implemented here.
 */

#include "exchange/exchange.h"
#include "store/incident_store.h"
#include "store/referral_store.h"

/* Enters ROW, a referral of ours, with a record INCIDENT, in the open transaction; one that was entered stays. */
MUST_USE bool incidents_enter(struct exchange *x, const struct referral_row *row, struct ident *incident,
                              struct error *err);

/* Those that are open and that who asks sees: how many, and when the first was entered. */
struct incidents_open {
    uint64_t count;
    int64_t first_ms;
};
MUST_USE bool incidents_open(struct exchange *x, struct incidents_open *out, struct error *err);

#endif
