#include "pki/extension.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

/* The kinds that a profile has (certs/). */
static const int known[] = {NID_basic_constraints,       NID_key_usage,        NID_ext_key_usage,
                            NID_subject_alt_name,        NID_name_constraints, NID_subject_key_identifier,
                            NID_authority_key_identifier};

static bool is_known(int nid)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i] == nid)
            return true;
    return false;
}

/* Whether it says that it is critical by 0xff, and where it is not does not say so. */
static bool is_said_in_der(X509_EXTENSION *e)
{
    X509_EXTENSION *same = X509_EXTENSION_create_by_OBJ(NULL, X509_EXTENSION_get_object(e),
                                                        X509_EXTENSION_get_critical(e), X509_EXTENSION_get_data(e));
    uint8_t *came = NULL;
    uint8_t *made = NULL;
    int n = i2d_X509_EXTENSION(e, &came);
    int m = i2d_X509_EXTENSION(same, &made);
    bool ok = n > 0 && m > 0 && view_equal(view_of(came, (size_t)n), view_of(made, (size_t)m));

    OPENSSL_free(came);
    OPENSSL_free(made);
    X509_EXTENSION_free(same);
    return ok;
}

/* An unknown extension that is not critical is ignored (RFC 5280 4.2). */
static bool check_kinds(X509 *x, struct error *err)
{
    for (int i = 0; i < X509_get_ext_count(x); i++) {
        X509_EXTENSION *e = X509_get_ext(x, i);
        ASN1_OBJECT *object = X509_EXTENSION_get_object(e);
        char name[80];

        (void)OBJ_obj2txt(name, sizeof name, object, 0);
        if (X509_get_ext_by_OBJ(x, object, i) >= 0)
            return error_set(err, E_CRT_20, "the certificate has the extension %s twice", name);
        if (!is_said_in_der(e))
            return error_set(err, E_CRT_20, "the extension %s is not in DER", name);
        if (!is_known(OBJ_obj2nid(object)) && X509_EXTENSION_get_critical(e))
            return error_set(err, E_CRT_07, "the certificate has the critical extension %s", name);
    }
    return true;
}

/* Whether X has VALUE in the one encoding that DER has, and nothing behind it. */
static bool is_in_der(X509 *x, int nid, int critical, void *value)
{
    X509_EXTENSION *came = X509_get_ext(x, X509_get_ext_by_NID(x, nid, -1));
    X509_EXTENSION *same = X509V3_EXT_i2d(nid, critical, value);
    bool ok = same != NULL && ASN1_OCTET_STRING_cmp(X509_EXTENSION_get_data(came), X509_EXTENSION_get_data(same)) == 0;

    X509_EXTENSION_free(same);
    return ok;
}

/* *OUT is NULL when it is not there; what is there must be readable. */
static bool get_extension(X509 *x, int nid, int *critical, void **out, struct error *err)
{
    *out = X509_get_ext_d2i(x, nid, critical, NULL);
    if (*out == NULL && *critical == -1)
        return true;
    if (*out != NULL && nid == NID_key_usage) /* DER leaves out what is zero at its end */
        ((ASN1_BIT_STRING *)*out)->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 0x07);
    if (*out != NULL && is_in_der(x, nid, *critical, *out))
        return true;
    ASN1_item_free(*out, ASN1_ITEM_ptr(X509V3_EXT_get_nid(nid)->it));
    *out = NULL;
    ERR_clear_error();
    return error_set(err, E_CRT_20, "the certificate's %s cannot be read", OBJ_nid2sn(nid));
}

static bool read_basic(X509 *x, struct extensions *out, struct error *err)
{
    BASIC_CONSTRAINTS *b = NULL;
    int critical = -1;

    if (!get_extension(x, NID_basic_constraints, &critical, (void **)&b, err))
        return false;
    out->path_length = -1;
    if (b != NULL) {
        out->is_ca = b->ca != 0;
        if (b->pathlen != NULL)
            out->path_length = ASN1_INTEGER_get(b->pathlen) < 0 ? 0 : ASN1_INTEGER_get(b->pathlen);
    }
    BASIC_CONSTRAINTS_free(b);
    return true;
}

static bool read_usage(X509 *x, struct extensions *out, struct error *err)
{
    ASN1_BIT_STRING *bits = NULL;
    int critical = -1;

    if (!get_extension(x, NID_key_usage, &critical, (void **)&bits, err))
        return false;
    out->has_usage = bits != NULL;
    out->usage_is_critical = critical == 1;
    if (bits != NULL && bits->length > 0)
        out->usage = bits->data[0] | (bits->length > 1 ? (uint32_t)bits->data[1] << 8 : 0);
    if (bits != NULL && bits->length > 2)
        out->usage = UINT32_MAX; /* none of ours */
    ASN1_BIT_STRING_free(bits);
    return true;
}

static bool read_extended(X509 *x, struct extensions *out, struct error *err)
{
    EXTENDED_KEY_USAGE *list = NULL;
    int critical = -1;
    bool server = false;
    bool client = false;
    int n;

    if (!get_extension(x, NID_ext_key_usage, &critical, (void **)&list, err))
        return false;
    out->has_extended = list != NULL;
    n = list == NULL ? 0 : sk_ASN1_OBJECT_num(list);
    for (int i = 0; i < n; i++) {
        int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(list, i));

        server = server || nid == NID_server_auth;
        client = client || nid == NID_client_auth;
    }
    out->extended_is_both = n == 2 && server && client;
    EXTENDED_KEY_USAGE_free(list);
    return true;
}

static bool copy_uri(const GENERAL_NAMES *names, struct extensions *out, struct error *err)
{
    int n = names == NULL ? 0 : sk_GENERAL_NAME_num(names);
    const ASN1_STRING *uri = NULL;
    int uris = 0;

    for (int i = 0; i < n; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        if (name->type != GEN_URI)
            return error_set(err, E_CRT_05, "the certificate has a name that is not an agency's");
        uri = name->d.uniformResourceIdentifier;
        uris++;
    }
    if (uris != 1)
        return error_set(err, E_CRT_04, "the certificate has %d names", uris);
    if ((size_t)ASN1_STRING_length(uri) > sizeof out->uri)
        return error_set(err, E_CRT_06, "the name in the certificate is %d bytes long", ASN1_STRING_length(uri));
    out->uri_size = (size_t)ASN1_STRING_length(uri);
    memcpy(out->uri, ASN1_STRING_get0_data(uri), out->uri_size);
    return true;
}

static bool read_name(X509 *x, struct extensions *out, struct error *err)
{
    GENERAL_NAMES *names = NULL;
    int critical = -1;
    bool ok;

    if (!get_extension(x, NID_subject_alt_name, &critical, (void **)&names, err))
        return false;
    out->name_is_critical = critical == 1;
    ok = copy_uri(names, out, err);
    GENERAL_NAMES_free(names);
    return ok;
}

/* What else a constraint may say is left to the check of the chain. */
static bool read_constraints(X509 *x, struct extensions *out, struct error *err)
{
    NAME_CONSTRAINTS *c = NULL;
    const GENERAL_NAME *base = NULL;
    int critical = -1;

    if (!get_extension(x, NID_name_constraints, &critical, (void **)&c, err))
        return false;
    out->has_constraints = c != NULL;
    if (c != NULL && critical == 1 && c->excludedSubtrees == NULL && sk_GENERAL_SUBTREE_num(c->permittedSubtrees) == 1)
        base = sk_GENERAL_SUBTREE_value(c->permittedSubtrees, 0)->base;
    if (base != NULL && base->type == GEN_URI) {
        const ASN1_STRING *host = base->d.uniformResourceIdentifier;
        size_t size = (size_t)ASN1_STRING_length(host);

        if (size < sizeof out->permitted)
            memcpy(out->permitted, ASN1_STRING_get0_data(host), size);
    }
    NAME_CONSTRAINTS_free(c);
    return true;
}

bool extensions_read(X509 *x, struct extensions *out, struct error *err)
{
    struct extensions e = {0};

    if (!check_kinds(x, err) || !read_basic(x, &e, err) || !read_usage(x, &e, err) || !read_extended(x, &e, err) ||
        !read_name(x, &e, err) || !read_constraints(x, &e, err))
        return false;
    *out = e;
    return true;
}
