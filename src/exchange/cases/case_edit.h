#ifndef EXCHANGE_CASE_EDIT_H
#define EXCHANGE_CASE_EDIT_H
/* A case changes, and how it was before stays with it.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

/* Sections become as ASK says, with an entry of how they were and a house record EDITED; nothing where all are so
 * already. *OUT says what changed. E-CAS-20 no such case, E-CAS-2x what it would be may not be kept, E-CAS-23 one of
 * them was changed since the version that was looked at, E-CAS-24 there is no such version yet, E-STO-03 disk full. */
MUST_USE bool exchange_case_edit(struct exchange *x, const struct control_case_edit_ask *ask,
                                 struct control_case_edited *out, struct error *err);
typedef bool exchange_on_change_fn(void *cookie, const struct control_case_change *c, struct error *err);
/* Its changes, oldest first, in steps, with a house record OPENED of the first one; each is opened for as long as
 * ON_CHANGE runs, and wiped then. STEP NULL: all. E-CAS-20. */
MUST_USE bool exchange_case_history(struct exchange *x, const struct control_case_history_ask *ask,
                                    struct walk_step *step, exchange_on_change_fn *on_change, void *cookie,
                                    struct error *err);

#endif
