#ifndef EXCHANGE_CONSENT_CONTENT_H
#define EXCHANGE_CONSENT_CONTENT_H
/* The content of a consent, sealed in its row: opened, and compared with its record in the log.
 *
 * Floor: exchange. Opened anew each time; consent_book.h keeps what is used. What does not open, or is not what the log
 * commits to, is no error: it permits nothing. All functions fail if the store does (E-STO-*), and where the disk does
 * not give a key (E-KEY-21), which says nothing of the consent.
 */

#include "base/arena.h"
#include "exchange/exchange.h"
#include "exchange/exchange_status.h"
#include "store/consent_store.h"

struct consent_entry {
    struct consent_row row;
    struct view bytes;              /* the consent receipt, as sent with data */
    struct view triage;             /* the same, as sent with triage alone: it shows of them those for triage alone */
    struct view closed;             /* the same, as sent without: it shows only that she may be referred */
    struct consent_receipt receipt; /* decoded */
    const struct grant *grants;     /* decoded, in the order of receipt.shown */
    size_t grant_count;
    bool said_no;     /* taken here: she refused this recipient later */
    bool no_unknown;  /* taken here: the log has a later no, and whom it was about is not known any more */
    bool of_case;     /* taken here: it is for the case that its row names */
    bool matches_log; /* that, and the record of it in our log, CONSENT or TAKEN, commits to these bytes */
};
/* What she may be referred for: the purpose of the grant without sections; 0: she said no. */
enum purpose consent_entry_purpose(const struct consent_entry *c);

/* An entry with what its views borrow; all of it is wiped when it is freed. */
struct opened_consent {
    struct consent_entry entry;
    struct bytes bytes;
    struct bytes again; /* the receipt with another proof than was stored */
    struct bytes closed;
    struct bytes triage;
    struct arena arena;
};

struct opened_consent *consent_content_new(void);
void consent_content_free(struct opened_consent *o);
/* Opens the content of O->entry.row, which is set, and compares it with the log. One whose content is missing, was
 * erased or does not open has no grants and does not match the log. */
MUST_USE bool consent_content_open(struct exchange *x, struct opened_consent *o, struct error *err);
/* Seals CONTENT for ROW, whose number and slot are set; appends to SEALED. */
MUST_USE bool consent_content_seal(struct exchange *x, const struct consent_row *row, struct view content,
                                   struct bytes *sealed, struct error *err);

/* Opens the content of ROW. *OUT: in what it differs from the log, or CONSENT_AGREES; what is damaged differs. False:
 * the database did not answer, which says nothing of the consent. */
MUST_USE bool consent_content_compare(struct exchange *x, const struct consent_row *row, enum consent_difference *out,
                                      struct error *err);

/* The last day of ROW, one that came, by its content if that is the one that the log commits to; else UINT32_MAX. */
MUST_USE bool consent_content_last_day(struct exchange *x, const struct consent_row *row, uint32_t *day,
                                       struct error *err);

/* Sets slot and recipient of ROW, which was read from the table, to what its content says, if that is the one that the
 * log commits to: *KNOWN; else they stay. */
MUST_USE bool consent_content_correct(struct exchange *x, struct consent_row *row, bool *known, struct error *err);
/* Whether the content of ROW, a consent's, opens with the key in SLOT, whatever slot the row names. */
MUST_USE bool consent_content_opens(struct exchange *x, const struct consent_row *row, uint64_t slot, bool *opens,
                                    struct error *err);

/* Corrects ROW, of a consent taken here whose row is gone: *KNOWN if the content with its number is the one that the
 * log commits to; then ROW has its case, too. */
MUST_USE bool consent_content_recognise(struct exchange *x, struct consent_row *row, bool *known, struct error *err);

#endif
