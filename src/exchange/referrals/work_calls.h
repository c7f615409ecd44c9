#ifndef EXCHANGE_WORK_CALLS_H
#define EXCHANGE_WORK_CALLS_H
/* What somebody has to do, or waits for (work_list.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

typedef bool exchange_on_work_fn(void *cookie, const struct control_work_item *w, struct error *err);
/* Of what who asks may see, the sort that ASK names: referrals that are open or came to nothing, at most 1,000, oldest
 * first; consents that end within 14 days and were not asked for again, as many; notes that a supervisor is to see to;
 * dates of cases that are near or past; letters that nobody outside has answered; inquiries and notifications that
 * nobody has. E-DSK-01 there is no such desk, E-NOD-21 read only. */
MUST_USE bool exchange_work_list(struct exchange *x, const struct control_work_ask *ask, struct walk_step *step,
                                 exchange_on_work_fn *on_item, void *cookie, struct error *err);

#endif
