#ifndef EXCHANGE_KEPT_ANSWERS_H
#define EXCHANGE_KEPT_ANSWERS_H
/* What was answered under request ids: sealed while nothing is erased at this node, forgotten after 30 days.
 *
 * Floor: exchange. request_calls.h is implemented here. An answer may tell of a person, and nobody knows of which: so
 * all answers are erased with the first slot that is, whosever it was. Then whoever asks again learns that it was done.
 */

#include "exchange/exchange.h"

struct kept_answers;

/* Freed with free(). */
struct kept_answers *kept_answers_new(void);
/* It is another day: some are past theirs. */
void kept_answers_new_day(struct exchange *x);
/* Whether those that are to be erased are overwritten: nobody is told of an erasure before. */
MUST_USE bool kept_answers_are_gone(struct exchange *x, bool *gone, struct error *err);
/* At the end of a tick's writing: erases them where anything is erased, and forgets some of what is old. */
MUST_USE bool kept_answers_advance(struct exchange *x, struct error *err);

#endif
