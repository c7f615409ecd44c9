#ifndef EXCHANGE_SHORT_LOGS_H
#define EXCHANGE_SHORT_LOGS_H
/* Homes of other agencies that showed less of their log than is known of it here: a copy, or one that was put back.
 * People here are told, as those there are by their own node (exchange/restored/own_note.h).
 *
 * Floor: exchange. How much it has a home says itself, on its own link (frame 5): nothing is refused by it.
 */

#include "exchange/exchange.h"

struct link;

/* The peer of LINK says that it has signed SIZE records of its exchange log number INCARNATION; 0: it says nothing. */
MUST_USE bool short_logs_take(struct exchange *x, const struct link *link, uint32_t incarnation, uint64_t size,
                              struct error *err);

struct short_log {
    struct address agency;
    int64_t seen_ms; /* when such a home was linked last */
    bool goes_on;    /* its log has grown since: another home of it runs */
};
typedef bool short_logs_fn(void *cookie, const struct short_log *s, struct error *err);
/* Those that people are to know of: until the agency's log begins anew, or a home with all of it was linked and a day
 * has passed. Also read only. */
MUST_USE bool short_logs_walk(struct exchange *x, short_logs_fn *on_short, void *cookie, struct error *err);

#endif
