#ifndef EXCHANGE_PEERS_H
#define EXCHANGE_PEERS_H
/* A write-through cache of the rows of peer_store: handling one message reads a peer's row several times.
 *
 * Floor: exchange. Every change goes through here, so that the cache equals the store; where a tick is undone, it is
 * made anew.
 */

#include "store/peer_store.h"

struct exchange;
struct peers;

struct peers *peers_new(void);
void peers_free(struct peers *p);
/* Reads all that are known, at a start. */
MUST_USE bool peers_load(struct exchange *x, struct error *err);
/* Up to which size AGENCY's log is linked; 0: nothing is. From memory alone. */
uint64_t peers_linked_size(const struct exchange *x, const struct address *agency);

/* The row of AGENCY; if there is none, it is added in the open transaction. */
MUST_USE bool peers_get_or_add(struct exchange *x, const struct address *agency, struct peer_row *out,
                               struct error *err);
/* The row of AGENCY; *OUT is set if *FOUND. */
MUST_USE bool peers_find(struct exchange *x, const struct address *agency, bool *found, struct peer_row *out,
                         struct error *err);
/* The row with this number; *OUT is set if *FOUND. */
MUST_USE bool peers_get(struct exchange *x, int64_t number, bool *found, struct peer_row *out, struct error *err);
/* Stores the changed row, in the open transaction. */
MUST_USE bool peers_update(struct exchange *x, const struct peer_row *row, struct error *err);

#endif
