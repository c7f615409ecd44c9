#ifndef EXCHANGE_RECEIPTING_H
#define EXCHANGE_RECEIPTING_H
/* Receipts of what came: sent after the commit of what they prove, and again when a peer asks what arrived.
 *
 * Floor: exchange. A receipt is made of the record, anew each time; none is stored.
 */

#include "exchange/exchange.h"

struct link;
struct receipting;

/* Freed with free(). */
struct receipting *receipting_new(void);

/* After the commit LINK is sent the receipt that RECORD_INDEX, a RECEIVED or REFUSED record, is. */
void receipting_add(struct exchange *x, uint64_t link, uint64_t record_index);
/* The peer asks which of its messages arrived (frame 17): their receipts go after the commit, the rest is named as
 * missing. Each counts as a message of that day. */
MUST_USE bool receipting_answer(struct exchange *x, const struct link *link, struct view payload, struct error *err);
/* Whether there is any to send. */
bool receipting_is_due(const struct exchange *x);
/* After the commit: sends the receipts of what this tick stored or refused. */
MUST_USE bool receipting_send(struct exchange *x, struct error *err);
/* The tick ends: forgets them. */
void receipting_end_tick(struct exchange *x);

#endif
