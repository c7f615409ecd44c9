#ifndef EXCHANGE_KIND_OUTCOME_H
#define EXCHANGE_KIND_OUTCOME_H
/* Kind outcome: what became of her, to the agency that referred her. These are facts about her: they go through the
 * gate under a consent that the agency which was asked took for the one that refers, and lie there under that one;
 * neither ends with the consent of the referral, nor ends that.
 *
 * Floor: exchange. At the agency that refers they are copied into no case: the newest counts.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "exchange/kinds/kind.h"
#include "store/case_store.h"

extern const struct kind_actions kind_outcome;

/* Sends the sections of what became of her that are not there so yet, a message each. E-CON-01, E-CON-02, E-CON-25,
 * E-CON-27, E-MRG-03, E-REF-01, E-REF-02 it went out, E-REF-04, E-REF-06 the case says nothing of it, E-REF-07 nothing
 * of it is read, or it was not accepted. */
MUST_USE bool exchange_referral_outcome(struct exchange *x, const struct control_referral_outcome_ask *ask,
                                        struct control_outcome_sent *out, struct error *err);

/* A section as the other agency said it last. */
struct outcome_part {
    const struct referral_row *row;
    const struct peer_row *peer;
    enum section section;
    struct view data; /* wiped when the tick ends */
    int64_t consent;  /* number of the one that it came under */
    int64_t said_ms;  /* when the other agency sent it */
};
typedef bool kind_outcome_fn(void *cookie, const struct outcome_part *p, struct error *err);
/* For each section that came back of a referral of the case, and may be read. */
MUST_USE bool kind_outcome_walk(struct exchange *x, const struct case_row *c, kind_outcome_fn *on_part, void *cookie,
                                struct error *err);

#endif
