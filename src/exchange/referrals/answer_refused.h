#ifndef EXCHANGE_ANSWER_REFUSED_H
#define EXCHANGE_ANSWER_REFUSED_H
/* That an answer to a referral was refused by name, so that `watch` tells it: here, one of another agency; there, one
 * of this agency.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "model/audit_enums.h"
#include "store/referral_store.h"

/* An answer to ROW was refused: recorded in the house log, and told to whoever holds the referral. In the open tick. */
MUST_USE bool answer_refused_record(struct exchange *x, const struct referral_row *row, enum refused_answer whose,
                                    struct error *err);

#endif
