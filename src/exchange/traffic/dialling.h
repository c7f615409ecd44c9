#ifndef EXCHANGE_DIALLING_H
#define EXCHANGE_DIALLING_H
/* Reaches the peers for whom messages wait and to whom there is no link: dials them, with pauses that grow.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

struct dialling;
struct link;

/* Looks for the peers at once. */
struct dialling *dialling_new(void);
void dialling_free(struct dialling *d);
/* The store is to be searched for peers with waiting messages. */
void dialling_look(struct exchange *x);

/* PEER, which is AGENCY, is dialled while messages wait for it. No effect if it is already. */
void dialling_add(struct exchange *x, int64_t peer, const struct address *agency);

/* The same, and at once, whatever pause it is in: somebody waits for it. No effect where there is a link. */
void dialling_hasten(struct exchange *x, int64_t peer, const struct address *agency);

/* After the commit: dials the peers whose time has come; searches the store for them first, if that is due. */
MUST_USE bool dialling_advance(struct exchange *x, struct error *err);
/* When the next dial is due, by the steady clock; 0: none is. */
int64_t dialling_wake_ms(const struct exchange *x);

/* When PEER is dialled next, by the steady clock; 0: it is not dialled, or has no address. */
int64_t dialling_next_ms(struct exchange *x, int64_t peer);

/* A link to PEER was opened: returns after how many dials. LINK was closed (it is not in x->links any more). */
uint32_t dialling_link_up(struct exchange *x, int64_t peer);
void dialling_link_down(struct exchange *x, const struct link *link);

#endif
