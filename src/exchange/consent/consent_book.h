#ifndef EXCHANGE_CONSENT_BOOK_H
#define EXCHANGE_CONSENT_BOOK_H
/* The consents a node knows: those taken here, and those that came with data. Recorded, found, stopped, erased.
 *
 * Floor: exchange. An entry is a consent opened and checked against its record in the log; entries of the last consents
 * used are kept, so that the gate costs no cryptography for a consent it has just seen. Entries live until the turn
 * ends.
 */

#include "exchange/exchange.h"
#include "store/consent_store.h"

struct consent_book;

struct consent_entry {
    struct consent_row row;
    struct view bytes;              /* the consent receipt as it travels */
    struct consent_receipt receipt; /* decoded */
    const struct grant *grants;     /* of the shown ones, in their order */
    size_t grant_count;
    bool said_no;     /* taken here: she said no to this recipient since */
    bool matches_log; /* taken here: it is what the CONSENT record commits to. Received: checked when it came. */
};

struct consent_book *consent_book_new(void);
void consent_book_free(struct consent_book *b);

/* A consent by its row's number, opened. E-KEY-09 when it was erased. */
MUST_USE bool consent_book_get(struct exchange *x, int64_t number, struct consent_entry **out, struct error *err);
/* Forgets what is kept of it: its row changed. */
void consent_book_invalidate(struct exchange *x, int64_t number);

/* After the commit: entries that were forgotten, or are too many, end here. */
void consent_book_end_tick(struct consent_book *b);

/* Rows of a case, oldest first. Those recorded in the open transaction are not among them. */
MUST_USE bool consent_book_walk_case(struct exchange *x, int64_t case_number, consent_store_row_fn *on_row,
                                     void *cookie, struct error *err);

/* --- taken here --- */
/* See exchange_consent_record. Their rows are written by consent_book_write_rows, when the checkpoint that proves them is
 * signed. */
MUST_USE bool consent_book_record(struct exchange *x, const struct consent_ask *ask, struct ident *ids,
                                  struct error *err);
MUST_USE bool consent_book_write_rows(struct exchange *x, struct error *err);

/* --- came with data --- */
/* Whether the receipt RECEIPT (decoded from BYTES, sent by SENDER, naming CONSENT) is genuine: commitments, the CONSENT
 * record, its proof in the log of the agency that took it. E-CON-2x says what is not. */
MUST_USE bool consent_book_check_receipt(struct exchange *x, struct view bytes, const struct ident *consent,
                                         const struct consent_receipt *receipt, struct error *err);
/* Keeps it, in the open transaction; gives its entry. */
MUST_USE bool consent_book_add_received(struct exchange *x, struct view bytes, const struct consent_receipt *receipt,
                                        struct consent_entry **out, struct error *err);
MUST_USE bool consent_book_find(struct exchange *x, const struct ident *id, bool *found, struct consent_row *out,
                                struct error *err);

#endif
