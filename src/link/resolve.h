#ifndef LINK_RESOLVE_H
#define LINK_RESOLVE_H
/* `refex-link --resolve`: names of hosts in, addresses out, in a process of its own.
 *
 * Floor: link. Name service reads files and talks to servers, which the network process may not; so it has a process
 * of its own, with no key and no link, confined to just that.
 */

#include <stdbool.h>

/* Confines this process, sends HELLO on CHILD_FD, answers questions one by one until refexd ends. Returns the exit
 * status. */
int resolve_run(bool without_landlock);

#endif
