#ifndef IO_LOOP_H
#define IO_LOOP_H
/* The event loop of a program: waits for sockets, timers and signals, and calls the tick at the end of each round.
 *
 * Floor: io. Uses libuv, which no other room sees; nothing of referrals or agencies is here.
 *
 * A round: timers that are due; then everything that is readable or writable; then, once, the tick. What a round's
 * callbacks put into streams is written after the tick, with one system call a stream. No callback of this room runs
 * before the public function that arms it has returned.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct loop;

typedef void loop_tick_fn(void *cookie);
typedef void loop_signal_fn(void *cookie, int signal_number);

/* A loop; SIGPIPE is ignored from now on. Aborts the process where the system refuses one. */
struct loop *loop_new(void);

/* Runs until loop_stop, then until every stream, listener, timer and child that was closed is freed. */
void loop_run(struct loop *l);

/* Ends loop_run after this round. */
void loop_stop(struct loop *l);

/* Frees L, after loop_run has returned. Streams that are still open are closed first and get their on_closed, in which
 * other things of this loop may be closed; then what else is open is closed without callbacks. NULL is fine. */
void loop_free(struct loop *l);

/* FN runs once after all callbacks of a round in which something happened: everything that was readable has been
 * delivered by then. A loop has one tick function. */
void loop_on_tick(struct loop *l, loop_tick_fn *fn, void *cookie);

/* Makes the next tick come without waiting: for work left over from the last one. */
void loop_wake(struct loop *l);

/* FN runs when SIGNAL_NUMBER arrives (SIGTERM, SIGINT, SIGHUP, SIGCHLD). At most 8 signals a loop. */
void loop_on_signal(struct loop *l, int signal_number, loop_signal_fn *fn, void *cookie);

/* Monotonic milliseconds at which this round began. Not the time of day (base/clock.h). */
int64_t loop_now_ms(const struct loop *l);

#endif
