#ifndef IO_TIMER_H
#define IO_TIMER_H
/* Timers: one call after so many milliseconds.
 *
 * Floor: io.
 */

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct timer;

typedef void timer_fn(void *cookie);

/* A timer that is not running. */
struct timer *timer_new(struct loop *l, timer_fn *fn, void *cookie);

/* FN once after DELAY_MS (0: in the next round). A second start replaces the first. */
void timer_start(struct timer *t, int64_t delay_ms);

/* FN is not called any more until the next start. */
void timer_stop(struct timer *t);
bool timer_is_running(const struct timer *t);

/* Stops and frees; T must not be used afterwards. NULL is fine. May be called from FN. */
void timer_free(struct timer *t);

#endif
