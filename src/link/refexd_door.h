#ifndef LINK_REFEXD_DOOR_H
#define LINK_REFEXD_DOOR_H
/* The seam, this side of it: everything that the node may ask of its network process, and in which phase.
 *
 * Floor: link. One table: decode, act. What the node is told goes through link/report.h.
 */

#include <stdbool.h>

struct loop;
struct refexd_door;

/* Takes over FD, our end of the seam. Until CONFIGURE nothing is done; then: key and trust, bind, confine, hello,
 * accept. The loop stops when the seam ends or anything on it is wrong. */
struct refexd_door *refexd_door_open(struct loop *l, int fd, bool without_landlock);

/* After the loop has run: how the process should end (sysexits.h). */
int refexd_door_status(const struct refexd_door *d);

/* After the loop has been freed. */
void refexd_door_free(struct refexd_door *d);

#endif
