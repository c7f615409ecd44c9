#ifndef EXCHANGE_MERGED_ANSWERS_H
#define EXCHANGE_MERGED_ANSWERS_H
/* What she said in either of two cases that become one: her newest answer to an agency counts for both, so a no ends a
 * yes before it that stands in the other.
 *
 * Floor: exchange. What is not found, as in a case whose key the disk does not give, is shut by the no all the same
 * (consent_refusals.h).
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/case_store.h"

struct merged_answers;

/* *OUT, which lives until the tick ends: each yes that stands in ONE, in OTHER or in what was merged into either, and
 * is older than a no to the same agency in any of these. */
MUST_USE bool merged_answers_find(struct exchange *x, const struct case_row *one, const struct case_row *other,
                                  struct merged_answers **out, struct error *err);
/* Of those in cases that who asks sees some are named. */
void merged_answers_tell(const struct merged_answers *m, struct control_case_moved *out);
uint64_t merged_answers_count(const struct merged_answers *m);
/* Withdraws each, in the open transaction. */
MUST_USE bool merged_answers_end(struct exchange *x, const struct merged_answers *m, struct error *err);

#endif
