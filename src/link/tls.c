/* An SSL for each link; both ends of the wire are memory (link/tls_wire.h). */
#include "link/tls_inside.h"

#include "pki/certificate.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TLS_RECORD_MAX 16384 /* bytes: the largest TLS record */

struct tls *tls_new(struct tls_context *h, uint32_t dialled)
{
    struct tls *t = xnew(sizeof *t);

    t->context = h;
    t->ssl = SSL_new(h->ssl);
    REQUIRE(t->ssl != NULL);
    SSL_set_app_data(t->ssl, t);
    tls_wire_attach(t->ssl, &t->wire);
    t->dialled = dialled;
    if (dialled != 0)
        SSL_set_connect_state(t->ssl);
    else
        SSL_set_accept_state(t->ssl);
    return t;
}

void tls_free(struct tls *t)
{
    if (t == NULL)
        return;
    SSL_free(t->ssl);
    bytes_fini(&t->shown);
    free(t);
}

/* Why the handshake or a record failed: our own refusal first, then OpenSSL's error. */
static bool set_tls_error(const struct tls *t, struct error *err)
{
    unsigned long met = ERR_peek_error();
    int reason = ERR_GET_REASON(met);

    ERR_clear_error();
    if (t->refusal.code != E_NONE) {
        *err = t->refusal;
        return false;
    }
    if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
        return error_set(err, E_LNK_20, "the peer showed no certificate");
    if (reason == SSL_AD_REASON_OFFSET + SSL_AD_NO_APPLICATION_PROTOCOL)
        return error_set(err, E_LNK_07, "the peer does not speak refex/1");
    if (reason > SSL_AD_REASON_OFFSET)
        return error_set(err, E_LNK_24, "the peer refused the link (%s)",
                         SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET));
    return error_set(err, E_LNK_08, "no TLS 1.3 with the peer (%s)",
                     ERR_reason_error_string(met) == NULL ? "unknown" : ERR_reason_error_string(met));
}

/* Reads decrypted bytes until there are none. */
static bool read_plaintext(struct tls *t, struct bytes *plaintext, bool *peer_closed, struct error *err)
{
    for (;;) {
        size_t n = 0;

        if (SSL_read_ex(t->ssl, bytes_reserve(plaintext, TLS_RECORD_MAX), TLS_RECORD_MAX, &n) == 1) {
            plaintext->size += n;
            continue;
        }
        switch (SSL_get_error(t->ssl, 0)) {
        case SSL_ERROR_WANT_READ:
            return true;
        case SSL_ERROR_ZERO_RETURN:
            *peer_closed = true;
            return true;
        default:
            return set_tls_error(t, err);
        }
    }
}

static bool do_handshake(struct tls *t, struct error *err)
{
    const unsigned char *chosen;
    unsigned size;
    int done = SSL_do_handshake(t->ssl);

    if (done != 1)
        return SSL_get_error(t->ssl, done) == SSL_ERROR_WANT_READ || set_tls_error(t, err);
    SSL_get0_alpn_selected(t->ssl, &chosen, &size);
    if (size != tls_alpn[0] || memcmp(chosen, tls_alpn + 1, size) != 0)
        return error_set(err, E_LNK_07, "the peer does not speak refex/1");
    return true;
}

bool tls_receive(struct tls *t, struct view wire, struct bytes *out, struct bytes *plaintext, bool *peer_closed,
                 struct error *err)
{
    bool ok = true;

    ERR_clear_error();
    t->wire.in = wire;
    t->wire.out = out;
    if (!SSL_is_init_finished(t->ssl))
        ok = do_handshake(t, err);
    if (ok && SSL_is_init_finished(t->ssl))
        ok = read_plaintext(t, plaintext, peer_closed, err);
    if (ok && !*peer_closed && t->wire.in.size != 0)
        ok = error_set(err, E_LNK_08, "the peer sent what TLS does not read");
    t->wire = (struct tls_wire){0};
    return ok;
}

bool tls_encrypt(struct tls *t, struct view plaintext, struct bytes *out, struct error *err)
{
    size_t n;
    bool ok;

    if (plaintext.size == 0)
        return true;
    ERR_clear_error();
    t->wire.out = out;
    ok = SSL_write_ex(t->ssl, plaintext.at, plaintext.size, &n) == 1;
    REQUIRE(!ok || n == plaintext.size); /* tls_wire takes everything, never a part */
    t->wire.out = NULL;
    return ok || set_tls_error(t, err);
}

void tls_shutdown(struct tls *t, struct bytes *out)
{
    if (!SSL_is_init_finished(t->ssl))
        return;
    ERR_clear_error();
    t->wire.out = out;
    (void)SSL_shutdown(t->ssl);
    t->wire.out = NULL;
    ERR_clear_error();
}

bool tls_client_hello_came(const struct tls *t)
{
    return t->client_hello;
}

bool tls_handshake_done(const struct tls *t)
{
    return SSL_is_init_finished(t->ssl) == 1 && t->refusal.code == E_NONE;
}

uint32_t tls_peer(const struct tls *t)
{
    return t->peer;
}

uint64_t tls_peer_linked(const struct tls *t)
{
    const struct seam_node *found = tls_find_node(t->context, &t->node);

    return found == NULL ? 0 : found->linked;
}

uint32_t tls_other(const struct tls *t)
{
    return t == NULL ? 0 : t->other;
}

const struct ident *tls_node(const struct tls *t)
{
    return &t->node;
}

enum tls_group tls_chosen_group(const struct tls *t)
{
    const char *name = SSL_group_to_name(t->ssl, (int)SSL_get_negotiated_group(t->ssl));
    enum tls_group g = TLS_X25519;

    REQUIRE(tls_handshake_done(t) && name != NULL);
    while (g < TLS_GROUP_END && strcasecmp(name, tls_group_name(g)) != 0)
        g++;
    REQUIRE(g < TLS_GROUP_END); /* set_groups offers no other */
    return g;
}

bool tls_admits_ended(const struct tls *t)
{
    return t->context->admits_ended;
}

enum link_class tls_narrow(const struct tls *t)
{
    return t->narrow;
}

struct view tls_peer_certificate(const struct tls *t, struct arena *arena)
{
    X509 *x = SSL_get0_peer_certificate(t->ssl);

    return x == NULL ? (struct view){0} : tls_wire_der(x, arena);
}

bool tls_peer_expired(const struct tls *t)
{
    return certificate_has_ended(t->until_ms, clock_now_ms(t->context->clock));
}

bool tls_recheck(struct tls *t, struct error *err)
{
    struct arena arena = {0};
    struct view der = tls_peer_certificate(t, &arena);
    bool ok =
        der.size > 0 ? tls_check_certificate(t, der, err) : error_set(err, E_LNK_20, "the peer showed no certificate");

    arena_fini(&arena);
    return ok;
}
