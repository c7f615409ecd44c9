/* Makes a federation with crypto, and transport certificates as refex-ca would issue them. */
#include "credentials.h"

#include "codec/peer_messages.h"
#include "crypto/sign.h"

#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t wall_ms(void)
{
    return (int64_t)time(NULL) * 1000;
}

const char *const listed_names[4] = {"brama", "mission", "police", "shelter"};

struct ident node_of(const char *name)
{
    struct ident id = {0};

    memcpy(id.at, name, strlen(name));
    return id;
}

void member_ca_init(struct member_ca *h, const char *name)
{
    struct certify_validity validity = {.now_ms = wall_ms() - 100 * DAY_MS, .days = 3650};
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    struct error err = {0};

    memset(h, 0, sizeof *h);
    h->root = sign_key_new();
    h->issuing = sign_key_new();
    sign_key_public(h->issuing, public_key);
    (void)snprintf(h->federation.name, sizeof h->federation.name, "%s", name);
    REQUIRE(certify_root(h->root, name, &validity, &h->root_der, &err));
    REQUIRE(certificate_fid(bytes_view(&h->root_der), &h->federation.fid, &err));
    REQUIRE(certify_issuing(h->root, bytes_view(&h->root_der), public_key, name, &validity, &h->issuing_der, &err));
    memcpy(h->label.text, "abcdefghijklmnopqrstuvwxyz", LABEL_SIZE);
    h->transport = sign_key_new();
    sign_key_public(h->transport, public_key);
    REQUIRE(certify_transport_ca(h->root, bytes_view(&h->root_der), public_key, &h->label, &validity, &h->transport_der,
                                 &err));
    h->anchors[0] = bytes_view(&h->transport_der);
}

void member_ca_fini(struct member_ca *h)
{
    sign_key_free(h->root);
    sign_key_free(h->issuing);
    bytes_fini(&h->root_der);
    bytes_fini(&h->issuing_der);
    sign_key_free(h->transport);
    bytes_fini(&h->transport_der);
}

void member_ca_another_init(struct member_ca *out, const struct member_ca *of)
{
    const struct certify_validity validity = {.now_ms = wall_ms() - 100 * DAY_MS, .days = 3650};
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    struct error err;

    *out = *of;
    out->transport = sign_key_new();
    out->transport_der = (struct bytes){0};
    sign_key_public(out->transport, public_key);
    REQUIRE(certify_transport_ca(of->root, bytes_view(&of->root_der), public_key, &of->label, &validity,
                                 &out->transport_der, &err));
    out->anchors[0] = bytes_view(&out->transport_der);
}

void member_ca_another_fini(struct member_ca *h)
{
    sign_key_free(h->transport);
    bytes_fini(&h->transport_der);
}

static void make_hello(struct credentials *c, const struct member_ca *h)
{
    struct peer_hello hello = {
        .protocol_min = PEER_PROTOCOL,
        .protocol_max = PEER_PROTOCOL,
        .software = view_of_text("refex"),
        .node = c->node,
        .federation_id = h->federation.fid,
        .directory_sequence = 1,
        .incarnation = 1,
    };

    peer_hello_encode(&hello, &c->hello);
}

void credentials_init(struct credentials *c, const struct member_ca *h, const char *name, enum certificate_use use,
                      int64_t now_ms, uint32_t days)
{
    struct certify_validity validity = {.now_ms = now_ms == 0 ? wall_ms() : now_ms, .days = days};
    struct bytes request = {0};
    struct address agency;
    struct error err = {0};

    memset(c, 0, sizeof *c);
    REQUIRE(address_read_short(view_of_text(name), h->federation.name, &agency, &err));
    c->node = node_of(name);
    for (uint32_t i = 0; i < 4; i++)
        if (strcmp(name, listed_names[i]) == 0)
            c->peer = i + 1;
    c->key = sign_key_new();
    REQUIRE(sign_key_der(c->key, &c->pkcs8, &err));
    REQUIRE(certify_request(c->key, use == CERTIFICATE_IDENTITY ? &agency : NULL, &request, &err));
    if (use == CERTIFICATE_IDENTITY)
        REQUIRE(certify_identity(h->issuing, bytes_view(&h->issuing_der), bytes_view(&request), h->federation.name,
                                 &validity, &c->der, &err));
    else
        REQUIRE(certify_transport(h->transport, bytes_view(&h->transport_der), bytes_view(&request), &h->label,
                                  &c->node, &validity, &c->der, &err));
    bytes_fini(&request);
    make_hello(c, h);
}

void credentials_limit_use(struct credentials *c, const struct member_ca *h, const char *usage)
{
    const unsigned char *at = c->der.at;
    X509 *x = d2i_X509(NULL, &at, (long)c->der.size);
    X509_EXTENSION *one = X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, usage);
    struct secret pkcs8;
    EVP_PKEY *issuing;
    struct error err;
    int size;

    REQUIRE(x != NULL && one != NULL && sign_key_der(h->transport, &pkcs8, &err));
    at = pkcs8.at;
    issuing = d2i_AutoPrivateKey(NULL, &at, (long)pkcs8.size);
    X509_EXTENSION_free(X509_delete_ext(x, X509_get_ext_by_NID(x, NID_ext_key_usage, -1)));
    REQUIRE(X509_add_ext(x, one, -1) == 1 && X509_sign(x, issuing, NULL) > 0);
    size = i2d_X509(x, NULL);
    bytes_clear(&c->der);
    uint8_t *to = bytes_reserve(&c->der, (size_t)size);
    REQUIRE(i2d_X509(x, &to) == size);
    c->der.size = (size_t)size;
    X509_EXTENSION_free(one);
    X509_free(x);
    EVP_PKEY_free(issuing);
    secret_fini(&pkcs8);
}

void credentials_fini(struct credentials *c)
{
    sign_key_free(c->key);
    secret_fini(&c->pkcs8);
    bytes_fini(&c->der);
    bytes_fini(&c->hello);
}

void credentials_configure(const struct credentials *c, const struct member_ca *h, struct seam_configure *out)
{
    static struct seam_node nodes[4];

    for (uint32_t i = 0; i < 4; i++)
        nodes[i] =
            (struct seam_node){.id = node_of(listed_names[i]), .peer = i + 1, .linked = CREDENTIALS_LINKED * (i + 1)};
    *out = (struct seam_configure){
        .build = view_of_text(SEAM_BUILD),
        .transport_key = secret_view(&c->pkcs8),
        .certificate = bytes_view(&c->der),
        .label = h->label,
        .node = c->node,
        .may_dial = true,
        .trust = {.anchors = h->anchors,
                  .anchor_count = 1,
                  .nodes = nodes,
                  .node_count = 4,
                  .hello = bytes_view(&c->hello),
                  .directory_until_s = (uint64_t)wall_ms() / 1000 + UINT64_C(10) * 365 * 86400},
    };
}
