#include "exchange/members/membership_bundles.h"

#include <string.h>

#include "exchange/members/directory_version.h"
#include "exchange/members/membership_inside.h"

static bool check_bundle(struct membership *m, struct view note, struct bundle *b, struct peer *p, struct error *err)
{
    if (!bundle_peek(note, b, err))
        return false;
    if (!membership_find_peer(m, address_view(&b->agency), p))
        return error_set(err, E_FED_25, "%s, who offers a key bundle, is not in the directory", b->agency.text);
    if (p->identity == NULL || (p->revoked && p->reason == REVOKED_KEY_COMPROMISE))
        return error_set(err, E_FED_29, "the identity key of %s is not to be believed", b->agency.text);
    return bundle_open(note, &m->federation, &p->member->agency, p->identity, b, err);
}

bool membership_check_bundle(struct membership *m, struct view note, struct bundle *out, struct error *err)
{
    struct peer p;

    return check_bundle(m, note, out, &p, err);
}

bool membership_take_bundle(struct membership *m, struct view note, struct address *agency, bool *is_new,
                            struct error *err)
{
    struct bundle b;
    struct peer p;

    if (!check_bundle(m, note, &b, &p, err))
        return false;
    *is_new = bundle_cache_put(&m->bundles, &b, p.identity_key, note);
    REQUIRE(m->bundles.count <= membership_directory(m)->member_count); /* one each, and none of who left */
    *agency = b.agency;
    return true;
}

/* The cached bundle of AGENCY; if there is none, the one in the directory is verified and cached. */
static const struct cached_bundle *find_bundle(struct membership *m, struct view agency)
{
    const struct cached_bundle *kept = bundle_cache_find(&m->bundles, agency);
    const struct member *entry;
    struct address whose;
    struct error why;
    bool is_new;

    if (kept != NULL)
        return kept;
    entry = directory_find_member(directory_version_directory(m->version), agency);
    if (entry == NULL || entry->bundle.size == 0 || !membership_take_bundle(m, entry->bundle, &whose, &is_new, &why))
        return NULL;
    return bundle_cache_find(&m->bundles, agency);
}

const struct bundle *membership_bundle(struct membership *m, struct view agency)
{
    const struct cached_bundle *k = find_bundle(m, agency);

    return k == NULL ? NULL : &k->bundle;
}

struct view membership_bundle_note(struct membership *m, struct view agency)
{
    const struct cached_bundle *k = find_bundle(m, agency);

    return k == NULL ? (struct view){0} : bytes_view(&k->note);
}

bool membership_sealing_key(struct membership *m, struct view agency, uint32_t day, const struct bundle_key **out,
                            struct error *err)
{
    const struct bundle *b = membership_bundle(m, agency);
    const struct bundle_key *key = b == NULL ? NULL : bundle_key_on(b, day);

    if (b != NULL && key == NULL)
        key = bundle_key_on(b, day + 1); /* clocks differ by up to a day, and the agency's is ahead */
    if (key == NULL)
        return error_set(err, E_FED_30, "%.*s offers no sealing key for today", (int)agency.size,
                         (const char *)agency.at);
    *out = key;
    return true;
}

void membership_drop_stale_bundles(struct membership *m)
{
    for (size_t i = m->bundles.count; i-- > 0;) {
        const struct cached_bundle *k = m->bundles.at[i];
        struct peer p;

        if (!membership_find_peer(m, address_view(&k->bundle.agency), &p) ||
            memcmp(p.identity_key, k->identity, KEY_SIZE) != 0)
            bundle_cache_remove(&m->bundles, i);
    }
}
