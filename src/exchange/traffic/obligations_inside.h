#ifndef EXCHANGE_OBLIGATIONS_INSIDE_H
#define EXCHANGE_OBLIGATIONS_INSIDE_H
/* What the files about what is owed share.
 *
 * Floor: exchange; private to obligations*.c and owed_*.c, and to simulations.
 */

#include "exchange/exchange.h"
#include "store/message_store.h"
#include "store/obligation_store.h"

struct obligations {
    bool messages_due; /* messages may have to be made */
    int64_t wake_ms;   /* when the next may, by the steady clock; 0: no time is set */
    uint64_t mended;   /* rows that were not as the log says when the node started */
    uint64_t noted;    /* size of the log at the newest note of what is owed */
    bool note_due;     /* before its time: a withdrawal is owed, or is not any more */
};

/* The row that message ROW carries. */
MUST_USE bool obligations_find_of_message(struct exchange *x, const struct message_row *row, bool *found,
                                          struct obligation_row *out, struct error *err);
/* Records what SETTLED says of ROW; recipient, subject, what and step are filled in here. */
MUST_USE bool obligations_append_settled(struct exchange *x, const struct obligation_row *row,
                                         struct record_settled settled, struct error *err);
/* Sets *LOST to whether the agency to which ROW is owed does not know any more what ROW answers. */
MUST_USE bool obligations_is_lost_there(struct exchange *x, const struct obligation_row *row, bool *lost,
                                        struct error *err);
/* ROW ends, for the agency to which it is owed does not know any more what it answers. */
MUST_USE bool obligations_end_lost(struct exchange *x, struct obligation_row *row, struct error *err);

#endif
