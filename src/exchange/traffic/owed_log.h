#ifndef EXCHANGE_OWED_LOG_H
#define EXCHANGE_OWED_LOG_H
/* What is owed by the records of the exchange log, compared with the table of obligations. The log is believed.
 *
 * Floor: exchange. Owed is, until a SETTLED record ends it:
 *
 *   withdrawal     by WITHDRAWN, if a message that was DISCLOSED under the consent may have left
 *   statement      by ERASED of a consent that another agency took
 *   reply          by DISCLOSED of that kind; its referral is that of the message's row
 *   cancellation   the same
 *
 * A start does not read the whole log. Every BOUND_OWED_RECORDS records, and when they were compared, the open rows are
 * noted, with the size of the log, under a mark that the storage key makes. The next start takes the rows of that size,
 * checks them against the mark and reads the records from there on; where the mark does not fit, or the table lacks
 * something, it reads all.
 */

#include "exchange/exchange.h"

/* At start: makes rows that are missing, corrects those that say something else, takes away those that no record asks
 * for, in the open transaction; x->owed_mended counts them, and each is named in the node's log. */
MUST_USE bool owed_log_mend(struct exchange *x, struct error *err);

/* In the tick, before its commit: notes the open rows if that is due. */
MUST_USE bool owed_log_note(struct exchange *x, struct error *err);

/* Reads all records and changes nothing. *DIFFERENCES is the number of rows that are not as the log says; *FIRST, if
 * there is any, the record that one of them is about. */
MUST_USE bool owed_log_compare(struct exchange *x, uint64_t *differences, uint64_t *first, struct error *err);

#endif
