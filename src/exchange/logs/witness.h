#ifndef EXCHANGE_WITNESS_H
#define EXCHANGE_WITNESS_H
/* Stores for each peer's log the newest checkpoint proven consistent with those before it, and detects forks.
 *
 * Floor: exchange. Two signed checkpoints that cannot both be true prove a fork: it becomes a FORK record with both and
 * an error in the log. The message that came with it is still taken (docs/PROTOCOL.md 7).
 */

#include "exchange/logs/proofs.h"
#include "store/peer_store.h"

/* Compares PROOF, the verified checkpoint of a message that may carry a consistency path, with the stored one; stores
 * it and updates *PEER if it is newer and consistent. In the open transaction. */
MUST_USE bool witness_message(struct exchange *x, struct peer_row *peer, const struct proof_answer *proof,
                              const struct content *content, struct error *err);

/* Compares the checkpoint NOTE of a receipt with a stored one of its size. To be called before NOTE is stored. */
MUST_USE bool witness_receipt(struct exchange *x, const struct peer_row *peer, const struct proof_answer *proof,
                              struct view note, struct error *err);

#endif
