#ifndef EXCHANGE_SEARCH_INDEX_H
#define EXCHANGE_SEARCH_INDEX_H
/* The entries of cases, and of referrals that are of none, in segments, each sealed under a slot of its own
 * (store/search_store.h).
 *
 * Floor: exchange; for src/exchange/search. An entry is added to the segment that is open, sealed by itself; when that
 * is full it becomes one value under the same slot. Where one is taken out the others are sealed anew under another
 * slot, and the old one is overwritten after the commit: nothing of what was taken out can be opened then. All in the
 * open transaction.
 */

#include "exchange/exchange.h"

#define SEGMENT_ENTRIES 256 /* of a full segment; it is read as a whole */
#define SEGMENT_LEAST   128 /* of one that was full: with fewer they go to the one that is open */

/* Whether one can be added now: the disk gives the key of the segment that is open, or one for another. */
MUST_USE bool search_index_takes_more(struct exchange *x, bool *takes, struct error *err);
/* Adds ENTRY of a subject that has none: the number of a case, or below 0 of a referral. */
MUST_USE bool search_index_add(struct exchange *x, int64_t subject, struct view entry, struct error *err);
/* Takes its entry out, where it has one. */
MUST_USE bool search_index_take(struct exchange *x, int64_t subject, struct error *err);

/* Opens a segment and appends its entries, one behind the other, for search_index_read. *AT is -1 at first: then comes
 * the one that is open, whose number *OPEN becomes (0: none is), and then each that was full, which it moves to. *END:
 * there is none left. *UNREAD: the disk does not give its key now; where it gives others, or the segment is damaged,
 * what stands there is indexed again.
 */
MUST_USE bool search_index_next(struct exchange *x, int64_t *at, int64_t *open, struct bytes *plain, bool *end,
                                bool *unread, struct error *err);
/* The next entry of PLAIN from *PLACE on; false: there is none. */
bool search_index_read(struct view plain, size_t *place, int64_t *subject, struct view *entry);

#endif
