#ifndef EXCHANGE_GROWTH_H
#define EXCHANGE_GROWTH_H
/* Proves to each peer that our log only grew, from the size that the peer has linked, and asks the peers for the same
 * (docs/PROTOCOL.md 13, frame 5).
 *
 * Floor: exchange. The first message or receipt of each checkpoint on a link brings the path; what overtook, was lost
 * or came by another way is asked for at leisure: at most one question is open on a link.
 */

#include "exchange/exchange.h"

struct link;
struct peer_hello;

/* A new link, whose peer said HELLO, and so what it has of our log linked: growth is proven from there. What is
 * remembered of the peer's log will be told, and asked for if something of it is unlinked. */
MUST_USE bool growth_link_up(struct exchange *x, struct link *link, const struct peer_hello *hello, struct error *err);
/* LINK went down; it ends, perhaps half up. */
void growth_link_down(const struct link *link);
void growth_link_end(struct link *link);
/* The tick is undone: what was answered on LINK in it was not sent. */
void growth_undone(const struct link *link);

/* Whether the peer of LINK has said what it remembers of our log; the size that it has linked, as it said last: what
 * was sent since may not have been taken. */
bool growth_is_known(const struct link *link);
uint64_t growth_linked_size(const struct link *link);

/* The consistency path that goes to LINK's peer with our checkpoint of SIZE; empty where that peer has it by now.
 * MESSAGE is the number of the message that brings it; 0: a receipt does. */
MUST_USE bool growth_prove(struct exchange *x, const struct link *link, uint64_t size, int64_t message,
                           struct view *path, uint64_t *from_size, struct error *err);
/* The peer receipted MESSAGE and said that it has HINTED of our log linked: if that is less than what went with it,
 * growth is proven from there again. */
void growth_receipted(const struct link *link, int64_t message, uint64_t hinted);

/* Before the commit: a question that was not answered in time counts against what it asked for. */
MUST_USE bool growth_advance(struct exchange *x, struct error *err);
/* After the commit: sends what is due. */
MUST_USE bool growth_send(struct exchange *x, struct error *err);
/* When growth_advance or growth_send is due next; 0: not. */
int64_t growth_wake_ms(const struct exchange *x);

/* Frame 5. */
MUST_USE bool growth_take(struct exchange *x, const struct link *link, struct view payload, struct error *err);

#endif
