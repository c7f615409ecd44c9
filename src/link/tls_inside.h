#ifndef LINK_TLS_INSIDE_H
#define LINK_TLS_INSIDE_H
/* What the two halves of TLS share: tls_context.c has what is one for all links, tls.c one link.
 *
 * Floor: link, these two files only.
 */

#include "link/tls.h"
#include "link/tls_wire.h"
#include "pki/chain.h"

static const uint8_t tls_alpn[] = {7, 'r', 'e', 'f', 'e', 'x', '/', '1'};

struct tls_context {
    SSL_CTX *ssl;
    struct clock *clock;
    struct label label;
    struct ident node; /* ours */
    struct anchors *anchors;
    struct bytes revoked;    /* hashes, ascending */
    struct bytes barred;     /* the same, for who is cut off */
    struct seam_node *nodes; /* ascending by id */
    size_t node_count;
    bool admits_ended;
    int64_t directory_until_ms; /* by the clock of this process */
    struct anchors *former;     /* with admits_ended: transport CAs of before, by which a narrow link is made */
};

struct tls {
    struct tls_context *context;
    SSL *ssl;
    struct tls_wire wire;
    uint32_t dialled; /* 0: we were dialled */
    uint32_t peer;    /* 0: nobody lists the node */
    uint32_t other;   /* whose node answered in place of the one that was dialled; 0: none */
    struct ident node;
    enum link_class narrow;
    int64_t until_ms;     /* the peer's certificate is valid until then */
    bool client_hello;    /* it has come, whole */
    struct bytes shown;   /* the peer's certificate as it stood on the wire; empty before */
    struct error refusal; /* why a callback of the handshake refused */
};

/* NULL: nobody lists it. */
const struct seam_node *tls_find_node(const struct tls_context *h, const struct ident *node);

/* Decides about the certificate that the peer showed. The node and the end of validity are set as soon as they can be
 * read, the peer when the certificate is good. */
bool tls_check_certificate(struct tls *t, struct view der, struct error *err);

#endif
