#ifndef EXCHANGE_KIND_REFERRAL_ERASED_H
#define EXCHANGE_KIND_REFERRAL_ERASED_H
/* Kind referral-erased: the agency that declined a referral states, with proof, that it erased what came with it.
 *
 * Floor: exchange. Sent by referral_erasing. Like an erasure statement it proves a record; it is about one referral
 * under a consent that stands on, and nobody owes or waits for it.
 */

#include "exchange/kinds/kind.h"
#include "exchange/logs/proofs.h"

extern const struct kind_actions kind_referral_erased;

/* Queues the statement of record INDEX, REFERRAL_ERASED, which must be durable, for the agency TO that sent ROW. */
MUST_USE bool kind_referral_erased_send(struct exchange *x, const struct referral_row *row, const struct address *to,
                                        uint64_t index, struct error *err);

/* When AGENCY erased what this agency sent it with REFERRAL, where M came from there, says so and proves it; else *MS
 * stays. The proof is checked each time. Returns false as stored_body_open. */
MUST_USE bool kind_referral_erased_time(struct exchange *x, const struct address *agency, const struct ident *referral,
                                        const struct message_row *m, int64_t *ms, struct error *err);

#endif
