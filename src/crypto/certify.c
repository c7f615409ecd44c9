#include "crypto/certify.h"

#include "base/text.h"
#include "crypto/evp.h"
#include "crypto/sign.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#define URI_MAX (9 + BOUND_FEDERATION + 8 + BOUND_AGENCY + 1)

/* Appends what I2D writes of X. */
#define APPEND_DER(i2d, x, out)                                                                                        \
    do {                                                                                                               \
        int size_ = (i2d)((x), NULL);                                                                                  \
        uint8_t *at_ = size_ <= 0 ? NULL : bytes_reserve((out), (size_t)size_);                                        \
        REQUIRE(at_ != NULL && (i2d)((x), &at_) == size_);                                                             \
        (out)->size += (size_t)size_;                                                                                  \
    } while (0)

static STACK_OF(X509_EXTENSION) * name_extension(const struct address *agency)
{
    STACK_OF(X509_EXTENSION) *list = sk_X509_EXTENSION_new_null();
    char value[sizeof "critical,URI:" + URI_MAX];
    struct view name = address_agency(agency);
    X509_EXTENSION *e;

    (void)snprintf(value, sizeof value, "critical,URI:spiffe://%s/agency/%.*s", address_federation(agency),
                   (int)name.size, (const char *)name.at);
    e = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, value);
    REQUIRE(list != NULL && e != NULL && sk_X509_EXTENSION_push(list, e) > 0);
    return list;
}

bool certify_request(const struct sign_key *key, const struct address *agency, struct bytes *out, struct error *err)
{
    X509_REQ *request = X509_REQ_new();
    STACK_OF(X509_EXTENSION) *names = agency == NULL ? NULL : name_extension(agency);
    bool ok;

    REQUIRE(request != NULL && X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1);
    REQUIRE(X509_REQ_set_pubkey(request, sign_key_evp(key)) == 1);
    REQUIRE(names == NULL || X509_REQ_add_extensions(request, names) == 1);
    ok = X509_REQ_sign(request, sign_key_evp(key), NULL) > 0; /* a token may refuse */
    if (ok)
        APPEND_DER(i2d_X509_REQ, request, out);
    sk_X509_EXTENSION_pop_free(names, X509_EXTENSION_free);
    X509_REQ_free(request);
    return ok || evp_failed(err, E_KEY_16, "the request could not be signed");
}

/* The whole of DER and nothing else, in the one encoding DER has. */
static X509_REQ *request_read(struct view der)
{
    const uint8_t *at = der.at;
    X509_REQ *request = der.size > BOUND_CERTIFICATE ? NULL : d2i_X509_REQ(NULL, &at, (long)der.size);
    struct bytes again = {0};
    bool same;

    if (request == NULL)
        return NULL;
    APPEND_DER(i2d_X509_REQ, request, &again);
    same = view_equal(bytes_view(&again), der);
    bytes_fini(&again);
    if (same)
        return request;
    X509_REQ_free(request);
    return NULL;
}

static bool request_key(X509_REQ *request, uint8_t out[static KEY_SIZE], struct error *err)
{
    EVP_PKEY *pkey = X509_REQ_get0_pubkey(request);
    struct verify_key *usable = NULL;
    uint8_t public_key[KEY_SIZE];
    size_t size = sizeof public_key;

    if (pkey == NULL || !EVP_PKEY_is_a(pkey, "ED25519") || EVP_PKEY_get_raw_public_key(pkey, public_key, &size) != 1)
        return error_set(err, E_CRT_21, "the request's key is not Ed25519");
    if (X509_REQ_verify(request, pkey) != 1)
        return error_set(err, E_CRT_21, "the request is not signed by its own key");
    if (!verify_key_new(public_key, &usable, err))
        return error_wrap(err, "the request's key");
    verify_key_free(usable);
    memcpy(out, public_key, KEY_SIZE);
    return true;
}

/* "spiffe://FEDERATION/agency/NAME" → NAME@FEDERATION. */
static bool uri_agency(struct view uri, struct address *out)
{
    static const char scheme[] = "spiffe://";
    static const char path[] = "/agency/";
    const uint8_t *slash;
    char text[BOUND_ADDRESS + 1];
    size_t federation;
    int n;

    if (uri.size >= URI_MAX || uri.size < sizeof scheme - 1 || memcmp(uri.at, scheme, sizeof scheme - 1) != 0)
        return false;
    uri = view_of(uri.at + sizeof scheme - 1, uri.size - (sizeof scheme - 1));
    slash = uri.size == 0 ? NULL : memchr(uri.at, '/', uri.size);
    if (slash == NULL)
        return false;
    federation = (size_t)(slash - uri.at);
    if (uri.size - federation <= sizeof path - 1 || memcmp(slash, path, sizeof path - 1) != 0)
        return false;
    n = snprintf(text, sizeof text, "%.*s@%.*s", (int)(uri.size - federation - (sizeof path - 1)),
                 (const char *)slash + sizeof path - 1, (int)federation, (const char *)uri.at);
    return n > 0 && n < (int)sizeof text && address_read(view_of(text, (size_t)n), out);
}

/* Whether it holds nothing but its key: no subject, no attribute. */
static bool names_nobody(X509_REQ *request, struct error *err)
{
    return (X509_NAME_entry_count(X509_REQ_get_subject_name(request)) == 0 && X509_REQ_get_attr_count(request) == 0) ||
           error_set(err, E_CRT_22, "the request for a transport certificate holds more than a key");
}

static bool request_agency(X509_REQ *request, struct address *out, struct error *err)
{
    STACK_OF(X509_EXTENSION) *list = X509_REQ_get_extensions(request);
    GENERAL_NAMES *names = NULL;
    bool ok = false;

    if (list != NULL && sk_X509_EXTENSION_num(list) == 1)
        names = X509V3_get_d2i(list, NID_subject_alt_name, NULL, NULL);
    if (names != NULL && sk_GENERAL_NAME_num(names) == 1) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, 0);
        const ASN1_IA5STRING *uri = name->type == GEN_URI ? name->d.uniformResourceIdentifier : NULL;

        ok = uri != NULL && uri_agency(view_of(ASN1_STRING_get0_data(uri), (size_t)ASN1_STRING_length(uri)), out);
    }
    GENERAL_NAMES_free(names);
    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    ok = ok && X509_NAME_entry_count(X509_REQ_get_subject_name(request)) == 0;
    return ok || error_set(err, E_CRT_22, "the request does not name exactly one agency");
}

/* FEDERATION and AGENCY are NULL for a request that names nobody. */
static bool check_request(struct view request, const char *federation, struct address *agency,
                          uint8_t public_key[static KEY_SIZE], struct error *err)
{
    X509_REQ *r = request_read(request);
    struct address named = {0};
    bool ok;

    if (r == NULL) {
        ERR_clear_error();
        return error_set(err, E_CRT_21, "the request cannot be read");
    }
    ok = agency == NULL ? names_nobody(r, err) : request_agency(r, &named, err);
    if (ok && agency != NULL && strcmp(address_federation(&named), federation) != 0)
        ok = error_set(err, E_CRT_22, "the request is in the name of %s, not of an agency of %s", named.text,
                       federation);
    ok = ok && request_key(r, public_key, err);
    X509_REQ_free(r);
    ERR_clear_error();
    if (ok && agency != NULL)
        *agency = named;
    return ok;
}

bool certify_request_check(struct view request, const char *federation, struct address *agency,
                           uint8_t public_key[static KEY_SIZE], struct error *err)
{
    return check_request(request, federation, agency, public_key, err);
}

bool certify_transport_request_check(struct view request, uint8_t public_key[static KEY_SIZE], struct error *err)
{
    return check_request(request, NULL, NULL, public_key, err);
}
