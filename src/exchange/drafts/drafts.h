#ifndef EXCHANGE_DRAFTS_H
#define EXCHANGE_DRAFTS_H
/* Drafts: what a dialogue has been told, before it is a case, sealed here so that no other program need keep it.
 *
 * Floor: exchange. A draft is its maker's, and is not there for who is not shown the case that it is of (holders.h); of
 * what is in it the node reads no more. It is erased with the slot that it lies under: given up, after
 * BOUND_DRAFT_DAYS without a change, and where what was typed became a case (the next change lies under another slot).
 * exchange_draft_* (draft_calls.h) are implemented here.
 */

#include "exchange/exchange.h"

struct drafts;

/* A crash may have come between a commit and what is overwritten after it: all of that is due. Freed with free(). */
struct drafts *drafts_new(void);
/* It is another day. */
void drafts_new_day(struct exchange *x);
/* Gives up those that are of the case, in the open transaction: it is deleted. One that does not open is of none. */
MUST_USE bool drafts_give_up_of(struct exchange *x, const struct ident *case_id, struct error *err);
/* Gives up what is too old, and forgets slots that are overwritten, in the tick's transaction. */
MUST_USE bool drafts_advance(struct exchange *x, struct error *err);

#endif
