#ifndef REFEXD_SERVICE_STATE_H
#define REFEXD_SERVICE_STATE_H
/* What the service manager is told of the node: that it is ready, lives, reads its settings again and stops, and one
 * line for people (`systemctl status`).
 *
 * Floor: refexd. Where no service manager started it, nothing happens.
 */

#include "exchange/exchange.h"

struct loop;
struct service_state;

/* Opens the way to the service manager. */
struct service_state *service_state_new(struct loop *l);
/* Whether a service manager started the node. */
bool service_state_is_managed(const struct service_state *s);
/* The node X is ready: from now on it is said each minute how it is, and, where the manager asks for that, that the
 * loop comes round. */
void service_state_ready(struct service_state *s, struct exchange *x);
void service_state_reloading(struct service_state *s);
/* LEFT: names of settings that take a new start, or why nothing was read; empty: none. */
void service_state_reloaded(struct service_state *s, const char *left);
void service_state_stopping(struct service_state *s);
/* After loop_free. NULL is fine. */
void service_state_free(struct service_state *s);

#endif
