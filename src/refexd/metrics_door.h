#ifndef REFEXD_METRICS_DOOR_H
#define REFEXD_METRICS_DOOR_H
/* HOME/run/metrics.sock: who connects is given the node's metrics as an answer of HTTP 1.0, and the connection ends.
 * Only where node.conf says `metrics = yes`.
 *
 * Floor: refexd. Nothing is read of who connects; whoever reaches the control socket reaches this one.
 */

#include "refexd/control_door.h"

struct loop;
struct metrics_door;

/* Listens, or, where node.conf does not say so, does nothing: *OUT is NULL. CONTEXT is borrowed. After
 * control_door_listen. E-LNK-11, E-LNK-19, E-NOD-12 as of that. */
MUST_USE bool metrics_door_open(struct loop *l, const struct control_context *context, struct metrics_door **out,
                                struct error *err);
/* Before the tick: the next step of an answer that is being made. True: there is more, for the next round. */
bool metrics_door_go_on(struct metrics_door *d);
void metrics_door_stop(struct metrics_door *d);
/* After loop_free. NULL is fine, here and in the two above. */
void metrics_door_free(struct metrics_door *d);

#endif
