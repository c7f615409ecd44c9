#ifndef EXCHANGE_CONSENT_RECEIVED_H
#define EXCHANGE_CONSENT_RECEIVED_H
/* Consents that came with data: their receipts checked and stored.
 *
 * Floor: exchange.
 */

#include "exchange/consent/consent_book.h"
#include "exchange/logs/proofs.h"

/* Checks that RECEIPT is a genuine receipt of the consent CONSENT: commitments, CONSENT record, and the proof (*PROOF)
 * that this is in the log of the agency that took it. E-CON-2x, E-LOG-2x. */
MUST_USE bool consent_received_check(struct exchange *x, const struct ident *consent,
                                     const struct consent_receipt *receipt, struct proof_answer *proof,
                                     struct error *err);
/* Stores a receipt that was checked, in the open transaction; *OUT is its entry. */
MUST_USE bool consent_received_add(struct exchange *x, struct view bytes, const struct consent_receipt *receipt,
                                   struct consent_entry **out, struct error *err);

#endif
