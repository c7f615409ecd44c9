#ifndef EXCHANGE_WITHDRAWAL_H
#define EXCHANGE_WITHDRAWAL_H
/* A consent ends: stop at once, tell the recipient, erase when it is time, answer with what was erased.
 *
 * Floor: exchange.
 *
 *   taken here    WITHDRAWN in the log ─commit─► message withdrawal ─► … erase-from reached ─► ERASED, slot overwritten
 *   came with data         withdrawal in ─► stopped ─► erase-from reached ─► ERASED ─commit─► slot overwritten ─►
 * statement out
 *
 * A message that proves a record can be made only when the record's checkpoint is signed, so each step is a turn of its
 * own; what is still to be done stands in the consent's row and survives a crash.
 */

#include "exchange/exchange.h"
#include "store/consent_store.h"

/* See exchange_consent_withdraw. */
MUST_USE bool withdrawal_record(struct exchange *x, const struct withdraw_ask *ask, struct consent_row *row,
                                struct error *err);

/* A withdrawal message of SENDER came (its body is stored). What is not genuine is logged and has no effect. */
MUST_USE bool withdrawal_receive(struct exchange *x, const struct address *sender, const struct withdrawal_message *w,
                                 struct error *err);

/* A statement of erasure of SENDER came: whether it is what its log says. */
MUST_USE bool withdrawal_receive_statement(struct exchange *x, const struct address *sender,
                                           const struct erasure_message *e, struct error *err);

/* Does what is due, in the open transaction (which it begins when there is something). */
MUST_USE bool withdrawal_advance(struct exchange *x, struct error *err);
/* After the commit: overwrites the slots marked for it, then asks for another turn. */
MUST_USE bool withdrawal_erase_slots(struct exchange *x, struct error *err);

#endif
