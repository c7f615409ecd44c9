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
 * A start reads the records since the newest note of the open rows (owed_note.h); where that does not serve, all.
 */

#include "exchange/exchange.h"

/* At start: makes rows that are missing, corrects those that say something else, takes away those that no record asks
 * for, in the open transaction; obligations_mended counts them, and each is named in the node's log. */
MUST_USE bool owed_log_mend(struct exchange *x, struct error *err);

/* Reads all records and changes nothing. *DIFFERENCES is the number of rows that are not as the log says; *FIRST, if
 * there is any, the record that one of them is about. */
MUST_USE bool owed_log_compare(struct exchange *x, uint64_t *differences, uint64_t *first, struct error *err);

#endif
