#ifndef EXCHANGE_OWED_MESSAGES_H
#define EXCHANGE_OWED_MESSAGES_H
/* Makes the messages that carry what is owed (obligations.h), when they are due.
 *
 * Floor: exchange. A row without a message is due once its record is durable and, after a final refusal, its pause is
 * over (exchange/retry.h). Nothing is made for an agency that a person has to tell; its row stays.
 */

#include "exchange/exchange.h"

/* Makes those that are due, in the open transaction or one that it opens; each goes through the gate into the outbox.
 * A row whose body cannot be opened any more ends as erased here. Fails if the store does, or where the gate denies
 * what is owed (E-CON-09). */
MUST_USE bool owed_messages_advance(struct exchange *x, struct error *err);
/* When that is to be called again, by the steady clock; 0: no time is set. */
int64_t owed_messages_wake_ms(const struct exchange *x);

#endif
