#include "ca/directory_signers.h"

#include <inttypes.h>
#include <string.h>

#include "pki/certificate.h"

static bool read_key(const struct directory *d, size_t i, struct certificate *out)
{
    struct error why;

    return certificate_read(d->keys[i], out, &why) && out->use == CERTIFICATE_DIRECTORY;
}

uint32_t directory_signers_needed(const struct directory *d)
{
    struct certificate c;

    return d->key_count > 0 && read_key(d, 0, &c) ? c.directory_k : 0;
}

bool directory_signers_find(const struct directory *d, const struct sign_key *key, uint32_t *number, struct error *err)
{
    uint8_t public_key[KEY_SIZE];
    struct certificate c;

    sign_key_public(key, public_key);
    for (size_t i = 0; i < d->key_count; i++)
        if (read_key(d, i, &c) && memcmp(c.public_key, public_key, KEY_SIZE) == 0) {
            *number = c.directory_i;
            return true;
        }
    return error_set(err, E_FED_97, "directory %" PRIu64 " of %s is not signed by this key", d->sequence,
                     d->federation.name);
}
