#ifndef CLIENT_START_H
#define CLIENT_START_H
/* Programs of refex, found and started.
 *
 * Floor: client. The child has one end of a socket on its descriptor 3, standard error, and nothing else of ours.
 */

#include <sys/types.h>

#include "base/error.h"
#include "base/file.h"

/* The program NAME beside the running one, or NAME alone (to be looked for in PATH) where there is none. */
MUST_USE bool start_find_program(const char *name, char out[static FILE_PATH_MAX], struct error *err);

/* Starts refexd with the arguments MODE ("--read-only") and --home HOME. E_LNK_18. */
MUST_USE bool start_refexd(const char *mode, const char *home, int *fd, pid_t *pid, struct error *err);

/* Asks refexd whether the node in HOME opens only with a passphrase. False also where there is no node: starting it
 * will say so. */
bool start_needs_passphrase(const char *home);

#endif
