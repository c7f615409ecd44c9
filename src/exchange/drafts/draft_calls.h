#ifndef EXCHANGE_DRAFT_CALLS_H
#define EXCHANGE_DRAFT_CALLS_H
/* What people ask about drafts (drafts.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

/* Keeps what ASK says in place of what the draft held, or in a new draft of who asks. *OUT is without answers.
 * E-DRF-01 there is none, E-DRF-02 it is another version, E-DRF-03 who asks has as many as he may, E-DRF-04 the answers
 * are too long, E-STO-03, E-KEY-21. */
MUST_USE bool exchange_draft_put(struct exchange *x, const struct control_draft_put_ask *ask, struct control_draft *out,
                                 struct error *err);
/* With its answers, which live until the tick ends and are wiped then, and a house record OPENED. E-DRF-01,
 * E-KEY-*. */
MUST_USE bool exchange_draft_show(struct exchange *x, const struct ident *id, struct control_draft *out,
                                  struct error *err);
typedef bool exchange_on_draft_fn(void *cookie, const struct control_draft *d, struct error *err);
/* Those that who asks may see, without their answers. */
MUST_USE bool exchange_draft_list(struct exchange *x, struct walk_step *step, exchange_on_draft_fn *on_draft,
                                  void *cookie, struct error *err);
/* It is erased after the commit. E-DRF-01. */
MUST_USE bool exchange_draft_drop(struct exchange *x, const struct ident *id, struct error *err);

#endif
