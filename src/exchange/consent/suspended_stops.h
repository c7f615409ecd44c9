#ifndef EXCHANGE_SUSPENDED_STOPS_H
#define EXCHANGE_SUSPENDED_STOPS_H
/* Consents of other agencies that their agency stopped while it was suspended, or its new key not compared here
 * (withdrawal_stop_alone): the one who said so may have been a thief of its keys, so people here are told, until the
 * agency says it again when it is admitted, or a supervisor has phoned it.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "exchange/exchange_status.h"
#include "store/consent_store.h"

/* ROW was stopped so, or its agency said it again: in the open transaction. */
MUST_USE bool suspended_stops_begin(struct exchange *x, const struct consent_row *row, struct error *err);
MUST_USE bool suspended_stops_end(struct exchange *x, const struct consent_row *row, struct error *err);
/* Whether ROW was, and its agency has not said it again. */
MUST_USE bool suspended_stops_has(struct exchange *x, const struct consent_row *row, bool *has, struct error *err);
/* Fills OUT->stops: those that nobody has looked after, as far as who asks sees their consents. */
MUST_USE bool suspended_stops_status(struct exchange *x, struct node_status *out, struct error *err);

#endif
