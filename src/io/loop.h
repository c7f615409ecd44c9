#ifndef IO_LOOP_H
#define IO_LOOP_H
/* The one loop of a program: waits for whatever comes first, and says when a round is over.
 *
 * Floor: io. Knows libuv, which stays inside this room; knows nothing of referrals or agencies.
 *
 * A round: timers that are due; then everything that is readable or writable; then, once, the turn. What a round's
 * callbacks put into streams is written after the turn, with one system call a stream. No callback of this room runs
 * before the public function that arms it has returned.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct loop;

typedef void loop_tick_fn(void *cookie);
typedef void loop_signal_fn(void *cookie, int signal_number);

/* A loop that ignores SIGPIPE. Ends the process where the system gives none. */
struct loop *loop_new(void);

/* Runs until loop_stop, then until every stream, listener, timer and child that was closed is gone. */
void loop_run(struct loop *l);

/* Ends loop_run after this round. */
void loop_stop(struct loop *l);

/* Ends L after loop_run has returned. Streams that are still open are closed first and get their on_closed, in which
 * other things of this loop may still be closed; then whatever else is open is closed without callbacks. NULL is fine.
 */
void loop_free(struct loop *l);

/* FN runs once after all callbacks of a round in which something happened: everything that was readable has been
 * delivered by then. One turn a loop. */
void loop_on_tick(struct loop *l, loop_tick_fn *fn, void *cookie);

/* Says that something happened, so that the turn comes without waiting: for work left over from the last turn. */
void loop_wake(struct loop *l);

/* FN runs when SIGNAL_NUMBER arrives (SIGTERM, SIGINT, SIGHUP, SIGCHLD). At most 8 signals a loop. */
void loop_on_signal(struct loop *l, int signal_number, loop_signal_fn *fn, void *cookie);

/* Milliseconds that only grow; the time at which this round began. Not the time of day (base/clock.h). */
int64_t loop_now_ms(const struct loop *l);

#endif
