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
/* Of what who asks may see: the referrals that nobody has answered, oldest first, or the consents that end within 14
 * days and were not asked for again, at most 1,000 of either; or the notes that a supervisor is to see to, the letters
 * that nobody outside has answered, or the inquiries and notifications that nobody has. E-NOD-21
 * read only. */
MUST_USE bool exchange_work_list(struct exchange *x, const struct control_work_ask *ask, struct walk_step *step,
                                 exchange_on_work_fn *on_item, void *cookie, struct error *err);

#endif
