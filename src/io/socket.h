#ifndef IO_SOCKET_H
#define IO_SOCKET_H
/* Literal addresses, read and written; nothing is resolved here.
 *
 * Floor: io, private.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "io/listener.h"

/* Reads a literal IPv4 or IPv6 address; false for anything else. */
bool socket_parse_address(const char *text, uint16_t port, struct sockaddr_storage *out, socklen_t *size);

void socket_format_address(const struct sockaddr_storage *from, char out[static LISTENER_ADDRESS_TEXT]);
uint16_t socket_address_port(const struct sockaddr_storage *from);

/* The loop batches already: a small frame must not wait for the kernel's timer. */
void socket_set_no_delay(int fd);

#endif
