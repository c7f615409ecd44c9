#ifndef EXCHANGE_TRANSFER_H
#define EXCHANGE_TRANSFER_H
/* A transfer moves the responsibility for a case: when the agency that was asked accepts it, and not before.
 *
 * Floor: exchange. Both agencies find the same by its state.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/referral_store.h"

/* What became of it, by ROW, the referral that the transfer is; or, of a referral that this agency cancelled and the
 * other one has not confirmed, whether that one had accepted it. */
MUST_USE bool transfer_find(struct exchange *x, const struct referral_row *row, enum transfer *out, struct error *err);

#endif
