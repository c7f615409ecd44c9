#include "crypto/box.h"

#include "base/secret.h"
#include "crypto/digest.h"
#include "crypto/random.h"

#include <openssl/evp.h>
#include <string.h>

#define R_SIZE   32
#define TAG_SIZE 16
#define NONCE    12

/* A context costs an allocation and a fetch, more than sealing a row, so one is kept; refexd has one thread. It holds
 * the key schedule of the last write at most, which opens one value; box_wipe clears it when something is erased. A
 * cipher that is named again costs a new state, so it is named once. */
static EVP_CIPHER_CTX *cached;
static EVP_CIPHER *cipher;

static EVP_CIPHER_CTX *get_context(void)
{
    if (cached == NULL) {
        cached = EVP_CIPHER_CTX_new();
        if (cipher == NULL)
            cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
        REQUIRE(cached != NULL && cipher != NULL && EVP_EncryptInit_ex2(cached, cipher, NULL, NULL, NULL) == 1);
    }
    return cached;
}

void box_wipe(void)
{
    EVP_CIPHER_CTX_free(cached); /* cleanses */
    cached = NULL;
}

static void derive_keys(const uint8_t *key, struct view info, const uint8_t *r,
                        uint8_t out[static BOX_KEY_SIZE + NONCE])
{
    struct view ikm = view_of(key, BOX_KEY_SIZE);
    struct hash prk;

    digest_hkdf_extract(view_of(r, R_SIZE), &ikm, 1, &prk);
    digest_hkdf_expand(&prk, &info, 1, out, BOX_KEY_SIZE + NONCE);
    secret_wipe(&prk, sizeof prk);
}

void box_seal(const uint8_t key[static BOX_KEY_SIZE], struct view info, const uint8_t *r, struct view plain,
              uint8_t *out)
{
    EVP_CIPHER_CTX *c = get_context();
    uint8_t derived[BOX_KEY_SIZE + NONCE];
    uint8_t *text = out + R_SIZE;
    int n = 0;

    REQUIRE(plain.size <= INT32_MAX / 2 && info.size <= INT32_MAX / 2);
    if (r != NULL)
        memcpy(out, r, R_SIZE);
    else
        random_fill(&random_real, out, R_SIZE);
    derive_keys(key, info, out, derived);
    REQUIRE(EVP_EncryptInit_ex2(c, NULL, derived, derived + BOX_KEY_SIZE, NULL) == 1);
    REQUIRE(EVP_EncryptUpdate(c, NULL, &n, info.at, (int)info.size) == 1);
    if (plain.size != 0)
        REQUIRE(EVP_EncryptUpdate(c, text, &n, plain.at, (int)plain.size) == 1);
    REQUIRE(EVP_EncryptFinal_ex(c, text + plain.size, &n) == 1);
    REQUIRE(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, text + plain.size) == 1);
    secret_wipe(derived, sizeof derived);
}

bool box_open(const uint8_t key[static BOX_KEY_SIZE], struct view info, struct view stored, uint8_t *out)
{
    EVP_CIPHER_CTX *c = get_context();
    uint8_t derived[BOX_KEY_SIZE + NONCE];
    uint8_t tag[TAG_SIZE];
    size_t size;
    int n = 0;
    bool ok = true;

    if (stored.size < BOX_OVERHEAD || stored.size > INT32_MAX / 2)
        return false;
    size = stored.size - BOX_OVERHEAD;
    memcpy(tag, stored.at + R_SIZE + size, TAG_SIZE);
    derive_keys(key, info, stored.at, derived);
    REQUIRE(EVP_DecryptInit_ex2(c, NULL, derived, derived + BOX_KEY_SIZE, NULL) == 1);
    secret_wipe(derived, sizeof derived);
    REQUIRE(EVP_DecryptUpdate(c, NULL, &n, info.at, (int)info.size) == 1);
    if (size != 0)
        ok = EVP_DecryptUpdate(c, out, &n, stored.at + R_SIZE, (int)size) == 1;
    ok = ok && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1;
    ok = ok && EVP_DecryptFinal_ex(c, tag, &n) == 1;
    if (!ok)
        secret_wipe(out, size);
    return ok;
}
