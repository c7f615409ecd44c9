#ifndef EXCHANGE_CASE_ELSEWHERE_H
#define EXCHANGE_CASE_ELSEWHERE_H
/* What there is of a case elsewhere, before it is closed or deleted here: consents that stand, referrals that are open
 * or were accepted, letters.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/case_store.h"

/* Fills these of *OUT, with MERGED those of what was merged into it; of cases that who asks does not see they count,
 * and are not named. What *OUT points to lives until the tick ends. */
MUST_USE bool case_elsewhere_fill(struct exchange *x, const struct case_row *row, bool merged,
                                  struct control_case_life *out, struct error *err);

#endif
