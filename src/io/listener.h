#ifndef IO_LISTENER_H
#define IO_LISTENER_H
/* Sockets that listen: where others connect to us.
 *
 * Floor: io. Names of hosts are not resolved here: addresses are literal (IPv4 or IPv6).
 */

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "io/dialer.h" /* for those who include this header for both */

struct listener;
struct loop;

#define LISTENER_ADDRESS_TEXT 64 /* "[2001:db8::1]:7411" and the NUL */

struct listener_peer {
    uid_t uid; /* unix sockets: of the process that connected (SO_PEERCRED) */
    gid_t gid;
    pid_t pid;
    char address[LISTENER_ADDRESS_TEXT]; /* tcp: the other end; empty for unix sockets */
};

/* Takes over FD, a connected non-blocking socket. */
typedef void listener_accept_fn(void *cookie, int fd, const struct listener_peer *peer);

/* A unix socket at PATH, mode 0600. FOLDER is the folder it lies in (O_PATH), taken over: PATH itself, which may be
 * longer than the address of a socket, is only told. A socket left behind there is removed; E_LNK_19 when a process
 * answers on it, E_LNK_11 for other failures. Nothing is accepted before listener_start. */
MUST_USE bool listener_open_unix(struct loop *l, int folder, const char *path, listener_accept_fn *on_accept,
                                 void *cookie, struct listener **out, struct error *err);

/* A TCP socket on the literal ADDRESS and PORT (0: any). E_LNK_11. Nothing is accepted before listener_start. */
MUST_USE bool listener_open_tcp(struct loop *l, const char *address, uint16_t port, listener_accept_fn *on_accept,
                                void *cookie, struct listener **out, struct error *err);

/* The port it listens on (tcp). */
uint16_t listener_port(const struct listener *ls);

void listener_start(struct listener *ls);

/* Leaves new connections in the kernel's queue until listener_start. */
void listener_pause(struct listener *ls);

/* Ends and frees; removes the path of a unix socket. No callback afterwards. NULL is fine. */
void listener_close(struct listener *ls);

#endif
