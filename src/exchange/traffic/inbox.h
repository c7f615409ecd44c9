#ifndef EXCHANGE_INBOX_H
#define EXCHANGE_INBOX_H
/* Takes messages that come in: the thirteen steps of admission, then stored, then, after the commit, receipted.
 *
 * Floor: exchange. Until step 9 has passed the sender is not proven. A refusal there stores no message id and makes no
 * receipt: it is answered on the link the message came by, and counted (meter.h). So is what cannot be acted on (step
 * 13) and what finds no room; any other refusal from step 10 on is a record and a receipt (docs/PROTOCOL.md 7).
 */

#include "exchange/exchange.h"

struct link;

/* LINK was opened; what is kept of it is one piece of the heap. */
void inbox_link_up(struct link *link);
/* The tick ends: forgets what it took. */
void inbox_end_tick(struct exchange *x);

/* Handles an envelope that came on LINK; a refusal is answered here. False only for an error of our own (store). */
MUST_USE bool inbox_receive(struct exchange *x, const struct link *link, struct view payload, struct error *err);

/* Counts COUNT things asked for in the share of LINK's peer; false: it has had its share of today. */
bool inbox_count(struct exchange *x, const struct link *link, size_t count);
/* Answers what came on LINK, whose agency is over its share, with busy; returns true. */
bool inbox_say_busy(struct exchange *x, const struct link *link);

#endif
