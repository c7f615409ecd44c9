#ifndef REFEXD_NODE_HOME_H
#define REFEXD_NODE_HOME_H
/* The node's folder: private, and held by one refex process at a time.
 *
 * Floor: refexd.
 */

#include "base/error.h"

/* Takes HOME/lock until the process ends. E-NOD-01 no such folder, E-NOD-03 another process holds it, E-NOD-08 others
 * may write in the folder or it is somebody else's. */
MUST_USE bool node_home_lock(const char *home, struct error *err);

/* Removes the lock file where no node was made, and the folder too if MADE: what failed leaves nothing behind. */
void node_home_unlock(const char *home, bool made);

#endif
