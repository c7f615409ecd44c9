#ifndef EXCHANGE_REPLY_STEPS_H
#define EXCHANGE_REPLY_STEPS_H
/* Whether an answer that came is one that the other agency can have come to: what it answers from follows from what was
 * answered before, by the rows of model/referral_states.def.
 *
 * Floor: exchange.
 */

#include "codec/referral_messages.h"
#include "exchange/exchange.h"
#include "model/refusal.h"
#include "store/referral_store.h"

/* REPLY is newer than what was taken of ROW, an opened referral of ours. Sets *WHY to REFUSAL_NO_STEP where no steps
 * lead to it, and notes in the row, once, that such an answer came. */
MUST_USE bool reply_steps_check(struct exchange *x, const struct referral_row *row, const struct reply_message *reply,
                                enum refusal_reason *why, struct error *err);

#endif
