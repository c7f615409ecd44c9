#ifndef EXCHANGE_NEVER_CALLS_H
#define EXCHANGE_NEVER_CALLS_H
/* Who never sees a case, and which agency never gets anything of it (exclusions.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

typedef bool exchange_on_never_fn(void *cookie, const struct control_case_never *n, struct error *err);
/* Keeps a member of the staff or an agency from a case, or lets it in again, with a record NEVER; then tells all of
 * them. With ASK->list it changes nothing. E-CAS-20, E-CTL-09 who asks neither holds it nor is a supervisor, E-MRG-03,
 * E-STF-01, E-STF-12 the member holds it, E-STF-13 no supervisor would see it, E-STF-14 there are too many, E-STO-03.
 */
MUST_USE bool exchange_case_never(struct exchange *x, const struct control_case_never_ask *ask,
                                  exchange_on_never_fn *on_item, void *cookie, struct error *err);

/* Counts, in steps, the cases that are here and that who asks may not see; *OUT is all of them when the last step was
 * made. */
MUST_USE bool exchange_incident_kept(struct exchange *x, struct walk_step *step, struct control_incident_kept *out,
                                     struct error *err);

#endif
