#ifndef EXCHANGE_CASE_DELETION_H
#define EXCHANGE_CASE_DELETION_H
/* The day on which a case is deleted draws near: it is told once, in the log and to whoever asks for the status.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

struct case_deletion;

/* Freed with free(). */
struct case_deletion *case_deletion_new(void);
/* All are to be looked at: it is another day, or a day was set. */
void case_deletion_look(struct exchange *x);
/* Tells those that are near, in the tick's transaction. */
MUST_USE bool case_deletion_advance(struct exchange *x, struct error *err);

/* A case that is near its day. */
struct ending_case {
    struct ident case_id;
    uint32_t from; /* unix day from which it is deleted */
};
typedef bool exchange_on_ending_fn(void *cookie, const struct ending_case *c, struct error *err);
/* Those that who asks sees, by the table; not more than BOUND_LATE are looked at. */
MUST_USE bool exchange_ending_list(struct exchange *x, exchange_on_ending_fn *on_item, void *cookie, struct error *err);

#endif
