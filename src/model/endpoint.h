#ifndef MODEL_ENDPOINT_H
#define MODEL_ENDPOINT_H
/* Where a node listens, as text: `host:port`.
 *
 * Floor: model. Nothing is resolved here.
 */

#include "base/bytes.h"

/* Whether TEXT is `host:port` with a port from 1 to 65535 and at most BOUND_ENDPOINT bytes; a host is a lower-case DNS
 * name, an IPv4 address, or an IPv6 address in square brackets. */
bool endpoint_ok(struct view text);

#endif
