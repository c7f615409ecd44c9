#ifndef EXCHANGE_ACCESS_REVIEW_H
#define EXCHANGE_ACCESS_REVIEW_H
/* What `status` says of cases that were opened by who does not hold them.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

/* How many wait for a review: of all those that are older than BOUND_REVIEW_DAYS, and how many who asks may list. */
struct access_waiting {
    uint64_t late;
    uint64_t listed;
};
MUST_USE bool access_review_waiting(struct exchange *x, struct access_waiting *out, struct error *err);

#endif
