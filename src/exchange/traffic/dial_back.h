#ifndef EXCHANGE_DIAL_BACK_H
#define EXCHANGE_DIAL_BACK_H
/* Whether other agencies reach this node at its listed address, which it cannot see itself: one that is linked is asked
 * to dial it (frame 28). Where that succeeds, the new link takes the place of the old one; where not, the other says
 * why (29). docs/PROTOCOL.md 13.
 *
 * Floor: exchange. What stands in link_calls.h of it is implemented here.
 */

#include "exchange/exchange.h"

struct dial_back;
struct link;
struct peer_hello;

/* Freed with free(). */
struct dial_back *dial_back_new(void);
/* LINK was opened, whose peer said HELLO; what is kept of it is one piece of the heap. */
void dial_back_link_up(const struct exchange *x, struct link *link, const struct peer_hello *hello);
/* The peer of LINK asks to be dialled: as often as PACE_DIAL_BACK lets it. False: E_LNK_10. */
MUST_USE bool dial_back_take_ask(struct exchange *x, const struct link *link, struct view payload, struct error *err);
/* It says what became of a dial; passed over where it was not asked. False: E_LNK_10. */
MUST_USE bool dial_back_take_answer(struct exchange *x, const struct link *link, struct view payload,
                                    struct error *err);

#endif
