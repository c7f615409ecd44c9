#ifndef IO_SOCKET_H
#define IO_SOCKET_H
/* Literal addresses, parsed and formatted; nothing is resolved here.
 *
 * Floor: io, private.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "io/listener.h"

/* Parses a literal IPv4 or IPv6 address; false for anything else. */
bool socket_parse_address(const char *text, uint16_t port, struct sockaddr_storage *out, socklen_t *size);

/* "192.0.2.1:7411", "[2001:db8::1]:7411"; empty for any other family. */
void socket_format_address(const struct sockaddr_storage *from, char out[static LISTENER_ADDRESS_TEXT]);
uint16_t socket_address_port(const struct sockaddr_storage *from);

/* TCP_NODELAY: the loop batches already, a small frame must not wait for the kernel's timer. */
void socket_set_no_delay(int fd);

#endif
