#ifndef EXCHANGE_REQUEST_MARK_H
#define EXCHANGE_REQUEST_MARK_H
/* The marks of a request id: under what it is kept, and under what one that was given before is found.
 *
 * Floor: exchange. A mark is an HMAC under a key of this node, since a caller may put a name into his id
 * (docs/PROTOCOL.md 4). It is of the Unix user, who stays the same when he is entered, given a role, or leaves and
 * comes back: a retry is the same request then. Another's id is no id here, so that nobody learns what a colleague
 * asked.
 */

#include "exchange/exchange.h"
#include "model/ident.h"
#include "store/case_store.h"

struct request_marks {
    struct hash at[2]; /* the first is the one to keep */
    size_t count;
};

/* Of REQUEST_ID, for what is asked by the word KIND ("import", "consent", "referral"), for who asks now. */
MUST_USE bool request_marks_make(struct exchange *x, const char *kind, struct view request_id,
                                 struct request_marks *out, struct error *err);
/* case_request_store_find by each of them. */
MUST_USE bool request_marks_find_of_case(struct exchange *x, const struct request_marks *m, bool *found,
                                         struct case_request_row *out, struct bytes *asked, struct error *err);

#endif
