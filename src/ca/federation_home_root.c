#include "ca/federation_home_root.h"

#include <stdio.h>
#include <string.h>

#include "crypto/sign.h"
#include "exchange/members/roots.h"

_Static_assert(FEDERATION_HOME_ROOTS + 1 < BOUND_ISSUERS, "a directory lists them beside an issuing CA");

bool federation_home_read_later_roots(struct federation_home *h, struct error *err)
{
    struct view line[FEDERATION_HOME_ROOTS + 1] = {bytes_view(&h->root)};
    struct anchors *checked;
    char name[32];
    char path[FILE_PATH_MAX];
    struct error why;

    while (h->later_root_count < FEDERATION_HOME_ROOTS) {
        size_t i = h->later_root_count;

        (void)snprintf(name, sizeof name, "certs/root-%zu.pem", i + 2);
        if (!federation_home_file(h, name, path, err))
            return false;
        if (!file_exists(path))
            break;
        if (!federation_home_read_certificate(h, name, &h->later_roots[i], err))
            return false;
        line[++h->later_root_count] = bytes_view(&h->later_roots[i]);
    }
    if (!anchors_new_line(&h->federation, line, h->later_root_count + 1, &checked, &why))
        return error_set(err, E_FED_01, "%s/certs/root.pem, or one that follows: %s", h->path, why.text);
    anchors_free(checked);
    return true;
}

void federation_home_choose_root(struct federation_home *h, const struct directory *d)
{
    struct roots_line line;
    struct error why;

    anchors_free(h->anchors);
    roots_line(&h->federation, bytes_view(&h->root), d, &line);
    REQUIRE(anchors_new_line(&h->federation, line.at, line.count, &h->anchors, &why)); /* each was read before */
}

struct view federation_home_newest_root(const struct federation_home *h, size_t *number)
{
    *number = h->later_root_count + 1;
    return bytes_view(h->later_root_count == 0 ? &h->root : &h->later_roots[h->later_root_count - 1]);
}

/* The newest that D lists; the first is not listed. */
static size_t find_listed(const struct federation_home *h, const struct directory *d)
{
    for (size_t n = h->later_root_count; n > 0; n--)
        for (size_t i = 0; i < d->issuer_count; i++)
            if (view_equal(d->issuers[i], bytes_view(&h->later_roots[n - 1])))
                return n + 1;
    return 1;
}

static bool open_in_folder(const struct federation_home *h, size_t number, struct sign_key **out, struct error *err)
{
    char name[32] = "root";

    if (number > 1)
        (void)snprintf(name, sizeof name, "root-%zu", number);
    return federation_home_open_key(h, name, out, err);
}

bool federation_home_open_root(const struct federation_home *h, const char *where, struct sign_key **key,
                               struct view *der, struct error *err)
{
    struct arena arena = {0};
    struct directory in_use;
    struct sign_key *opened = NULL;
    uint8_t public_key[KEY_SIZE];
    struct certificate c;
    size_t number = 0;
    bool ok = federation_home_read_signed(h, &arena, &in_use, err);

    if (ok)
        number = find_listed(h, &in_use);
    arena_fini(&arena);
    ok = ok &&
         (where != NULL ? key_unlock_open(h->unlock, where, &opened, err) : open_in_folder(h, number, &opened, err));
    if (!ok)
        return err->code != E_KEY_01 ||
               error_set(err, E_FED_99, "%s is not there", where != NULL ? where : "keys/root.key");
    *der = bytes_view(number == 1 ? &h->root : &h->later_roots[number - 2]);
    sign_key_public(opened, public_key);
    if (!certificate_read(*der, &c, err) || memcmp(c.public_key, public_key, KEY_SIZE) != 0) {
        sign_key_free(opened);
        return error_set(err, E_FED_57, "root %zu is in use, and the key is another one", number);
    }
    *key = opened;
    return true;
}
