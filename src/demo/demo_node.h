#ifndef DEMO_NODE_H
#define DEMO_NODE_H
/* The demo's nodes: started, frozen, killed, stopped.
 *
 * Floor: demo.
 */

#include "demo/demo.h"

/* Starts the node of AGENCY; *READY is to be handed to demo_node_wait. */
MUST_USE bool demo_node_start(struct demo_agency *agency, int *ready, struct error *err);
/* Waits until others can reach it, sets link_pid, and closes READY. */
MUST_USE bool demo_node_wait(struct demo *d, struct demo_agency *agency, int ready, struct error *err);
/* Stops it with SIGSTOP; it keeps its memory and its connections. */
void demo_node_freeze(const struct demo_agency *agency);
/* Kills it and waits until both its processes are gone. */
MUST_USE bool demo_node_kill(struct demo_agency *agency, struct error *err);
/* `refex node stop`. */
MUST_USE bool demo_node_stop(struct demo *d, struct demo_agency *agency, struct error *err);
/* demo_node_stop for each that runs, and a check that no process is left. */
MUST_USE bool demo_node_stop_all(struct demo *d, struct error *err);
/* Ends whatever still runs: SIGTERM, and SIGKILL after a timeout. */
void demo_node_kill_all(struct demo *d);

#endif
