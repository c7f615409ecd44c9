#include "ca/rollover.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/file.h"
#include "ca/authority.h"
#include "ca/key_unlock.h"
#include "ca/root_rollover.h"
#include "crypto/certify_ca.h"
#include "crypto/sign.h"

size_t rollover_count(const struct rollover *r)
{
    size_t listed;
    const struct view *list = authority_listed(&r->home->directory, r->use, &listed);
    size_t count = 0;

    for (size_t i = 0; i < listed; i++)
        count += !root_rollover_is_root(list[i]);
    return count;
}

/* --- who is behind --- */

struct newest_search {
    const struct rollover *rollover;
    enum certificate_use use;
    bool is_behind;
};

/* A transport certificate renews for some time after its end, where the authority that issued it is listed still. */
static bool is_past_renewal(const struct newest_search *s, const struct certificate *c)
{
    const int64_t grace_ms = s->use == CERTIFICATE_TRANSPORT ? BOUND_GRACE_MS : 0;

    return certificate_has_ended(c->not_after_ms + grace_ms, s->rollover->now_ms);
}

static bool on_issued_newest(void *cookie, const struct certificate *c)
{
    struct newest_search *s = cookie;

    if (c->use == s->use)
        s->is_behind = !is_past_renewal(s, c) && member_list_revocation(&s->rollover->home->directory, c) == NULL &&
                       !authority_issued(s->rollover->home, s->rollover->use, c);
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

/* --- the new one --- */

/* Opens the key in use; *PASSPHRASE, of H's unlock, is what it lies under. */
static bool open_current_key(const struct rollover *r, struct view *passphrase, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct sign_key *key = NULL;
    bool is_plain;

    if (!authority_path(r->home, r->use, "keys", ".key", path, err) ||
        !key_unlock_open(r->home->unlock, path, &key, err))
        return false;
    sign_key_free(key);
    if (!sign_key_is_plain(path, &is_plain, err))
        return false;
    *passphrase = is_plain ? (struct view){0} : secret_view(&r->home->unlock->passphrase);
    return true;
}

static bool certify(const struct rollover *r, const struct sign_key *root, struct view root_der,
                    const struct sign_key *key, struct bytes *out, struct error *err)
{
    const struct certify_validity validity = {r->now_ms, ISSUING_CERTIFICATE_DAYS};
    const struct federation_home *h = r->home;
    uint8_t public_key[KEY_SIZE];

    sign_key_public(key, public_key);
    return r->use == CERTIFICATE_ISSUING
               ? certify_issuing(root, root_der, public_key, h->federation.name, &validity, out, err)
               : certify_transport_ca(root, root_der, public_key, &h->label, &validity, out, err);
}

/* The certificate last: a key without one is of a call that was cut short, and made anew. */
static bool make_next(const struct rollover *r, struct bytes *next, struct error *err)
{
    struct sign_key *root = NULL;
    struct sign_key *key;
    char certificate[FILE_PATH_MAX];
    char path[FILE_PATH_MAX];
    struct view passphrase;
    struct view root_der;
    bool ok;

    if (!federation_home_open_root(r->home, r->root_key, &root, &root_der, err))
        return false;
    key = sign_key_new();
    ok = open_current_key(r, &passphrase, err) && authority_path(r->home, r->use, "keys", "-next.key", path, err) &&
         authority_path(r->home, r->use, "certs", "-next.pem", certificate, err) && sign_key_destroy(path, err) &&
         certify(r, root, root_der, key, next, err) && sign_key_save_under(key, passphrase, path, err) &&
         authority_write(certificate, bytes_view(next), err);
    sign_key_free(root);
    sign_key_free(key);
    return ok;
}

/* Who had the key in use may have had that of the new one, too, which lay beside it. */
static bool forget_next(const struct rollover *r, struct bytes *next, struct error *err)
{
    char path[FILE_PATH_MAX];
    char certificate[FILE_PATH_MAX];

    if (!authority_path(r->home, r->use, "certs", "-next.pem", certificate, err) ||
        !authority_path(r->home, r->use, "keys", "-next.key", path, err))
        return false;
    if (unlink(certificate) != 0)
        return error_set(err, E_FIL_02, "%s cannot be removed", certificate);
    bytes_clear(next);
    return sign_key_destroy(path, err);
}

/* --- the directory --- */

/* How many of LIST were listed since CURRENT was, and CURRENT itself: the newest stand first. */
static size_t count_newer(const struct view *list, size_t count, struct view current)
{
    for (size_t i = 0; i < count; i++)
        if (view_equal(list[i], current))
            return i + 1;
    return 0;
}

static bool revoke_one(const struct rollover *r, struct member_list *next, struct view der, struct error *err)
{
    struct certificate c;

    return certificate_read(der, &c, err) &&
           member_list_revoke_authority(next, &c, REVOKED_KEY_COMPROMISE, r->now_ms, err);
}

/* Of what is compromised, all that is newer than the one in use is revoked with it. */
static bool revoke_compromised(const struct rollover *r, struct member_list *next, size_t newer, struct error *err)
{
    size_t count;
    const struct view *before = authority_listed(&r->home->directory, r->use, &count);
    bool ok = revoke_one(r, next, bytes_view(authority_current(r->home, r->use)), err);

    for (size_t i = 0; ok && i < newer; i++)
        ok = revoke_one(r, next, before[i], err);
    return ok;
}

static bool publish(const struct rollover *r, const struct view *list, size_t count, bool compromised, size_t newer,
                    struct error *err)
{
    struct member_list next = {0};
    bool ok = member_list_init(r->home, r->now_ms, &next, err);

    if (ok && r->use == CERTIFICATE_ISSUING)
        next.issuers = list, next.issuer_count = count;
    else if (ok)
        next.transports = list, next.transport_count = count;
    ok = ok && (!compromised || revoke_compromised(r, &next, newer, err)) &&
         member_list_publish(&next, r->home, r->now_ms, err);
    member_list_fini(&next);
    return ok;
}

static bool list_next(const struct rollover *r, struct view next, bool compromised, struct error *err)
{
    struct view list[BOUND_ISSUERS] = {next};
    size_t listed;
    const struct view *before = authority_listed(&r->home->directory, r->use, &listed);
    size_t newer = compromised ? count_newer(before, listed, bytes_view(authority_current(r->home, r->use))) : 0;
    size_t count = 1;

    for (size_t i = newer; i < listed; i++) {
        if (count == BOUND_ISSUERS)
            return error_set(err, E_FED_10, "the directory lists %d authorities of this use", BOUND_ISSUERS);
        list[count++] = before[i];
    }
    return publish(r, list, count, compromised, newer, err);
}

/* Whether the newest directory lists NEXT, and, where the one in use is COMPROMISED, revokes that: the call was cut
 * short behind it, or the directory waits for signatures. */
static bool is_listed(const struct rollover *r, struct view next, bool compromised, bool *out, struct error *err)
{
    const struct directory *d = &r->home->directory;
    struct certificate current;
    size_t count;
    const struct view *list = authority_listed(d, r->use, &count);

    if (!certificate_read(bytes_view(authority_current(r->home, r->use)), &current, err))
        return false;
    *out = next.size > 0 && count > 0 && view_equal(list[0], next) &&
           (!compromised || member_list_revocation(d, &current) != NULL);
    return true;
}

bool rollover_begin(struct rollover *r, bool compromised, struct error *err)
{
    struct bytes next = {0};
    bool done = false;
    bool ok =
        authority_read_next(r->home, r->use, &next, err) && is_listed(r, bytes_view(&next), compromised, &done, err);

    if (ok && !done && compromised && next.size > 0)
        ok = forget_next(r, &next, err);
    if (ok && next.size == 0)
        ok = make_next(r, &next, err);
    ok = ok && (done || list_next(r, bytes_view(&next), compromised, err)) && authority_settle(r->home, r->use, err);
    bytes_fini(&next);
    return ok;
}

bool rollover_settle(struct rollover *r, struct error *err)
{
    struct bytes next = {0};
    bool ok = authority_settle(r->home, r->use, err) && authority_read_next(r->home, r->use, &next, err);

    if (ok && next.size > 0)
        ok = error_set(err, E_FED_55, "the new %s CA waits for directory %" PRIu64, authority_name(r->use),
                       r->home->directory.sequence);
    bytes_fini(&next);
    return ok;
}

bool rollover_finish(struct rollover *r, struct error *err)
{
    struct view list[BOUND_ISSUERS] = {bytes_view(authority_current(r->home, r->use))};
    size_t listed;
    const struct view *before = authority_listed(&r->home->directory, r->use, &listed);
    size_t count = 1;

    for (size_t i = 0; i < listed; i++)
        if (root_rollover_is_root(before[i]))
            list[count++] = before[i];
    return publish(r, list, count, false, 0, err);
}
