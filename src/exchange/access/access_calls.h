#ifndef EXCHANGE_ACCESS_CALLS_H
#define EXCHANGE_ACCESS_CALLS_H
/* Reading a case that somebody else holds, and the review of that (emergency_access.c, access_review.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

/* Who asks reads the case from now on, for BOUND_ACCESS_HOURS, with a record BREAK_GLASS. E-CAS-20 there is none, or he
 * is kept from it, E-STF-16 he sees it, E-STF-17 that is no reason, E-STO-03. */
MUST_USE bool exchange_case_break_glass(struct exchange *x, const struct control_break_glass_ask *ask,
                                        struct control_case_access *out, struct error *err);

typedef bool exchange_on_access_fn(void *cookie, const struct control_case_access *a, struct error *err);
/* To a supervisor those of cases that he sees; to a caseworker those of what he holds, and his own; to an auditor those
 * of supervisors. Those that are not reviewed, or all. */
MUST_USE bool exchange_access_list(struct exchange *x, const struct control_accesses_ask *ask, struct walk_step *step,
                                   exchange_on_access_fn *on_item, void *cookie, struct error *err);
/* With a record REVIEWED. E-STF-18 who asks opened it, E-STF-19 it was reviewed otherwise, E-STF-20 there is none that
 * he reviews, E-STO-03, E-KEY-*. */
MUST_USE bool exchange_access_review(struct exchange *x, const struct control_review_ask *ask,
                                     struct control_case_access *out, struct error *err);

#endif
