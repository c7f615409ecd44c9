#ifndef EXCHANGE_CONSENT_BOOK_H
#define EXCHANGE_CONSENT_BOOK_H
/* The consents of a node: those taken here, and those that came with data. Recorded, stored, found, opened.
 *
 * Floor: exchange. An entry is a consent that was opened and checked against its record in the log. The entries used
 * last are cached, so that the gate does no cryptography for a consent it has just used. A pointer to an entry is valid
 * until the tick ends.
 */

#include "exchange/exchange.h"
#include "store/consent_store.h"

struct consent_book;

struct consent_entry {
    struct consent_row row;
    struct view bytes;              /* the consent receipt, as sent with data */
    struct view closed;             /* the same, as sent without: it shows only that she may be referred */
    struct consent_receipt receipt; /* decoded */
    const struct grant *grants;     /* decoded, in the order of receipt.shown */
    size_t grant_count;
    bool said_no;     /* taken here: she refused this recipient later */
    bool matches_log; /* our CONSENT record commits to it; always true where it came with data (checked then) */
};

struct consent_book *consent_book_new(void);
void consent_book_free(struct consent_book *b);

/* Opens the consent of this row number, or takes it from the cache. E-KEY-09: it was erased. */
MUST_USE bool consent_book_get(struct exchange *x, int64_t number, struct consent_entry **out, struct error *err);
/* What she may be referred for: the purpose of the grant without sections; 0: she said no. */
enum purpose consent_entry_purpose(const struct consent_entry *c);
/* The slot under which everything about a referral lies: that of its consent NUMBER; 0: our own. */
MUST_USE bool consent_book_slot(struct exchange *x, int64_t number, uint64_t *slot, struct error *err);
/* Its row changed: the cached entry is not used again. */
void consent_book_invalidate(struct exchange *x, int64_t number);

/* After the commit: frees entries that were invalidated and the oldest ones over the limit. */
void consent_book_end_tick(struct consent_book *b);

/* Calls ON_ROW for each consent of a case, oldest first; not for those recorded in this tick. ON_ROW may open them. */
MUST_USE bool consent_book_walk_case(struct exchange *x, int64_t case_number, consent_store_row_fn *on_row,
                                     void *cookie, struct error *err);

/* --- taken here --- */

/* See exchange_consent_record. The rows are written by consent_book_write_rows. */
MUST_USE bool consent_book_record(struct exchange *x, const struct consent_ask *ask, struct ident *ids,
                                  struct error *err);
/* After audit_sign, before the commit: writes the consents recorded in this tick, with their proof. */
MUST_USE bool consent_book_write_rows(struct exchange *x, struct error *err);

/* --- came with data --- */

/* Checks that RECEIPT, decoded from BYTES, is a genuine receipt of the consent CONSENT: commitments, CONSENT record,
 * and the proof that this is in the log of the agency that took it. E-CON-2x, E-LOG-2x. */
MUST_USE bool consent_book_check_receipt(struct exchange *x, struct view bytes, const struct ident *consent,
                                         const struct consent_receipt *receipt, struct error *err);
/* Stores a receipt that was checked, in the open transaction; *OUT is its entry. */
MUST_USE bool consent_book_add_received(struct exchange *x, struct view bytes, const struct consent_receipt *receipt,
                                        struct consent_entry **out, struct error *err);
/* Stores, in place of the receipt held so far, one of the same CONSENT record that was checked and shows more of it;
 * *OUT is its entry. */
MUST_USE bool consent_book_show_more(struct exchange *x, const struct consent_row *row, struct view bytes,
                                     struct consent_entry **out, struct error *err);
/* The row of the consent ID of the agency that RECEIPT says took it, from cache or store; *OUT is set if *FOUND. The
 * receipt is not checked here. */
MUST_USE bool consent_book_find(struct exchange *x, const struct ident *id, struct view receipt, bool *found,
                                struct consent_row *out, struct error *err);

#endif
