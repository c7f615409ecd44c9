#ifndef EXCHANGE_BEGINNINGS_INSIDE_H
#define EXCHANGE_BEGINNINGS_INSIDE_H
/* What beginnings.c, which sends and takes frame 8, and beginnings_answers.c, which answers it, share of a link.
 *
 * Floor: exchange.
 */

#include "exchange/traffic/beginnings.h"
#include "store/peer_store.h"

struct link_beginnings {
    bool takes;            /* the peer: frame 8 */
    bool takes_held;       /* … and frame 23 */
    bool due;              /* ours are to be sent */
    bool passed_over;      /* the peer's, while the link was for a directory alone */
    bool has_bundle;       /* the peer sent its key bundle on this link */
    bool answer_due;       /* what the peer lacks of its logs before is to be told, and then … */
    bool held_due;         /* … then what it sent and has no record of, and … */
    bool echo_due;         /* … that this is all, when nothing that is owed waits for it */
    uint32_t incarnation;  /* of its log that goes on */
    struct peer_log ended; /* the log before, as far as the peer has it */
    int64_t told_to;       /* message_store number up to which it was told of withdrawals */
    int64_t named_to;      /* … and what it sent was named */
    struct bytes echo;     /* its frame */
};

/* Tells L's peer the next of what it lacks, and at the end that this is all. Once on a link, whatever comes. */
MUST_USE bool beginnings_answer(struct exchange *x, const struct link *l, struct error *err);

#endif
