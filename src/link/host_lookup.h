#ifndef LINK_HOST_LOOKUP_H
#define LINK_HOST_LOOKUP_H
/* The addresses of a host, by the name service of the machine.
 *
 * Floor: link; the resolver's process only. Blocks.
 */

#include <netinet/in.h>
#include <stddef.h>

#include "base/bounds.h"

/* At most BOUND_RESOLVED literal addresses of HOST, each once, in the order to try: IPv6 and IPv4 in turn, so that many
 * of one do not keep the other out. An unknown name has none. */
size_t host_lookup(const char *host, char texts[static BOUND_RESOLVED][INET6_ADDRSTRLEN]);

#endif
