#ifndef REFEXD_CONTROL_SOCKET_H
#define REFEXD_CONTROL_SOCKET_H
/* Where people's programs reach a node: the socket HOME/run/control.sock.
 *
 * Floor: refexd; control_door serves who connects. It is bound by its folder's descriptor, so that HOME may be as long
 * as the names of its other files allow.
 */

#include "io/listener.h"

/* Makes HOME/run where it is not there, and listens in it. HOME is locked. With a GROUP its members reach the socket:
 * it has mode 0660, run 0750 and HOME 0710; without (NULL) all three are the owner's alone, whatever was before.
 * E-NOD-08 run is a link, somebody else's, or others may write in it; or it has a group, and a file of HOME is open to
 * others. E-NOD-12 the group may not be given. E-LNK-19, E-LNK-11. */
MUST_USE bool control_socket_open(struct loop *l, const char *home, const gid_t *group, listener_accept_fn *on_accept,
                                  void *cookie, struct listener **out, struct error *err);

#endif
