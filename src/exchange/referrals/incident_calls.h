#ifndef EXCHANGE_INCIDENT_CALLS_H
#define EXCHANGE_INCIDENT_CALLS_H
/* A referral that went to the wrong agency (wrong_agency.c), and the list of these (incidents.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

/* Withdraws each consent under which something of a referral of ours went; what was exchanged under it is erased at
 * once, here and there: nothing more of it leaves, and the referral is stopped. Where something may have left it is
 * entered as an incident, with a record INCIDENT. Said again it asks them again, and is the same incident. A dry run
 * says what it would do. E-REF-01, E-REF-12 it came in, E-CON-2x. */
MUST_USE bool exchange_referral_wrong_agency(struct exchange *x, const struct control_wrong_agency_ask *ask,
                                             struct control_wrong_agency *out, struct error *err);

typedef bool exchange_on_incident_fn(void *cookie, const struct control_incident *i, struct error *err);
/* Of what who asks sees: those that are open, or all, oldest first. */
MUST_USE bool exchange_incident_list(struct exchange *x, const struct control_incident_list_ask *ask,
                                     struct walk_step *step, exchange_on_incident_fn *on_item, void *cookie,
                                     struct error *err);
/* With a record INCIDENT_CLOSED. E-INC-01 there is none that he sees, E-INC-02 it was closed otherwise. */
MUST_USE bool exchange_incident_close(struct exchange *x, const struct control_incident_close_ask *ask,
                                      struct control_incident *out, struct error *err);

#endif
