#include "pki/certificate.h"

#include "base/sorted.h"
#include "base/text.h"
#include "pki/extension.h"
#include "pki/spiffe.h"
#include "pki/x509.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

static void sha256(struct view v, struct hash *out)
{
    REQUIRE(EVP_Q_digest(NULL, "SHA256", NULL, v.at, v.size, out->at, NULL) == 1);
}

X509 *certificate_parse(struct view der, struct error *err)
{
    const uint8_t *at = der.at;
    uint8_t *again = NULL;
    X509 *x;
    int size;

    if (der.size > BOUND_CERTIFICATE) {
        error_set(err, E_CRT_02, "the certificate is %zu bytes long", der.size);
        return NULL;
    }
    x = der.size == 0 ? NULL : d2i_X509(NULL, &at, (long)der.size);
    (void)(x != NULL && i2d_re_X509_tbs(x, NULL) > 0); /* else what was signed is kept as it came */
    size = x == NULL ? -1 : i2d_X509(x, &again);
    if (size > 0 && view_equal(view_of(again, (size_t)size), der)) {
        OPENSSL_free(again);
        return x;
    }
    OPENSSL_free(again);
    X509_free(x);
    ERR_clear_error();
    error_set(err, E_CRT_01, "%zu bytes are no certificate in DER", der.size);
    return NULL;
}

bool certificate_of(X509 *x, struct certificate *out, struct error *err)
{
    uint8_t *der = NULL;
    int size = i2d_X509(x, &der);
    bool ok;

    REQUIRE(size > 0);
    ok = certificate_read(view_of(der, (size_t)size), out, err);
    out->der = (struct view){0};
    OPENSSL_free(der);
    return ok;
}

static int compare_hash(const void *key, const void *row)
{
    return memcmp(key, row, HASH_SIZE);
}

bool x509_is_listed(struct view revoked, const struct hash *name)
{
    return sorted_find(name->at, revoked.at, revoked.size / HASH_SIZE, HASH_SIZE, compare_hash) != NULL;
}

void certificate_node_name(const struct ident *node, struct hash *out)
{
    static const char label[] = "refex-node/v1\n";
    uint8_t text[sizeof label - 1 + IDENT_SIZE];

    memcpy(text, label, sizeof label - 1);
    memcpy(text + sizeof label - 1, node->at, IDENT_SIZE);
    sha256(view_of(text, sizeof text), out);
}

void certificate_replacing_node(const struct hash *former, const struct hash *key, struct ident *out)
{
    static const char label[] = "refex-replaced/v1\n";
    uint8_t text[sizeof label - 1 + 2 * HASH_SIZE];
    struct hash hash;

    memcpy(text, label, sizeof label - 1);
    memcpy(text + sizeof label - 1, former->at, HASH_SIZE);
    memcpy(text + sizeof label - 1 + HASH_SIZE, key->at, HASH_SIZE);
    sha256(view_of(text, sizeof text), &hash);
    memcpy(out->at, hash.at, IDENT_SIZE);
}

void certificate_names(const struct certificate *c, struct certificate_names *out)
{
    *out = (struct certificate_names){.at = {c->der_hash, c->key_hash}, .count = 2};
    if (c->use == CERTIFICATE_TRANSPORT)
        certificate_node_name(&c->node, &out->at[out->count++]);
}

bool certificate_is_revoked(const struct certificate *c, struct view revoked)
{
    struct certificate_names names;

    certificate_names(c, &names);
    for (size_t i = 0; i < names.count; i++)
        if (x509_is_listed(revoked, &names.at[i]))
            return true;
    return false;
}

static bool read_key(X509 *x, struct certificate *out, struct error *err)
{
    const X509_ALGOR *outer = NULL;
    EVP_PKEY *pkey = X509_get0_pubkey(x);
    size_t size = KEY_SIZE;

    X509_get0_signature(NULL, &outer, x);
    if (X509_get_signature_nid(x) != NID_ED25519 || X509_ALGOR_cmp(outer, X509_get0_tbs_sigalg(x)) != 0)
        return error_set(err, E_CRT_03, "the certificate's signature is not Ed25519");
    if (pkey == NULL || !EVP_PKEY_is_a(pkey, "ED25519") ||
        EVP_PKEY_get_raw_public_key(pkey, out->public_key, &size) != 1) {
        ERR_clear_error();
        return error_set(err, E_CRT_03, "the certificate's key is not Ed25519");
    }
    REQUIRE(size == KEY_SIZE);
    return true;
}

/* In the one form that a time has in a certificate (RFC 5280 4.1.2.5): with seconds and Z, two digits of the year as
 * long as they do. */
static bool read_time(const ASN1_TIME *t, int64_t *out_ms)
{
    ASN1_TIME *same = ASN1_TIME_new();
    struct tm tm;
    bool ok;

    REQUIRE(same != NULL);
    ok = memchr(ASN1_STRING_get0_data(t), 0, (size_t)ASN1_STRING_length(t)) == NULL &&
         ASN1_TIME_set_string_X509(same, (const char *)ASN1_STRING_get0_data(t)) == 1 &&
         ASN1_STRING_cmp(same, t) == 0 && ASN1_TIME_to_tm(t, &tm) == 1;
    ASN1_TIME_free(same);
    if (ok)
        *out_ms = (int64_t)timegm(&tm) * 1000;
    return ok;
}

/* From 1, of at most 20 bytes. */
static bool check_serial(X509 *x, struct error *err)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(x);
    const uint8_t *at = ASN1_STRING_get0_data(serial);
    int size = ASN1_STRING_length(serial);

    if (ASN1_STRING_type(serial) == V_ASN1_INTEGER && size <= 20 && (size > 1 || at[0] != 0) &&
        (size < 20 || at[0] < 0x80))
        return true;
    return error_set(err, E_CRT_01, "the certificate's serial is not a number from 1, of at most 20 bytes");
}

/* OpenSSL keeps a name as it came: this is whether that is the one encoding it has. */
static bool is_name_in_der(const X509_NAME *name)
{
    X509_NAME *same = X509_NAME_new();
    const uint8_t *came = NULL;
    uint8_t *made = NULL;
    size_t size = 0;
    bool ok;
    int n;

    REQUIRE(same != NULL);
    for (int i = 0; i < X509_NAME_entry_count(name); i++)
        REQUIRE(X509_NAME_add_entry(same, X509_NAME_get_entry(name, i), -1,
                                    i > 0 && X509_NAME_ENTRY_set(X509_NAME_get_entry(name, i)) ==
                                                 X509_NAME_ENTRY_set(X509_NAME_get_entry(name, i - 1))
                                        ? -1
                                        : 0) == 1);
    n = i2d_X509_NAME(same, &made);
    ok = n > 0 && X509_NAME_get0_der(name, &came, &size) == 1 &&
         view_equal(view_of(came, size), view_of(made, (size_t)n));
    OPENSSL_free(made);
    X509_NAME_free(same);
    return ok;
}

static bool read_validity(X509 *x, struct certificate *out, struct error *err)
{
    if (!read_time(X509_get0_notBefore(x), &out->not_before_ms) ||
        !read_time(X509_get0_notAfter(x), &out->not_after_ms)) {
        ERR_clear_error();
        return error_set(err, E_CRT_26, "the certificate's time of validity cannot be read");
    }
    if (out->not_after_ms <= out->not_before_ms)
        return error_set(err, E_CRT_26, "the certificate ends before it begins");
    return true;
}

/* One CN of 16 hex digits and nothing else. */
static bool is_hex_name(const X509_NAME *name)
{
    const X509_NAME_ENTRY *entry = X509_NAME_entry_count(name) == 1 ? X509_NAME_get_entry(name, 0) : NULL;
    const ASN1_STRING *cn;
    uint8_t ignored[8];

    if (entry == NULL || OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) != NID_commonName)
        return false;
    cn = X509_NAME_ENTRY_get_data(entry);
    return text_read_hex(view_of(ASN1_STRING_get0_data(cn), (size_t)ASN1_STRING_length(cn)), ignored, sizeof ignored);
}

/* What a stranger is shown, and what that leads to, names nobody: hex digits and the label, as a whole. */
static bool check_names_nobody(X509 *x, const struct extensions *e, struct certificate *out, struct error *err)
{
    bool is_ca = out->use == CERTIFICATE_TRANSPORT_CA;

    if (!is_hex_name(X509_get_issuer_name(x)) || (is_ca && !is_hex_name(X509_get_subject_name(x))))
        return error_set(err, E_CRT_19, "the %s certificate of %s has a subject or issuer that is a name",
                         certificate_use_name(out->use), out->label.text);
    if (is_ca && strcmp(e->permitted, out->label.text) != 0)
        return error_set(err, E_CRT_19, "the transport CA of %s is not bound to its label", out->label.text);
    return true;
}

/* A root has no bound on the path; the CAs below it issue to agencies only. */
static bool check_authority(X509 *x, const struct extensions *e, enum spiffe_kind kind, struct certificate *out,
                            struct error *err)
{
    if (!e->is_ca || e->path_length > 0)
        return error_set(err, E_CRT_19, "a certificate in the federation's name is not that of a root or issuing CA");
    if (!e->usage_is_critical || e->usage != (KU_KEY_CERT_SIGN | KU_CRL_SIGN) || e->has_extended)
        return error_set(err, E_CRT_19,
                         "the federation's certificate may not be used to sign certificates, or for more");
    if (X509_NAME_entry_count(X509_get_subject_name(x)) == 0)
        return error_set(err, E_CRT_19, "the federation's certificate has no subject");
    if (kind == SPIFFE_AUTHORITY) {
        out->use = e->path_length < 0 ? CERTIFICATE_ROOT : CERTIFICATE_ISSUING;
        return true;
    }
    if (e->path_length < 0)
        return error_set(err, E_CRT_19, "a certificate under a label claims to be a root");
    out->use = CERTIFICATE_TRANSPORT_CA;
    return check_names_nobody(x, e, out, err);
}

static bool check_leaf(X509 *x, const struct extensions *e, enum spiffe_kind kind, struct certificate *out,
                       struct error *err)
{
    if (e->is_ca || e->has_constraints || (e->has_usage && (e->usage & KU_KEY_CERT_SIGN) != 0))
        return error_set(err, E_CRT_08, "the certificate of %.*s claims to be an authority", (int)e->uri_size, e->uri);
    if (!e->has_usage || !e->usage_is_critical || e->usage != KU_DIGITAL_SIGNATURE)
        return error_set(err, E_CRT_09, "the key usage in the certificate of %.*s is not digitalSignature alone",
                         (int)e->uri_size, e->uri);
    if (e->has_extended ? !e->extended_is_both || kind != SPIFFE_NODE : kind == SPIFFE_NODE)
        return error_set(err, E_CRT_10, "the extended key usage in the certificate of %.*s is not that of a link",
                         (int)e->uri_size, e->uri);
    if (X509_NAME_entry_count(X509_get_subject_name(x)) != 0)
        return error_set(err, E_CRT_05, "the certificate of %.*s has a subject beside its name", (int)e->uri_size,
                         e->uri);
    if (!e->name_is_critical)
        return error_set(err, E_CRT_20, "the name in the certificate of %.*s is not marked critical", (int)e->uri_size,
                         e->uri);
    out->use = kind == SPIFFE_DIRECTORY ? CERTIFICATE_DIRECTORY
               : kind == SPIFFE_NODE    ? CERTIFICATE_TRANSPORT
                                        : CERTIFICATE_IDENTITY;
    return kind != SPIFFE_NODE || check_names_nobody(x, e, out, err);
}

static bool read_x509(X509 *x, struct certificate *out, struct error *err)
{
    struct extensions e;
    enum spiffe_kind kind;

    if (X509_get_version(x) != X509_VERSION_3)
        return error_set(err, E_CRT_01, "the certificate is not of version 3");
    if (!is_name_in_der(X509_get_subject_name(x)) || !is_name_in_der(X509_get_issuer_name(x)))
        return error_set(err, E_CRT_01, "a name of the certificate is not in DER");
    if (!check_serial(x, err))
        return false;
    if (!read_key(x, out, err) || !extensions_read(x, &e, err))
        return false;
    if (!spiffe_read(view_of(e.uri, e.uri_size), out, &kind))
        return error_set(err, E_CRT_06, "the name in the certificate is not an agency's");
    if (!(kind == SPIFFE_AUTHORITY || kind == SPIFFE_LABEL ? check_authority(x, &e, kind, out, err)
                                                           : check_leaf(x, &e, kind, out, err)))
        return false;
    return read_validity(x, out, err);
}

static void key_hash(X509 *x, struct hash *out)
{
    uint8_t *der = NULL;
    int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);

    REQUIRE(size > 0);
    sha256(view_of(der, (size_t)size), out);
    OPENSSL_free(der);
}

bool certificate_read(struct view der, struct certificate *out, struct error *err)
{
    X509 *x = certificate_parse(der, err);
    struct certificate c = {.der = der};
    bool ok = x != NULL && read_x509(x, &c, err);

    if (ok) {
        sha256(der, &c.der_hash);
        key_hash(x, &c.key_hash);
        *out = c;
    }
    X509_free(x);
    return ok;
}

bool certificate_has_ended(int64_t not_after_ms, int64_t now_ms)
{
    return now_ms > not_after_ms;
}

bool certificate_fid(struct view root_der, struct hash *out, struct error *err)
{
    X509 *x = certificate_parse(root_der, err);

    if (x == NULL)
        return false;
    key_hash(x, out);
    X509_free(x);
    return true;
}

const char *certificate_use_name(enum certificate_use use)
{
    static const char *const names[] = {
        [CERTIFICATE_ROOT] = "root",
        [CERTIFICATE_ISSUING] = "issuing",
        [CERTIFICATE_TRANSPORT_CA] = "transport CA",
        [CERTIFICATE_TRANSPORT] = "transport",
        [CERTIFICATE_IDENTITY] = "identity",
        [CERTIFICATE_DIRECTORY] = "directory",
    };

    return use >= CERTIFICATE_ROOT && use <= CERTIFICATE_DIRECTORY ? names[use] : "?";
}
