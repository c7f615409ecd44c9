#ifndef EXCHANGE_OWED_NOTE_H
#define EXCHANGE_OWED_NOTE_H
/* The note of the rows that were open at one size of the log, so that a start need not read all records.
 *
 * Floor: exchange. A note is the size of the log and a mark over the open rows of that size, made by the storage key.
 * It is written every BOUND_OWED_RECORDS records, when a withdrawal is owed or is not any more, and after a start that
 * read all records or mended something. It holds no row: at the next start the rows are taken from the table and
 * checked against the mark.
 */

#include "exchange/exchange.h"
#include "exchange/traffic/owed_facts.h"

/* In the tick, before its commit: notes the open rows if that is due. */
MUST_USE bool owed_note_write(struct exchange *x, struct error *err);

/* What is owed by the rows of the newest note and the records since; the caller frees *OUT (owed_facts_free). NULL: the
 * mark does not fit, or the table lacks something; another note is due then. E-LOG-*. */
MUST_USE bool owed_note_read(struct exchange *x, struct owed_facts **out, struct error *err);

#endif
