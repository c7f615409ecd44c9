#ifndef EXCHANGE_INQUIRY_CALLS_H
#define EXCHANGE_INQUIRY_CALLS_H
/* What people ask and tell other agencies about nobody: whether they have room (kind_inquiry.c), and the answer
 * (kind_answer.c). No case is named, and no consent is needed.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

typedef bool exchange_on_inquiry_fn(void *cookie, const struct control_inquiry *i, struct error *err);
/* Asks each agency of ASK, in one act: all or none, and each is told to ON_ITEM. What is said is made as coarse as
 * inquiry_places says. E-REF-04 ASK is malformed, E-REF-05 to ourselves, E-REF-11 a time is none that may be named,
 * E-FED-2x, E-FED-48, E-STO-03. */
MUST_USE bool exchange_capacity_ask(struct exchange *x, const struct control_capacity_ask *ask,
                                    exchange_on_inquiry_fn *on_item, void *cookie, struct error *err);
/* Answers one that came. The same again changes nothing. E-INQ-01 there is none of that number, E-INQ-02 it was
 * answered otherwise, E-INQ-03 nobody waits for it any more, E-REF-08 that is no telephone number, E-REF-11, E-STO-03.
 */
MUST_USE bool exchange_capacity_answer(struct exchange *x, const struct control_capacity_answer_ask *ask,
                                       struct control_inquiry *out, struct error *err);
/* Those of which an answer is waited for, and what was answered and holds; or all that are kept. Oldest first. */
MUST_USE bool exchange_capacity_list(struct exchange *x, const struct control_capacity_list_ask *ask,
                                     struct walk_step *step, exchange_on_inquiry_fn *on_item, void *cookie,
                                     struct error *err);

#endif
