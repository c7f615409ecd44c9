#ifndef EXCHANGE_HOLDERS_H
#define EXCHANGE_HOLDERS_H
/* Whose a case is, and with it its consents and referrals: the one place that decides what who asks may see.
 *
 * Floor: exchange. A case is held by a member of the staff, or by nobody; then it is its desk's (desks.h). What is sent
 * of it and agreed to is its holder's. A referral that came in is held by who accepted it, with the case that it
 * opened, and a consent that came with one by whom that is. Every case, consent and referral that a person names is
 * found by a function that asks here (casebook_find, referral_summary_find, find_named of withdrawal.c,
 * exchange_consent_show, find of drafts.c), lists leave out what he may not see: to him it is not there. So it is with
 * a case that he is kept from (exclusions.h), whoever he is.
 */

#include "exchange/exchange.h"
#include "store/case_store.h"
#include "store/consent_store.h"
#include "store/draft_store.h"
#include "store/obligation_store.h"
#include "store/referral_store.h"

/* Whether who asks sees all that there is: nobody is asked of each row. */
bool holders_hide_nothing(const struct exchange *x);
/* Whether who asks now sees it. */
MUST_USE bool holders_show_case(struct exchange *x, const struct case_row *row, bool *shown, struct error *err);
/* Of a case that is linked with one that he sees: *TOLD, whether he may know that it is there, although others hold it.
 * Who is kept from it may not. */
MUST_USE bool holders_show_linked(struct exchange *x, const struct case_row *row, bool *shown, bool *told,
                                  struct error *err);
MUST_USE bool holders_show_consent(struct exchange *x, const struct consent_row *row, bool *shown, struct error *err);
MUST_USE bool holders_show_referral(struct exchange *x, const struct referral_row *row, bool *shown, struct error *err);
/* By its id, where that is known here. */
MUST_USE bool holders_show_consent_id(struct exchange *x, const struct ident *id, bool *shown, struct error *err);
MUST_USE bool holders_show_referral_id(struct exchange *x, const struct ident *id, bool *shown, struct error *err);
/* Whether who asks holds it, or whom he stands in for; of what is not known here nobody does. Where he is kept from it
 * he may hold it, too: that he sees it is asked beside. */
MUST_USE bool holders_own_consent_id(struct exchange *x, const struct ident *id, bool *own, struct error *err);
MUST_USE bool holders_own_referral_id(struct exchange *x, const struct ident *id, bool *own, struct error *err);
/* A draft is whose who began it, and of the case CASE_ID where it names one that is here; NULL: it was not opened. */
MUST_USE bool holders_show_draft(struct exchange *x, const struct draft_row *row, const struct ident *case_id,
                                 bool *shown, struct error *err);
MUST_USE bool holders_show_owed(struct exchange *x, const struct obligation_row *row, bool *shown, struct error *err);
/* The same of what a person named by its id, E-KEY-21 where it is not known for now, which lists leave out: where
 * *FOUND is not shown it becomes false, and that he looked is noted. */
MUST_USE bool holders_find_case(struct exchange *x, const struct case_row *row, bool *found, struct error *err);
MUST_USE bool holders_find_consent(struct exchange *x, const struct consent_row *row, bool *found, struct error *err);
MUST_USE bool holders_find_owed(struct exchange *x, const struct obligation_row *row, const struct ident *subject,
                                bool *found, struct error *err);
MUST_USE bool holders_find_draft(struct exchange *x, const struct draft_row *row, const struct ident *case_id,
                                 bool *found, struct error *err);
MUST_USE bool holders_find_referral(struct exchange *x, const struct referral_row *row, bool *found, struct error *err);

/* Of a list of cases or referrals: whose are listed for who asks, of all that he sees, or MINE alone, or what is
 * UNASSIGNED. */
void holders_choose(const struct exchange *x, bool mine, bool unassigned, struct list_rows *rows);

/* *DESK: the number of the one with this name, E-DSK-01; empty: 0, of any. */
MUST_USE bool holders_choose_desk(const struct exchange *x, struct view name, int64_t *desk, struct error *err);
/* Whether it is of that desk. */
MUST_USE bool holders_is_case_at_desk(struct exchange *x, int64_t case_number, int64_t desk, bool *is,
                                      struct error *err);

/* HOLDER holds it from now on, with a record ASSIGNED, in the open transaction. */
MUST_USE bool holders_assign_case(struct exchange *x, struct case_row *row, int64_t holder, struct error *err);
MUST_USE bool holders_assign_referral(struct exchange *x, struct referral_row *row, int64_t holder, struct error *err);
/* It belongs to the desk with this number, 0: to none, whoever holds it; likewise. */
MUST_USE bool holders_move_case(struct exchange *x, struct case_row *row, int64_t desk, struct error *err);
MUST_USE bool holders_move_referral(struct exchange *x, struct referral_row *row, int64_t desk, struct error *err);

#endif
