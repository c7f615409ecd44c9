#ifndef EXCHANGE_BEGINNINGS_INSIDE_H
#define EXCHANGE_BEGINNINGS_INSIDE_H
/* What beginnings.c, which sends and takes frame 8, and beginnings_answers.c, which answers it, share of a link.
 *
 * Floor: exchange.
 */

#include "exchange/traffic/beginnings.h"
#include "store/peer_store.h"

enum names { NAMES_NONE, NAMES_COME, NAMES_CAME };

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
    /* beginnings_named.c: what was taken is named by its id, by us … */
    bool naming_due;
    int64_t took_to; /* message_store number up to which it was */
    /* … and by the peer */
    enum names names;
    uint8_t *named;     /* a bit for each message out that it named, by its number */
    size_t named_size;  /* bytes */
    int64_t checked_to; /* message_store number up to which what it did not name is opened again */
};

/* Says that what we took from L's peer is named behind our frames 8, and names the next of it. */
void beginnings_name_begin(struct exchange *x, const struct link *l);
MUST_USE bool beginnings_name_next(struct exchange *x, const struct link *l, struct error *err);
/* Opens the next of what L's peer did not name; nothing while it names. */
MUST_USE bool beginnings_check_names(struct exchange *x, const struct link *l, struct error *err);
/* Frees what it named. */
void beginnings_named_end(struct link_beginnings *b);

/* Tells L's peer the next of what it lacks, and at the end that this is all. Once on a link, whatever comes. */
MUST_USE bool beginnings_answer(struct exchange *x, const struct link *l, struct error *err);

#endif
