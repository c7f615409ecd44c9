#ifndef EXCHANGE_DUE_TIMES_H
#define EXCHANGE_DUE_TIMES_H
/* When each open referral is to be answered, and which are emergencies.
 *
 * Floor: exchange. Both are sealed with what was asked; no column holds them or anything derived from them. So they
 * live here: read once at start, and kept as referrals come, are answered and end.
 */

#include "exchange/exchange.h"
#include "model/audit_enums.h"
#include "store/referral_store.h"

struct due_times;

struct due_times *due_times_new(void);
void due_times_free(struct due_times *d);
/* Opens every open referral, when the node starts. */
MUST_USE bool due_times_load(struct exchange *x, struct error *err);
/* Opens those whose key the disk did not give when they were last opened. */
MUST_USE bool due_times_load_unread(struct exchange *x, struct error *err);
/* ROW was added or changed: it is kept while it is open and has a due time, is an emergency, or is doubted. */
void due_times_note(struct due_times *d, const struct referral_row *row);
/* Whether the open referral NUMBER should have been answered before NOW_MS. */
bool due_times_is_over(const struct due_times *d, int64_t number, int64_t now_ms);

/* One for each open referral: kept small. */
struct due_time {
    int64_t number;       /* of the referral */
    int64_t sent_to;      /* number of the peer; 0: it came in */
    int64_t due_ms;       /* 0: none is said */
    int64_t emergency_ms; /* of an emergency: when a person there opened it, else when it was made; 0: it is none */
    int64_t doubted_ms;   /* when an answer to it was refused; 0: none was */
    int64_t half_ms;      /* when half of its time is over; 0: none is said */
};
/* When it is to be told of T that WHAT; 0: never. */
int64_t due_time_moment(const struct due_time *t, enum reminder what);
/* The first such moment of all that was not passed; INT64_MAX: there is none. */
int64_t due_times_next_moment(const struct due_times *d);
/* All of them up to NOW_MS were looked at. */
void due_times_moments_passed(struct due_times *d, int64_t now_ms);
typedef bool due_times_peer_fn(void *cookie, int64_t peer, struct error *err);
/* Calls ON_PEER for the number of each peer that one of them went to. */
MUST_USE bool due_times_walk_recipients(const struct due_times *d, due_times_peer_fn *on_peer, void *cookie,
                                        struct error *err);
typedef bool due_times_fn(void *cookie, const struct due_time *t, struct error *err);
/* Calls ON_OPEN for all, oldest first. */
MUST_USE bool due_times_walk_open(const struct due_times *d, due_times_fn *on_open, void *cookie, struct error *err);
struct due_place {
    int64_t due_ms;
    int64_t number;
};
/* The next of those with a due time, behind DUE_MS and, of that, NUMBER, in the order of both: at most ROOM of them,
 * into OUT. Returns how many. */
size_t due_times_next(const struct due_times *d, int64_t due_ms, int64_t number, struct due_place *out, size_t room);
/* Calls ON_LATE for those whose time is over at NOW_MS, for emergencies that are older than
 * BOUND_EMERGENCY_UNDELIVERED_MS, and for those of which an answer was refused; oldest first, at most BOUND_LATE. */
MUST_USE bool due_times_walk_late(struct due_times *d, int64_t now_ms, due_times_fn *on_late, void *cookie,
                                  struct error *err);

#endif
