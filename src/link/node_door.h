#ifndef LINK_NODE_DOOR_H
#define LINK_NODE_DOOR_H
/* The seam, this side of it: everything that the node may ask of its network process, and in which phase.
 *
 * Floor: link. One table: decode, act. What the node is told goes through link/report.h.
 */

#include <stdbool.h>

struct loop;
struct node_door;

/* Takes over FD, our end of the seam. Until CONFIGURE nothing is done; then: key and trust, bind, confine, hello,
 * accept. The loop stops when the seam ends or anything on it is wrong. */
struct node_door *node_door_open(struct loop *l, int fd, bool without_landlock);

/* After the loop has run: how the process should end (sysexits.h). */
int node_door_status(const struct node_door *d);

/* After the loop has been freed. */
void node_door_free(struct node_door *d);

#endif
