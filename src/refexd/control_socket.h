#ifndef REFEXD_CONTROL_SOCKET_H
#define REFEXD_CONTROL_SOCKET_H
/* Where people's programs reach a node: the control socket in its folder.
 *
 * Floor: refexd; control_door serves who connects. Bound by the folder's descriptor, so that HOME may be as long as the
 * names of its other files allow.
 */

#include "io/listener.h"

/* Listens on HOME/control.sock. E-LNK-19, E-LNK-11. */
MUST_USE bool control_socket_open(struct loop *l, const char *home, listener_accept_fn *on_accept, void *cookie,
                                  struct listener **out, struct error *err);

#endif
