#ifndef IO_SERVICE_MANAGER_H
#define IO_SERVICE_MANAGER_H
/* The service manager that started this process, where one did: it is told when the process is ready, what it does and
 * that it lives (sd_notify(3), the protocol of NOTIFY_SOCKET).
 *
 * Floor: io. One datagram each; nothing waits for an answer, and what the manager does not read is lost.
 */

#include <stdint.h>

#include "base/error.h"

struct service_manager {
    int socket;          /* -1: there is none */
    int64_t watchdog_ms; /* it ends the process that is silent for so long; 0: never */
};

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, which no child is given (child.h). False: NOTIFY_SOCKET names no
 * socket that can be reached. Then, and without it, there is no manager. */
MUST_USE bool service_manager_open(struct service_manager *m);
/* STATE: lines of NAME=VALUE. */
void service_manager_tell(const struct service_manager *m, const char *state);
void service_manager_close(struct service_manager *m);

#endif
