#include "crypto/certify_ca.h"

#include "base/text.h"
#include "crypto/certify.h"
#include "crypto/digest.h"
#include "crypto/evp.h"
#include "crypto/random.h"
#include "crypto/sign.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#define SERIAL    16 /* bytes, random */
#define VALUE_MAX 512

/* What the certificates of the profiles (certs/) differ in. */
struct profile {
    const char *basic; /* values as OpenSSL's configuration files have them */
    const char *usage;
    const char *extended; /* NULL: none */
    const char *names;
    const char *constraints; /* NULL: none */
    const char *common_name; /* NULL: empty subject */
    bool outlives_issuer;
};

static X509 *issuer_read(struct view der, const struct sign_key *key, struct error *err)
{
    const uint8_t *at = der.at;
    X509 *x = der.size > BOUND_CERTIFICATE ? NULL : d2i_X509(NULL, &at, (long)der.size);
    uint8_t ours[SIGN_PUBLIC_SIZE];
    uint8_t theirs[SIGN_PUBLIC_SIZE] = {0};
    size_t size = sizeof theirs;

    sign_key_public(key, ours);
    if (x != NULL && EVP_PKEY_get_raw_public_key(X509_get0_pubkey(x), theirs, &size) == 1 &&
        memcmp(ours, theirs, sizeof ours) == 0)
        return x;
    X509_free(x);
    ERR_clear_error();
    error_set(err, E_CRT_27, "the certificate of the issuer does not belong to the key that is to sign");
    return NULL;
}

/* Positive, never zero, always 16 bytes long, so that sizes do not vary. */
static void set_serial(X509 *x)
{
    uint8_t serial[SERIAL];
    BIGNUM *n;

    random_fill(&random_real, serial, sizeof serial);
    serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);
    n = BN_bin2bn(serial, SERIAL, NULL);
    REQUIRE(n != NULL && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL);
    BN_free(n);
}

/* Five minutes before now to DAYS after it, but never beyond the end of ISSUER (NULL: whatever that is). */
static void set_validity(X509 *x, X509 *issuer, const struct certify_validity *validity)
{
    int64_t from = (validity->now_ms - CERTIFY_BACKDATE_MS) / 1000;
    int64_t until = validity->now_ms / 1000 + (int64_t)validity->days * (DAY_MS / 1000);

    REQUIRE(ASN1_TIME_set(X509_getm_notBefore(x), (time_t)from) != NULL);
    REQUIRE(ASN1_TIME_set(X509_getm_notAfter(x), (time_t)until) != NULL);
    if (issuer != NULL && ASN1_TIME_compare(X509_get0_notAfter(issuer), X509_get0_notAfter(x)) < 0)
        REQUIRE(X509_set1_notAfter(x, X509_get0_notAfter(issuer)) == 1);
}

static void add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX c;
    X509_EXTENSION *e;

    if (value == NULL)
        return;
    X509V3_set_ctx(&c, issuer, x, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&c);
    e = X509V3_EXT_conf_nid(NULL, &c, nid, value);
    REQUIRE(e != NULL && X509_add_ext(x, e, -1) == 1);
    X509_EXTENSION_free(e);
}

/* Appends the DER of a certificate for PUBLIC_KEY, signed by KEY. ISSUER is NULL for the root. */
static bool make_certificate(const struct sign_key *key, X509 *issuer, const uint8_t *public_key,
                             const struct profile *p, const struct certify_validity *validity, struct bytes *out,
                             struct error *err)
{
    X509 *x = X509_new();
    EVP_PKEY *subject = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, KEY_SIZE);
    uint8_t *der = NULL;
    int size = -1;

    REQUIRE(x != NULL && subject != NULL && X509_set_version(x, X509_VERSION_3) == 1);
    set_serial(x);
    set_validity(x, p->outlives_issuer ? NULL : issuer, validity);
    REQUIRE(X509_set_pubkey(x, subject) == 1);
    if (p->common_name != NULL)
        REQUIRE(X509_NAME_add_entry_by_NID(X509_get_subject_name(x), NID_commonName, MBSTRING_ASC,
                                           (const uint8_t *)p->common_name, -1, -1, 0) == 1);
    REQUIRE(X509_set_issuer_name(x, X509_get_subject_name(issuer == NULL ? x : issuer)) == 1);
    add_extension(x, issuer, NID_basic_constraints, p->basic);
    add_extension(x, issuer, NID_key_usage, p->usage);
    add_extension(x, issuer, NID_ext_key_usage, p->extended);
    add_extension(x, issuer, NID_subject_alt_name, p->names);
    add_extension(x, issuer, NID_name_constraints, p->constraints);
    add_extension(x, issuer, NID_subject_key_identifier, "hash");
    if (issuer != NULL)
        add_extension(x, issuer, NID_authority_key_identifier, "keyid:always");
    if (X509_sign(x, sign_key_evp(key), NULL) > 0) /* a token may refuse */
        size = i2d_X509(x, &der);
    if (size > 0 && size <= BOUND_CERTIFICATE)
        bytes_append(out, der, (size_t)size);
    OPENSSL_free(der);
    EVP_PKEY_free(subject);
    X509_free(x);
    if (size > BOUND_CERTIFICATE)
        return error_set(err, E_CRT_27, "the certificate would be %d bytes long", size);
    return size > 0 || evp_failed(err, E_KEY_16, "the certificate could not be signed");
}

/* The subject of a certificate authority is a part of its key's hash and nothing else: two roots of one federation stay
 * apart, and no subject or issuer names anybody. */
static void authority_name(const uint8_t *public_key, char out[static 2 * 8 + 1])
{
    struct hash h;

    digest_sha256(view_of(public_key, KEY_SIZE), &h);
    text_write_hex(h.at, 8, out);
}

static bool check_name(const char *federation, struct error *err)
{
    return federation_name_ok(view_of_text(federation)) ||
           error_set(err, E_USE_04, "the name of the federation is not a domain name");
}

bool certify_root(const struct sign_key *root, const char *federation, const struct certify_validity *validity,
                  struct bytes *out, struct error *err)
{
    char names[VALUE_MAX];
    char common_name[2 * 8 + 1];
    uint8_t public_key[KEY_SIZE];
    struct profile p = {.basic = "critical,CA:TRUE",
                        .usage = "critical,keyCertSign,cRLSign",
                        .names = names,
                        .common_name = common_name};

    if (!check_name(federation, err))
        return false;
    sign_key_public(root, public_key);
    (void)snprintf(names, sizeof names, "URI:spiffe://%s", federation);
    authority_name(public_key, common_name);
    return make_certificate(root, NULL, public_key, &p, validity, out, err);
}

static bool make_issued(const struct sign_key *key, struct view issuer_der, const uint8_t *public_key,
                        const struct profile *p, const struct certify_validity *validity, struct bytes *out,
                        struct error *err)
{
    X509 *issuer = issuer_read(issuer_der, key, err);
    bool ok = issuer != NULL && make_certificate(key, issuer, public_key, p, validity, out, err);

    X509_free(issuer);
    return ok;
}

bool certify_next_root(const struct sign_key *root, struct view root_der, const uint8_t public_key[static KEY_SIZE],
                       const char *federation, const struct certify_validity *validity, struct bytes *out,
                       struct error *err)
{
    char names[VALUE_MAX];
    char common_name[2 * 8 + 1];
    struct profile p = {.basic = "critical,CA:TRUE",
                        .usage = "critical,keyCertSign,cRLSign",
                        .names = names,
                        .common_name = common_name,
                        .outlives_issuer = true};

    if (!check_name(federation, err))
        return false;
    (void)snprintf(names, sizeof names, "URI:spiffe://%s", federation);
    authority_name(public_key, common_name);
    return make_issued(root, root_der, public_key, &p, validity, out, err);
}

/* A CA below the root that may name the host HOST only. */
static bool make_intermediate(const struct sign_key *root, struct view root_der, const uint8_t *public_key,
                              const char *host, const struct certify_validity *validity, struct bytes *out,
                              struct error *err)
{
    char names[VALUE_MAX];
    char constraints[VALUE_MAX];
    char common_name[2 * 8 + 1];
    struct profile p = {.basic = "critical,CA:TRUE,pathlen:0",
                        .usage = "critical,keyCertSign,cRLSign",
                        .names = names,
                        .constraints = constraints,
                        .common_name = common_name};

    (void)snprintf(names, sizeof names, "URI:spiffe://%s", host);
    (void)snprintf(constraints, sizeof constraints, "critical,permitted;URI:%s", host);
    authority_name(public_key, common_name);
    return make_issued(root, root_der, public_key, &p, validity, out, err);
}

bool certify_issuing(const struct sign_key *root, struct view root_der, const uint8_t public_key[static KEY_SIZE],
                     const char *federation, const struct certify_validity *validity, struct bytes *out,
                     struct error *err)
{
    return check_name(federation, err) && make_intermediate(root, root_der, public_key, federation, validity, out, err);
}

bool certify_transport_ca(const struct sign_key *root, struct view root_der, const uint8_t public_key[static KEY_SIZE],
                          const struct label *label, const struct certify_validity *validity, struct bytes *out,
                          struct error *err)
{
    return make_intermediate(root, root_der, public_key, label->text, validity, out, err);
}

bool certify_directory_key(const struct sign_key *root, struct view root_der, const char *federation,
                           const struct certify_directory *which, const struct certify_validity *validity,
                           struct bytes *out, struct error *err)
{
    char names[VALUE_MAX];
    struct profile p = {.basic = "critical,CA:FALSE", .usage = "critical,digitalSignature", .names = names};

    if (!check_name(federation, err))
        return false;
    if (which->k == 0 || which->i == 0)
        return error_set(err, E_USE_04, "directory keys and how many of them must sign are counted from 1");
    (void)snprintf(names, sizeof names, "critical,URI:spiffe://%s/directory/%u/%u", federation, which->k, which->i);
    return make_issued(root, root_der, which->public_key, &p, validity, out, err);
}

bool certify_identity(const struct sign_key *issuing, struct view issuing_der, struct view request,
                      const char *federation, const struct certify_validity *validity, struct bytes *out,
                      struct error *err)
{
    char names[VALUE_MAX];
    struct address agency;
    struct view name;
    uint8_t public_key[KEY_SIZE];
    struct profile p = {.basic = "critical,CA:FALSE", .usage = "critical,digitalSignature", .names = names};

    if (!certify_request_check(request, federation, &agency, public_key, err))
        return false;
    name = address_agency(&agency);
    (void)snprintf(names, sizeof names, "critical,URI:spiffe://%s/agency/%.*s", federation, (int)name.size,
                   (const char *)name.at);
    return make_issued(issuing, issuing_der, public_key, &p, validity, out, err);
}

bool certify_transport(const struct sign_key *ca, struct view ca_der, struct view request, const struct label *label,
                       const struct ident *node, const struct certify_validity *validity, struct bytes *out,
                       struct error *err)
{
    char names[VALUE_MAX];
    char id[IDENT_TEXT];
    uint8_t public_key[KEY_SIZE];
    struct profile p = {.basic = "critical,CA:FALSE",
                        .usage = "critical,digitalSignature",
                        .extended = "serverAuth,clientAuth",
                        .names = names};

    if (!certify_transport_request_check(request, public_key, err))
        return false;
    ident_write(node, id);
    (void)snprintf(names, sizeof names, "critical,URI:spiffe://%s/%s", label->text, id);
    return make_issued(ca, ca_der, public_key, &p, validity, out, err);
}
