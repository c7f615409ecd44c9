#ifndef EXCHANGE_KIND_ERASURE_H
#define EXCHANGE_KIND_ERASURE_H
/* The statement of erasure: the agency that held data under a consent says what it destroyed.
 *
 * Floor: exchange.
 */

#include "exchange/kinds/kind.h"
#include "model/record.h"
#include "store/consent_store.h"

extern const struct kind_actions kind_erasure;

/* Makes the statement about ROW, whose ERASED record is durable. */
MUST_USE bool kind_erasure_send(struct exchange *x, const struct consent_row *row, struct error *err);

/* Whether E is what the log of AGENCY says of CONSENT; *OUT is its ERASED record then. */
bool kind_erasure_is_proven(struct exchange *x, const struct address *agency, const struct ident *consent,
                            const struct erasure_message *e, struct record_erased *out);

#endif
