#ifndef REFEXD_HOOKS_H
#define REFEXD_HOOKS_H
/* Hooks: programs of the operator that are told what happens, each in its own time.
 *
 * Floor: refexd. The logs are the queue: each hook has a place in them (exchange/logs/hook_calls.h), as one who watches
 * has, and goes on behind an event when it was told that: so each at least once, over restarts, and one that is slow
 * holds up nobody. They are run one at a time by another process (hook_runner.h). One that fails is told the same again
 * after a pause that grows; after HOOK_TRIES it is given up, which is counted, and the next comes.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

struct hooks;
struct loop;

#define HOOK_TRIES       8
#define HOOK_LATER_TRIES 1440 /* in a row that it asks for: a day, a minute each */

/* Starts the process that runs them, which is to be done before a key is read. HOME is borrowed. */
struct hooks *hooks_new(struct loop *l, const char *home);
/* The node is open. */
void hooks_open(struct hooks *h, struct exchange *x);
/* At the end of a round of the loop, behind the tick. */
void hooks_advance(struct hooks *h);
/* The node ends: what runs is killed. */
void hooks_stop(struct hooks *h);
/* After loop_free. NULL is fine. */
void hooks_free(struct hooks *h);

typedef bool hooks_on_hook_fn(void *cookie, const struct control_hook *hook, struct error *err);
MUST_USE bool hooks_list(const struct hooks *h, hooks_on_hook_fn *on_hook, void *cookie, struct error *err);
/* How many there are of which none is run, since the process that runs them does not; 0 where it does. */
size_t hooks_stopped(const struct hooks *h);
/* How many fail the check of their file, or failed when they were run last; *FIRST says which the first of them is. */
size_t hooks_failing(const struct hooks *h, const char **first);

#endif
