#ifndef LINK_TLS_WIRE_H
#define LINK_TLS_WIRE_H
/* Where OpenSSL reads and writes: directly from the received bytes and into the output buffer, without a copy.
 *
 * Floor: link, for tls.c only.
 */

#include "base/arena.h"
#include "base/bytes.h"

#include <openssl/ssl.h>

struct tls_wire {
    struct view in;    /* received and not yet read */
    struct bytes *out; /* where to write; NULL: nowhere now */
};

/* Makes SSL read from and write to WIRE, which must live as long as SSL. */
void tls_wire_attach(SSL *ssl, struct tls_wire *wire);

/* X as DER in ARENA. */
struct view tls_wire_der(X509 *x, struct arena *arena);

#endif
