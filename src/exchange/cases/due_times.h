#ifndef EXCHANGE_DUE_TIMES_H
#define EXCHANGE_DUE_TIMES_H
/* When each open referral is to be answered.
 *
 * Floor: exchange. A due time is sealed with what was asked, for it says how urgent that was; no column holds it or
 * anything derived from it. So it lives here: read once at start, and kept as referrals come, are answered and end.
 */

#include "exchange/exchange.h"
#include "store/referral_store.h"

struct due_times;

struct due_times *due_times_new(void);
void due_times_free(struct due_times *d);
/* Opens every open referral, when the node starts. */
MUST_USE bool due_times_load(struct exchange *x, struct error *err);
/* ROW was added or changed: it is kept while it is open and has a due time. */
void due_times_note(struct due_times *d, const struct referral_row *row);
/* Whether the open referral NUMBER should have been answered before NOW_MS. */
bool due_times_is_over(const struct due_times *d, int64_t number, int64_t now_ms);

#endif
