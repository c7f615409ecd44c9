#ifndef EXCHANGE_COSIGNING_H
#define EXCHANGE_COSIGNING_H
/* Frame 6: a peer cosigns our newest checkpoint, with the time that its wall clock shows; and we theirs.
 *
 * Floor: exchange. Asked once on each link, and while our clock is in doubt again and again, after growing pauses. A
 * peer cosigns only what it remembers or what has grown from it, and nothing while its own clock may be wrong; it says
 * nothing then, and nothing follows from that (docs/PROTOCOL.md 13).
 */

#include "exchange/exchange.h"

struct link;

/* LINK was opened; what is kept of it is one piece of the heap. */
void cosigning_link_up(struct link *link);
/* Forgets what was asked: only a checkpoint that is signed from now on counts. Asks on all links again. */
void cosigning_begin_again(struct exchange *x);
/* The peer of LINK was sent how our log began anew, under a checkpoint of SIZE, which it links. */
void cosigning_began_anew(const struct link *link, uint64_t size);
/* After the commit: asks on the links on which it is due. E-LOG-*. */
MUST_USE bool cosigning_send_due(struct exchange *x, struct error *err);
/* When that has something to do, by the steady clock; 0: no time is set. */
int64_t cosigning_wake_ms(const struct exchange *x);

/* A frame 6 from the peer of LINK: its wish, or its answer to ours. An answer to what was not asked, or that came too
 * late, is dropped. E-LNK-10, E-LOG-*. */
MUST_USE bool cosigning_take(struct exchange *x, const struct link *link, struct view payload, struct error *err);

#endif
