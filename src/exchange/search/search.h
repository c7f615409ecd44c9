#ifndef EXCHANGE_SEARCH_H
#define EXCHANGE_SEARCH_H
/* By what cases are found, and referrals that came and are of no case yet: names, phone numbers, references, in a
 * sealed index that follows them.
 *
 * Floor: exchange. Nothing of a person is hashed or stands in a column. What is new is indexed by ticks, also that of a
 * home that had no index; whoever changes what is in a case, or came, or ends it, says so here, in the same
 * transaction.
 */

#include "exchange/exchange.h"
#include "store/case_store.h"
#include "store/referral_store.h"

struct search;

/* Freed with free(). */
struct search *search_new(void);
MUST_USE bool search_load(struct exchange *x, struct error *err);

/* What is in the case of ROW was changed, or a part of it is erased: its entry is made anew, in the open transaction.
 */
MUST_USE bool search_case_changed(struct exchange *x, const struct case_row *row, struct error *err);
/* The case ends: its entry does, and its segment is sealed anew without it, in the open transaction. */
MUST_USE bool search_case_ended(struct exchange *x, int64_t case_number, struct error *err);

/* What came with ROW, which is of a case or not, was changed, stopped or erased, or it is of a case now, which has its
 * words: its own entry is made anew or ends, in the open transaction. */
MUST_USE bool search_referral_changed(struct exchange *x, const struct referral_row *row, struct error *err);

/* Indexes some that are not yet; asks for another tick while there are more. What was taken out and is
 * overwritten by now is so recorded. */
MUST_USE bool search_advance(struct exchange *x, struct error *err);
/* Whether a slot of what was taken out is not known to be overwritten: nobody is told of an erasure meanwhile. */
bool search_is_retiring(const struct exchange *x);
/* A key that the disk did not give may be read now. */
MUST_USE bool search_read_again(struct exchange *x, struct error *err);
/* How many cases are not indexed yet; read only: it is not said. */
MUST_USE bool search_count_waiting(struct exchange *x, uint64_t *count, struct error *err);

/* Whether referrals that came may have no entry yet. */
MUST_USE bool search_waits_for_referrals(struct exchange *x, bool *waits, struct error *err);

/* For search_index.c and case_find.c: cases from CASE_NUMBER on, and referrals from REFERRAL on, that have no entry are
 * indexed again (0: none); entries went into another segment; how often that was. */
MUST_USE bool search_index_again(struct exchange *x, int64_t case_number, int64_t referral, struct error *err);
void search_index_moved(struct exchange *x);
uint64_t search_moves(const struct exchange *x);
/* For search_slots.c: a slot is to be overwritten. */
void search_slot_ended(struct exchange *x);

#endif
