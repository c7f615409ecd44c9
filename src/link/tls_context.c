/* One SSL_CTX for all links: our key and certificate, whom they trust, and what TLS is to them. */
#include "link/tls_inside.h"

#include "base/bounds.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

/* --- whom we trust --- */

/* The link error for what pki found. */
static enum error_code link_code_of(enum error_code found)
{
    switch (found) {
    case E_CRT_12:
    case E_CRT_13:
    case E_CRT_24:
        return E_LNK_03;
    case E_CRT_17:
        return E_LNK_04;
    case E_CRT_09:
    case E_CRT_10:
    case E_CRT_11:
        return E_LNK_06;
    default:
        return E_LNK_02;
    }
}

_Static_assert(offsetof(struct seam_node, id) == 0, "nodes are compared by their first bytes");

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, IDENT_SIZE);
}

const struct seam_node *tls_find_node(const struct tls_context *h, const struct ident *node)
{
    return h->node_count == 0 ? NULL : bsearch(node, h->nodes, h->node_count, sizeof *h->nodes, by_id);
}

/* Whose agency has left or is suspended: what was revoked for that alone does not end its links, which are narrow. */
static bool is_cut_off(const struct tls_context *h, const struct ident *node)
{
    const struct seam_node *found = tls_find_node(h, node);

    return found != NULL && found->cut_off;
}

/* Whose node it is; 0: nobody's. */
static uint32_t find_peer(const struct tls_context *h, const struct ident *node)
{
    const struct seam_node *found = tls_find_node(h, node);

    return found == NULL ? 0 : found->peer;
}

/* Whether the chain was refused because C, a member's, ended a short time ago: a narrow link is made, whoever dialled:
 * who does not know yet where this node is now is dialled by it. What issued it is valid now: OpenSSL looks at that
 * first, and E-CRT-12 is of the certificate itself. */
static bool is_in_grace(const struct tls *t, const struct certificate *c, const struct error *why, int64_t now_ms)
{
    return t->context->admits_ended && why->code == E_CRT_12 && now_ms - c->not_after_ms <= BOUND_GRACE_MS &&
           find_peer(t->context, &c->node) != 0;
}

/* The anchors by which C, a member's, is looked at: where none that is listed issued it, those of before; for a renewal
 * alone. */
static const struct anchors *anchors_of(const struct tls *t, const struct certificate *c, const struct error *why)
{
    const struct tls_context *h = t->context;

    return h->admits_ended && why->code == E_CRT_14 && find_peer(h, &c->node) != 0 ? h->former : h->anchors;
}

/* Whether C, of no CA that is known, names a member's node and is good otherwise, while the directory here has ended:
 * that node may bring a newer one, as one that nobody lists, and proves with that alone who it is. */
static bool may_offer(const struct tls *t, const struct certificate *c, const struct error *why, int64_t now_ms)
{
    const struct tls_context *h = t->context;

    return why->code == E_CRT_14 && now_ms > h->directory_until_ms && find_peer(h, &c->node) != 0 &&
           now_ms >= c->not_before_ms && !certificate_has_ended(c->not_after_ms, now_ms) &&
           !certificate_is_revoked(c, bytes_view(&h->revoked));
}

bool tls_check_certificate(struct tls *t, struct view der, struct error *err)
{
    const struct tls_context *h = t->context;
    const struct anchors *anchors = h->anchors;
    struct chain_params q = {
        .wanted = CERTIFICATE_TRANSPORT, .now_ms = clock_now_ms(h->clock), .revoked = bytes_view(&h->revoked)};
    struct certificate c;
    struct error why;
    uint32_t peer;
    bool is_unproven;
    bool cut_off = false;
    bool ok;

    if (certificate_read(der, &c, &why)) {
        t->node = c.node;
        t->until_ms = c.not_after_ms;
        cut_off = is_cut_off(h, &c.node);
    }
    if (cut_off)
        q.revoked = bytes_view(&h->barred);
    t->narrow = cut_off ? LINK_CLASS_CUT_OFF : LINK_CLASS_ORDINARY;
    ok = chain_check(anchors, der, &q, &c, &why);
    if (!ok && !cut_off)
        anchors = anchors_of(t, &c, &why);
    if (anchors != h->anchors)
        ok = chain_check(anchors, der, &q, &c, &why);
    if (!ok && !cut_off && is_in_grace(t, &c, &why, q.now_ms)) {
        t->narrow = LINK_CLASS_ENDED;
        q.now_ms = c.not_after_ms - 1000; /* its last second: to OpenSSL the end is behind it */
        ok = chain_check(anchors, der, &q, &c, &why);
    }
    if (anchors != h->anchors)
        t->narrow = LINK_CLASS_ENDED;
    if (t->narrow == LINK_CLASS_ENDED)
        t->until_ms += BOUND_GRACE_MS;
    is_unproven = !ok && !cut_off && t->peer == 0 && may_offer(t, &c, &why, clock_now_ms(h->clock));
    if (!ok && !is_unproven) {
        *err = why;
        err->code = link_code_of(err->code);
        return false;
    }
    peer = find_peer(h, &c.node);
    if (ident_equal(&c.node, &h->node))
        return error_set(err, E_LNK_14, "it is this node");
    t->other = t->dialled != 0 && peer != t->dialled ? peer : 0;
    if (t->other != 0)
        return error_set(err, E_LNK_05, "peer %u was dialled and a node of peer %u answered", t->dialled, peer);
    if (t->peer != 0 && peer != t->peer)
        return error_set(err, E_LNK_14, "peer %u does not have this node any more", t->peer);
    t->peer = is_unproven ? 0 : peer;
    return true;
}

#define CERTIFICATE_MESSAGE 11 /* RFC 8446 4.4.2: u24 size, u8 and a context, u24 size of the list, u24 and the first */

static size_t read_u24(const uint8_t *at)
{
    return (size_t)at[0] << 16 | (size_t)at[1] << 8 | at[2];
}

/* Called with each message of a handshake. OpenSSL gives a certificate as it would write it itself, and takes more than
 * one encoding: what came is kept, to be compared. */
static void on_message(int sent, int version, int type, const void *message, size_t size, SSL *ssl, void *cookie)
{
    struct tls *t = SSL_get_app_data(ssl);
    const uint8_t *at = message;
    size_t first;

    (void)version;
    (void)cookie;
    if (sent != 0 || type != SSL3_RT_HANDSHAKE || size < 5 || at[0] != CERTIFICATE_MESSAGE)
        return;
    first = 5 + (size_t)at[4] + 6;
    bytes_clear(&t->shown);
    if (first <= size && read_u24(at + first - 3) <= size - first)
        bytes_append(&t->shown, at + first, read_u24(at + first - 3));
}

/* Called by OpenSSL instead of its own path building: pki checks the certificate, by the federation's rules. */
static int on_verify(X509_STORE_CTX *v, void *cookie)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(v, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls *t = SSL_get_app_data(ssl);
    STACK_OF(X509) *presented = X509_STORE_CTX_get0_untrusted(v);
    struct arena arena = {0};
    struct view der = tls_wire_der(X509_STORE_CTX_get0_cert(v), &arena);
    bool ok;

    (void)cookie;
    if (sk_X509_num(presented) > 1)
        ok = error_set(&t->refusal, E_LNK_02, "more was shown than the peer's own certificate");
    else if (!view_equal(der, bytes_view(&t->shown)))
        ok = error_set(&t->refusal, E_LNK_02, "the peer's certificate is not in DER");
    else
        ok = tls_check_certificate(t, der, &t->refusal);
    arena_fini(&arena);
    X509_STORE_CTX_set_error(v, ok ? X509_V_OK : X509_V_ERR_CERT_REJECTED); /* the alert tells a stranger nothing */
    return ok;
}

/* --- ALPN --- */

static int on_client_hello(SSL *ssl, int *alert, void *cookie)
{
    struct tls *t = SSL_get_app_data(ssl);
    const unsigned char *at;
    size_t size;

    (void)cookie;
    t->client_hello = true;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &at, &size) == 1)
        return SSL_CLIENT_HELLO_SUCCESS;
    (void)error_set(&t->refusal, E_LNK_07, "somebody dialled without saying refex/1");
    *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
    return SSL_CLIENT_HELLO_ERROR;
}

static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *size, const unsigned char *in, unsigned in_size,
                   void *cookie)
{
    struct tls *t = SSL_get_app_data(ssl);

    (void)cookie;
    for (unsigned i = 0; i < in_size && i + 1U + in[i] <= in_size; i += 1U + in[i]) {
        if (in[i] != tls_alpn[0] || memcmp(in + i + 1, tls_alpn + 1, tls_alpn[0]) != 0)
            continue;
        *out = in + i + 1;
        *size = in[i];
        return SSL_TLSEXT_ERR_OK;
    }
    (void)error_set(&t->refusal, E_LNK_07, "somebody dialled with another protocol than refex/1");
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* --- the context --- */

static bool load_identity(SSL_CTX *ssl, struct view pkcs8, struct view certificate, struct error *err)
{
    const unsigned char *at = pkcs8.at;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)pkcs8.size);
    bool ok = key != NULL && SSL_CTX_use_certificate_ASN1(ssl, (int)certificate.size, certificate.at) == 1 &&
              SSL_CTX_use_PrivateKey(ssl, key) == 1 && SSL_CTX_check_private_key(ssl) == 1;

    EVP_PKEY_free(key);
    ERR_clear_error();
    return ok || error_set(err, E_LNK_13, "the transport key and certificate cannot be used together");
}

/* OpenSSL 3.5 has the hybrid one, and takes a `*` before a group: the ClientHello brings a share of each, so that a
 * peer of either release answers the first one. An older one refuses the list whole. */
static bool set_groups(SSL_CTX *ssl)
{
    bool ok =
        SSL_CTX_set1_groups_list(ssl, "*X25519MLKEM768:*X25519") == 1 || SSL_CTX_set1_groups_list(ssl, "X25519") == 1;

    ERR_clear_error();
    return ok;
}

static bool set_tls_options(SSL_CTX *ssl, struct error *err)
{
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION /* OpenSSL 3.2 */
    SSL_CTX_set_options(ssl, SSL_OP_NO_RX_CERTIFICATE_COMPRESSION | SSL_OP_NO_TX_CERTIFICATE_COMPRESSION);
#endif
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN); /* the leaf alone */
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(ssl, on_verify, NULL);
    SSL_CTX_set_msg_callback(ssl, on_message);
    SSL_CTX_set_client_hello_cb(ssl, on_client_hello, NULL);
    SSL_CTX_set_alpn_select_cb(ssl, on_alpn, NULL);
    SSL_CTX_set_max_cert_list(ssl, 2 * (BOUND_CERTIFICATE + 64));
    if (SSL_CTX_set_min_proto_version(ssl, TLS1_3_VERSION) == 1 &&
        SSL_CTX_set_max_proto_version(ssl, TLS1_3_VERSION) == 1 && SSL_CTX_set_num_tickets(ssl, 0) == 1 &&
        SSL_CTX_set_max_early_data(ssl, 0) == 1 &&
        SSL_CTX_set_ciphersuites(ssl, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1 && set_groups(ssl) &&
        SSL_CTX_set1_sigalgs_list(ssl, "ed25519") == 1 && SSL_CTX_set_alpn_protos(ssl, tls_alpn, sizeof tls_alpn) == 0)
        return true;
    return error_set(err, E_LNK_13, "OpenSSL does not know TLS 1.3 as refex uses it");
}

/* A context of its own: each SSL has the one that it was made with, so that links stand. */
bool tls_context_set_identity(struct tls_context *h, struct view key, struct view certificate, struct error *err)
{
    SSL_CTX *next = SSL_CTX_new(TLS_method());

    REQUIRE(next != NULL);
    if (!set_tls_options(next, err) || !load_identity(next, key, certificate, err)) {
        SSL_CTX_free(next);
        return false;
    }
    SSL_CTX_free(h->ssl);
    h->ssl = next;
    return true;
}

bool tls_context_new(const struct seam_configure *from, struct clock *clock, struct tls_context **out,
                     struct error *err)
{
    struct tls_context *h = xnew(sizeof *h);

    REQUIRE(OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1); /* no openssl.cnf: no file is opened here */
    h->clock = clock;
    h->label = from->label;
    h->node = from->node;
    if (!tls_context_set_identity(h, from->transport_key, from->certificate, err) ||
        !tls_context_set_trust(h, &from->trust, err)) {
        tls_context_free(h);
        return false;
    }
    *out = h;
    return true;
}

void tls_context_free(struct tls_context *h)
{
    if (h == NULL)
        return;
    SSL_CTX_free(h->ssl);
    anchors_free(h->anchors);
    anchors_free(h->former);
    bytes_fini(&h->revoked);
    bytes_fini(&h->barred);
    free(h->nodes);
    free(h);
}

bool tls_context_set_trust(struct tls_context *h, const struct seam_trust *trust, struct error *err)
{
    struct anchors *anchors = NULL;
    struct anchors *former;

    if (!anchors_new_transport(&h->label, trust->anchors, trust->anchor_count, &anchors, err) ||
        !anchors_new_transport(&h->label, trust->former, trust->former_count, &former, err)) {
        anchors_free(anchors);
        err->code = E_LNK_13;
        return error_wrap(err, "the anchors");
    }
    anchors_free(h->anchors);
    anchors_free(h->former);
    h->anchors = anchors;
    h->former = former;
    h->admits_ended = trust->admits_ended;
    h->directory_until_ms =
        trust->directory_until_s > INT64_MAX / 1000 ? INT64_MAX : (int64_t)trust->directory_until_s * 1000;
    bytes_clear(&h->revoked);
    bytes_append(&h->revoked, trust->revoked, trust->revoked_count * sizeof *trust->revoked);
    bytes_clear(&h->barred);
    bytes_append(&h->barred, trust->barred, trust->barred_count * sizeof *trust->barred);
    h->nodes = xrealloc(h->nodes, trust->node_count * sizeof *h->nodes + 1);
    h->node_count = trust->node_count;
    if (trust->node_count > 0)
        memcpy(h->nodes, trust->nodes, trust->node_count * sizeof *h->nodes);
    return true;
}

void tls_context_set_linked(struct tls_context *h, uint32_t peer, uint64_t size)
{
    for (size_t i = 0; i < h->node_count; i++)
        if (h->nodes[i].peer == peer)
            h->nodes[i].linked = size;
}
