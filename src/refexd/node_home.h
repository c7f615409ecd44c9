#ifndef REFEXD_NODE_HOME_H
#define REFEXD_NODE_HOME_H
/* The node's folder: private, and held by one process at a time that writes in it. Who only reads takes no lock: it
 * sees the database as it was when it opened it, whoever starts meanwhile.
 *
 * Floor: refexd.
 */

#include "base/error.h"

#define NODE_HOME_LOCK "lock"

/* Whether HOME may be used at all. E-NOD-01 no such folder, E-CTL-03 it may not be looked at, E-NOD-08 others may write
 * in it or it is somebody else's. */
MUST_USE bool node_home_check(const char *home, struct error *err);

/* Whether what lies in HOME is its owner's alone by its own mode, too: asked before HOME opens to a group. E-NOD-08. */
MUST_USE bool node_home_check_files(const char *home, struct error *err);

/* node_home_check, and takes HOME/lock until the process ends; *MADE: the file was not there before. The code RUNNING:
 * a node runs in it. E-NOD-03 another process holds it. */
MUST_USE bool node_home_lock(const char *home, enum error_code running, bool *made, struct error *err);

/* Writes this process's id into the lock file once the control socket is there (RUNS), and takes it out before the
 * socket goes: a client that finds the id, the lock held and no socket knows that the socket was taken away. */
MUST_USE bool node_home_mark(const char *home, bool runs, struct error *err);

/* Removes the lock file, where this process made it and no node was made, and the folder if MADE_HOME: what failed
 * leaves nothing behind and takes nothing away. */
void node_home_unlock(const char *home, bool made_lock, bool made_home);

#endif
