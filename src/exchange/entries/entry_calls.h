#ifndef EXCHANGE_ENTRY_CALLS_H
#define EXCHANGE_ENTRY_CALLS_H
/* What people set and ask about what agencies say of themselves (entries.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* This agency says E of itself from now on: stored, recorded, and, unless it is unlisted and E is not for all members,
 * signed to go to the others. */
MUST_USE bool exchange_entry_set(struct exchange *x, const struct agency_entry *e, struct control_agency_said *out,
                                 struct error *err);
/* What AGENCY says (empty: this one). E-ENT-03 nothing is known, E-ENT-04 two contradict each other, E-FED-25. */
MUST_USE bool exchange_entry_show(struct exchange *x, const struct address *agency, struct control_agency_said *out,
                                  struct error *err);
/* Adds to OUT what its agency says, where that is known. */
MUST_USE bool entries_fill(struct exchange *x, struct control_agency *out, struct error *err);

#endif
