#ifndef EXCHANGE_CASE_HOLD_H
#define EXCHANGE_CASE_HOLD_H
/* A court wants a case kept: nothing of it is deleted until the hold has ended, by its day or by a person.
 *
 * Floor: exchange. Whose it is, its number and what it is about lie sealed with the case (case_ending.h).
 */

#include "codec/case_entry_messages.h"
#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/case_store.h"

/* With a house record CASE_END; in place of one that stands. Said again nothing changes. E-CAS-20, E-CTL-09,
 * E-END-08. */
MUST_USE bool exchange_case_hold(struct exchange *x, const struct control_case_hold_ask *ask,
                                 struct control_case_life *out, struct error *err);
/* Whether one of ROW, whose end is E, stands on a unix day, or one of a case that took its place, or whose place it
 * took: it is one person, and what a court wants of her may lie in either. What does not open keeps it, but for cases
 * that may have been merged into any. */
MUST_USE bool case_hold_keeps(struct exchange *x, const struct case_row *row, const struct case_end *e, uint32_t day,
                              bool *keeps, struct error *err);
/* Ends those whose last day is before TODAY, and says so in the log, in the tick's transaction. */
MUST_USE bool case_hold_end_old(struct exchange *x, uint32_t today, struct error *err);

#endif
