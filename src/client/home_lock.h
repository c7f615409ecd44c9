#ifndef CLIENT_HOME_LOCK_H
#define CLIENT_HOME_LOCK_H
/* Who holds the lock of a node's folder, seen from outside.
 *
 * Floor: client. Only asked, never taken, not even for a moment: a node that starts just then would find it held.
 */

/* The process id of the node that holds HOME/lock, once its control socket is there; 0: none does. */
int home_lock_node(const char *home);

#endif
