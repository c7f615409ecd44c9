#ifndef EXCHANGE_REQUEST_CALLS_H
#define EXCHANGE_REQUEST_CALLS_H
/* Requests under a request id: done once, and answered the same again for 30 days.
 *
 * Floor: exchange. Asked around each request that changes something (codec/verbs.h: control_verb_takes_id), by who
 * answers people: so none has to do it itself. Who asks is said before (exchange_acting).
 */

#include "base/bytes.h"
#include "exchange/exchange.h"

struct request_named {
    const char *verb; /* "referral accept": an id stands for one request of each verb */
    uint32_t part;    /* of what is asked in several requests under one id */
    struct view id;   /* 1 to BOUND_REQUEST_ID bytes */
    struct view ask;  /* its message */
};

/* *REPEATED: he asked it under this id before, and ANSWER is appended what was kept. E-CTL-10 it was another request;
 * E-CTL-11 it was done, and what was answered is kept no more. */
MUST_USE bool exchange_request_find(struct exchange *x, const struct request_named *n, bool *repeated,
                                    struct bytes *answer, struct error *err);
/* What was done in the open transaction since MARK (exchange_request_begin) was answered with ANSWER, and whoever asks
 * again learns it; NULL: that it was done. Where this cannot be kept, nothing of it is. */
uint64_t exchange_request_begin(const struct exchange *x);
MUST_USE bool exchange_request_end(struct exchange *x, const struct request_named *n, uint64_t mark,
                                   const struct view *answer, struct error *err);

#endif
