#ifndef CLIENT_START_H
#define CLIENT_START_H
/* Finds and starts the programs of refex.
 *
 * Floor: client. The child has one end of a socket on its descriptor 3 and standard error; all other descriptors are
 * closed.
 */

#include <sys/types.h>

#include "base/error.h"
#include "base/file.h"

/* The path of the program NAME beside the running one. Never one over PATH: it would be handed the passphrase.
 * E_LNK_18. */
MUST_USE bool start_find_program(const char *name, char out[static FILE_PATH_MAX], struct error *err);

/* Starts refexd with the arguments MODE ("--read-only") and --home HOME. The caller closes *FD and waits for *PID.
 * E_LNK_18; E_USE_04 when HOME is too long. */
MUST_USE bool start_refexd(const char *mode, const char *home, int *fd, pid_t *pid, struct error *err);

/* Whether the node in HOME opens only with a passphrase; refexd answers. False also where there is no node: starting it
 * will fail with that. */
bool start_needs_passphrase(const char *home);

#endif
