#ifndef EXCHANGE_PEERS_H
#define EXCHANGE_PEERS_H
/* What the store remembers of other agencies, kept at hand: the way of a message asks for it several times.
 *
 * Floor: exchange. Every change goes through here, so that what is kept is what is stored (a commit that fails ends the
 * process).
 */

#include "store/peer_store.h"

struct exchange;
struct peers;

struct peers *peers_new(void);
void peers_free(struct peers *p);

/* The row of AGENCY, made when it is not there (then in the open transaction). */
MUST_USE bool peers_get_or_add(struct exchange *x, const struct address *agency, struct peer_row *out,
                               struct error *err);
/* The row of this number. */
MUST_USE bool peers_get(struct exchange *x, int64_t number, bool *found, struct peer_row *out, struct error *err);
MUST_USE bool peers_update(struct exchange *x, const struct peer_row *row, struct error *err);

/* Keeps a checkpoint of a peer, once; gives its number. A batch of receipts carries the same one. */
MUST_USE bool peers_put_note(struct exchange *x, int64_t peer, uint64_t size, struct view note, int64_t *number,
                             struct error *err);

#endif
