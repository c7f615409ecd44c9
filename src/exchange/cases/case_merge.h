#ifndef EXCHANGE_CASE_MERGE_H
#define EXCHANGE_CASE_MERGE_H
/* Two cases of one person become one.
 *
 * Floor: exchange. Consents stay with the case that they were recorded for; what came leaves under those that are
 * recorded since (case_came.h). A case that was merged into another stays as it was, with its consents and referrals,
 * and nobody writes into it.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/case_store.h"

/* Whether the case was merged into another that is still here, *INTO. */
MUST_USE bool case_merge_find(struct exchange *x, const struct case_row *row, bool *is, struct case_row *into,
                              struct error *err);
typedef bool case_merge_next_fn(void *cookie, const struct case_row *next, struct error *err);
/* For the case that took its place, the one that took the place of that, and so on. E-KEY-15 also where that has no
 * end. */
MUST_USE bool case_merge_follow(struct exchange *x, const struct case_row *row, case_merge_next_fn *on_next,
                                void *cookie, struct error *err);
/* For each case whose place ROW took, in the end; what does not open is none. ON_UNREAD is called for each that was
 * merged into one that is not known, the disk not giving a key: it may be ROW, and what is done to that one is not done
 * to it. NULL: E-KEY-21. */
MUST_USE bool case_merge_walk_from(struct exchange *x, const struct case_row *row, case_merge_next_fn *on_from,
                                   case_merge_next_fn *on_unread, void *cookie, struct error *err);
/* An ON_UNREAD that goes on. */
MUST_USE bool case_merge_pass_over(void *cookie, const struct case_row *unread, struct error *err);
/* E-MRG-03 it was, and nobody writes into it. */
MUST_USE bool case_merge_check(struct exchange *x, const struct case_row *row, struct error *err);

/* What the one lacks comes from the other, field by field (a group as a whole); what both have stays as it is. Who and
 * which agency is kept from the other is kept from it, too, and what is linked with the other is linked with it. A yes
 * before a no to the same agency in the other is withdrawn: *OUT names it; E-MRG-07 ASK does not say so. Taken back
 * (PART), what came so and was not changed since is taken out again. House records MERGED or PARTED of either.
 * Said again it changes nothing. E-CAS-20, E-CAS-27, E-MRG-03, E-MRG-04 it was not merged into that case, E-MRG-05,
 * E-MRG-06, E-LOG-27, E-USE-03 they are one, E-STF-12 who holds the case is kept from the other, E-STF-14, E-CAS-2x,
 * E-STO-03. */
MUST_USE bool exchange_case_merge(struct exchange *x, const struct control_case_merge_ask *ask,
                                  struct control_case_moved *out, struct error *err);
#endif
