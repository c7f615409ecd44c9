#ifndef EXCHANGE_CONSENT_TAKEN_H
#define EXCHANGE_CONSENT_TAKEN_H
/* Consents taken here: recorded with their commitment, and what a no ends.
 *
 * Floor: exchange. The record is appended at once; the row, which holds the proof of the record, is written when the
 * tick's checkpoint was signed.
 */

#include "exchange/consent/consent_calls.h"
#include "exchange/exchange.h"

/* See exchange_consent_record; but for the request id. The rows are written by consent_taken_write_rows. */
MUST_USE bool consent_taken_record(struct exchange *x, const struct control_consent_record_ask *ask,
                                   exchange_on_consent_fn *on_ended, void *cookie, struct control_consent_recorded *out,
                                   struct error *err);
/* After audit_sign, before the commit: writes the consents recorded in this tick, with their proof. */
MUST_USE bool consent_taken_write_rows(struct exchange *x, struct error *err);
/* The tick ends: forgets those that were not written. */
void consent_taken_end_tick(struct exchange *x);

#endif
