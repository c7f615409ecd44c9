#include "pki/chain.h"

#include "pki/verified_paths.h"
#include "pki/x509.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHAIN_DEPTH 2 /* certificates between leaf and anchor: the CA, and in a roll-over the new root by the old */

struct anchors {
    X509_STORE *store;
    char federation[BOUND_FEDERATION + 1];
    struct label label; /* not empty: the anchors are the transport CAs of it, there is no root */
    bool is_later;      /* the anchor is a later root, which the one before certified */
    struct verified_paths *verified;
};

/* --- anchors --- */

static bool add_root(struct anchors *a, const struct federation *f, struct view der, bool *is_first, struct error *err)
{
    struct certificate c;
    X509 *x;
    bool ok;

    if (!certificate_read(der, &c, err))
        return error_wrap(err, "the root of %s", f->name);
    if (c.use != CERTIFICATE_ROOT)
        return error_set(err, E_CRT_18, "the certificate given as root of %s is an issuing CA's or an agency's",
                         f->name);
    if (strcmp(c.federation, f->name) != 0)
        return error_set(err, E_CRT_16, "the root given for %s is that of %s", f->name, c.federation);
    x = certificate_parse(der, err);
    if (x == NULL)
        return false;
    ok = X509_verify(x, X509_get0_pubkey(x)) == 1;
    REQUIRE(X509_STORE_add_cert(a->store, x) == 1);
    X509_free(x);
    ERR_clear_error();
    *is_first = *is_first || hash_equal(&c.key_hash, &f->fid);
    return ok || error_set(err, E_CRT_15, "the root of %s is not signed by its own key", f->name);
}

static void begin_anchors(struct anchors *a)
{
    a->store = X509_STORE_new();
    REQUIRE(a->store != NULL);
    a->verified = verified_paths_new();
}

bool anchors_new(const struct federation *f, const struct view *roots, size_t count, struct anchors **out,
                 struct error *err)
{
    struct anchors *a = xnew(sizeof *a);
    bool has_first = false;
    bool ok = true;

    begin_anchors(a);
    (void)snprintf(a->federation, sizeof a->federation, "%s", f->name);
    for (size_t i = 0; ok && i < count; i++)
        ok = add_root(a, f, roots[i], &has_first, err);
    if (ok && !has_first)
        ok = error_set(err, E_CRT_23, "no root given for %s has the federation's fingerprint", f->name);
    if (!ok) {
        anchors_free(a);
        return false;
    }
    *out = a;
    return true;
}

/* The next root of a line, whose last one is BEFORE (NULL: it is the first); it takes its place in BEFORE. */
static bool follow_line(const struct federation *f, struct view der, X509 **before, struct error *err)
{
    struct certificate c;
    X509 *x;
    bool ok;

    if (!certificate_read(der, &c, err))
        return error_wrap(err, "a root of %s", f->name);
    if (c.use != CERTIFICATE_ROOT || strcmp(c.federation, f->name) != 0)
        return error_set(err, E_CRT_18, "a certificate of %s was given as a root of %s", certificate_use_name(c.use),
                         f->name);
    if (*before == NULL && !hash_equal(&c.key_hash, &f->fid))
        return error_set(err, E_CRT_23, "no root given for %s has the federation's fingerprint", f->name);
    x = certificate_parse(der, err);
    if (x == NULL)
        return false;
    ok = X509_verify(x, X509_get0_pubkey(*before == NULL ? x : *before)) == 1;
    ERR_clear_error();
    X509_free(*before);
    *before = x;
    return ok || error_set(err, E_CRT_15, "a root of %s is not signed by the one before it", f->name);
}

bool anchors_new_line(const struct federation *f, const struct view *line, size_t count, struct anchors **out,
                      struct error *err)
{
    struct anchors *a = xnew(sizeof *a);
    X509 *last = NULL;
    bool ok = true;

    REQUIRE(count > 0);
    begin_anchors(a);
    (void)snprintf(a->federation, sizeof a->federation, "%s", f->name);
    a->is_later = count > 1;
    for (size_t i = 0; ok && i < count; i++)
        ok = follow_line(f, line[i], &last, err);
    if (ok)
        REQUIRE(X509_STORE_add_cert(a->store, last) == 1);
    X509_free(last);
    if (!ok) {
        anchors_free(a);
        return false;
    }
    *out = a;
    return true;
}

static bool add_transport_ca(struct anchors *a, struct view der, struct error *err)
{
    struct certificate c;
    X509 *x;

    if (!certificate_read(der, &c, err))
        return error_wrap(err, "a transport CA");
    if (c.use != CERTIFICATE_TRANSPORT_CA || strcmp(c.label.text, a->label.text) != 0)
        return error_set(err, E_CRT_18, "a certificate of %s was given as a transport CA of %s",
                         certificate_use_name(c.use), a->label.text);
    x = certificate_parse(der, err);
    if (x == NULL)
        return false;
    REQUIRE(X509_STORE_add_cert(a->store, x) == 1);
    X509_free(x);
    return true;
}

bool anchors_new_transport(const struct label *label, const struct view *cas, size_t count, struct anchors **out,
                           struct error *err)
{
    struct anchors *a = xnew(sizeof *a);

    begin_anchors(a);
    a->label = *label;
    for (size_t i = 0; i < count; i++)
        if (!add_transport_ca(a, cas[i], err)) {
            anchors_free(a);
            return false;
        }
    *out = a;
    return true;
}

void anchors_free(struct anchors *a)
{
    if (a == NULL)
        return;
    X509_STORE_free(a->store);
    verified_paths_free(a->verified);
    free(a);
}

/* --- chains --- */

static const char *holder_name(const struct certificate *c)
{
    return c->agency.text[0] != '\0' ? c->agency.text : c->label.text[0] != '\0' ? c->label.text : c->federation;
}

/* OpenSSL's verdict as one of our codes. DEPTH 0 is the certificate itself. */
static bool refuse_chain(int found, int depth, const struct certificate *c, struct error *err)
{
    switch (found) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        if (depth > 0)
            return error_set(err, E_CRT_24, "the certificate that %s's was issued with is not valid now",
                             holder_name(c));
        if (found == X509_V_ERR_CERT_HAS_EXPIRED)
            return error_set(err, E_CRT_12, "the %s certificate of %s has ended", certificate_use_name(c->use),
                             holder_name(c));
        return error_set(err, E_CRT_13, "the %s certificate of %s is not valid yet", certificate_use_name(c->use),
                         holder_name(c));
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return error_set(err, E_CRT_14, "the certificate of %s was not issued under a root of its federation",
                         holder_name(c));
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        return error_set(err, E_CRT_15, "a signature in the certificates of %s is wrong", holder_name(c));
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
        return error_set(err, E_CRT_25, "the issuing certificate does not allow the name %s", holder_name(c));
    default:
        return error_set(err, E_CRT_18, "the certificates of %s do not lead to a root (%s)", holder_name(c),
                         X509_verify_cert_error_string(found));
    }
}

/* Whether X, which leads to the root, is named: itself, its key or its machine. */
static bool is_revoked(struct view revoked, X509 *x)
{
    struct certificate c;
    struct error why;

    REQUIRE(certificate_of(x, &c, &why)); /* each of a path was read before */
    return certificate_is_revoked(&c, revoked);
}

/* Who may issue what. */
static enum certificate_use issuer_use(const struct certificate *c)
{
    switch (c->use) {
    case CERTIFICATE_TRANSPORT:
        return CERTIFICATE_TRANSPORT_CA;
    case CERTIFICATE_IDENTITY:
        return CERTIFICATE_ISSUING;
    default:
        return CERTIFICATE_ROOT;
    }
}

static bool check_path(X509_STORE_CTX *v, const struct anchors *a, const struct chain_params *q,
                       const struct certificate *c, struct error *err)
{
    STACK_OF(X509) *path = X509_STORE_CTX_get0_chain(v);
    bool has_root = a->label.text[0] == '\0';
    int n = sk_X509_num(path);
    struct certificate issuer = {0};

    if (n < 2)
        return error_set(err, E_CRT_18, "the certificate of %s stands alone", holder_name(c));
    if (!certificate_of(sk_X509_value(path, 1), &issuer, err))
        return error_wrap(err, "what issued the certificate of %s", holder_name(c));
    if (issuer.use != issuer_use(c) ||
        strcmp(issuer.label.text, c->use == CERTIFICATE_TRANSPORT ? c->label.text : "") != 0)
        return error_set(err, E_CRT_18, "the %s certificate of %s was issued by a certificate of %s",
                         certificate_use_name(c->use), holder_name(c), certificate_use_name(issuer.use));
    for (int i = 0; i < n - (has_root ? 1 : 0); i++)
        if (is_revoked(q->revoked, sk_X509_value(path, i)))
            return error_set(err, E_CRT_17, "the %s certificate of %s was revoked",
                             i == 0 ? certificate_use_name(c->use) : "issuing", holder_name(c));
    return true;
}

static bool push_intermediate(STACK_OF(X509) * list, const struct anchors *a, struct view der, struct error *err)
{
    struct certificate c;
    X509 *x;

    if (!certificate_read(der, &c, err))
        return error_wrap(err, "a certificate between agency and root");
    if (c.use != CERTIFICATE_ISSUING && c.use != CERTIFICATE_TRANSPORT_CA && c.use != CERTIFICATE_ROOT)
        return error_set(err, E_CRT_18, "a certificate of %s was given as an issuing one", holder_name(&c));
    if (c.use != CERTIFICATE_TRANSPORT_CA && strcmp(c.federation, a->federation) != 0)
        return error_set(err, E_CRT_16, "an issuing certificate of %s was given for %s", c.federation, a->federation);
    x = certificate_parse(der, err);
    if (x == NULL)
        return false;
    REQUIRE(sk_X509_push(list, x) > 0);
    return true;
}

bool chain_takes_issuer(const struct anchors *a, struct view der)
{
    STACK_OF(X509) *list = sk_X509_new_null();
    struct error why;
    bool ok;

    REQUIRE(list != NULL);
    ok = push_intermediate(list, a, der, &why);
    sk_X509_pop_free(list, X509_free);
    return ok;
}

static bool verify_chain(const struct anchors *a, X509 *leaf, STACK_OF(X509) * list, const struct chain_params *q,
                         const struct certificate *c, const struct hash *key, struct error *err)
{
    X509_STORE_CTX *v = X509_STORE_CTX_new();
    X509_VERIFY_PARAM *p;
    bool ok;

    REQUIRE(v != NULL && X509_STORE_CTX_init(v, a->store, leaf, list) == 1);
    p = X509_STORE_CTX_get0_param(v);
    X509_VERIFY_PARAM_set_time(p, (time_t)(q->now_ms / 1000));
    X509_VERIFY_PARAM_set_depth(p, CHAIN_DEPTH);
    REQUIRE(X509_VERIFY_PARAM_set_flags(
                p, X509_V_FLAG_X509_STRICT |
                       (a->label.text[0] != '\0' || a->is_later ? X509_V_FLAG_PARTIAL_CHAIN : 0)) == 1);
    ok = X509_verify_cert(v) == 1;
    ok = ok ? check_path(v, a, q, c, err)
            : refuse_chain(X509_STORE_CTX_get_error(v), X509_STORE_CTX_get_error_depth(v), c, err);
    if (ok)
        verified_paths_add(a->verified, key, X509_STORE_CTX_get0_chain(v), a->label.text[0] == '\0');
    X509_STORE_CTX_free(v);
    ERR_clear_error();
    return ok;
}

/* A certificate that was not verified before. */
static bool check_unknown(const struct anchors *a, const struct chain_params *q, const struct certificate *c,
                          const struct hash *key, struct error *err)
{
    STACK_OF(X509) *list = sk_X509_new_null();
    X509 *x;
    bool ok = true;

    REQUIRE(list != NULL);
    for (size_t i = 0; ok && i < q->intermediate_count; i++)
        ok = push_intermediate(list, a, q->intermediates[i], err);
    x = ok ? certificate_parse(c->der, err) : NULL;
    ok = x != NULL && verify_chain(a, x, list, q, c, key, err);
    X509_free(x);
    sk_X509_pop_free(list, X509_free);
    return ok;
}

bool chain_check(const struct anchors *a, struct view leaf, const struct chain_params *q, struct certificate *out,
                 struct error *err)
{
    struct certificate c;
    struct hash key;

    REQUIRE(q->revoked.size % HASH_SIZE == 0);
    REQUIRE((a->label.text[0] == '\0') != (a->federation[0] == '\0')); /* roots, or the transport CAs of a label */
    if (!certificate_read(leaf, &c, err))
        return false;
    if (a->label.text[0] != '\0' ? strcmp(c.label.text, a->label.text) != 0
                                 : c.label.text[0] == '\0' && strcmp(c.federation, a->federation) != 0)
        return error_set(err, E_CRT_16, "the certificate of %s is not of %s", holder_name(&c),
                         a->label.text[0] != '\0' ? a->label.text : a->federation);
    if (c.use != q->wanted)
        return error_set(err, E_CRT_11, "the certificate of %s is for %s, not for %s", holder_name(&c),
                         certificate_use_name(c.use), certificate_use_name(q->wanted));
    if (q->intermediate_count > CHAIN_INTERMEDIATES)
        return error_set(err, E_CRT_18, "%zu issuing certificates were given for %s", q->intermediate_count,
                         holder_name(&c));
    verified_paths_key(leaf, q->intermediates, q->intermediate_count, &key);
    if (!verified_paths_holds(a->verified, &key, q->now_ms, q->revoked) && !check_unknown(a, q, &c, &key, err))
        return false;
    *out = c;
    return true;
}
