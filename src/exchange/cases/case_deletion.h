#ifndef EXCHANGE_CASE_DELETION_H
#define EXCHANGE_CASE_DELETION_H
/* A case is deleted: 72 hours after a person asked for it, or on the day that was set when it was closed, which is told
 * 30 days before. Until then it is undone by a word.
 *
 * Floor: exchange. How it is erased: case_erasing.h.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* Asks for it, or undoes that, with a house record CASE_END; said again nothing changes. In a dry run nothing is done,
 * and *OUT says what there is. E-CAS-20, E-CTL-09, E-END-04 consents stand and ASK does not say what of them, E-END-05
 * referrals are open, E-END-06 a caseworker asked for three within a day. */
MUST_USE bool exchange_case_delete(struct exchange *x, const struct control_case_delete_ask *ask,
                                   struct control_case_life *out, struct error *err);

struct case_deletion;

/* Freed with free(). */
struct case_deletion *case_deletion_new(void);
/* All are to be looked at: it is another day, or a day was set. */
void case_deletion_look(struct exchange *x);
/* Tells those that are near, and deletes those whose day it is, in the tick's transaction. */
MUST_USE bool case_deletion_advance(struct exchange *x, struct error *err);

/* A case that is near its day. */
struct ending_case {
    struct ident case_id;
    uint32_t from;   /* unix day from which it is deleted */
    const char *why; /* what keeps it here past that day, in words; NULL: nothing */
};
typedef bool exchange_on_ending_fn(void *cookie, const struct ending_case *c, struct error *err);
/* Those that who asks sees, by the table; not more than BOUND_LATE are looked at. */
MUST_USE bool exchange_ending_list(struct exchange *x, exchange_on_ending_fn *on_item, void *cookie, struct error *err);

#endif
