#ifndef EXCHANGE_CASE_RECEIVED_H
#define EXCHANGE_CASE_RECEIVED_H
/* What a case holds that came from other agencies: a case opens with the acceptance of a referral, and shows what came
 * with that beside what this agency wrote itself.
 *
 * Floor: exchange. Nothing that came is copied into the case. It stays with its message, under the key of the consent
 * that it came under, and is read by the rule of referral_bodies.h: so what is withdrawn, ends or is erased is gone
 * from the case in that moment, and nothing of it is sent on as the case's own. Which case a referral is of stands in
 * its row, and sealed in it: a row that was changed shows nothing of one person in the case of another.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/case_store.h"
#include "store/peer_store.h"
#include "store/referral_store.h"

/* What came with one referral. */
struct received_part {
    const struct referral_row *row; /* opened */
    const struct peer_row *peer;
    struct view sections[SECTION_END]; /* as they came last; wiped when the tick ends */
    section_set opened;
};
typedef bool case_received_fn(void *cookie, const struct received_part *p, struct error *err);
/* For each referral that came of the case, oldest first. Of what may not be read, or is erased, no section is opened.
 * False: the store failed, or E-KEY-21. */
MUST_USE bool case_received_walk(struct exchange *x, const struct case_row *c, case_received_fn *on_part, void *cookie,
                                 struct error *err);
/* The same of one referral that is of no case. */
MUST_USE bool case_received_read(struct exchange *x, const struct referral_row *row, case_received_fn *on_part,
                                 void *cookie, struct error *err);
/* Which sections of the case came from other agencies and may be read. */
MUST_USE bool case_received_sections(struct exchange *x, const struct case_row *c, section_set *out, struct error *err);

/* Whether a case can open for ROW, or it can be put into the case INTO: asked before anything is written. E-CAS-20,
 * E-END-01, E-STF-15, E-KEY-21. */
MUST_USE bool case_received_may_open(struct exchange *x, const struct referral_row *row, const struct ident *into,
                                     struct error *err);
/* A case opens for the referral ROW, which is being accepted, or it is put into the case INTO (NULL: a new one), which
 * who asks sees. In the open transaction; the caller writes ROW. Whoever holds one of them holds both. E-CAS-20. */
MUST_USE bool case_received_open(struct exchange *x, struct referral_row *row, const struct ident *into,
                                 struct error *err);
/* What came with ROW changed, stopped or was erased: its case, or itself where it is of none, is found by what is left.
 */
MUST_USE bool case_received_changed(struct exchange *x, const struct referral_row *row, struct error *err);
/* A day began: what may not be read any more since its consent has ended, cases are not found by. */
MUST_USE bool case_received_follow_day(struct exchange *x, struct error *err);

typedef bool exchange_on_received_fn(void *cookie, const struct control_case_received *r, struct error *err);
/* What came of a case, opened, with a house record OPENED. E-CAS-20, E-NOD-21. */
MUST_USE bool exchange_case_received(struct exchange *x, const struct control_case_received_ask *ask,
                                     exchange_on_received_fn *on_received, void *cookie, struct error *err);
/* A referral that was accepted is of another case from now on; or of a new one, where it is of none. Again it changes
 * nothing. E-REF-01, E-REF-02 it went out, E-REF-07 it was not accepted, E-CAS-20. */
MUST_USE bool exchange_referral_join(struct exchange *x, const struct control_referral_join_ask *ask,
                                     struct control_referral *out, struct error *err);

#endif
