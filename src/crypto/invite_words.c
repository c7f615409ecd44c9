#include "crypto/invite_words.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "crypto/evp.h"
#include "crypto/random.h"
#include "crypto/secret_words.h"

#define ENTROPY  8 /* bytes: six words */
#define KEY      32
#define SCRYPT_N 131072
#define SCRYPT_R 8
#define SCRYPT_P 1

void invite_words_make(struct secret *out)
{
    uint8_t entropy[ENTROPY];

    random_fill(&random_real, entropy, sizeof entropy);
    secret_words_write(view_of(entropy, sizeof entropy), out);
    secret_wipe(entropy, sizeof entropy);
}

bool invite_words_key(struct view typed, const struct ident *id, struct secret *out, struct error *err)
{
    struct secret entropy = {0};
    bool ok;

    if (!secret_words_read(typed, ENTROPY, &entropy, err))
        return false;
    secret_new(out, KEY);
    ok = EVP_PBE_scrypt((const char *)entropy.at, entropy.size, id->at, sizeof id->at, SCRYPT_N, SCRYPT_R, SCRYPT_P,
                        UINT64_C(130) * SCRYPT_N * SCRYPT_R + 1048576, out->at, KEY) == 1;
    secret_fini(&entropy);
    if (!ok) {
        secret_fini(out);
        return evp_failed(err, E_MEM_01, "the words could not be turned into a key");
    }
    return true;
}
