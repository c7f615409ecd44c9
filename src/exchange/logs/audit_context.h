#ifndef EXCHANGE_AUDIT_CONTEXT_H
#define EXCHANGE_AUDIT_CONTEXT_H
/* What the database says beside a record: which referral and consent it belongs to, what its message was, which answer
 * that brought. For people; no record proves it.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "model/record.h"

/* Adds it to OUT, the line of R, a record of our own logs; what is not known stays as it is: 0. Read only: an answer is
 * taken from the state of its referral alone, as long as that shows it. */
MUST_USE bool audit_context_fill(struct exchange *x, const struct record *r, struct control_audit_entry *out,
                                 struct error *err);
/* The other agency of R: by the record, else by what is known BESIDE it. NOTES has room for what is read of it. */
struct view audit_context_agency(const struct record *r, const struct control_audit_entry *beside,
                                 struct record_notes_said *notes);

#endif
