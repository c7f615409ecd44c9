#ifndef EXCHANGE_REFERRAL_REQUEST_H
#define EXCHANGE_REFERRAL_REQUEST_H
/* The request ids of referrals: the same one again is the same referral, and nothing is sent twice.
 *
 * Floor: exchange.
 */

#include "exchange/referrals/referral_draft.h"
#include "store/message_store.h"

/* REFERRAL was made for the ask of M, in the open transaction. */
MUST_USE bool referral_request_put(struct exchange *x, const struct referral_draft *m, int64_t referral,
                                   struct error *err);
/* Whether a referral was made under the request id of ASK, as *OUT says, with *MESSAGE as its first. E-REF-09 it was
 * asked for otherwise. */
MUST_USE bool referral_request_find(struct exchange *x, const struct control_refer_ask *ask,
                                    struct control_referral_result *out, struct message_row *message, bool *repeated,
                                    struct error *err);

#endif
