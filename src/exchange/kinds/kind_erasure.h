#ifndef EXCHANGE_KIND_ERASURE_H
#define EXCHANGE_KIND_ERASURE_H
/* Kind erasure-statement: the agency that held data under a consent states, with proof, what it erased.
 *
 * Floor: exchange. Sent by withdrawal_work to the agency that took the consent.
 */

#include "exchange/kinds/kind.h"
#include "exchange/logs/proofs.h"
#include "store/consent_store.h"
#include "store/obligation_store.h"

extern const struct kind_actions kind_erasure;

/* Queues the statement of obligation O about consent ROW, whose ERASED record must be durable. */
MUST_USE bool kind_erasure_send(struct exchange *x, const struct consent_row *row, const struct obligation_row *o,
                                struct error *err);

/* Whether E proves an ERASED record about CONSENT, which this agency took, in the log of AGENCY; if so, *OUT is its
 * proof. */
bool kind_erasure_is_proven(struct exchange *x, const struct address *agency, const struct ident *consent,
                            const struct erasure_message *e, struct proof_answer *out);

#endif
