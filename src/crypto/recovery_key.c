#include "crypto/recovery_key.h"

#include "crypto/digest.h"
#include "crypto/random.h"
#include "crypto/secret_words.h"

_Static_assert(RECOVERY_KEY_SIZE == SECRET_WORDS_MAX_SIZE, "24 words are the longest secret");

void recovery_key_make_words(struct secret *out)
{
    uint8_t entropy[RECOVERY_KEY_SIZE];

    random_fill(&random_real, entropy, sizeof entropy);
    secret_words_write(view_of(entropy, sizeof entropy), out);
    secret_wipe(entropy, sizeof entropy);
}

bool recovery_key_of_words(struct view typed, struct seal_key **out, struct error *err)
{
    const struct view label = view_of_text("refex/recovery-key/v1\n");
    struct secret entropy = {0};
    struct view ikm;
    struct hash prk;
    uint8_t raw[32];

    if (!secret_words_read(typed, RECOVERY_KEY_SIZE, &entropy, err))
        return false;
    ikm = secret_view(&entropy);
    digest_hkdf_extract((struct view){0}, &ikm, 1, &prk);
    digest_hkdf_expand(&prk, &label, 1, raw, sizeof raw);
    *out = seal_key_from_raw(raw);
    secret_wipe(raw, sizeof raw);
    secret_wipe(&prk, sizeof prk);
    secret_fini(&entropy);
    return true;
}
