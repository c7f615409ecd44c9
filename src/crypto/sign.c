#include "crypto/sign.h"

#include "base/secret.h"
#include "crypto/digest.h"
#include "crypto/evp.h"
#include "crypto/random.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

struct sign_key {
    EVP_PKEY *pkey;
    EVP_MD_CTX *ctx;
    uint8_t public_key[SIGN_PUBLIC_SIZE];
};

struct verify_key {
    EVP_PKEY *pkey;
    EVP_MD_CTX *ctx;
    uint8_t public_key[SIGN_PUBLIC_SIZE];
};

bool evp_failed(struct error *err, enum error_code code, const char *what)
{
    unsigned long e = ERR_peek_last_error();
    const char *reason = e == 0 ? NULL : ERR_reason_error_string(e);

    error_set(err, code, "%s%s%s", what, reason == NULL ? "" : ": ", reason == NULL ? "" : reason);
    ERR_clear_error();
    return false;
}

EVP_PKEY *sign_key_evp(const struct sign_key *key)
{
    return key->pkey;
}

bool sign_key_from_evp(EVP_PKEY *pkey, const char *where, struct sign_key **out, struct error *err)
{
    struct sign_key *k;
    size_t size = SIGN_PUBLIC_SIZE;
    uint8_t public_key[SIGN_PUBLIC_SIZE];

    if (!EVP_PKEY_is_a(pkey, "ED25519") || EVP_PKEY_get_raw_public_key(pkey, public_key, &size) != 1 ||
        size != SIGN_PUBLIC_SIZE) {
        EVP_PKEY_free(pkey);
        ERR_clear_error();
        return error_set(err, E_KEY_03, "%s holds no Ed25519 key", where);
    }
    k = xnew(sizeof *k);
    k->pkey = pkey;
    k->ctx = EVP_MD_CTX_new();
    REQUIRE(k->ctx != NULL);
    memcpy(k->public_key, public_key, sizeof public_key);
    *out = k;
    return true;
}

struct sign_key *sign_key_from_seed(const uint8_t seed[static SIGN_SEED_SIZE])
{
    struct sign_key *k = NULL;
    struct error err = {0};
    EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SIGN_SEED_SIZE);

    REQUIRE(pkey != NULL && sign_key_from_evp(pkey, "the seed", &k, &err));
    return k;
}

struct sign_key *sign_key_new(void)
{
    uint8_t seed[SIGN_SEED_SIZE];
    struct sign_key *k;

    random_fill(&random_real, seed, sizeof seed);
    k = sign_key_from_seed(seed);
    secret_wipe(seed, sizeof seed);
    return k;
}

bool sign_key_der(const struct sign_key *key, struct secret *out, struct error *err)
{
    PKCS8_PRIV_KEY_INFO *p8 = EVP_PKEY2PKCS8(key->pkey);
    unsigned char *der = NULL;
    int size = p8 == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(p8, &der);

    PKCS8_PRIV_KEY_INFO_free(p8);
    if (size <= 0)
        return evp_failed(err, E_KEY_16, "the private key cannot leave its token");
    secret_copy(out, view_of(der, (size_t)size));
    OPENSSL_clear_free(der, (size_t)size);
    return true;
}

void sign_key_public(const struct sign_key *key, uint8_t out[static SIGN_PUBLIC_SIZE])
{
    memcpy(out, key->public_key, SIGN_PUBLIC_SIZE);
}

bool sign_text(const struct sign_key *key, struct view text, uint8_t out[static SIGN_SIZE], struct error *err)
{
    uint8_t signature[SIGN_SIZE];
    size_t size = sizeof signature;

    (void)EVP_MD_CTX_reset(key->ctx);
    if (EVP_DigestSignInit(key->ctx, NULL, NULL, NULL, key->pkey) != 1 ||
        EVP_DigestSign(key->ctx, signature, &size, text.at, text.size) != 1 || size != SIGN_SIZE)
        return evp_failed(err, E_KEY_16, "the key does not sign");
    memcpy(out, signature, SIGN_SIZE);
    return true;
}

void sign_key_take_over(struct sign_key *key, struct sign_key *other)
{
    struct sign_key was = *key;

    *key = *other;
    *other = was;
    sign_key_free(other);
}

void sign_key_free(struct sign_key *key)
{
    if (key == NULL)
        return;
    EVP_MD_CTX_free(key->ctx);
    EVP_PKEY_free(key->pkey);
    free(key);
}

/* The encodings of points of small order, the sign bit left out. Under such a key one signature fits many texts, so
 * whoever publishes it could deny what it signed. */
static const uint8_t small_order[][SIGN_PUBLIC_SIZE] = {
    {0x00},
    {0x01},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
     0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
     0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};

bool verify_key_new(const uint8_t public_key[static SIGN_PUBLIC_SIZE], struct verify_key **out, struct error *err)
{
    struct verify_key *k;
    uint8_t y[SIGN_PUBLIC_SIZE];
    EVP_PKEY *pkey;

    memcpy(y, public_key, sizeof y);
    y[SIGN_PUBLIC_SIZE - 1] &= 0x7f;
    for (size_t i = 0; i < sizeof small_order / sizeof small_order[0]; i++)
        if (memcmp(y, small_order[i], sizeof y) == 0)
            return error_set(err, E_KEY_13, "the public key is of small order");
    pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, SIGN_PUBLIC_SIZE);
    if (pkey == NULL)
        return evp_failed(err, E_KEY_13, "the public key cannot be used");
    k = xnew(sizeof *k);
    k->pkey = pkey;
    memcpy(k->public_key, public_key, SIGN_PUBLIC_SIZE);
    k->ctx = EVP_MD_CTX_new();
    REQUIRE(k->ctx != NULL);
    *out = k;
    return true;
}

void sign_public_hash(const uint8_t public_key[static SIGN_PUBLIC_SIZE], struct hash *out)
{
    /* SubjectPublicKeyInfo of an Ed25519 key before its 32 bytes (RFC 8410 4). */
    static const uint8_t before[] = {0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00};
    uint8_t der[sizeof before + SIGN_PUBLIC_SIZE];

    memcpy(der, before, sizeof before);
    memcpy(der + sizeof before, public_key, SIGN_PUBLIC_SIZE);
    digest_sha256(view_of(der, sizeof der), out);
}

void verify_key_public(const struct verify_key *key, uint8_t out[static SIGN_PUBLIC_SIZE])
{
    memcpy(out, key->public_key, SIGN_PUBLIC_SIZE);
}

bool verify_text(const struct verify_key *key, struct view text, const uint8_t signature[static SIGN_SIZE])
{
    bool ok;

    (void)EVP_MD_CTX_reset(key->ctx);
    REQUIRE(EVP_DigestVerifyInit(key->ctx, NULL, NULL, NULL, key->pkey) == 1);
    ok = EVP_DigestVerify(key->ctx, signature, SIGN_SIZE, text.at, text.size) == 1;
    if (!ok)
        ERR_clear_error();
    return ok;
}

void verify_key_free(struct verify_key *key)
{
    if (key == NULL)
        return;
    EVP_MD_CTX_free(key->ctx);
    EVP_PKEY_free(key->pkey);
    free(key);
}
