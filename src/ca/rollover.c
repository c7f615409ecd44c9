#include "ca/rollover.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "ca/key_unlock.h"
#include "crypto/certify_ca.h"
#include "crypto/certify_pem.h"
#include "crypto/sign.h"

#define FILE_NAME_MAX 64

const char *rollover_name(const struct rollover *r)
{
    return r->use == CERTIFICATE_ISSUING ? "issuing" : "transport";
}

static struct bytes *current_of(const struct rollover *r)
{
    return r->use == CERTIFICATE_ISSUING ? &r->home->issuing : &r->home->transport_ca;
}

static const struct view *listed(const struct rollover *r, size_t *count)
{
    const struct directory *d = &r->home->directory;

    *count = r->use == CERTIFICATE_ISSUING ? d->issuer_count : d->transport_count;
    return r->use == CERTIFICATE_ISSUING ? d->issuers : d->transports;
}

size_t rollover_count(const struct rollover *r)
{
    size_t count;

    (void)listed(r, &count);
    return count;
}

/* --- who is behind --- */

/* Whether the authority in use issued LEAF. */
static bool is_under_current(const struct rollover *r, const struct certificate *leaf)
{
    const struct view current = bytes_view(current_of(r));
    const struct chain_params q = {
        .wanted = leaf->use, .now_ms = leaf->not_before_ms, .intermediates = &current, .intermediate_count = 1};
    struct certificate c;
    struct error why;

    return chain_check(r->home->anchors, leaf->der, &q, &c, &why);
}

struct newest_search {
    const struct rollover *rollover;
    enum certificate_use use;
    bool is_behind;
};

static bool on_issued_newest(void *cookie, const struct certificate *c)
{
    struct newest_search *s = cookie;

    if (c->use == s->use)
        s->is_behind =
            !certificate_has_ended(c->not_after_ms, s->rollover->now_ms) && !is_under_current(s->rollover, c);
    return true;
}

bool rollover_find_behind(const struct rollover *r, struct arena *arena, const struct view **out, size_t *count,
                          struct error *err)
{
    const struct directory *d = &r->home->directory;
    struct view *found = arena_new(arena, (d->member_count + 1) * sizeof *found);

    *count = 0;
    for (size_t i = 0; i < d->member_count; i++) {
        struct newest_search s = {.rollover = r,
                                  .use = r->use == CERTIFICATE_ISSUING ? CERTIFICATE_IDENTITY : CERTIFICATE_TRANSPORT};

        if (!member_list_each_issued(r->home, &d->members[i].agency, on_issued_newest, &s, err))
            return false;
        if (s.is_behind)
            found[(*count)++] = arena_copy(arena, address_view(&d->members[i].agency));
    }
    *out = found;
    return true;
}

/* --- files --- */

static bool path_of(const struct rollover *r, const char *folder, const char *ending, char out[static FILE_PATH_MAX],
                    struct error *err)
{
    char name[FILE_NAME_MAX];

    (void)snprintf(name, sizeof name, "%s/%s%s", folder, rollover_name(r), ending);
    return file_join_path(out, r->home->path, name, err);
}

static bool write_certificate(const char *path, struct view der, struct error *err)
{
    struct bytes pem = {0};
    bool ok;

    certify_write_pem("CERTIFICATE", der, &pem);
    ok = file_write(path, bytes_view(&pem), 0644, err);
    bytes_fini(&pem);
    return ok;
}

/* Opens the key in use; *PASSPHRASE, of H's unlock, is what it lies under. */
static bool open_current_key(const struct rollover *r, struct view *passphrase, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct sign_key *key = NULL;
    bool is_plain;

    if (!path_of(r, "keys", ".key", path, err) || !key_unlock_open(r->home->unlock, path, &key, err))
        return false;
    sign_key_free(key);
    if (!sign_key_is_plain(path, &is_plain, err))
        return false;
    *passphrase = is_plain ? (struct view){0} : secret_view(&r->home->unlock->passphrase);
    return true;
}

/* --- the new one --- */

static bool certify(const struct rollover *r, const struct sign_key *root, const struct sign_key *key,
                    struct bytes *out, struct error *err)
{
    const struct certify_validity validity = {r->now_ms, ISSUING_CERTIFICATE_DAYS};
    const struct federation_home *h = r->home;
    uint8_t public_key[KEY_SIZE];

    sign_key_public(key, public_key);
    return r->use == CERTIFICATE_ISSUING
               ? certify_issuing(root, bytes_view(&h->root), public_key, h->federation.name, &validity, out, err)
               : certify_transport_ca(root, bytes_view(&h->root), public_key, &h->label, &validity, out, err);
}

static bool make_next(const struct rollover *r, const char *certificate, struct bytes *next, struct error *err)
{
    struct sign_key *root = NULL;
    struct sign_key *key;
    char path[FILE_PATH_MAX];
    struct view passphrase;
    bool ok = r->root_key != NULL ? key_unlock_open(r->home->unlock, r->root_key, &root, err)
                                  : federation_home_open_key(r->home, "root", &root, err);

    if (!ok)
        return false;
    key = sign_key_new();
    ok = open_current_key(r, &passphrase, err) && path_of(r, "keys", "-next.key", path, err);
    if (ok)
        (void)unlink(path); /* of one that was cut short before it had a certificate */
    ok = ok && certify(r, root, key, next, err) && sign_key_save_under(key, passphrase, path, err) &&
         write_certificate(certificate, bytes_view(next), err);
    sign_key_free(root);
    sign_key_free(key);
    return ok;
}

/* --- the directory --- */

static bool publish(const struct rollover *r, const struct view *list, size_t count, const struct certificate *revoked,
                    struct error *err)
{
    struct member_list next = {0};
    bool ok = member_list_init(r->home, r->now_ms, &next, err);

    if (ok && r->use == CERTIFICATE_ISSUING)
        next.issuers = list, next.issuer_count = count;
    else if (ok)
        next.transports = list, next.transport_count = count;
    ok = ok && (revoked == NULL || member_list_revoke_authority(&next, revoked, r->now_ms, err)) &&
         member_list_publish(&next, r->home, r->now_ms, err);
    member_list_fini(&next);
    return ok;
}

static bool list_next(const struct rollover *r, struct view next, bool compromised, struct error *err)
{
    const struct view current = bytes_view(current_of(r));
    struct view list[BOUND_ISSUERS] = {next};
    struct certificate old;
    size_t listed_count;
    const struct view *before = listed(r, &listed_count);
    size_t count = 1;

    if (listed_count > 0 && view_equal(before[0], next))
        return true; /* it was cut short behind this */
    for (size_t i = 0; i < listed_count; i++) {
        if (compromised && view_equal(before[i], current))
            continue;
        if (count == BOUND_ISSUERS)
            return error_set(err, E_FED_10, "the directory lists %d authorities of this use", BOUND_ISSUERS);
        list[count++] = before[i];
    }
    return certificate_read(current, &old, err) && publish(r, list, count, compromised ? &old : NULL, err);
}

/* The old certificate is kept under the name of its key, the old key destroyed. */
static bool install(const struct rollover *r, const char *next_certificate, struct bytes *next, struct error *err)
{
    struct bytes *current = current_of(r);
    char ending[FILE_NAME_MAX] = "";
    char key_id[2 * 8 + 1];
    char path[FILE_PATH_MAX];
    char next_path[FILE_PATH_MAX];
    struct sign_key *key = NULL;
    struct certificate old;
    struct view passphrase;
    bool ok = certificate_read(bytes_view(current), &old, err);

    if (ok) {
        text_write_hex(old.key_hash.at, 8, key_id);
        (void)snprintf(ending, sizeof ending, "-%s.pem", key_id);
    }
    ok = ok && path_of(r, "certs", ending, path, err) && write_certificate(path, bytes_view(current), err) &&
         open_current_key(r, &passphrase, err) && path_of(r, "keys", "-next.key", next_path, err) &&
         sign_key_open_under(next_path, passphrase, &key, err) && path_of(r, "keys", ".key", path, err) &&
         sign_key_put_under(key, passphrase, path, err) && path_of(r, "certs", ".pem", path, err);
    sign_key_free(key);
    if (!ok)
        return false;
    if (rename(next_certificate, path) != 0)
        return error_set(err, E_FIL_02, "%s cannot be put in its place", next_certificate);
    (void)unlink(next_path);
    bytes_clear(current);
    bytes_append_view(current, bytes_view(next));
    return file_sync_parent(path, err) && file_sync_parent(next_path, err);
}

bool rollover_begin(struct rollover *r, bool compromised, struct error *err)
{
    char certificate[FILE_PATH_MAX];
    char name[FILE_NAME_MAX];
    struct bytes next = {0};
    bool ok = path_of(r, "certs", "-next.pem", certificate, err);

    (void)snprintf(name, sizeof name, "certs/%s-next.pem", rollover_name(r));
    ok = ok && (file_exists(certificate) ? federation_home_read_certificate(r->home, name, &next, err)
                                         : make_next(r, certificate, &next, err));
    ok = ok && list_next(r, bytes_view(&next), compromised, err) && install(r, certificate, &next, err);
    bytes_fini(&next);
    return ok;
}

bool rollover_finish(struct rollover *r, struct error *err)
{
    const struct view current = bytes_view(current_of(r));

    return publish(r, &current, 1, NULL, err);
}
