#ifndef EXCHANGE_KIND_CORRECTION_H
#define EXCHANGE_KIND_CORRECTION_H
/* Kind correction: a section that another agency holds is otherwise now. It goes through the gate, under the consent
 * that the section went under: where that was withdrawn, has ended or does not cover it any more, it does not.
 *
 * Floor: exchange. At who holds it the newest counts, and how it was stays with the message that brought it. What is
 * said of it there, in a code and nothing of her, is kind corrected.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_correction;

typedef bool exchange_on_correction_fn(void *cookie, const struct control_correction *c, struct error *err);
/* To each agency that holds one of the sections otherwise: a message a section. Where all hold it as it is, nothing.
 * Who holds it under what does not open here, or of a case that was merged into this one, is named, and gets nothing.
 * E-CAS-20, E-MRG-03, E-STO-03. */
MUST_USE bool exchange_case_correct(struct exchange *x, const struct control_case_correct_ask *ask,
                                    exchange_on_correction_fn *on_correction, void *cookie, struct error *err);

#endif
