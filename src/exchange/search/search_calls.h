#ifndef EXCHANGE_SEARCH_CALLS_H
#define EXCHANGE_SEARCH_CALLS_H
/* What people look for (case_find.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

typedef bool exchange_on_case_found_fn(void *cookie, const struct control_case_found *f, struct error *err);

/* A question on its way, in steps:
 *
 *   begin ── step, until there is no more ── end
 *
 * The words are held, folded, until its end, and then wiped. */
struct searching;
/* E-SEA-01 no words to look for, E-NOD-21 read only. */
MUST_USE bool exchange_search_begin(struct exchange *x, const struct control_case_find_ask *ask, struct searching **out,
                                    struct error *err);
/* Opens STEP->limit segments of the index; NULL: all. With the last come the cases that who asks may see, the best
 * first, BOUND_SEARCH_HITS at most; and record SEARCHED of the house log, without a word. */
MUST_USE bool exchange_search_step(struct searching *s, struct walk_step *step, exchange_on_case_found_fn *on_found,
                                   void *cookie, struct error *err);
/* NULL is fine. */
void exchange_search_end(struct searching *s);

#endif
