#ifndef EXCHANGE_WITHDRAWAL_WORK_H
#define EXCHANGE_WITHDRAWAL_WORK_H
/* Carries on withdrawn consents: erases on the day, if the clock is not in doubt. What is told to the other agency is
 * an obligation (obligations.h).
 *
 * Floor: exchange. A slot is overwritten only when the record of it is durable, so each step is a tick of its own. The
 * next step is stored in the consent's row and survives a crash. Steps: withdrawal.h.
 */

#include "exchange/exchange.h"
#include "store/consent_store.h"

/* Begins to erase what lies under ROW, which was taken here, if that is due: what is answered then is what is so. */
MUST_USE bool withdrawal_work_begin(struct exchange *x, struct consent_row *row, struct error *err);

/* Takes the next step of each consent for which one is due, in the tick's transaction. */
MUST_USE bool withdrawal_work_advance(struct exchange *x, struct error *err);

/* After the commit: overwrites the slots marked to be erased, then asks for another tick to record that. */
MUST_USE bool withdrawal_work_erase_slots(struct exchange *x, struct error *err);

#endif
