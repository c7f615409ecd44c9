#ifndef EXCHANGE_INQUIRIES_H
#define EXCHANGE_INQUIRIES_H
/* What was asked and told about nobody, and what was answered: kept until it has ended, and a month more.
 *
 * Floor: exchange. exchange_capacity_list is implemented here. What is said lies in the bodies of messages, under the
 * node's own key: it is about nobody.
 */

#include "exchange/exchange.h"
#include "exchange/kinds/kind.h"
#include "store/inquiry_store.h"

struct body;

/* Whether one may go to TO, now or when what holds it has passed. E-REF-05 to ourselves, E-FED-2x, E-FED-48. */
MUST_USE bool inquiries_may_go(struct exchange *x, const struct address *to, struct error *err);
/* The one of KIND that came and has this number. E-INQ-01. */
MUST_USE bool inquiries_find_asked(struct exchange *x, uint32_t number, enum message_kind kind, struct inquiry_row *row,
                                   struct error *err);
/* Queues BODY, a question or a notification, for TO, with ROW, in the open transaction; it does not leave after the day
 * on which nobody waits for it any more. */
MUST_USE bool inquiries_put(struct exchange *x, const struct address *to, const struct body *body,
                            struct inquiry_row *row, struct error *err);
/* The same of what answers ROW. */
MUST_USE bool inquiries_answer(struct exchange *x, const struct inquiry_row *row, const struct body *body,
                               struct error *err);
/* Keeps B, which came, until UNTIL_MS. */
MUST_USE bool inquiries_keep(struct exchange *x, const struct received_body *b, int64_t until_ms, struct error *err);
/* Of what came and is not answered no more is kept for one peer: it waits there until some has ended. */
MUST_USE bool inquiries_standing(struct exchange *x, const struct received_body *b, enum standing *out, uint64_t *first,
                                 struct error *err);
/* What it says. *READABLE false: it is kept no more. */
MUST_USE bool inquiries_read(struct exchange *x, int64_t message, enum message_kind kind, bool *readable,
                             struct body *out, struct error *err);
/* How ROW is shown. */
MUST_USE bool inquiries_fill(struct exchange *x, const struct inquiry_row *row, struct control_inquiry *out,
                             struct error *err);
/* On DAY, a new one: forgets what ended a month before. */
MUST_USE bool inquiries_drop(struct exchange *x, uint32_t day, struct error *err);

#endif
