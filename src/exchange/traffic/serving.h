#ifndef EXCHANGE_SERVING_H
#define EXCHANGE_SERVING_H
/* Links are served in turn: what one brings never keeps another's waiting for more than a few frames.
 *
 * Floor: exchange. In each tick the first BOUND_ROUND frames of a link are handled as they come. The rest waits, and is
 * handled in turn, one frame of each link, before the commit. Links whose agency is over its share, or sends what is
 * refused at steps 1 to 9, come after all others: BOUND_ROUND_LAST frames a tick for all of them, and at most
 * BOUND_QUEUED wait for each. Where more come, some are dropped, drawn at random, as on a bad wire. Of any other link
 * BOUND_WAITING wait, and what comes beyond is dropped.
 */

#include "exchange/exchange.h"

struct link;
struct serving;

/* Freed with free(). */
struct serving *serving_new(void);
/* Whether any frame waits for its turn. */
bool serving_waits(const struct exchange *x);
/* LINK was opened; it ends, with what waits of it. */
void serving_link_up(struct link *link);
void serving_link_end(struct exchange *x, struct link *link);
/* The tick is undone: its turns were none. */
void serving_undone(const struct link *link);

/* A frame came on LINK: handled now, or queued. False: it was handled and its link is to be closed. */
MUST_USE bool serving_take(struct exchange *x, const struct link *link, uint16_t kind, struct view payload,
                           struct error *err);
/* It is queued behind what waits of LINK, or before it. */
void serving_wait(struct exchange *x, const struct link *link, uint16_t kind, struct view payload);
void serving_put_back(struct exchange *x, const struct link *link, uint16_t kind, struct view payload);
/* In the tick, before its commit: handles what waits. A link that broke the protocol is closed. */
void serving_run(struct exchange *x);
/* What LINK just asked for costs as much as ROUNDS frames: it has had so many turns. */
void serving_spend(const struct link *link, size_t rounds);

#endif
