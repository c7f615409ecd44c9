#ifndef EXCHANGE_CLOCK_DOUBT_H
#define EXCHANGE_CLOCK_DOUBT_H
/* The doubt about this machine's clock: when it begins and ends, what peers say of the time, and what a person says.
 *
 * Floor: exchange. That the clock is more than a day off follows from the node's own evidence alone (trusted_time.h);
 * here it becomes a record CLOCK, peers are asked (cosigning.h), and what they sign is counted, once for each peer: a
 * clock that is ahead is right then, and of one that is behind, it was the log that had run ahead. Their clocks are
 * remembered in memory, so that people are told of those that differ.
 */

#include "exchange/exchange.h"
#include "exchange/exchange_status.h"

struct clock_doubt;
struct link;

struct clock_doubt *clock_doubt_new(void);
void clock_doubt_free(struct clock_doubt *d);

/* The first thing of each tick: records that a doubt has begun, or that it ended because the clock was set right or
 * because most peers that answered agree with it. */
MUST_USE bool clock_doubt_advance(struct exchange *x, struct error *err);
/* When that has something to do, by the steady clock; 0: no time is known. */
int64_t clock_doubt_wake_ms(const struct exchange *x);

/* The peer of LINK signed, over a checkpoint of ours for which it was asked, that its clock shows TIME_S. */
void clock_doubt_heard(struct exchange *x, const struct link *link, int64_t time_s);
/* Whether certificates may be made by this machine's clock: not while it is off, nor where most say otherwise, since
 * what begins in a year is good for nobody until then. A coordinator's node that was off for so long that its own
 * certificate has ended finds nobody to ask: after ten minutes alone its clock counts, as far as it may be told. */
bool clock_doubt_may_certify(const struct exchange *x);
/* What a machine said that the directory in use has replaced is forgotten. */
void clock_doubt_follow(struct exchange *x);
/* By how much the clock of the peer with this number is ahead of ours, behind: negative; 0: by no more than
 * BOUND_CLOCKS_MS, or it has not said. */
int64_t clock_doubt_ahead_of_ours(const struct exchange *x, int64_t peer);
/* Adds the agencies for which that is not 0 to OUT->clocks. */
void clock_doubt_list(const struct exchange *x, struct node_status *out);

#endif
