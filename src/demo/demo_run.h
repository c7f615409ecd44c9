#ifndef DEMO_RUN_H
#define DEMO_RUN_H
/* Verbs of refex, run to their end.
 *
 * Floor: demo. fork and exec, no shell. Every child is killed when this process dies (PR_SET_PDEATHSIG), and this
 * process becomes the parent of orphaned grandchildren (PR_SET_CHILD_SUBREAPER), so that at the end it can check that
 * nothing is left running.
 */

#include <sys/types.h>

#include "demo/demo.h"
#include "demo/demo_answer.h"

#define DEMO_TIMEOUT_MS 20000 /* for one verb, one start, one thing that is waited for */
#define DEMO_POLL_MS    100   /* a poll returns at least this often, so that signals and timeouts are seen */

/* A verb's words behind `refex`. */
#define DEMO_WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Installs the signal handlers and makes this process the subreaper; once, at the beginning. */
void demo_run_begin(void);
/* Whether a signal asked the demo to end. */
bool demo_run_interrupted(void);
/* False with E_DEM_03 when a signal asked the demo to end. */
MUST_USE bool demo_run_continues(struct error *err);

/* Runs a verb to its end. A refused verb is an answer, not an error. E_DEM_02, E_DEM_03. */
MUST_USE bool demo_run_verb(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err);
/* The same, and it must succeed. */
MUST_USE bool demo_run_checked(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err);
/* demo_run_checked whose command is shown. */
MUST_USE bool demo_run_shown(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err);

/* Starts refex with OUT as its standard output (-1: /dev/null), ERRORS as its standard error and READY as its
 * descriptor 3 (-1: none). Returns its process id, or -1 with errno. */
pid_t demo_run_start(const char *const words[], int out, int errors, int ready);

#endif
