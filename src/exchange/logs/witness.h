#ifndef EXCHANGE_WITNESS_H
#define EXCHANGE_WITNESS_H
/* What this node remembers of other agencies' logs: the newest checkpoint that is linked to those before it.
 *
 * Floor: exchange. Two signed checkpoints that cannot both be true are proof of a fork: recorded with both as evidence,
 * an alarm; the message that showed it is still taken (docs/PROTOCOL.md 7).
 */

#include "exchange/logs/proofs.h"
#include "store/peer_store.h"

/* A message of PEER came with a verified checkpoint (and perhaps a path from the one we are known to hold). In the open
 * transaction. */
MUST_USE bool witness_message(struct exchange *x, struct peer_row *peer, const struct proof_answer *proof,
                              const struct content *content, struct error *err);

/* A checkpoint that came with a receipt, before it is kept: against those of its size. */
MUST_USE bool witness_receipt(struct exchange *x, const struct peer_row *peer, const struct proof_answer *proof,
                              struct view note, struct error *err);

#endif
