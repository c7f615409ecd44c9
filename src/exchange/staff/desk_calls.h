#ifndef EXCHANGE_DESK_CALLS_H
#define EXCHANGE_DESK_CALLS_H
/* Which desks there are, who is at each and on duty, and what a supervisor does about that (desk_change.c).
 *
 * Floor: exchange. Each change has a record DESK.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

/* There is a desk of this name, and who is at it sees what ASK says; or it is ended. What is so already is answered
 * again. E-DSK-01 there is none to be ended, E-DSK-04 there are too many, E-DSK-05 something belongs to it, E-USE-04
 * that is no name. */
MUST_USE bool exchange_desk_set(struct exchange *x, const struct control_desk_set_ask *ask, struct control_desk *out,
                                struct error *err);
/* Who is this Unix user is at it, or not any more. E-DSK-01, E-DSK-04 he is at too many, E-STF-01, E-STF-07 he works
 * with no cases. */
MUST_USE bool exchange_desk_member(struct exchange *x, const struct control_desk_member_ask *ask,
                                   struct control_desk *out, struct error *err);
/* Who is this Unix user is on duty there to a time, or not any more: by a supervisor, or by himself. E-CTL-09 another
 * asks, E-DSK-01, E-DSK-02 he is not at it, E-DSK-03 that time cannot be, E-STF-01, E-STF-07. */
MUST_USE bool exchange_desk_duty(struct exchange *x, const struct control_desk_duty_ask *ask, struct control_desk *out,
                                 struct error *err);
typedef bool exchange_on_desk_fn(void *cookie, const struct control_desk *d, struct error *err);
/* All, one after the other; of each who is at it, or on duty where it is a caseworker who asks. One desk a step. */
MUST_USE bool exchange_desk_list(struct exchange *x, struct walk_step *step, exchange_on_desk_fn *on_item, void *cookie,
                                 struct error *err);

#endif
