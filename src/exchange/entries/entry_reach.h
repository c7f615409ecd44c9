#ifndef EXCHANGE_ENTRY_REACH_H
#define EXCHANGE_ENTRY_REACH_H
/* How an agency is reached now, and who else offers a service, by what agencies say of themselves.
 *
 * Floor: exchange. What is not known is left empty. Results are valid until the tick ends.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* How AGENCY is reached now. */
MUST_USE bool entry_reach_fill(struct exchange *x, const struct address *agency, struct control_reach *out,
                               struct error *err);
/* Members that say they offer one of SERVICES (bits), but EXCEPT, this one, and whom the case is kept from, at most
 * BOUND_NAMED: first those that are open, then those whose phone is known. None while the disk does not give who is
 * kept from it. */
MUST_USE bool entry_reach_others(struct exchange *x, int64_t case_number, const struct address *except,
                                 uint32_t services, const struct control_reach **out, size_t *count, struct error *err);
/* AGENCY has a desk of this name, by what it says of itself. E-DSK-06 names those that it has. */
MUST_USE bool entry_reach_check_desk(struct exchange *x, const struct address *agency, struct view desk,
                                     struct error *err);
/* *NOT_OFFERED: of SERVICES (bits) what the desk of AGENCY (empty: none) does not name among what it offers, or, where
 * the desk names nothing, the agency; 0 where that does not either, or all is. */
MUST_USE bool entry_reach_not_offered(struct exchange *x, const struct address *agency, struct view desk,
                                      uint32_t services, uint32_t *not_offered, struct error *err);
/* By when what is asked of AGENCY now is to be answered: by its promise, at the latest by the urgency. *WORKING_DAYS:
 * on how many days it opens until then; 0: not known, or none. */
MUST_USE bool entry_reach_due(struct exchange *x, const struct address *agency, uint32_t services, enum urgency urgency,
                              int64_t *due_ms, uint32_t *working_days, struct error *err);

#endif
