#ifndef EXCHANGE_WITHDRAWAL_WORK_H
#define EXCHANGE_WITHDRAWAL_WORK_H
/* What withdrawn consents leave to do: tell the recipient, erase on the day, answer with a statement.
 *
 * Floor: exchange. A message that proves a record can be made only when the record's checkpoint is signed, so each step
 * is a tick of its own; what is still to do stands in the consent's row and survives a crash.
 */

#include "exchange/exchange.h"

/* Does what is due, in the open transaction (which it begins when there is something). */
MUST_USE bool withdrawal_work_advance(struct exchange *x, struct error *err);

/* After the commit: overwrites the slots marked for it, then asks for another tick. */
MUST_USE bool withdrawal_work_erase_slots(struct exchange *x, struct error *err);

#endif
