#ifndef DEMO_RUN_H
#define DEMO_RUN_H
/* The demo's processes: verbs of refex run to their end, nodes started, frozen, killed, stopped.
 *
 * Floor: demo. fork and exec, no shell. Every child is told to die with this process, and this process takes in what its
 * children leave behind (PR_SET_CHILD_SUBREAPER), so that at the end it knows that nothing is left running.
 */

#include "base/bytes.h"
#include "demo/demo.h"
#include "formats/json_read.h"

/* A verb's words behind `refex`. */
#define DEMO_WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

struct demo_answer {
    int status;       /* exit status */
    struct bytes out; /* standard output, standard error */
    struct bytes err;
};

/* Signals and the care for orphans; once, at the beginning. */
void demo_run_begin(void);
/* Whether somebody wants it to end. */
bool demo_interrupted(void);

/* Runs a verb to its end. A refused verb is an answer, not an error. */
MUST_USE bool demo_run_verb(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err);
/* The same, and it must succeed. */
MUST_USE bool demo_run_checked(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err);
/* demo_run_checked whose command is shown. */
MUST_USE bool demo_run_shown(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err);

/* Line I of the standard output, of the standard error; NULL when there is none or it is no JSON. The caller frees. */
struct json_read *demo_answer_line(const struct demo_answer *a, size_t i);
struct json_read *demo_answer_error(const struct demo_answer *a);
/* The text at PATH of the first line, into OUT of SIZE bytes; E_DEM_02 when it is not there. */
MUST_USE bool demo_answer_text(const struct demo_answer *a, const char *path, char *out, size_t size,
                               struct error *err);
void demo_answer_fini(struct demo_answer *a);

/* Starts the node of AGENCY; *READY is to be handed to demo_node_wait. */
MUST_USE bool demo_node_start(struct demo *d, struct demo_agency *agency, int *ready, struct error *err);
/* Waits until others can reach it, and learns the ids of its processes. */
MUST_USE bool demo_node_wait(struct demo *d, struct demo_agency *agency, int ready, struct error *err);
/* Stops it in its tracks; kills it and waits until both its processes are gone. */
void demo_node_freeze(const struct demo_agency *agency);
MUST_USE bool demo_node_kill(struct demo *d, struct demo_agency *agency, struct error *err);
/* `refex node stop`. */
MUST_USE bool demo_node_stop(struct demo *d, struct demo_agency *agency, struct error *err);
/* Ends whatever still runs, whether it wants or not. */
void demo_kill_nodes(struct demo *d);
/* True when no child of ours, and no child of theirs, is left. */
bool demo_all_exited(void);

/* A short sleep while something is waited for; false when somebody wants the demo to end, or when it took too long. */
MUST_USE bool demo_wait_step(struct demo *d, int64_t since_ms, const char *what, struct error *err);

#endif
