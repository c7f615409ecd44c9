/* Parsing a certificate: each profile as it should be, and a table of faults, each refused with its own code. */
#include "base/secret.h"
#include "base/text.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "crypto/certify_pem.h"
#include "crypto/sign.h"
#include "pki/certificate.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#define NOW_MS INT64_C(1795000000000)

static const struct certify_validity validity = {NOW_MS, 90};

/* The parameters of a certificate in the table; what is left zero is as in the transport profile. */
struct draft {
    const char *what;
    enum error_code code;
    const char *key;    /* algorithm; default ED25519 */
    const char *signer; /* algorithm of the issuer's key; default ED25519 */
    const char *basic;  /* values as in OpenSSL's configuration; "" leaves the extension out */
    const char *usage;
    const char *extended;
    const char *names;
    const char *more;         /* "OID=value", a further extension */
    const char *subject;      /* common name; default none */
    const char *issuer;       /* the same; default hex digits */
    const char *issuer_field; /* what the issuer's name is; default CN */
    const char *unit;         /* a second field of the issuer; default none */
    const char *bound;        /* name constraints; default none */
    const char *more_value;   /* in hex; default a NULL */
    bool more_is_critical;
    bool more_twice;
    bool twice;    /* basicConstraints twice */
    int days_from; /* default: yesterday to in 89 days */
    int days_until;
    bool is_old; /* version 1, which has no extensions */
};

#define AGENCY         "critical,URI:spiffe://nrm.example/agency/shelter"
#define LABEL          "spiffe://abcdefghijklmnopqrstuvwxyz"
#define X50            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X200           X50 X50 X50 X50
#define LONG           X200 X200 X200
#define BOUND_TO_LABEL "critical,permitted;URI:abcdefghijklmnopqrstuvwxyz"
#define GOOD_NAME      "critical,URI:" LABEL "/00112233445566778899aabbccddeeff"

static EVP_PKEY *new_key(const char *algorithm)
{
    EVP_PKEY *k = strcmp(algorithm, "EC") == 0    ? EVP_EC_gen("P-256")
                  : strcmp(algorithm, "RSA") == 0 ? EVP_RSA_gen(2048)
                                                  : EVP_PKEY_Q_keygen(NULL, NULL, algorithm);

    assert_non_null(k);
    return k;
}

static void add_extension(X509 *x, int nid, const char *value, const char *otherwise)
{
    X509_EXTENSION *e;

    if (value == NULL)
        value = otherwise;
    if (value[0] == '\0')
        return;
    e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    assert_non_null(e);
    assert_int_equal(X509_add_ext(x, e, -1), 1);
    X509_EXTENSION_free(e);
}

static void add_raw(X509 *x, const char *oid, const char *hex, bool critical)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    uint8_t raw[64];
    size_t size = strlen(hex) / 2;
    X509_EXTENSION *e;

    assert_true(text_read_hex(view_of_text(hex), raw, size));
    assert_int_equal(ASN1_OCTET_STRING_set(value, raw, (int)size), 1);
    e = X509_EXTENSION_create_by_OBJ(NULL, object, critical, value);
    assert_int_equal(X509_add_ext(x, e, -1), 1);
    X509_EXTENSION_free(e);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(object);
}

static void make_certificate(const struct draft *d, struct bytes *out)
{
    X509 *x = X509_new();
    EVP_PKEY *key = new_key(d->key == NULL ? "ED25519" : d->key);
    EVP_PKEY *signer = new_key(d->signer == NULL ? "ED25519" : d->signer);
    X509_NAME *issuer = X509_NAME_new();
    bool plain = d->days_from == 0 && d->days_until == 0;
    uint8_t *der = NULL;
    int size;

    X509_set_version(x, d->is_old ? X509_VERSION_1 : X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 77);
    ASN1_TIME_set(X509_getm_notBefore(x), (time_t)(NOW_MS / 1000 + 86400 * (plain ? -1 : d->days_from)));
    ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(NOW_MS / 1000 + 86400 * (plain ? 89 : d->days_until)));
    X509_set_pubkey(x, key);
    X509_NAME_add_entry_by_txt(issuer, d->issuer_field == NULL ? "CN" : d->issuer_field, MBSTRING_ASC,
                               (const uint8_t *)(d->issuer == NULL ? "0123456789abcdef" : d->issuer), -1, -1, 0);
    if (d->unit != NULL)
        X509_NAME_add_entry_by_txt(issuer, "OU", MBSTRING_ASC, (const uint8_t *)d->unit, -1, -1, 0);
    X509_set_issuer_name(x, issuer);
    if (d->subject != NULL)
        X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const uint8_t *)d->subject, -1, -1,
                                   0);
    if (!d->is_old) {
        add_extension(x, NID_basic_constraints, d->basic, "critical,CA:FALSE");
        if (d->twice)
            add_extension(x, NID_basic_constraints, NULL, "CA:FALSE");
        add_extension(x, NID_key_usage, d->usage, "critical,digitalSignature");
        add_extension(x, NID_ext_key_usage, d->extended, "serverAuth,clientAuth");
        add_extension(x, NID_subject_alt_name, d->names, GOOD_NAME);
        add_extension(x, NID_name_constraints, d->bound, "");
        for (int i = 0; d->more != NULL && i < (d->more_twice ? 2 : 1); i++)
            add_raw(x, d->more, d->more_value == NULL ? "0500" : d->more_value, d->more_is_critical);
    }
    assert_true(X509_sign(x, signer, EVP_PKEY_is_a(signer, "ED25519") ? NULL : EVP_sha256()) > 0);
    size = i2d_X509(x, &der);
    assert_true(size > 0);
    bytes_append(out, der, (size_t)size);
    OPENSSL_free(der);
    X509_NAME_free(issuer);
    EVP_PKEY_free(key);
    EVP_PKEY_free(signer);
    X509_free(x);
}

static const struct draft faults[] = {
    {.what = "nothing wrong: a transport certificate", .code = E_NONE},
    {.what = "nothing wrong: without EKU an identity certificate", .code = E_NONE, .extended = "", .names = AGENCY},
    {.what = "a node's that is not for links", .code = E_CRT_10, .extended = ""},
    {.what = "an agency's for links", .code = E_CRT_10, .names = AGENCY},
    {.what = "issued by somebody with a name", .code = E_CRT_19, .issuer = "refex CA of nrm.example"},
    {.what = "issued by somebody with a unit besides", .code = E_CRT_19, .unit = "shelter"},
    {.what = "issued by digits that are no common name", .code = E_CRT_19, .issuer_field = "O"},
    {.what = "a label with a letter too few",
     .code = E_CRT_10,
     .names = "critical,URI:spiffe://abcdefghijklmnopqrstuvwxy/agency/a"},
    {.what = "a node with a digit too few",
     .code = E_CRT_06,
     .names = "critical,URI:" LABEL "/00112233445566778899aabbccddeef"},
    {.what = "a node in capitals",
     .code = E_CRT_06,
     .names = "critical,URI:" LABEL "/00112233445566778899AABBCCDDEEFF"},
    {.what = "an agency under a label", .code = E_CRT_06, .names = "critical,URI:" LABEL "/agency/shelter"},
    {.what = "nothing wrong: a transport CA",
     .code = E_NONE,
     .basic = "critical,CA:TRUE,pathlen:0",
     .extended = "",
     .subject = "0123456789abcdef",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:" LABEL,
     .bound = BOUND_TO_LABEL},
    {.what = "a transport CA with a name",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE,pathlen:0",
     .extended = "",
     .subject = "shelter",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:" LABEL,
     .bound = BOUND_TO_LABEL},
    {.what = "a root under a label, bound to it",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE",
     .extended = "",
     .subject = "0123456789abcdef",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:" LABEL,
     .bound = BOUND_TO_LABEL},
    {.what = "a transport CA with a bound that is not critical",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE,pathlen:0",
     .extended = "",
     .subject = "0123456789abcdef",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:" LABEL,
     .bound = "permitted;URI:abcdefghijklmnopqrstuvwxyz"},
    {.what = "a transport CA with two bounds",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE,pathlen:0",
     .extended = "",
     .subject = "0123456789abcdef",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:" LABEL,
     .bound = BOUND_TO_LABEL ",permitted;URI:nrm.example"},
    {.what = "a transport CA with an exception",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE,pathlen:0",
     .extended = "",
     .subject = "0123456789abcdef",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:" LABEL,
     .bound = BOUND_TO_LABEL ",excluded;URI:nrm.example"},
    {.what = "a transport CA bound to hosts",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE,pathlen:0",
     .extended = "",
     .subject = "0123456789abcdef",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:" LABEL,
     .bound = "critical,permitted;DNS:abcdefghijklmnopqrstuvwxyz"},
    {.what = "a transport CA with a bound that is too long",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE,pathlen:0",
     .extended = "",
     .subject = "0123456789abcdef",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:" LABEL,
     .bound = "critical,permitted;URI:" LONG},
    {.what = "a transport CA without a bound",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE,pathlen:0",
     .extended = "",
     .subject = "0123456789abcdef",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:" LABEL},
    {.what = "a root under a label",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE",
     .extended = "",
     .subject = "0123456789abcdef",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:" LABEL},
    {.what = "an unknown condition that is not critical is passed over", .code = E_NONE, .more = "1.3.6.1.4.1.99999.1"},
    {.what = "of version 1", .code = E_CRT_01, .is_old = true},
    {.what = "an RSA key", .code = E_CRT_03, .key = "RSA"},
    {.what = "a P-256 key", .code = E_CRT_03, .key = "EC"},
    {.what = "an X25519 key", .code = E_CRT_03, .key = "X25519"},
    {.what = "signed with ECDSA", .code = E_CRT_03, .signer = "EC"},
    {.what = "no name", .code = E_CRT_04, .names = ""},
    {.what = "two agencies", .code = E_CRT_04, .names = GOOD_NAME ",URI:spiffe://nrm.example/agency/police"},
    {.what = "the same agency twice", .code = E_CRT_04, .names = GOOD_NAME ",URI:spiffe://nrm.example/agency/shelter"},
    {.what = "a host beside the agency", .code = E_CRT_05, .names = GOOD_NAME ",DNS:shelter.example"},
    {.what = "an address beside the agency", .code = E_CRT_05, .names = GOOD_NAME ",IP:10.0.0.1"},
    {.what = "an e-mail address only", .code = E_CRT_05, .names = "critical,email:who@shelter.example"},
    {.what = "a subject beside the agency", .code = E_CRT_05, .subject = "police"},
    {.what = "a web address", .code = E_CRT_06, .names = "critical,URI:https://nrm.example/agency/shelter"},
    {.what = "upper case", .code = E_CRT_06, .names = "critical,URI:spiffe://nrm.example/agency/Shelter"},
    {.what = "a federation in upper case",
     .code = E_CRT_06,
     .names = "critical,URI:spiffe://Nrm.example/agency/shelter"},
    {.what = "a name that is too long", .code = E_CRT_06, .names = "critical,URI:spiffe://nrm.example/agency/" LONG},
    {.what = "a port", .code = E_CRT_06, .names = "critical,URI:spiffe://nrm.example:443/agency/shelter"},
    {.what = "a user", .code = E_CRT_06, .names = "critical,URI:spiffe://me@nrm.example/agency/shelter"},
    {.what = "a slash at the end", .code = E_CRT_06, .names = "critical,URI:spiffe://nrm.example/agency/shelter/"},
    {.what = "an empty agency", .code = E_CRT_06, .names = "critical,URI:spiffe://nrm.example/agency/"},
    {.what = "a desk", .code = E_CRT_06, .names = "critical,URI:spiffe://nrm.example/agency/labour.shelter"},
    {.what = "percent signs", .code = E_CRT_06, .names = "critical,URI:spiffe://nrm.example/agency/shel%74er"},
    {.what = "another path", .code = E_CRT_06, .names = "critical,URI:spiffe://nrm.example/node/shelter"},
    {.what = "no federation", .code = E_CRT_06, .names = "critical,URI:spiffe:///agency/shelter"},
    {.what = "directory key 01",
     .code = E_CRT_06,
     .extended = "",
     .names = "critical,URI:spiffe://nrm.example/directory/2/01"},
    {.what = "directory key 0",
     .code = E_CRT_06,
     .extended = "",
     .names = "critical,URI:spiffe://nrm.example/directory/2/0"},
    {.what = "a directory key of none",
     .code = E_CRT_06,
     .extended = "",
     .names = "critical,URI:spiffe://nrm.example/directory/0/1"},
    {.what = "a directory key without a number",
     .code = E_CRT_06,
     .extended = "",
     .names = "critical,URI:spiffe://nrm.example/directory/2"},
    {.what = "an unknown critical condition",
     .code = E_CRT_07,
     .more = "1.3.6.1.4.1.99999.1",
     .more_is_critical = true},
    {.what = "a critical policy", .code = E_CRT_07, .more = "2.5.29.36", .more_is_critical = true},
    {.what = "an agency that is an authority", .code = E_CRT_08, .basic = "critical,CA:TRUE"},
    {.what = "an agency that may sign certificates",
     .code = E_CRT_08,
     .usage = "critical,digitalSignature,keyCertSign"},
    {.what = "no key usage", .code = E_CRT_09, .usage = ""},
    {.what = "key usage that is not critical", .code = E_CRT_09, .usage = "digitalSignature"},
    {.what = "a key for key agreement", .code = E_CRT_09, .usage = "critical,keyAgreement"},
    {.what = "a key for more than signatures", .code = E_CRT_09, .usage = "critical,digitalSignature,nonRepudiation"},
    {.what = "key usage of three bytes: of all kinds",
     .code = E_CRT_08,
     .usage = "",
     .more = "2.5.29.15",
     .more_value = "030407800080",
     .more_is_critical = true},
    {.what = "key usage that cannot be read",
     .code = E_CRT_20,
     .usage = "",
     .more = "2.5.29.15",
     .more_is_critical = true},
    {.what = "a server only", .code = E_CRT_10, .extended = "serverAuth"},
    {.what = "a client only", .code = E_CRT_10, .extended = "clientAuth"},
    {.what = "e-mail besides", .code = E_CRT_10, .extended = "serverAuth,clientAuth,emailProtection"},
    {.what = "a client and e-mail", .code = E_CRT_10, .extended = "clientAuth,emailProtection"},
    {.what = "a server and e-mail", .code = E_CRT_10, .extended = "serverAuth,emailProtection"},
    {.what = "a server twice", .code = E_CRT_10, .extended = "serverAuth,serverAuth"},
    {.what = "a directory key for links", .code = E_CRT_10, .names = "critical,URI:spiffe://nrm.example/directory/1/1"},
    {.what = "in the federation's name, but no authority",
     .code = E_CRT_19,
     .names = "critical,URI:spiffe://nrm.example"},
    {.what = "with the right to sign, but no authority",
     .code = E_CRT_19,
     .extended = "",
     .subject = "authority",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:spiffe://nrm.example"},
    {.what = "an authority whose right to sign is not critical",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE",
     .extended = "",
     .subject = "authority",
     .usage = "keyCertSign,cRLSign",
     .names = "URI:spiffe://nrm.example"},
    {.what = "an authority without a subject",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE",
     .extended = "",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:spiffe://nrm.example"},
    {.what = "an authority without the right to sign",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE",
     .extended = "",
     .subject = "authority",
     .names = "URI:spiffe://nrm.example"},
    {.what = "an authority for links",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE",
     .subject = "authority",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:spiffe://nrm.example"},
    {.what = "an authority over authorities",
     .code = E_CRT_19,
     .basic = "critical,CA:TRUE,pathlen:1",
     .extended = "",
     .subject = "authority",
     .usage = "critical,keyCertSign,cRLSign",
     .names = "URI:spiffe://nrm.example"},
    {.what = "an extension twice", .code = E_CRT_20, .twice = true},
    {.what = "an unknown one twice", .code = E_CRT_20, .more = "1.3.6.1.4.1.99999.1", .more_twice = true},
    {.what = "a name that is not critical",
     .code = E_CRT_20,
     .names = "URI:" LABEL "/00112233445566778899aabbccddeeff"},
    {.what = "ends before it begins", .code = E_CRT_26, .days_from = 2, .days_until = 1},
};

static void test_each_fault_has_its_own_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const struct draft *d = &faults[i];
        struct bytes der = {0};
        struct certificate c = {0};
        struct error err = {0};
        bool ok;

        make_certificate(d, &der);
        ok = certificate_read(bytes_view(&der), &c, &err);
        if (ok != (d->code == E_NONE) || (!ok && err.code != d->code))
            fail_msg("%s: %s %s", d->what, ok ? "accepted" : error_row(err.code)->code, err.text);
        if (!ok)
            assert_int_equal(c.use, 0); /* unchanged */
        bytes_fini(&der);
    }
}

/* --- the profiles, as the federation makes them --- */

static struct sign_key *seeded_key(uint8_t first)
{
    uint8_t seed[SIGN_SEED_SIZE];

    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)(first + i);
    return sign_key_from_seed(seed);
}

struct test_ca {
    struct sign_key *root;
    struct sign_key *issuing;
    struct bytes root_der;
    struct bytes issuing_der;
    struct sign_key *transport;
    struct label label;
    struct bytes transport_der;
};

static struct test_ca a;

static int make_ca(void **state)
{
    uint8_t public_key[KEY_SIZE];
    uint8_t transport_key[KEY_SIZE];
    struct certify_validity long_term = {NOW_MS, 3650};
    struct error err;

    (void)state;
    a.root = seeded_key(0x20);
    a.issuing = seeded_key(0x60);
    a.transport = seeded_key(0x70);
    memcpy(a.label.text, "abcdefghijklmnopqrstuvwxyz", LABEL_SIZE);
    sign_key_public(a.transport, transport_key);
    sign_key_public(a.issuing, public_key);
    return certify_root(a.root, "nrm.example", &long_term, &a.root_der, &err) &&
                   certify_issuing(a.root, bytes_view(&a.root_der), public_key, "nrm.example", &long_term,
                                   &a.issuing_der, &err) &&
                   certify_transport_ca(a.root, bytes_view(&a.root_der), transport_key, &a.label, &long_term,
                                        &a.transport_der, &err)
               ? 0
               : -1;
}

static int drop_ca(void **state)
{
    (void)state;
    sign_key_free(a.root);
    sign_key_free(a.issuing);
    bytes_fini(&a.root_der);
    bytes_fini(&a.issuing_der);
    sign_key_free(a.transport);
    bytes_fini(&a.transport_der);
    return 0;
}

static const struct ident node = {{0xab, 0xcd}};

static void leaf(enum certificate_use use, struct bytes *out)
{
    struct sign_key *k = seeded_key(0xa0);
    struct bytes request = {0};
    struct address agency;
    struct error err = {0};

    assert_true(address_read(view_of_text("shelter@nrm.example"), &agency));
    assert_true(certify_request(k, use == CERTIFICATE_IDENTITY ? &agency : NULL, &request, &err));
    if (use == CERTIFICATE_IDENTITY)
        assert_true(certify_identity(a.issuing, bytes_view(&a.issuing_der), bytes_view(&request), "nrm.example",
                                     &validity, out, &err));
    else
        assert_true(certify_transport(a.transport, bytes_view(&a.transport_der), bytes_view(&request), &a.label, &node,
                                      &validity, out, &err));
    bytes_fini(&request);
    sign_key_free(k);
}

static struct certificate read_good(const struct bytes *der)
{
    struct certificate c = {0};
    struct error err = {0};

    if (!certificate_read(bytes_view(der), &c, &err))
        fail_msg("%s", err.text);
    return c;
}

static void test_the_federations_certificates_say_who_they_are(void **state)
{
    struct certificate root = read_good(&a.root_der);
    struct certificate issuing = read_good(&a.issuing_der);
    uint8_t public_key[KEY_SIZE];

    (void)state;
    assert_int_equal(root.use, CERTIFICATE_ROOT);
    assert_int_equal(issuing.use, CERTIFICATE_ISSUING);
    assert_string_equal(root.federation, "nrm.example");
    assert_string_equal(issuing.federation, "nrm.example");
    sign_key_public(a.issuing, public_key);
    assert_memory_equal(issuing.public_key, public_key, KEY_SIZE);
    assert_int_equal(root.not_before_ms, NOW_MS - CERTIFY_BACKDATE_MS);
    assert_int_equal(root.not_after_ms, NOW_MS + 3650 * DAY_MS);
}

static void test_an_identity_certificate_says_whose_it_is(void **state)
{
    struct sign_key *k = seeded_key(0xa0);
    uint8_t public_key[KEY_SIZE];
    struct bytes der = {0};
    struct certificate c;

    (void)state;
    sign_key_public(k, public_key);
    leaf(CERTIFICATE_IDENTITY, &der);
    c = read_good(&der);
    assert_int_equal(c.use, CERTIFICATE_IDENTITY);
    assert_string_equal(c.agency.text, "shelter@nrm.example");
    assert_memory_equal(c.public_key, public_key, KEY_SIZE);
    assert_int_equal(c.not_before_ms, NOW_MS - 5 * 60 * 1000);
    assert_int_equal(c.not_after_ms, NOW_MS + 90 * DAY_MS);
    bytes_fini(&der);
    sign_key_free(k);
}

/* Everything in DER that a reader could take for a name, as bytes. */
static bool contains(const struct bytes *der, const char *text)
{
    return memmem(der->at, der->size, text, strlen(text)) != NULL;
}

static void test_a_transport_certificate_names_a_node_and_nobody(void **state)
{
    static const char *const names[] = {"shelter", "nrm", "example", "agency", "refex"};
    struct bytes der = {0};
    struct certificate c;
    struct certificate ca = read_good(&a.transport_der);

    (void)state;
    leaf(CERTIFICATE_TRANSPORT, &der);
    c = read_good(&der);
    assert_int_equal(c.use, CERTIFICATE_TRANSPORT);
    assert_int_equal(ca.use, CERTIFICATE_TRANSPORT_CA);
    assert_string_equal(c.label.text, "abcdefghijklmnopqrstuvwxyz");
    assert_string_equal(ca.label.text, c.label.text);
    assert_true(ident_equal(&c.node, &node));
    assert_string_equal(c.agency.text, "");
    assert_string_equal(c.federation, "");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_false(contains(&der, names[i]));
        assert_false(contains(&a.transport_der, names[i]));
    }
    bytes_fini(&der);
}

static void test_a_directory_key_says_which_of_how_many_it_is(void **state)
{
    uint8_t public_key[KEY_SIZE] = {9};
    struct certify_directory which = {.k = 2, .i = 3, .public_key = public_key};
    struct bytes der = {0};
    struct certificate c;
    struct error err = {0};

    (void)state;
    assert_true(certify_directory_key(a.root, bytes_view(&a.root_der), "nrm.example", &which, &validity, &der, &err));
    c = read_good(&der);
    assert_int_equal(c.use, CERTIFICATE_DIRECTORY);
    assert_int_equal(c.directory_k, 2);
    assert_int_equal(c.directory_i, 3);
    assert_string_equal(c.federation, "nrm.example");
    assert_string_equal(c.agency.text, "");
    bytes_fini(&der);
}

static void test_the_federations_id_is_as_in_the_vectors(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct bytes expected = {0};
    struct hash fid;
    struct error err;

    (void)state;
    vectors_hex(v, "fid.fid", &expected);
    assert_true(certificate_fid(bytes_view(&a.root_der), &fid, &err)); /* its key is made from fid.root_seed */
    assert_memory_equal(fid.at, expected.at, HASH_SIZE);
    assert_memory_equal(read_good(&a.root_der).key_hash.at, expected.at, HASH_SIZE);
    bytes_fini(&expected);
    vectors_close(v);
}

static void assert_refused(struct view der, enum error_code code)
{
    struct certificate c = {0};
    struct error err = {0};

    assert_false(certificate_read(der, &c, &err));
    assert_int_equal(err.code, code);
}

static void test_what_is_too_large_is_not_looked_at(void **state)
{
    static const uint8_t large[BOUND_CERTIFICATE + 1] = {0x30, 0x82};

    (void)state;
    assert_refused(view_of(large, BOUND_CERTIFICATE + 1), E_CRT_02);
    assert_refused(view_of(large, BOUND_CERTIFICATE), E_CRT_01);
    assert_refused(view_of(NULL, 0), E_CRT_01);
}

/* A revocation names the hash of the bytes, so the same certificate in another encoding would evade it. */
static void test_a_second_spelling_of_a_certificate_is_refused(void **state)
{
    struct bytes der = {0};
    struct bytes other = {0};

    (void)state;
    leaf(CERTIFICATE_TRANSPORT, &der);
    assert_int_equal(der.at[0], 0x30);
    assert_int_equal(der.at[1], 0x82);
    bytes_append(&other, "\x30\x83\x00", 3); /* the length in three bytes instead of two */
    bytes_append(&other, der.at + 2, der.size - 2);
    assert_refused(bytes_view(&other), E_CRT_01);
    bytes_append_u8(&der, 0); /* a trailing byte */
    assert_refused(bytes_view(&der), E_CRT_01);
    bytes_fini(&der);
    bytes_fini(&other);
}

/* Where the N-th byte string WHAT begins, from 0. */
static size_t place_of(const struct bytes *der, const void *what, size_t size, unsigned n)
{
    for (size_t i = 0; i + size <= der->size; i++)
        if (memcmp(der->at + i, what, size) == 0 && n-- == 0)
            return i;
    fail_msg("it is not there");
    return 0;
}

static void test_a_time_that_cannot_be_read_is_refused(void **state)
{
    static const uint8_t utc_time[] = {V_ASN1_UTCTIME, 13};

    (void)state;
    for (unsigned which = 0; which < 2; which++) { /* notBefore, notAfter */
        struct bytes der = {0};

        leaf(CERTIFICATE_IDENTITY, &der);
        der.at[place_of(&der, utc_time, sizeof utc_time, which) + 4] = 'x';
        assert_refused(bytes_view(&der), E_CRT_26);
        bytes_fini(&der);
    }
}

static void test_the_algorithm_that_is_signed_is_the_one_that_is_used(void **state)
{
    static const uint8_t ed25519[] = {V_ASN1_OBJECT, 3, 0x2b, 0x65, 0x70};

    (void)state;
    for (unsigned which = 0; which < 3;
         which += 2) { /* the one in what is signed, and beside it; in between the key's */
        struct bytes der = {0};

        leaf(CERTIFICATE_IDENTITY, &der);
        der.at[place_of(&der, ed25519, sizeof ed25519, which) + 4] = 0x71; /* Ed448 */
        assert_refused(bytes_view(&der), E_CRT_03);
        bytes_fini(&der);
    }
}

static void test_no_cut_or_flipped_byte_does_harm(void **state)
{
    struct bytes der = {0};

    (void)state;
    leaf(CERTIFICATE_TRANSPORT, &der);
    for (size_t i = 0; i < der.size; i++) {
        struct certificate c;
        struct error err;

        assert_refused(view_of(der.at, i), E_CRT_01);
        for (unsigned bit = 0; bit < 8; bit++) {
            bool ok;

            der.at[i] ^= (uint8_t)(1u << bit);
            ok = certificate_read(bytes_view(&der), &c, &err); /* either result: signatures are checked in chain.h */
            assert_true(ok || error_row(err.code)->fault == FAULT_PEER);
            der.at[i] ^= (uint8_t)(1u << bit);
        }
    }
    bytes_fini(&der);
}

/* --- requests --- */

static void refuse_request(struct view request, const char *federation, enum error_code code)
{
    struct address agency = {0};
    uint8_t public_key[KEY_SIZE];
    struct error err = {0};

    assert_false(certify_request_check(request, federation, &agency, public_key, &err));
    assert_int_equal(err.code, code);
    assert_string_equal(agency.text, "");
}

static void test_a_request_is_its_makers_and_of_this_federation(void **state)
{
    struct sign_key *k = seeded_key(0xa0);
    struct address agency;
    struct address found;
    struct bytes request = {0};
    uint8_t expected[KEY_SIZE];
    uint8_t public_key[KEY_SIZE];
    struct error err = {0};

    (void)state;
    assert_true(address_read(view_of_text("shelter@nrm.example"), &agency));
    assert_true(certify_request(k, &agency, &request, &err));
    assert_true(certify_request_check(bytes_view(&request), "nrm.example", &found, public_key, &err));
    sign_key_public(k, expected);
    assert_memory_equal(public_key, expected, KEY_SIZE);
    assert_string_equal(found.text, "shelter@nrm.example");

    refuse_request(bytes_view(&request), "other.example", E_CRT_22);
    refuse_request(view_of(request.at, request.size - 1), "nrm.example", E_CRT_21);
    request.at[request.size - 1] ^= 1; /* the signature */
    refuse_request(bytes_view(&request), "nrm.example", E_CRT_21);
    request.at[request.size - 1] ^= 1;
    uint8_t *at = memmem(request.at, request.size, "shelter", 7);
    memcpy(at, "police1", 7); /* another name: the signature no longer fits */
    refuse_request(bytes_view(&request), "nrm.example", E_CRT_21);
    bytes_fini(&request);
    sign_key_free(k);
}

static void test_a_request_without_an_agency_is_refused(void **state)
{
    EVP_PKEY *k = new_key("ED25519");
    X509_REQ *r = X509_REQ_new();
    uint8_t *der = NULL;
    int size;

    (void)state;
    assert_int_equal(X509_REQ_set_pubkey(r, k), 1);
    assert_true(X509_REQ_sign(r, k, NULL) > 0);
    size = i2d_X509_REQ(r, &der);
    assert_true(size > 0);
    refuse_request(view_of(der, (size_t)size), "nrm.example", E_CRT_22);
    OPENSSL_free(der);
    X509_REQ_free(r);
    EVP_PKEY_free(k);
}

static void test_a_request_for_a_transport_certificate_names_nobody(void **state)
{
    struct sign_key *k = seeded_key(0xa0);
    struct bytes without = {0};
    struct bytes with = {0};
    struct address agency;
    uint8_t public_key[KEY_SIZE];
    struct error err;

    (void)state;
    assert_true(address_read(view_of_text("shelter@nrm.example"), &agency));
    assert_true(certify_request(k, NULL, &without, &err));
    assert_true(certify_request(k, &agency, &with, &err));
    assert_true(certify_transport_request_check(bytes_view(&without), public_key, &err));
    assert_false(contains(&without, "shelter") || contains(&without, "nrm"));
    assert_false(certify_transport_request_check(bytes_view(&with), public_key, &err));
    assert_int_equal(err.code, E_CRT_22);
    refuse_request(bytes_view(&without), "nrm.example", E_CRT_22); /* and is none for an identity */
    bytes_fini(&without);
    bytes_fini(&with);
    sign_key_free(k);
}

static void test_only_the_issuers_own_key_signs_in_its_name(void **state)
{
    struct bytes out = {0};
    uint8_t public_key[KEY_SIZE] = {9};
    struct error err = {0};

    (void)state;
    assert_false(certify_issuing(a.issuing, bytes_view(&a.root_der), public_key, "nrm.example", &validity, &out, &err));
    assert_int_equal(err.code, E_CRT_27);
    assert_int_equal(out.size, 0);
}

/* The bound is in the certificate itself, so that programs which know nothing of refex apply it too. */
static void test_the_issuing_ca_is_bound_to_its_federation_for_everybody(void **state)
{
    static const struct {
        const char *agency;
        int found;
    } cases[] = {{"shelter@nrm.example", X509_V_OK},
                 {"shelter@other.example", X509_V_ERR_PERMITTED_VIOLATION},
                 {"shelter@sub.nrm.example", X509_V_ERR_PERMITTED_VIOLATION}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sign_key *k = seeded_key(0xa0);
        struct bytes request = {0};
        struct bytes der = {0};
        struct address agency;
        struct error err = {0};
        const uint8_t *at[3];
        X509_STORE *store = X509_STORE_new();
        X509_STORE_CTX *v = X509_STORE_CTX_new();
        STACK_OF(X509) *between = sk_X509_new_null();

        assert_true(address_read(view_of_text(cases[i].agency), &agency));
        assert_true(certify_request(k, &agency, &request, &err));
        assert_true(certify_identity(a.issuing, bytes_view(&a.issuing_der), bytes_view(&request),
                                     address_federation(&agency), &validity, &der, &err));
        at[0] = der.at;
        at[1] = a.issuing_der.at;
        at[2] = a.root_der.at;
        X509 *leaf_x = d2i_X509(NULL, &at[0], (long)der.size);
        X509 *issuing_x = d2i_X509(NULL, &at[1], (long)a.issuing_der.size);
        X509 *root_x = d2i_X509(NULL, &at[2], (long)a.root_der.size);
        X509_STORE_add_cert(store, root_x);
        sk_X509_push(between, issuing_x);
        assert_int_equal(X509_STORE_CTX_init(v, store, leaf_x, between), 1);
        X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(v), (time_t)(NOW_MS / 1000));
        assert_int_equal(X509_verify_cert(v) == 1, cases[i].found == X509_V_OK);
        assert_int_equal(X509_STORE_CTX_get_error(v), cases[i].found);

        X509_STORE_CTX_free(v);
        X509_STORE_free(store);
        sk_X509_pop_free(between, X509_free);
        X509_free(leaf_x);
        X509_free(root_x);
        bytes_fini(&request);
        bytes_fini(&der);
        sign_key_free(k);
    }
}

static void test_pem_comes_back_in_order(void **state)
{
    struct bytes text = {0};
    struct bytes der = {0};
    struct view rest;

    (void)state;
    bytes_append_text(&text, "some words before\n");
    certify_write_pem("CERTIFICATE", bytes_view(&a.root_der), &text);
    certify_write_pem("CERTIFICATE REQUEST", view_of_text("0"), &text);
    certify_write_pem("CERTIFICATE", bytes_view(&a.issuing_der), &text);
    rest = bytes_view(&text);
    assert_true(certify_next_pem("CERTIFICATE", &rest, &der));
    assert_true(view_equal(bytes_view(&der), bytes_view(&a.root_der)));
    bytes_clear(&der);
    assert_true(certify_next_pem("CERTIFICATE", &rest, &der));
    assert_true(view_equal(bytes_view(&der), bytes_view(&a.issuing_der)));
    assert_false(certify_next_pem("CERTIFICATE", &rest, &der));
    bytes_fini(&text);
    bytes_fini(&der);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_fault_has_its_own_code),
        cmocka_unit_test(test_the_federations_certificates_say_who_they_are),
        cmocka_unit_test(test_an_identity_certificate_says_whose_it_is),
        cmocka_unit_test(test_a_transport_certificate_names_a_node_and_nobody),
        cmocka_unit_test(test_a_request_for_a_transport_certificate_names_nobody),
        cmocka_unit_test(test_a_directory_key_says_which_of_how_many_it_is),
        cmocka_unit_test(test_the_federations_id_is_as_in_the_vectors),
        cmocka_unit_test(test_what_is_too_large_is_not_looked_at),
        cmocka_unit_test(test_a_second_spelling_of_a_certificate_is_refused),
        cmocka_unit_test(test_a_time_that_cannot_be_read_is_refused),
        cmocka_unit_test(test_the_algorithm_that_is_signed_is_the_one_that_is_used),
        cmocka_unit_test(test_no_cut_or_flipped_byte_does_harm),
        cmocka_unit_test(test_a_request_is_its_makers_and_of_this_federation),
        cmocka_unit_test(test_a_request_without_an_agency_is_refused),
        cmocka_unit_test(test_only_the_issuers_own_key_signs_in_its_name),
        cmocka_unit_test(test_the_issuing_ca_is_bound_to_its_federation_for_everybody),
        cmocka_unit_test(test_pem_comes_back_in_order),
    };

    return cmocka_run_group_tests(tests, make_ca, drop_ca);
}
