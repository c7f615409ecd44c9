#ifndef IO_TIMER_H
#define IO_TIMER_H
/* Patience and rhythm: call me in so many milliseconds.
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

/* FN once after DELAY_MS (0: in the next round); starting again forgets the earlier start. */
void timer_start(struct timer *t, int64_t delay_ms);

/* FN after EVERY_MS (> 0) and then again and again. */
void timer_repeat(struct timer *t, int64_t every_ms);

/* FN is not called any more until the next start. */
void timer_stop(struct timer *t);
bool timer_is_running(const struct timer *t);

/* Stops and frees; T must not be used afterwards. NULL is fine. May be called from FN. */
void timer_free(struct timer *t);

#endif
