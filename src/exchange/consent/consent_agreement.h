#ifndef EXCHANGE_CONSENT_AGREEMENT_H
#define EXCHANGE_CONSENT_AGREEMENT_H
/* The table of consents against the log: who writes the disk changes a row, not what was recorded.
 *
 * Floor: exchange. Whether a consent stands is asked of the log (consent_log.h), one lookup in memory; a row that says
 * something else shuts its consent for sending and for reading. Withdrawing and erasing follow the log and set the row
 * right.
 */

#include "exchange/exchange.h"
#include "exchange/exchange_status.h"
#include "store/consent_store.h"

/* In what ROW differs from the log; CONSENT_AGREES. What only its content shows (case, commitment) is not asked. */
enum consent_difference consent_agreement_of(const struct exchange *x, const struct consent_row *row);

/* The same, and its content: opens what is not erased, where the node runs. */
MUST_USE bool consent_agreement_in_full(struct exchange *x, const struct consent_row *row, enum consent_difference *out,
                                        struct error *err);

/* Why nothing is sent or read under the consent of ROW; 0: it stands by the log, and its row agrees. Days are not
 * asked: consent_has_ended; DENIAL_EXPIRED is what ended and is erased since. */
enum denial consent_agreement_denial(const struct exchange *x, const struct consent_row *row);

/* The same for row NUMBER, which is read into *ROW. A row that is missing is DENIAL_LOG_MISMATCH. */
MUST_USE bool consent_agreement_ask(struct exchange *x, int64_t number, struct consent_row *row, enum denial *denied,
                                    struct error *err);

/* Whether the log says that the consent ID of AGENCY has ended: withdrawn, or refused. */
bool consent_agreement_is_over(const struct exchange *x, const struct address *agency, const struct ident *id);

/* Whether it was taken here. */
bool consent_agreement_is_own(const struct exchange *x, const struct consent_row *row);

/* How far ROW is by the log, where the row says something else: it stands, was refused, or is to be erased from the
 * day that the log says. Withdrawing goes on from there. */
void consent_agreement_follow_log(const struct exchange *x, struct consent_row *row);

/* Whether the log says that the consent of ROW is to be erased by TODAY. */
bool consent_agreement_is_due(const struct exchange *x, const struct consent_row *row, uint32_t today);

/* Whether the log says that it is to be erased at once, whatever the date is. */
bool consent_agreement_is_at_once(const struct exchange *x, const struct consent_row *row);

/* Whether it came with data, and the log says that its last day was before TODAY: nobody withdrew it. */
bool consent_agreement_has_ended(const struct exchange *x, const struct consent_row *row, uint32_t today);

/* Whether the log says that it is to be erased by TODAY and ROW would not have it erased: it was changed, or has ended
 * by its last day. */
bool consent_agreement_is_overdue(const struct exchange *x, const struct consent_row *row, uint32_t today);
/* Calls ON_ROW for each of them; ROW says as the log does. */
MUST_USE bool consent_agreement_walk_overdue(struct exchange *x, uint32_t today, consent_store_row_fn *on_row,
                                             void *cookie, struct error *err);

/* Compares all consents with the log, a step at a time, unless that was done and nothing changed since. When STEP->more
 * is false consent_agreement_status has nothing left to compare, if it is called next. */
MUST_USE bool consent_agreement_compare(struct exchange *x, struct walk_step *step, struct error *err);
/* Frees what is kept of comparisons. */
void consent_agreement_free(struct exchange *x);
/* Fills what differs of *OUT. Opens the consents that stand, but no more than once an hour where nothing changed; on a
 * stopped node, only their rows are compared. */
MUST_USE bool consent_agreement_status(struct exchange *x, struct node_status *out, struct error *err);

#endif
