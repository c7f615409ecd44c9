#ifndef IO_CHILD_H
#define IO_CHILD_H
/* A program of refex started as a child process, with a socket to it on its descriptor 3.
 *
 * Floor: io. The child has standard error, a few named environment variables and default signals, but that it ignores
 * SIGTERM, SIGINT and SIGHUP: who stops a node by its process group stops the parent, and a child that went first would
 * look like one that died. Every other descriptor is closed. The kernel kills it when its parent ends
 * (PR_SET_PDEATHSIG). Beside it: child_serve.h, what the child does.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct child;
struct loop;

#define CHILD_FD 3

/* EXIT_STATUS is -1 when a signal ended the process, SIGNAL_NUMBER is 0 when none did. The child is freed on return. */
typedef void child_exit_fn(void *cookie, int exit_status, int signal_number);

/* Starts the program at PATH with ARGV (NULL at its end). On success *SEAM is our end of the socketpair, non-blocking;
 * the caller owns it. E_LNK_18 when it cannot be started, also when exec fails. */
MUST_USE bool child_start(struct loop *l, const char *path, const char *const argv[], child_exit_fn *on_exit,
                          void *cookie, struct child **out, int *seam, struct error *err);

/* 0 once it has ended. */
pid_t child_pid(const struct child *c);

/* Sends SIGNAL_NUMBER to this child only; does nothing once it has ended. */
void child_signal(struct child *c, int signal_number);

#endif
