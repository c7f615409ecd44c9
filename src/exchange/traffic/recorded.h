#ifndef EXCHANGE_RECORDED_H
#define EXCHANGE_RECORDED_H
/* What the exchange log says of a stored message: rows can be changed without a key, records cannot.
 *
 * Floor: exchange. Uses log_store, message_store, peers and audit_messages.
 */

#include "exchange/exchange.h"
#include "store/message_store.h"

/* The record that message ROW names: DISCLOSED of one that is ours, RECEIVED or REFUSED of one that came. *FOUND is
 * false, and *OUT not set, where that is no record of this message. Views of *OUT live in the tick's arena. */
MUST_USE bool recorded_find(struct exchange *x, const struct message_row *row, bool *found, struct record *out,
                            struct error *err);

/* ROW, a message of ours, is stored for whom and as what its record says, in the open transaction: *CHANGED, if it was
 * not. *FOUND is false, and nothing changed, where ROW names no record of it. E-STO-*. */
MUST_USE bool recorded_mend(struct exchange *x, struct message_row *row, bool *found, bool *changed, struct error *err);

#endif
