#ifndef EXCHANGE_OBLIGATIONS_ANSWERS_H
#define EXCHANGE_OBLIGATIONS_ANSWERS_H
/* What becomes of what is owed (obligations.h) as answers come: it ends, is tried again, or is owed again where a log
 * began anew.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "store/message_store.h"

struct peer_refusal;
struct proof_answer;

/* The recipient refused message ROW, of a kind that is owed, without a receipt. It ends nothing; where it does not pass
 * a person may end it (obligations_may_close). */
MUST_USE bool obligations_refused(struct exchange *x, const struct message_row *row, const struct peer_refusal *refusal,
                                  struct error *err);
/* Message ROW has the receipt RECEIPT. */
MUST_USE bool obligations_receipted(struct exchange *x, const struct message_row *row,
                                    const struct proof_answer *receipt, struct error *err);
/* The recipient of consent NUMBER, which is withdrawn, stated by its ERASED record ANSWER what became of the data. */
MUST_USE bool obligations_answered(struct exchange *x, int64_t number, const struct proof_answer *answer,
                                   struct error *err);
/* Message ROW, of a kind that is owed, will not leave: what it was about is erased. */
MUST_USE bool obligations_withheld(struct exchange *x, const struct message_row *row, struct error *err);
/* Whether a reply or cancellation that lies under consent NUMBER is owed. */
MUST_USE bool obligations_wait_under(struct exchange *x, int64_t number, bool *out, struct error *err);
/* All that lies under consent NUMBER is being erased: ends the replies and cancellations that wait under it. */
MUST_USE bool obligations_erased(struct exchange *x, int64_t number, struct error *err);
/* The log of the agency PEER (a number in peer_store) began anew and knows nothing of before: withdrawals are owed it
 * again, in new messages; what answers something that it sent is owed no more. In the open transaction. */
MUST_USE bool obligations_begin_anew(struct exchange *x, int64_t peer, struct error *err);
/* Withdrawals that the agency PEER receipted in a log before INCARNATION, and whose message IS_NAMED does not know as
 * one that it has, are owed it again. */
typedef bool obligations_named_fn(const void *cookie, int64_t number);
MUST_USE bool obligations_owe_unnamed(struct exchange *x, int64_t peer, uint32_t incarnation,
                                      obligations_named_fn *is_named, const void *cookie, struct error *err);
/* The agency that took consent NUMBER withdraws it in a history of its log that was not told what became of the data: a
 * statement that is answered is owed again. In the open transaction. */
MUST_USE bool obligations_state_again(struct exchange *x, int64_t number, struct error *err);

#endif
