#ifndef EXCHANGE_LETTER_CALLS_H
#define EXCHANGE_LETTER_CALLS_H
/* Letters to somebody outside the federation, under a consent that names them (letters.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* What the consent covers of the case today, to be printed: the house record is EXPORTED, and the letter an entry of
 * the case, in one tick. Views in *OUT live until the tick ends. A dry run says what would be in it, without the data,
 * and writes nothing. E-CON-06 no such consent, E-OUT-02 it is for a member, E-OUT-03, E-REF-04 ASK is malformed,
 * E-CON-01 it covers nothing now, E-LOG-27 a copy prints nothing, E-KEY-*. */
MUST_USE bool exchange_referral_print(struct exchange *x, const struct control_referral_print_ask *ask,
                                      struct control_letter *out, struct error *err);

/* What they said to a letter, entered by hand; the newest counts, and the same again is no entry. E-CON-06, E-OUT-04.
 */
MUST_USE bool exchange_referral_answer_outside(struct exchange *x,
                                               const struct control_referral_answer_outside_ask *ask,
                                               struct control_consent_letter *out, struct error *err);

#endif
