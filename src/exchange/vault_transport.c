#include "exchange/vault_transport.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "crypto/file_destroy.h"
#include "exchange/vault_inside.h"

bool vault_next_transport(struct vault *v, const struct sign_key **out, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct error why;

    if (!file_join_path(path, v->home, VAULT_TRANSPORT_NEXT, err))
        return false;
    /* One that does not open was not written to its end: nobody has certified it. */
    if (v->next_transport == NULL && file_exists(path) && !sign_key_open(path, &v->next_transport, &why)) {
        if (why.code != E_KEY_03) { /* it may be whole, and certified already */
            *err = why;
            return false;
        }
        if (!file_destroy(path, err))
            return false;
    }
    if (v->next_transport == NULL) {
        struct sign_key *key = sign_key_new();

        if (!sign_key_save(key, path, err)) {
            sign_key_free(key);
            return false;
        }
        v->next_transport = key;
    }
    *out = v->next_transport;
    return true;
}

bool vault_has_next_transport(const struct vault *v)
{
    char path[FILE_PATH_MAX];
    struct error why;

    return v->next_transport != NULL ||
           (file_join_path(path, v->home, VAULT_TRANSPORT_NEXT, &why) && file_exists(path));
}

bool vault_forget_next_transport(struct vault *v, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (!file_join_path(path, v->home, VAULT_TRANSPORT_NEXT, err) || (file_exists(path) && !file_destroy(path, err)))
        return false;
    sign_key_free(v->next_transport);
    v->next_transport = NULL;
    return true;
}

/* Whether the key in the file PATH is OWN. */
static bool holds(const char *path, const uint8_t own[static SIGN_PUBLIC_SIZE])
{
    uint8_t found[SIGN_PUBLIC_SIZE];
    struct sign_key *key;
    struct error why;

    if (!file_exists(path) || !sign_key_open(path, &key, &why))
        return false;
    sign_key_public(key, found);
    sign_key_free(key);
    return memcmp(found, own, sizeof found) == 0;
}

/* OLD is OWN, and what it replaces is destroyed. */
static bool replace(struct vault *v, const char *path, const char *old, struct error *err)
{
    struct sign_key *key;

    if (!file_destroy_replaced(path, old, err) || !sign_key_open(path, &key, err))
        return false;
    sign_key_free(v->transport);
    v->transport = key;
    return true;
}

static bool destroy_used(struct vault *v, struct error *err)
{
    char old[FILE_PATH_MAX];

    if (!file_join_path(old, v->home, VAULT_TRANSPORT_OLD, err) || !file_destroy(old, err))
        return false;
    v->may_have_old = false;
    return true;
}

bool vault_settle_transport(struct vault *v, const uint8_t own[static SIGN_PUBLIC_SIZE], bool *changed,
                            struct error *err)
{
    uint8_t current[SIGN_PUBLIC_SIZE];
    char path[FILE_PATH_MAX];
    char next[FILE_PATH_MAX];
    char old[FILE_PATH_MAX];

    *changed = false;
    sign_key_public(v->transport, current);
    if (memcmp(current, own, sizeof current) == 0)
        return !v->may_have_old || destroy_used(v, err);
    if (!file_join_path(path, v->home, VAULT_TRANSPORT, err) ||
        !file_join_path(next, v->home, VAULT_TRANSPORT_NEXT, err) ||
        !file_join_path(old, v->home, VAULT_TRANSPORT_OLD, err))
        return false;
    /* It has another name before it takes the place, so that what is called the next key was never in use. */
    if (holds(next, own)) {
        if (rename(next, old) != 0)
            return error_set(err, E_FIL_02, "%s cannot be renamed: %s", next, strerror(errno));
        sign_key_free(v->next_transport);
        v->next_transport = NULL;
    }
    if (!holds(old, own))
        return true;
    *changed = true;
    return file_sync_parent(old, err) && replace(v, path, old, err);
}
