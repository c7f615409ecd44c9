#ifndef EXCHANGE_OWED_ROWS_H
#define EXCHANGE_OWED_ROWS_H
/* The rows of the table of obligations as facts of the log (owed_facts.h), and the other way round.
 *
 * Floor: exchange. A row names consent, referral, agency and message by their numbers here, a fact by what stands in
 * the records.
 */

#include "exchange/exchange.h"
#include "exchange/traffic/owed_facts.h"
#include "store/obligation_store.h"

/* The number of what FACT is about, in consent_store or referral_store; 0: it is not there. */
MUST_USE bool owed_rows_find_subject(struct exchange *x, const struct owed_fact *fact, int64_t *number,
                                     struct error *err);
/* What ROW says; not *FOUND if its consent, referral or agency is missing. */
MUST_USE bool owed_rows_fact(struct exchange *x, const struct obligation_row *row, bool *found, struct owed_fact *out,
                             struct error *err);

/* Sets the message of ROW: the one it names, if that is about the same; else the newest that is. 0: there is none, or
 * it is said to have arrived and no receipt is there. Writes nothing. */
MUST_USE bool owed_rows_find_message(struct exchange *x, struct obligation_row *row, struct error *err);
/* ROW says what FACT does from now on, in the open transaction; number 0: it is added. WHAT, SUBJECT and SINCE_MS of it
 * are the caller's. */
MUST_USE bool owed_rows_write(struct exchange *x, const struct owed_fact *fact, struct obligation_row *row,
                              struct error *err);

#endif
