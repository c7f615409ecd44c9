#ifndef CLIENT_START_H
#define CLIENT_START_H
/* Starts refexd.
 *
 * Floor: client. The child has one end of a socket on its descriptor 3 and standard error; all other descriptors are
 * closed.
 */

#include <sys/types.h>

#include "base/error.h"
#include "base/file.h"

/* Starts refexd with the arguments MODE ("--read-only") and --home HOME. The caller closes *FD and waits for *PID.
 * E_LNK_18; E_USE_04 when HOME is too long. */
MUST_USE bool start_refexd(const char *mode, const char *home, int *fd, pid_t *pid, struct error *err);

/* Whether the node in HOME opens only with a passphrase; refexd answers. False also where there is no node: starting it
 * will fail with that. */
bool start_needs_passphrase(const char *home);

#endif
