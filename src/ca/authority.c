#include "ca/authority.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "crypto/certify_pem.h"
#include "crypto/sign.h"

#define FILE_NAME_MAX 64

const char *authority_name(enum certificate_use use)
{
    switch (use) {
    case CERTIFICATE_ROOT:
        return "root";
    case CERTIFICATE_DIRECTORY:
        return "directory";
    case CERTIFICATE_ISSUING:
        return "issuing";
    default:
        return "transport";
    }
}

struct bytes *authority_current(struct federation_home *h, enum certificate_use use)
{
    return use == CERTIFICATE_ISSUING ? &h->issuing : &h->transport_ca;
}

bool authority_issued(const struct federation_home *h, enum certificate_use use, const struct certificate *leaf)
{
    struct view above[1 + FEDERATION_HOME_ROOTS] = {
        bytes_view(use == CERTIFICATE_ISSUING ? &h->issuing : &h->transport_ca)};
    const struct chain_params q = {.wanted = leaf->use,
                                   .now_ms = leaf->not_before_ms,
                                   .intermediates = above,
                                   .intermediate_count = 1 + h->later_root_count};
    struct certificate c;
    struct error why;

    for (size_t i = 0; i < h->later_root_count; i++)
        above[1 + i] = bytes_view(&h->later_roots[i]);
    return chain_check(h->anchors, leaf->der, &q, &c, &why);
}

const struct view *authority_listed(const struct directory *d, enum certificate_use use, size_t *count)
{
    *count = use == CERTIFICATE_ISSUING ? d->issuer_count : d->transport_count;
    return use == CERTIFICATE_ISSUING ? d->issuers : d->transports;
}

static bool lists(const struct directory *d, enum certificate_use use, struct view der)
{
    size_t count;
    const struct view *list = authority_listed(d, use, &count);

    for (size_t i = 0; i < count; i++)
        if (view_equal(list[i], der))
            return true;
    return false;
}

/* --- files --- */

bool authority_path(const struct federation_home *h, enum certificate_use use, const char *folder, const char *ending,
                    char out[static FILE_PATH_MAX], struct error *err)
{
    char name[FILE_NAME_MAX];

    (void)snprintf(name, sizeof name, "%s/%s%s", folder, authority_name(use), ending);
    return file_join_path(out, h->path, name, err);
}

bool authority_write(const char *path, struct view der, struct error *err)
{
    struct bytes pem = {0};
    bool ok;

    certify_write_pem("CERTIFICATE", der, &pem);
    ok = file_write(path, bytes_view(&pem), 0644, err);
    bytes_fini(&pem);
    return ok;
}

bool authority_read_next(const struct federation_home *h, enum certificate_use use, struct bytes *out,
                         struct error *err)
{
    char path[FILE_PATH_MAX];
    char name[FILE_NAME_MAX];

    (void)snprintf(name, sizeof name, "certs/%s-next.pem", authority_name(use));
    return authority_path(h, use, "certs", "-next.pem", path, err) &&
           (!file_exists(path) || federation_home_read_certificate(h, name, out, err));
}

/* --- the new one in the place of the old --- */

/* The old certificate is kept under the name of its key. */
static bool keep_old(struct federation_home *h, enum certificate_use use, struct error *err)
{
    const struct view current = bytes_view(authority_current(h, use));
    char ending[FILE_NAME_MAX];
    char key_id[2 * 8 + 1];
    char path[FILE_PATH_MAX];
    struct certificate old;

    if (!certificate_read(current, &old, err))
        return false;
    text_write_hex(old.key_hash.at, 8, key_id);
    (void)snprintf(ending, sizeof ending, "-%s.pem", key_id);
    return authority_path(h, use, "certs", ending, path, err) && authority_write(path, current, err);
}

/* The key first: while the new certificate lies under its old name, this is done again. */
static bool install(struct federation_home *h, enum certificate_use use, struct bytes *next, struct error *err)
{
    struct bytes *current = authority_current(h, use);
    char key[FILE_PATH_MAX];
    char next_key[FILE_PATH_MAX];
    char certificate[FILE_PATH_MAX];
    char next_certificate[FILE_PATH_MAX];

    if (!authority_path(h, use, "keys", ".key", key, err) ||
        !authority_path(h, use, "keys", "-next.key", next_key, err) ||
        !authority_path(h, use, "certs", ".pem", certificate, err) ||
        !authority_path(h, use, "certs", "-next.pem", next_certificate, err) || !keep_old(h, use, err) ||
        !sign_key_copy_over(next_key, key, err))
        return false;
    if (rename(next_certificate, certificate) != 0)
        return error_set(err, E_FIL_02, "%s cannot be put in its place", next_certificate);
    bytes_clear(current);
    bytes_append_view(current, bytes_view(next));
    return file_sync_parent(certificate, err) && sign_key_destroy(next_key, err);
}

static void use_next(struct federation_home *h, enum certificate_use use, const struct bytes *next)
{
    struct bytes *current = authority_current(h, use);

    bytes_clear(current);
    bytes_append_view(current, bytes_view(next));
    if (use == CERTIFICATE_ISSUING)
        h->issuing_key = "issuing-next";
    else
        h->transport_key = "transport-next";
}

/* Without a certificate a new key is the copy that a call left which was cut short behind the certificate, or one that
 * never had any. */
static bool destroy_copy(const struct federation_home *h, enum certificate_use use, struct error *err)
{
    char path[FILE_PATH_MAX];

    return authority_path(h, use, "keys", "-next.key", path, err) && sign_key_destroy(path, err);
}

bool authority_settle(struct federation_home *h, enum certificate_use use, struct error *err)
{
    struct bytes next = {0};
    struct arena arena = {0};
    struct directory in_use;
    bool ok = authority_read_next(h, use, &next, err) &&
              (next.size == 0 || federation_home_read_signed(h, &arena, &in_use, err));

    if (ok && next.size == 0)
        ok = h->is_served || destroy_copy(h, use, err);
    else if (ok && lists(&in_use, use, bytes_view(&next))) {
        if (h->is_served)
            use_next(h, use, &next);
        else
            ok = install(h, use, &next, err);
    }
    bytes_fini(&next);
    arena_fini(&arena);
    return ok;
}

bool authority_may_certify(struct federation_home *h, enum certificate_use use, struct error *err)
{
    struct arena arena = {0};
    struct directory in_use;
    struct view current;
    bool ok = authority_settle(h, use, err) && federation_home_read_signed(h, &arena, &in_use, err);

    current = bytes_view(authority_current(h, use));
    if (ok && !lists(&in_use, use, current))
        ok = error_set(err, E_FED_55, "directory %" PRIu64 " does not list the %s CA in use", in_use.sequence,
                       authority_name(use));
    else if (ok && !lists(&h->directory, use, current))
        ok = error_set(err, E_FED_55, "directory %" PRIu64 ", which waits for signatures, ends the %s CA in use",
                       h->directory.sequence, authority_name(use));
    arena_fini(&arena);
    return ok;
}

static const char *key_name(const struct federation_home *h, enum certificate_use use)
{
    return use == CERTIFICATE_ISSUING ? h->issuing_key : h->transport_key;
}

bool authority_open_key(const struct federation_home *h, enum certificate_use use, struct sign_key **out,
                        struct error *err)
{
    return federation_home_open_key(h, key_name(h, use), out, err);
}

bool authority_has_key(const struct federation_home *h, enum certificate_use use)
{
    char name[FILE_NAME_MAX];
    char path[FILE_PATH_MAX];
    struct error why;

    (void)snprintf(name, sizeof name, "keys/%s.key", key_name(h, use));
    return federation_home_file(h, name, path, &why) && file_exists(path);
}
