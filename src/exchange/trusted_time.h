#ifndef EXCHANGE_TRUSTED_TIME_H
#define EXCHANGE_TRUSTED_TIME_H
/* Trusted time: what a node knows of the time by its own log and the steady clock, whatever the wall clock says.
 *
 * Floor: exchange; the only file of this room that reads a clock (docs/PROTOCOL.md 4, Time). Trusted time runs from the
 * newest record's by the steady clock. A wall clock more than a day ahead of it is in doubt until it is set right,
 * peers agree with it or a person confirms it; until then records carry trusted time. Each use of the time asks the
 * function for its purpose; parts of a node ask through tick.h.
 */

#include "base/clock.h"
#include "base/error.h"

struct db;

#define TRUSTED_TIME_AHEAD_MS DAY_MS        /* a wall clock further ahead than this is in doubt */
#define TRUSTED_TIME_OFF_MS   (60 * DAY_MS) /* a machine is off for so long without being a stranger to the time */

struct trusted_time {
    struct clock *clock;
    int64_t base_ms;        /* trusted time … */
    int64_t base_at;        /* … when the steady clock said this */
    int64_t start_ahead_ms; /* of the wall clock, when it began */
    int64_t record_ms;      /* of the newest record: no record is earlier; 0: there is none */
};

/* Begins from the newest record of both logs. Without one, and without DB, trusted time is the wall clock's.
 * E-LOG-02, E-STO-*. */
MUST_USE bool trusted_time_begin(struct trusted_time *t, struct clock *clock, struct db *db, struct error *err);

int64_t trusted_time_ms(const struct trusted_time *t);
/* By the wall clock, at least 1; for peers and people only. */
int64_t trusted_time_wall_ms(const struct trusted_time *t);
/* By the steady clock: for pauses within this process. */
int64_t trusted_time_steady_ms(const struct trusted_time *t);
bool trusted_time_in_doubt(const struct trusted_time *t);
/* Whether wall clock and trusted time are more than a day apart, whichever is ahead: peers are asked which is right. */
bool trusted_time_is_off(const struct trusted_time *t);
/* Whether other nodes are told what the wall clock shows: it is a day ahead or behind at most, or it has been ahead by
 * TRUSTED_TIME_OFF_MS at most since the start, as after days on which the machine was off. Else all that were off over
 * the same holiday would wait for one another. A clock that was set while the node ran is no word for anybody. */
bool trusted_time_may_tell(const struct trusted_time *t);

/* For what ends: the later of wall clock and trusted time. */
int64_t trusted_time_closing_ms(const struct trusted_time *t);
/* For what destroys: the earlier of both. False: the clock is in doubt, and nothing is destroyed by its date. */
MUST_USE bool trusted_time_destroying_ms(const struct trusted_time *t, int64_t *out);
/* For records and all that is stored: trusted time where the wall clock is a day off or more, else the wall clock, but
 * never before the newest record. */
int64_t trusted_time_record_ms(const struct trusted_time *t);
/* When the steady clock will show that it is MS, which is to come. */
int64_t trusted_time_steady_at_record(const struct trusted_time *t, int64_t ms);

/* A record of MS was appended. */
void trusted_time_recorded(struct trusted_time *t, int64_t ms);
/* Peers or a person agree with the wall clock: trusted time is what it says, also where that is earlier. */
void trusted_time_accept(struct trusted_time *t);

#endif
