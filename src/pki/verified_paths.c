#include "pki/verified_paths.h"

#include "base/bytes.h"
#include "pki/certificate.h"
#include "pki/x509.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define ROWS            1024 /* as many as a directory has members, rounded up; 0.5 MB where all are used */
#define PATH_LENGTH_MAX 4    /* certificates of a path: leaf, CA, and in a roll-over the new root by the old */

struct path {
    struct hash key;
    int64_t from_ms;  /* when the last of its certificates begins */
    int64_t until_ms; /* when the first of them ends; 0: no path */
    struct hash names[PATH_LENGTH_MAX * CERTIFICATE_NAMES_MAX];
    size_t count; /* of what may be revoked */
};

struct verified_paths {
    struct path *rows; /* by the first bytes of the key; NULL before the first */
};

struct verified_paths *verified_paths_new(void)
{
    return xnew(sizeof(struct verified_paths));
}

void verified_paths_free(struct verified_paths *v)
{
    if (v == NULL)
        return;
    free(v->rows);
    free(v);
}

static void add_part(EVP_MD_CTX *md, struct view part)
{
    uint64_t size = part.size; /* so that no two lists are the same bytes */

    REQUIRE(EVP_DigestUpdate(md, &size, sizeof size) == 1 && EVP_DigestUpdate(md, part.at, part.size) == 1);
}

void verified_paths_key(struct view leaf, const struct view *intermediates, size_t count, struct hash *key)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();

    REQUIRE(md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1);
    add_part(md, leaf);
    for (size_t i = 0; i < count; i++)
        add_part(md, intermediates[i]);
    REQUIRE(EVP_DigestFinal_ex(md, key->at, NULL) == 1);
    EVP_MD_CTX_free(md);
}

static size_t row_of(const struct hash *key)
{
    return (size_t)(key->at[0] << 8 | key->at[1]) % ROWS;
}

bool verified_paths_holds(const struct verified_paths *v, const struct hash *key, int64_t now_ms, struct view revoked)
{
    const struct path *p = v->rows == NULL ? NULL : &v->rows[row_of(key)];

    if (p == NULL || !hash_equal(&p->key, key) || now_ms < p->from_ms || now_ms >= p->until_ms)
        return false;
    for (size_t i = 0; i < p->count; i++)
        if (x509_is_listed(revoked, &p->names[i]))
            return false;
    return true;
}

void verified_paths_add(struct verified_paths *v, const struct hash *key, STACK_OF(X509) * path, bool has_root)
{
    struct path p = {.key = *key, .from_ms = INT64_MIN, .until_ms = INT64_MAX};
    int n = sk_X509_num(path);

    REQUIRE(n > 0 && n <= PATH_LENGTH_MAX);
    for (int i = 0; i < n; i++) {
        struct certificate_names names;
        struct certificate c;
        struct error why;

        if (!certificate_of(sk_X509_value(path, i), &c, &why))
            return;
        p.from_ms = c.not_before_ms > p.from_ms ? c.not_before_ms : p.from_ms;
        p.until_ms = c.not_after_ms < p.until_ms ? c.not_after_ms : p.until_ms;
        if (i == n - 1 && has_root)
            break;
        certificate_names(&c, &names);
        for (size_t k = 0; k < names.count; k++)
            p.names[p.count++] = names.at[k];
    }
    if (v->rows == NULL)
        v->rows = xnew(ROWS * sizeof *v->rows);
    v->rows[row_of(key)] = p;
}
