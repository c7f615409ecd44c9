#include "exchange/vault_next_key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "crypto/file_destroy.h"
#include "crypto/sign.h"

bool next_key_make(struct next_key *n, const char *home, const struct sign_key **out, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct error why;

    if (!file_join_path(path, home, n->next, err))
        return false;
    /* One that does not open was not written to its end: nobody has certified it, and it has signed nothing. */
    if (n->key == NULL && file_exists(path) && !sign_key_open(path, &n->key, &why)) {
        if (why.code != E_KEY_03) { /* it may be whole, and certified already */
            *err = why;
            return false;
        }
        if (!file_destroy(path, err))
            return false;
    }
    if (n->key == NULL) {
        struct sign_key *key = sign_key_new();

        if (!sign_key_save(key, path, err)) {
            sign_key_free(key);
            return false;
        }
        n->key = key;
    }
    *out = n->key;
    return true;
}

bool next_key_open(struct next_key *n, const char *home, const struct sign_key **out, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (!file_join_path(path, home, n->next, err) || (n->key == NULL && !sign_key_open(path, &n->key, err)))
        return false;
    *out = n->key;
    return true;
}

bool next_key_is_there(const struct next_key *n, const char *home)
{
    char path[FILE_PATH_MAX];
    struct error why;

    return n->key != NULL || (file_join_path(path, home, n->next, &why) && file_exists(path));
}

bool next_key_destroy(struct next_key *n, const char *home, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (!file_join_path(path, home, n->next, err) || (file_exists(path) && !file_destroy(path, err)))
        return false;
    sign_key_free(n->key);
    n->key = NULL;
    return true;
}

/* Opens the key in PATH if it is OWN; *OUT NULL: there is none, or it is another. */
static bool open_if_own(const char *path, const uint8_t own[static SIGN_PUBLIC_SIZE], struct sign_key **out,
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

/* OWN, in the file BESIDE from now on; *OUT NULL: it is nowhere here. */
static bool put_beside(const char *next, const char *beside, const uint8_t own[static SIGN_PUBLIC_SIZE],
                       struct sign_key **out, struct error *err)
{
    if (!open_if_own(next, own, out, err))
        return false;
    if (*out == NULL)
        return open_if_own(beside, own, out, err);
    if (rename(next, beside) == 0)
        return true;
    sign_key_free(*out);
    return error_set(err, E_FIL_02, "%s cannot be renamed: %s", next, strerror(errno));
}

bool next_key_settle(struct next_key *n, const char *home, struct sign_key *in_use,
                     const uint8_t own[static SIGN_PUBLIC_SIZE], bool *changed, struct error *err)
{
    uint8_t current[SIGN_PUBLIC_SIZE];
    char in_place[FILE_PATH_MAX];
    char beside[FILE_PATH_MAX];
    char next[FILE_PATH_MAX];
    struct sign_key *key;

    *changed = false;
    if (!file_join_path(in_place, home, n->in_place, err) || !file_join_path(next, home, n->next, err) ||
        !file_join_path(beside, home, n->beside, err))
        return false;
    sign_key_public(in_use, current);
    if (memcmp(current, own, sizeof current) == 0) {
        const bool ok = !n->may_be_beside || file_destroy(beside, err);

        n->may_be_beside = n->may_be_beside && !ok;
        return ok;
    }
    if (!put_beside(next, beside, own, &key, err))
        return false;
    if (key == NULL)
        return true;
    if (!file_sync_parent(beside, err) || !file_destroy_replaced(in_place, beside, err)) {
        sign_key_free(key);
        return false;
    }
    sign_key_take_over(in_use, key);
    sign_key_free(n->key);
    n->key = NULL;
    *changed = true;
    return true;
}
