#ifndef REFEXD_HOOK_RUNNER_H
#define REFEXD_HOOK_RUNNER_H
/* The process that runs hooks, one at a time: `refexd --run-hooks`.
 *
 * Floor: refexd. The node starts it before it has a key; it holds a socket to the node and nothing else, and so does
 * nothing that a hook inherits or whose memory it could read hold a key. A hook gets a line on its standard input, a
 * cleaned environment and 10 s; then it is killed with all that it started. Of what it prints the size is kept.
 */

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "model/control_enums.h"

#define HOOK_RUN_MS 10000

/* What came of it, as it travels: outcome, status and output. */
struct hook_result {
    enum hook_outcome outcome;
    uint32_t status; /* HOOK_EXITED: of its exit; HOOK_KILLED: the signal; HOOK_REFUSED: its enum hook_fault */
    uint32_t output; /* bytes */
};

/* Kinds of frame between the node and it; payloads are read and written here. */
enum { HOOK_RUN = 1, HOOK_RAN = 2 };
void hook_run_write(const char *event, const char *name, struct view line, struct bytes *out);
bool hook_ran_read(struct view payload, struct hook_result *out);

/* Serves the node over descriptor 3 until that ends. E-HOK-02: it sent what is nothing to run. */
MUST_USE bool hook_runner_serve(const char *home, struct clock *clock, struct error *err);

#endif
