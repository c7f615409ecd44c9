#ifndef EXCHANGE_NOTIFICATION_CALLS_H
#define EXCHANGE_NOTIFICATION_CALLS_H
/* What people tell authorities without naming anybody (kind_notification.c). No case is named, and no consent needed.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

/* E-REF-04 ASK is malformed, E-REF-05 to ourselves, E-REF-11 the month is to come, E-INQ-04 that is no authority,
 * E-FED-2x, E-FED-48, E-STO-03. */
MUST_USE bool exchange_notification_send(struct exchange *x, const struct control_notification_ask *ask,
                                         struct control_notification *out, struct error *err);
typedef bool exchange_on_notification_fn(void *cookie, const struct control_notification *n, struct error *err);
/* Those that nobody has acknowledged, or all that are kept. Oldest first. */
MUST_USE bool exchange_notification_list(struct exchange *x, const struct control_notification_list_ask *ask,
                                         struct walk_step *step, exchange_on_notification_fn *on_item, void *cookie,
                                         struct error *err);
/* A person has seen one that came; who sent it is told. Again it changes nothing. E-INQ-01 there is none of that
 * number, E-INQ-03 nobody waits for that any more, E-STO-03. */
MUST_USE bool exchange_notification_acknowledge(struct exchange *x,
                                                const struct control_notification_acknowledge_ask *ask,
                                                struct control_notification *out, struct error *err);

#endif
