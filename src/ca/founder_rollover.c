#include "ca/founder_rollover.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ca/authority.h"
#include "ca/founder_file.h"
#include "crypto/certify_ca.h"
#include "crypto/sign.h"

#define FILE_NAME_MAX 64

static bool read_new_key(const struct founder_rollover *r, uint8_t key[static KEY_SIZE], struct error *err)
{
    const struct federation_home *h = r->home;

    if (r->number < 1 || r->number > h->directory_key_count)
        return error_set(err, E_FED_59, "the directory has keys 1 to %zu", h->directory_key_count);
    if (!founder_file_read(r->founder, key, err))
        return false;
    for (uint32_t i = 1; i <= h->directory_key_count; i++) {
        struct certificate c;

        if (!certificate_read(bytes_view(&h->directory_keys[i - 1]), &c, err))
            return false;
        if (i != r->number && memcmp(c.public_key, key, KEY_SIZE) == 0)
            return error_set(err, E_USE_03, "%s holds the key of founder %" PRIu32, r->founder, i);
    }
    return true;
}

/* Of the newest directory: what the folder holds may be newer, where a call was cut short. */
static bool find_old(const struct founder_rollover *r, struct certificate *out, struct error *err)
{
    const struct directory *d = &r->home->directory;

    for (size_t i = 0; i < d->key_count; i++)
        if (!certificate_read(d->keys[i], out, err))
            return false;
        else if (out->directory_i == r->number)
            return true;
    return error_set(err, E_FED_59, "directory %" PRIu64 " lists no key %" PRIu32, d->sequence, r->number);
}

/* The private key that lies in the folder is the old one, which must not sign under the new one's number. */
static bool certify(const struct founder_rollover *r, const uint8_t key[static KEY_SIZE], struct error *err)
{
    const struct certify_validity validity = {r->now_ms, ISSUING_CERTIFICATE_DAYS};
    struct federation_home *h = r->home;
    const struct certify_directory which = {.k = h->quorum, .i = r->number, .public_key = key};
    struct bytes *der = &h->directory_keys[r->number - 1];
    struct sign_key *root = NULL;
    struct view root_der;
    struct bytes made = {0};
    struct certificate c;
    char name[FILE_NAME_MAX];
    char path[FILE_PATH_MAX];
    bool ok = federation_home_open_root(h, r->root_key, &root, &root_der, err) &&
              certify_directory_key(root, root_der, h->federation.name, &which, &validity, &made, err);

    sign_key_free(root);
    ok = ok && certificate_read(bytes_view(&made), &c, err);
    if (ok && member_list_revocation(&h->directory, &c) != NULL)
        ok = error_set(err, E_USE_03, "%s holds a key that the directory revokes", r->founder);
    (void)snprintf(name, sizeof name, "keys/directory-%" PRIu32 ".key", r->number);
    ok = ok && federation_home_file(h, name, path, err) && sign_key_destroy(path, err);
    if (ok) {
        bytes_clear(der);
        bytes_append_view(der, bytes_view(&made));
    }
    bytes_fini(&made);
    return ok;
}

/* Behind the directory that revokes the old key: what is published after a call that was cut short would list the new
 * one, and let the old one count. */
static bool keep(const struct founder_rollover *r, struct view der, struct error *err)
{
    char name[FILE_NAME_MAX];
    char path[FILE_PATH_MAX];

    (void)snprintf(name, sizeof name, "certs/directory-%" PRIu32 ".pem", r->number);
    return federation_home_file(r->home, name, path, err) && authority_write(path, der, err);
}

static bool publish(const struct founder_rollover *r, const struct certificate *old, struct error *err)
{
    struct member_list m = {0};
    bool ok = member_list_init(r->home, r->now_ms, &m, err) &&
              member_list_revoke_authority(&m, old, r->compromised ? REVOKED_KEY_COMPROMISE : REVOKED_SUPERSEDED,
                                           r->now_ms, err) &&
              member_list_publish(&m, r->home, r->now_ms, err);

    member_list_fini(&m);
    return ok;
}

bool founder_rollover_check(const struct founder_rollover *r, struct error *err)
{
    uint8_t key[KEY_SIZE];

    return read_new_key(r, key, err);
}

bool founder_rollover_run(const struct founder_rollover *r, struct error *err)
{
    uint8_t key[KEY_SIZE];
    struct certificate old;

    if (!read_new_key(r, key, err) || !find_old(r, &old, err))
        return false;
    if (memcmp(old.public_key, key, KEY_SIZE) == 0)
        return keep(r, old.der, err); /* it was cut short behind the directory */
    return certify(r, key, err) && publish(r, &old, err) &&
           keep(r, bytes_view(&r->home->directory_keys[r->number - 1]), err);
}
