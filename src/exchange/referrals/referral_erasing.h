#ifndef EXCHANGE_REFERRAL_ERASING_H
#define EXCHANGE_REFERRAL_ERASING_H
/* What came with a referral that was declined here is erased as soon as its sender has the answer, while the consent
 * stands on.
 *
 * Floor: exchange. Another agency's consent may have more than this referral under it, and all of it lies under one
 * slot. So in one transaction: what stays (the consent, the other referrals, what was answered) is sealed under a new
 * slot, what came with the declined one is removed, a record REFERRAL_ERASED says so, and the old slot is marked. It is
 * overwritten after the commit, as those of a case that was deleted (case_erasing.h). Which are due is read from rows
 * and from what is owed, each time: nothing is remembered that a crash could lose.
 */

#include "exchange/exchange.h"
#include "store/referral_store.h"

struct referral_erasing;

/* All is due. Freed with free(). */
struct referral_erasing *referral_erasing_new(void);
/* An answer is not owed any more, a day began, or a key that was not read may be read now. */
void referral_erasing_due(struct exchange *x);

/* Erases what is due, in the tick's transaction. */
MUST_USE bool referral_erasing_advance(struct exchange *x, struct error *err);

/* Message NUMBER came for referral REFERRAL, and is stored: nothing of it is kept where what came with that referral is
 * erased. */
MUST_USE bool referral_erasing_keep_nothing(struct exchange *x, int64_t referral, int64_t number, struct error *err);

/* When what came with referral NUMBER was erased, by its record; *MS 0: it was not, or its key is not
 * overwritten yet. */
MUST_USE bool referral_erasing_time(struct exchange *x, int64_t number, int64_t *ms, struct error *err);

#endif
