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

struct withdrawal_work;

/* All of it is due: a crash may have come after a commit and before its erasure, and a sync that failed leaves what
 * only we read. Freed with free(). */
struct withdrawal_work *withdrawal_work_new(void);
/* Consents may have a step to take; it is another day, on which all are compared with the log; a key that was not read
 * may be read now. */
void withdrawal_work_due(struct exchange *x);
void withdrawal_work_new_day(struct exchange *x);
void withdrawal_work_read_again(struct exchange *x);

/* A slot was marked to be erased: it is overwritten after the commit. Whether that is still to be done. */
void withdrawal_work_slots_due(struct exchange *x);
bool withdrawal_work_has_slots_due(const struct exchange *x);
/* Whether what lies under SLOT is gone for good. */
bool withdrawal_work_is_erased(const struct exchange *x, uint64_t slot);

/* Begins to erase what lies under ROW, which was taken here, if that is due: what is answered then is what is so. */
MUST_USE bool withdrawal_work_begin(struct exchange *x, struct consent_row *row, struct error *err);

/* Where it is due: takes the next step of each consent that has one, in the tick's transaction. */
MUST_USE bool withdrawal_work_advance(struct exchange *x, struct error *err);

/* After the commit: overwrites the slots marked to be erased, then asks for another tick to record that. */
MUST_USE bool withdrawal_work_erase_slots(struct exchange *x, struct error *err);

#endif
