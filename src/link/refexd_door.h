#ifndef LINK_REFEXD_DOOR_H
#define LINK_REFEXD_DOOR_H
/* refex-link's end of the seam to refexd.
 *
 * Floor: link. Each message is decoded and acted on; answers go through link/report.h.
 */

#include <stdbool.h>

struct loop;
struct refexd_door;

/* Takes over FD, our end of the seam. Waits for CONFIGURE, then: key and trust, bind, confine, HELLO, accept. The loop
 * stops when the seam ends or a message on it is wrong. */
struct refexd_door *refexd_door_open(struct loop *l, int fd, bool without_landlock);

/* After the loop has run: how the process should end (sysexits.h). */
int refexd_door_status(const struct refexd_door *d);

/* After the loop has been freed. */
void refexd_door_free(struct refexd_door *d);

#endif
