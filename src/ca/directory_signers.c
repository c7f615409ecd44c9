#include "ca/directory_signers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pki/certificate.h"

#define SEEN ".seen" /* behind the name of the key's file: the directory that it signed last */

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

bool directory_signers_seen_path(const char *key, const char *seen, char out[static FILE_PATH_MAX], struct error *err)
{
    int size;

    out[0] = 0;
    if (seen == NULL && sign_key_is_uri(key))
        return true;
    size = snprintf(out, FILE_PATH_MAX, "%s%s", seen != NULL ? seen : key, seen != NULL ? "" : SEEN);
    return (size >= 0 && size < FILE_PATH_MAX) ||
           error_set(err, E_USE_04, "the path of the key is longer than %d bytes", FILE_PATH_MAX - 1);
}
