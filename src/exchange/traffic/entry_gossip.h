#ifndef EXCHANGE_ENTRY_GOSSIP_H
#define EXCHANGE_ENTRY_GOSSIP_H
/* What agencies say of themselves goes round: each node tells its peers which entries it has, and sends what they lack.
 *
 * Floor: exchange. Only to peers whose hello says that they take it; after the commit, as links have room.
 */

#include "exchange/exchange.h"

struct link;

/* LINK was opened; TAKES: its peer's hello says so. */
void entry_gossip_link_up(struct link *link, bool takes);
void entry_gossip_link_end(struct link *link);
/* Tells all again which entries are here: a new day, another directory, a key that counts now. What they have and was
 * not taken comes again by that. */
void entry_gossip_begin_again(struct exchange *x);
/* A tick was undone, and the entries were read anew: what a peer lacked goes when it tells again what it has. */
void entry_gossip_undone(struct exchange *x);
/* What the peer of LINK has (frame 19). */
MUST_USE bool entry_gossip_take_held(struct exchange *x, const struct link *link, struct view payload,
                                     struct error *err);

/* After the commit. */
MUST_USE bool entry_gossip_send_due(struct exchange *x, struct error *err);
/* When entry_gossip_send_due has something to do, by the steady clock; 0: no time is set. */
int64_t entry_gossip_wake_ms(const struct exchange *x);

#endif
