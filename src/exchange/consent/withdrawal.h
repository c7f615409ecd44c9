#ifndef EXCHANGE_WITHDRAWAL_H
#define EXCHANGE_WITHDRAWAL_H
/* A consent ends: recorded where it was taken, stopped where data came under it. What is then still to do
 * (tell, erase, answer) is withdrawal_work's.
 *
 * Floor: exchange.
 *
 *   taken here      WITHDRAWN in the log ─commit─► message withdrawal ─► … day of erasure ─► ERASED ─commit─► overwritten
 *   came with data  message withdrawal ─► stopped ─► day of erasure ─► ERASED ─commit─► overwritten ─► statement
 */

#include "exchange/exchange.h"
#include "model/record.h"
#include "store/consent_store.h"

/* See exchange_consent_withdraw. */
MUST_USE bool withdrawal_record(struct exchange *x, const struct withdraw_ask *ask, struct consent_row *row,
                                struct error *err);

/* Stops ROW, which came with data, as the record W of the agency that took it says. */
MUST_USE bool withdrawal_stop(struct exchange *x, struct consent_row *row, const struct record_consent *w,
                              struct error *err);

/* Remembers a consent of AGENCY that was withdrawn before anything of it came, so that what is under way is refused. */
MUST_USE bool withdrawal_add_tombstone(struct exchange *x, const struct address *agency, const struct record_consent *w,
                                       struct error *err);

/* Moves ROW to PROGRESS and has it looked at in the next tick. */
MUST_USE bool withdrawal_set_progress(struct exchange *x, struct consent_row *row, enum consent_progress progress,
                                      struct error *err);

#endif
