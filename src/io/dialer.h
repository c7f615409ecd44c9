#ifndef IO_DIALER_H
#define IO_DIALER_H
/* Connects to another: one TCP connection, within a timeout.
 *
 * Floor: io. Names of hosts are not resolved here: addresses are literal (IPv4 or IPv6).
 */

#include <stdint.h>

#include "base/error.h"

struct dialer;
struct loop;

/* FD is a connected socket, taken over by the callee, and ERR is NULL; or FD is -1 and ERR says why (E_LNK_01). The
 * dialer is freed on return. Never runs before dialer_start returned. */
typedef void dialer_done_fn(void *cookie, int fd, const struct error *err);

/* Connects to the literal ADDRESS and PORT, for at most TIMEOUT_MS. E_LNK_01 when ADDRESS is not literal or there is no
 * socket. */
MUST_USE bool dialer_start(struct loop *l, const char *address, uint16_t port, int64_t timeout_ms,
                           dialer_done_fn *on_done, void *cookie, struct dialer **out, struct error *err);

/* Stops and frees; on_done is not called. NULL is fine. */
void dialer_stop(struct dialer *d);

#endif
