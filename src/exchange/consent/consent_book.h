#ifndef EXCHANGE_CONSENT_BOOK_H
#define EXCHANGE_CONSENT_BOOK_H
/* The consents of a node: those taken here, and those that came with data. Stored, found, opened (consent_content.h).
 *
 * Floor: exchange. An entry is a consent that was opened and checked against its record in the log. The entries used
 * last are cached for seconds, so that the gate does no cryptography for a consent it has just used, and an idle node
 * holds none. A pointer to an entry is valid until the tick ends.
 */

#include "exchange/consent/consent_content.h"
#include "exchange/exchange.h"
#include "store/consent_store.h"

struct consent_book;

struct consent_book *consent_book_new(void);
void consent_book_free(struct consent_book *b);

/* Opens the consent of this row number, or takes it from the cache. One whose content is missing, was erased or does
 * not open has no grants and does not match the log. E-STO-*. */
MUST_USE bool consent_book_get(struct exchange *x, int64_t number, struct consent_entry **out, struct error *err);
/* The same of a row just read: if the cached one is of another case, it is opened and compared again. */
MUST_USE bool consent_book_get_of(struct exchange *x, const struct consent_row *row, struct consent_entry **out,
                                  struct error *err);
/* The slot under which everything about a referral lies: that of its consent NUMBER; 0: our own. */
MUST_USE bool consent_book_slot(struct exchange *x, int64_t number, uint64_t *slot, struct error *err);
/* Its row changed: the cached entry is not used again. */
void consent_book_invalidate(struct exchange *x, int64_t number);

/* She said no: no cached entry is used again, for it does not know of it. */
void consent_book_invalidate_all(struct exchange *x);

/* After the commit: wipes and frees entries that were invalidated, that nothing asked for in the last seconds, and the
 * oldest ones over the limit. */
void consent_book_end_tick(struct exchange *x);
/* When the next entry is to be wiped, by the steady clock; 0: there is none. */
int64_t consent_book_wake_ms(const struct exchange *x);

/* Calls ON_ROW for each consent of a case, oldest first; not for those recorded in this tick. ON_ROW may open them. */
MUST_USE bool consent_book_walk_case(struct exchange *x, int64_t case_number, consent_store_row_fn *on_row,
                                     void *cookie, struct error *err);

/* --- storing --- */

/* Writes ROW with CONTENT sealed, in the open transaction; sets its number and slot. */
MUST_USE bool consent_book_add_row(struct exchange *x, struct consent_row *row, struct view content, struct error *err);
/* Stores, in place of the receipt held so far, one of the same CONSENT record that was checked and shows more of it;
 * *OUT is its entry. */
MUST_USE bool consent_book_replace_content(struct exchange *x, const struct consent_row *row, struct view bytes,
                                           struct consent_entry **out, struct error *err);
/* The row of the consent ID of the agency that RECEIPT says took it, from cache or store; *OUT is set if *FOUND. The
 * receipt is not checked here. */
MUST_USE bool consent_book_find(struct exchange *x, const struct ident *id, struct view receipt, bool *found,
                                struct consent_row *out, struct error *err);

/* A row of consents was changed or added; how often that was so. */
void consent_book_changed(struct exchange *x);
uint64_t consent_book_changes(const struct exchange *x);

#endif
