#include "ca/root_rollover.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "ca/authority.h"
#include "ca/root_key.h"
#include "crypto/certify_ca.h"
#include "crypto/sign.h"

#define FILE_NAME_MAX 64

bool root_rollover_is_root(struct view der)
{
    struct certificate c;
    struct error why;

    return certificate_read(der, &c, &why) && c.use == CERTIFICATE_ROOT;
}

static struct view root_number(const struct federation_home *h, size_t number)
{
    return bytes_view(number == 1 ? &h->root : &h->later_roots[number - 2]);
}

static bool lists(const struct directory *d, struct view der)
{
    for (size_t i = 0; i < d->issuer_count; i++)
        if (view_equal(d->issuers[i], der))
            return true;
    return false;
}

static bool revokes(const struct directory *d, struct view der)
{
    struct certificate c;
    struct error why;

    return certificate_read(der, &c, &why) && member_list_revocation(d, &c) != NULL;
}

size_t root_rollover_count(const struct rollover *r)
{
    const struct federation_home *h = r->home;
    size_t newest;
    struct view der = federation_home_newest_root(h, &newest);

    return newest > 1 && lists(&h->directory, der) && !revokes(&h->directory, root_number(h, newest - 1)) ? 2 : 1;
}

/* --- the new one --- */

static bool key_place(const struct rollover *r, char out[static FILE_PATH_MAX], struct error *err)
{
    char name[FILE_NAME_MAX];
    int size;

    if (r->new_root_key == NULL) {
        (void)snprintf(name, sizeof name, "keys/root-%zu.key", r->home->later_root_count + 2);
        return federation_home_file(r->home, name, out, err);
    }
    size = snprintf(out, FILE_PATH_MAX, "%s", r->new_root_key);
    return (size >= 0 && size < FILE_PATH_MAX) ||
           error_set(err, E_USE_04, "--new-root-key is longer than %d bytes", FILE_PATH_MAX - 1);
}

/* One that is there was made by hand, or by a call that was cut short. Else it is made, under the passphrase of the old
 * one, which was opened before. */
static bool make_key(const struct rollover *r, const char *place, struct sign_key **out, struct error *err)
{
    if (sign_key_is_uri(place) || file_exists(place))
        return key_unlock_open(r->home->unlock, place, out, err);
    if (r->root_key != NULL && sign_key_is_uri(r->root_key))
        return error_set(err, E_USE_02, "--new-root-key names no key, and the old one lies on a token: make it there");
    if (!root_key_check_place(place, err))
        return false;
    *out = sign_key_new();
    if (sign_key_save_under(*out, secret_view(&r->home->unlock->passphrase), place, err))
        return true;
    sign_key_free(*out);
    *out = NULL;
    return false;
}

static bool certify_next(struct rollover *r, const struct sign_key *old, struct view old_der,
                         const struct sign_key *key, struct error *err)
{
    const struct certify_validity validity = {r->now_ms, ROOT_CERTIFICATE_DAYS};
    struct federation_home *h = r->home;
    struct bytes *made = &h->later_roots[h->later_root_count];
    uint8_t ours[KEY_SIZE];
    uint8_t next[KEY_SIZE];
    char name[FILE_NAME_MAX];
    char path[FILE_PATH_MAX];

    sign_key_public(old, ours);
    sign_key_public(key, next);
    if (memcmp(ours, next, KEY_SIZE) == 0)
        return error_set(err, E_USE_03, "--root-key and --new-root-key are one key");
    (void)snprintf(name, sizeof name, "certs/root-%zu.pem", h->later_root_count + 2);
    if (!certify_next_root(old, old_der, next, h->federation.name, &validity, made, err) ||
        !federation_home_file(h, name, path, err) || !authority_write(path, bytes_view(made), err))
        return false;
    h->later_root_count++;
    return true;
}

static bool make_next(struct rollover *r, struct error *err)
{
    struct sign_key *old = NULL;
    struct sign_key *key = NULL;
    char place[FILE_PATH_MAX];
    struct view old_der;
    bool ok;

    if (r->home->later_root_count == FEDERATION_HOME_ROOTS)
        return error_set(err, E_FED_10, "the federation has had %d roots", FEDERATION_HOME_ROOTS + 1);
    ok = federation_home_open_root(r->home, r->root_key, &old, &old_der, err) && key_place(r, place, err) &&
         make_key(r, place, &key, err) && certify_next(r, old, old_der, key, err);
    sign_key_free(old);
    sign_key_free(key);
    return ok;
}

/* --- directories --- */

static bool list_next(const struct rollover *r, struct view next, struct error *err)
{
    const struct directory *d = &r->home->directory;
    struct view list[BOUND_ISSUERS];
    struct member_list m = {0};
    bool ok;

    if (d->issuer_count == BOUND_ISSUERS)
        return error_set(err, E_FED_10, "the directory lists %d authorities of this use", BOUND_ISSUERS);
    memcpy(list, d->issuers, d->issuer_count * sizeof *list);
    list[d->issuer_count] = next;
    ok = member_list_init(r->home, r->now_ms, &m, err);
    m.issuers = list;
    m.issuer_count++;
    ok = ok && member_list_publish(&m, r->home, r->now_ms, err);
    member_list_fini(&m);
    return ok;
}

bool root_rollover_begin(struct rollover *r, struct error *err)
{
    struct federation_home *h = r->home;
    size_t newest;
    struct view der = federation_home_newest_root(h, &newest);

    if (newest == 1 || revokes(&h->directory, root_number(h, newest - 1))) {
        if (!make_next(r, err))
            return false;
        der = federation_home_newest_root(h, &newest);
    }
    return lists(&h->directory, der) || list_next(r, der, err);
}

/* --- the old one --- */

/* Whether the newest root itself issued each of LIST. */
static bool check_list(const struct rollover *r, const struct anchors *newest, enum certificate_use use,
                       struct error *err)
{
    size_t count;
    const struct view *list = authority_listed(&r->home->directory, use, &count);

    for (size_t i = 0; i < count; i++) {
        struct chain_params q = {.wanted = use};
        struct certificate c;
        struct error why;

        if (!certificate_read(list[i], &c, err))
            return false;
        q.now_ms = c.not_before_ms;
        if (c.use != CERTIFICATE_ROOT && !chain_check(newest, list[i], &q, &c, &why))
            return error_set(err, E_FED_58, "the directory lists an %s CA of the old root",
                             use == CERTIFICATE_ISSUING ? "issuing" : "transport");
    }
    return true;
}

bool root_rollover_check(const struct rollover *r, struct error *err)
{
    const struct federation_home *h = r->home;
    struct view line[FEDERATION_HOME_ROOTS + 1];
    struct arena arena = {0};
    struct directory in_use;
    struct anchors *anchors = NULL;
    size_t newest;
    struct view der = federation_home_newest_root(h, &newest);
    bool ok;

    if (root_rollover_count(r) < 2)
        return error_set(err, E_RVK_02, "the directory lists no new root, or the old one is revoked");
    ok = federation_home_read_signed(h, &arena, &in_use, err) &&
         (lists(&in_use, der) ||
          error_set(err, E_FED_55, "the new root waits for directory %" PRIu64, h->directory.sequence));
    for (size_t i = 0; i < newest; i++)
        line[i] = root_number(h, i + 1);
    ok = ok && anchors_new_line(&h->federation, line, newest, &anchors, err) &&
         check_list(r, anchors, CERTIFICATE_ISSUING, err) && check_list(r, anchors, CERTIFICATE_TRANSPORT_CA, err);
    anchors_free(anchors);
    arena_fini(&arena);
    return ok;
}

static bool certify_keys(const struct rollover *r, const struct sign_key *root, struct view root_der, struct error *err)
{
    const struct certify_validity validity = {r->now_ms, ISSUING_CERTIFICATE_DAYS};
    struct federation_home *h = r->home;

    for (size_t i = 0; i < h->directory_key_count; i++) {
        struct certify_directory which = {.k = h->quorum, .i = (uint32_t)i + 1};
        struct bytes *der = &h->directory_keys[i];
        struct certificate c;
        char name[FILE_NAME_MAX];
        char path[FILE_PATH_MAX];
        uint8_t public_key[KEY_SIZE];

        if (!certificate_read(bytes_view(der), &c, err))
            return false;
        memcpy(public_key, c.public_key, KEY_SIZE);
        which.public_key = public_key;
        bytes_clear(der);
        (void)snprintf(name, sizeof name, "certs/directory-%zu.pem", i + 1);
        if (!certify_directory_key(root, root_der, h->federation.name, &which, &validity, der, err) ||
            !federation_home_file(h, name, path, err) || !authority_write(path, bytes_view(der), err))
            return false;
    }
    return true;
}

bool root_rollover_finish(struct rollover *r, struct error *err)
{
    struct sign_key *root = NULL;
    struct member_list m = {0};
    struct certificate old;
    struct view root_der;
    size_t newest;
    bool ok = root_rollover_check(r, err) && federation_home_open_root(r->home, r->root_key, &root, &root_der, err);

    (void)federation_home_newest_root(r->home, &newest);
    ok = ok && certify_keys(r, root, root_der, err) && member_list_init(r->home, r->now_ms, &m, err) &&
         certificate_read(root_number(r->home, newest - 1), &old, err) &&
         member_list_revoke_authority(&m, &old, REVOKED_SUPERSEDED, r->now_ms, err) &&
         member_list_publish(&m, r->home, r->now_ms, err);
    member_list_fini(&m);
    sign_key_free(root);
    return ok;
}
