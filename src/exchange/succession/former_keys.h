#ifndef EXCHANGE_FORMER_KEYS_H
#define EXCHANGE_FORMER_KEYS_H
/* Up to where the keys count that others of their agency succeeded (proof_change of proofs.h), kept in the database:
 * who has such a key waits for no start of this node.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

struct succession;

/* Reads what is stored of the old key of S, which was taken. */
MUST_USE bool former_keys_load(struct exchange *x, const struct succession *s, struct error *err);
/* Stores what is new, in the tick's transaction. */
MUST_USE bool former_keys_advance(struct exchange *x, struct error *err);

#endif
