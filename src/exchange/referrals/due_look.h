#ifndef EXCHANGE_DUE_LOOK_H
#define EXCHANGE_DUE_LOOK_H
/* Whether an open referral of due_times.h still waits for its answer: implemented in due_list.c.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "model/referral_state.h"

struct due_time;

/* *WAITS: its consent stands, its agency can answer, and nobody has. *STATE is set then. */
MUST_USE bool due_look(struct exchange *x, const struct due_time *t, bool *waits, enum referral_state *state,
                       struct error *err);

#endif
