#include "exchange/vault_identity.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "crypto/file_destroy.h"
#include "exchange/vault_inside.h"

#define IDENTITY_NEW "keys.d/identity-new.pem" /* that takes the place, or, a moment later, what was in it */

bool vault_next_identity(struct vault *v, const struct sign_key **out, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct error why;

    if (!file_join_path(path, v->home, VAULT_IDENTITY_NEXT, err))
        return false;
    /* One that does not open was not written to its end: it has signed nothing. */
    if (v->next_identity == NULL && file_exists(path) && !sign_key_open(path, &v->next_identity, &why)) {
        if (why.code != E_KEY_03) { /* it may be whole, and listed already */
            *err = why;
            return false;
        }
        if (!file_destroy(path, err))
            return false;
    }
    if (v->next_identity == NULL) {
        struct sign_key *key = sign_key_new();

        if (!sign_key_save(key, path, err)) {
            sign_key_free(key);
            return false;
        }
        v->next_identity = key;
    }
    *out = v->next_identity;
    return true;
}

bool vault_open_next_identity(struct vault *v, const struct sign_key **out, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (!file_join_path(path, v->home, VAULT_IDENTITY_NEXT, err) ||
        (v->next_identity == NULL && !sign_key_open(path, &v->next_identity, err)))
        return false;
    *out = v->next_identity;
    return true;
}

bool vault_has_next_identity(const struct vault *v)
{
    char path[FILE_PATH_MAX];
    struct error why;

    return v->next_identity != NULL ||
           (file_join_path(path, v->home, VAULT_IDENTITY_NEXT, &why) && file_exists(path));
}

/* Opens the key in PATH if it is OWN; *OUT NULL: there is none, or it is another. */
static bool open_own(const char *path, const uint8_t own[static SIGN_PUBLIC_SIZE], struct sign_key **out,
                     struct error *err)
{
    uint8_t found[SIGN_PUBLIC_SIZE];

    *out = NULL;
    if (!file_exists(path))
        return true;
    if (!sign_key_open(path, out, err))
        return false;
    sign_key_public(*out, found);
    if (memcmp(found, own, sizeof found) != 0) {
        sign_key_free(*out);
        *out = NULL;
    }
    return true;
}

/* KEY, in the file NEW, takes the place of the one in PATH. */
static bool replace(struct vault *v, struct sign_key *key, const char *path, const char *new, bool *changed,
                    struct error *err)
{
    if (!file_destroy_replaced(path, new, err)) {
        sign_key_free(key);
        return false;
    }
    v->erasures++; /* so that the keys part of a backup is made anew */
    sign_key_take_over(v->identity, key);
    sign_key_free(v->next_identity);
    v->next_identity = NULL;
    *changed = true;
    return true;
}

bool vault_settle_identity(struct vault *v, const uint8_t own[static SIGN_PUBLIC_SIZE], bool *changed,
                           struct error *err)
{
    uint8_t current[SIGN_PUBLIC_SIZE];
    char path[FILE_PATH_MAX];
    char next[FILE_PATH_MAX];
    char new[FILE_PATH_MAX];
    struct sign_key *key;

    *changed = false;
    if (!file_join_path(path, v->home, VAULT_IDENTITY, err) ||
        !file_join_path(next, v->home, VAULT_IDENTITY_NEXT, err) || !file_join_path(new, v->home, IDENTITY_NEW, err))
        return false;
    sign_key_public(v->identity, current);
    if (memcmp(current, own, sizeof current) == 0) { /* a crash may have left the key of before */
        const bool ok = !v->may_have_old_identity || file_destroy(new, err);

        v->may_have_old_identity = v->may_have_old_identity && !ok;
        return ok;
    }
    if (!open_own(next, own, &key, err))
        return false;
    /* It has another name before it takes the place, so that what is called the next key was never in use. */
    if (key != NULL && rename(next, new) != 0) {
        sign_key_free(key);
        return error_set(err, E_FIL_02, "%s cannot be renamed: %s", next, strerror(errno));
    }
    if (key == NULL && !open_own(new, own, &key, err))
        return false;
    return key == NULL || (file_sync_parent(new, err) ? replace(v, key, path, new, changed, err)
                                                      : (sign_key_free(key), false));
}
