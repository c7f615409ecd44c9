#ifndef EXCHANGE_WITHDRAWAL_H
#define EXCHANGE_WITHDRAWAL_H
/* Ends a consent: records the withdrawal where it was taken, stops use where data came under it.
 *
 * Floor: exchange. What follows, tick by tick, is done by withdrawal_work:
 *
 *   taken here                                    came with data
 *
 *   record WITHDRAWN                              message "withdrawal" comes in
 *     │ commit                                      │
 *     ▼                                             ▼
 *   message "withdrawal" to the recipient         stopped: nothing under it is opened or sent
 *     │ until the day of erasure                    │ until the day of erasure
 *     ▼                                             ▼
 *   record ERASED                                 record ERASED
 *     │ commit                                      │ commit
 *     ▼                                             ▼
 *   slot overwritten                              slot overwritten
 *                                                   │
 *                                                   ▼
 *                                                 message "erasure-statement" to the agency that took it
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "model/record.h"
#include "store/consent_store.h"

/* See exchange_consent_withdraw. *ROW is the consent's new row; where it had been removed, it is made again. */
MUST_USE bool withdrawal_record(struct exchange *x, const struct control_consent_withdraw_ask *ask,
                                struct consent_row *row, struct error *err);

/* The same by W, the record of it that another agency shows to this home, which was put back and does not have it: the
 * day of erasure is not later than W said. STOPS_ONLY: W is by a key that was in other hands; she may not have said it,
 * so nothing is erased by it before the day behind the last that she agreed to. */
MUST_USE bool withdrawal_record_again(struct exchange *x, const struct record_consent *w, bool stops_only,
                                      struct consent_row *row, struct error *err);

/* To be asked before either. False where this node signs nothing more: E-CON-22 names whom to tell, E-LOG-27 where the
 * consent is not here. */
MUST_USE bool withdrawal_may_record(struct exchange *x, const struct control_consent_withdraw_ask *ask,
                                    struct error *err);

/* The same checks, and nothing is written. *ROW is the consent's row, with the day from which it would be erased here;
 * *OUT whether ASK would be a record, *TOLD whether the recipient would be told. */
MUST_USE bool withdrawal_foresee(struct exchange *x, const struct control_consent_withdraw_ask *ask,
                                 struct consent_row *row, bool *out, bool *told, struct error *err);

/* Owes the agency that took the consent of ROW the statement of its ERASED record, at withdrawn_index. */
MUST_USE bool withdrawal_owe_statement(struct exchange *x, const struct consent_row *row, struct error *err);

/* Whether the WITHDRAWN record W demands more for ROW, which came with data, than what was done already. */
bool withdrawal_goes_further(struct exchange *x, const struct consent_row *row, const struct record_consent *w);

/* Stops ROW, which came with data, as the WITHDRAWN record W of the agency that took it demands. Its day of erasure is
 * bounded by BOUND_ERASE_HOURS and never put off. If it is erased its statement is owed again. */
MUST_USE bool withdrawal_stop(struct exchange *x, struct consent_row *row, const struct record_consent *w,
                              struct error *err);

/* Stops ROW alone, which stands, came with data and is withdrawn by W of an agency that is suspended: whoever has its
 * keys destroys nothing. It is erased after the last day that she agreed to, or as a later withdrawal demands. */
MUST_USE bool withdrawal_stop_alone(struct exchange *x, struct consent_row *row, const struct record_consent *w,
                                    struct error *err);

/* Stores a row for a consent of AGENCY that was withdrawn before any data under it came, so that data still under way
 * is refused. */
MUST_USE bool withdrawal_add_tombstone(struct exchange *x, const struct address *agency, const struct record_consent *w,
                                       struct error *err);

/* Stores ROW with PROGRESS and lets withdrawal_work continue with it in the next tick. */
MUST_USE bool withdrawal_set_progress(struct exchange *x, struct consent_row *row, enum consent_progress progress,
                                      struct error *err);

#endif
