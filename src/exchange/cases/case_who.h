#ifndef EXCHANGE_CASE_WHO_H
#define EXCHANGE_CASE_WHO_H
/* Who has what of a case: what left, under which consent, whether they have it and opened it, and what they answered.
 *
 * Floor: exchange. When what left is read in the exchange log, so it is known of a consent that is erased, too.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

typedef bool exchange_on_share_fn(void *cookie, const struct control_case_share *s, struct error *err);
/* A line for each of its consents and section that left under it, or waits to; one without a section where none did.
 * The oldest consent first, with a house record OPENED. E-CAS-20. */
MUST_USE bool exchange_case_who(struct exchange *x, const struct ident *id, exchange_on_share_fn *on_share,
                                void *cookie, struct error *err);

#endif
