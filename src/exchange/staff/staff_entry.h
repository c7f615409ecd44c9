#ifndef EXCHANGE_STAFF_ENTRY_H
#define EXCHANGE_STAFF_ENTRY_H
/* What is known of a person who uses this node, sealed under a slot of his own.
 *
 * Floor: exchange.
 */

#include "codec/staff_messages.h"
#include "exchange/exchange.h"
#include "store/staff_store.h"

/* Seals ENTRY for ROW, whose number, id and slot are set, and appends it to SEALED. */
MUST_USE bool staff_entry_seal(struct exchange *x, const struct staff_row *row, const struct staff_entry *entry,
                               struct bytes *sealed, struct error *err);
/* Opens that of ROW; its views live in the tick's arena. E-KEY-*, E-STO-04. */
MUST_USE bool staff_entry_open(struct exchange *x, const struct staff_row *row, struct staff_entry *out,
                               struct error *err);

#endif
