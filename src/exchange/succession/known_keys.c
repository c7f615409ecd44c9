#include "exchange/succession/known_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "exchange/members/membership.h"
#include "exchange/state.h"
#include "exchange/succession/contradictions.h"
#include "exchange/tick.h"
#include "store/note_store.h"

#define KNOWN_KEY "known-key" /* its name in the store, by its own in hex */
#define NOTE_SIZE (16 + HASH_SIZE + IDENT_SIZE)
#define VOUCHES   16 /* in the sequence, beside the reason */

struct known_keys {
    struct known_key *at; /* ascending by name */
    size_t count;
    size_t room;
    struct succession other; /* in this agency's name, and not made here; zeros: none came */
};

void known_keys_free(struct known_keys *k)
{
    if (k == NULL)
        return;
    free(k->at);
    free(k);
}

/* Where NAME stands, or would. */
static size_t place_of(const struct known_keys *k, const struct hash *name)
{
    size_t low = 0;
    size_t high = k->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (memcmp(k->at[middle].name.at, name->at, HASH_SIZE) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct known_key *find(const struct known_keys *k, const struct hash *name)
{
    size_t at = place_of(k, name);

    return at < k->count && hash_equal(&k->at[at].name, name) ? &k->at[at] : NULL;
}

static struct known_key *find_or_add(struct known_keys *k, const struct hash *name)
{
    size_t at = place_of(k, name);

    if (at < k->count && hash_equal(&k->at[at].name, name))
        return &k->at[at];
    if (k->count == k->room) {
        k->room = 2 * k->room + 64;
        k->at = xrealloc(k->at, k->room * sizeof *k->at);
    }
    memmove(&k->at[at + 1], &k->at[at], (k->count - at) * sizeof *k->at);
    k->count++;
    k->at[at] = (struct known_key){.name = *name};
    return &k->at[at];
}

/* --- the store --- */

static bool put(struct exchange *x, const struct known_key *k, struct error *err)
{
    char hex[2 * HASH_SIZE + 1];
    struct bytes note = {0};
    bool ok;

    text_write_hex(k->name.at, HASH_SIZE, hex);
    bytes_append_u64(&note, (uint64_t)k->from_ms);
    bytes_append_u64(&note, (uint64_t)k->until_ms);
    bytes_append_view(&note, hash_view(&k->agency));
    bytes_append(&note, k->node.at, IDENT_SIZE);
    ok = tick_begin(x, err) && note_store_put(x->db, KNOWN_KEY, view_of_text(hex),
                                              (uint64_t)k->reason + (k->vouches ? VOUCHES : 0), bytes_view(&note), err);
    bytes_fini(&note);
    return ok;
}

static bool load_one(void *cookie, struct view hex, uint64_t sequence, struct view note, struct error *err)
{
    struct known_keys *all = cookie;
    struct known_key *k;
    struct hash name;

    if (!text_read_hex(hex, name.at, HASH_SIZE) || note.size != NOTE_SIZE)
        return error_set(err, E_STO_04, "what is kept of a key of before does not read");
    k = find_or_add(all, &name);
    k->from_ms = (int64_t)read_u64(note.at);
    k->until_ms = (int64_t)read_u64(note.at + 8);
    k->reason = (enum revocation_reason)(sequence % VOUCHES);
    k->vouches = sequence >= VOUCHES;
    memcpy(k->agency.at, note.at + 16, HASH_SIZE);
    memcpy(k->node.at, note.at + 16 + HASH_SIZE, IDENT_SIZE);
    return true;
}

bool known_keys_load(struct exchange *x, struct error *err)
{
    x->known_keys = xnew(sizeof *x->known_keys);
    return note_store_walk(x->db, KNOWN_KEY, load_one, x->known_keys, err);
}

/* --- what directories say --- */

static const struct hash nobody;

/* It is known as the one's who had it first. */
static bool take_over(struct known_key *k, const struct address *agency)
{
    struct hash name;

    digest_sha256(address_view(agency), &name);
    if (hash_equal(&k->agency, &nobody) && agency->text[0] != '\0')
        k->agency = name;
    return hash_equal(&k->agency, &name);
}

static bool add_listed_key(struct exchange *x, const struct peer *p, struct error *err)
{
    struct known_key *k = find_or_add(x->known_keys, &p->fingerprint);
    const bool is_other = k->from_ms == 0 || p->from_ms < k->from_ms || p->until_ms > k->until_ms ||
                          !member_has_node(p->member, &k->node);

    if (!take_over(k, &p->member->agency) || !is_other)
        return true;
    k->node = p->member->nodes[0];
    if (k->from_ms == 0 || p->from_ms < k->from_ms)
        k->from_ms = p->from_ms;
    if (p->until_ms > k->until_ms)
        k->until_ms = p->until_ms;
    return put(x, k, err);
}

static bool add_revoked_name(struct exchange *x, const struct revocation *r, struct error *err)
{
    struct known_key *k = find_or_add(x->known_keys, &r->name);

    if (k->reason != 0 && k->reason <= r->reason)
        return true;
    (void)take_over(k, &r->agency);
    k->reason = r->reason;
    return put(x, k, err);
}

bool known_keys_follow(struct exchange *x, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++) {
        struct peer p;

        membership_peer(x->membership, i, &p);
        if (p.identity != NULL && !add_listed_key(x, &p, err))
            return false;
    }
    for (size_t i = 0; i < d->revocation_count; i++)
        if (!add_revoked_name(x, &d->revocations[i], err))
            return false;
    return true;
}

/* --- asked --- */

const struct known_key *known_keys_find(const struct exchange *x, const struct hash *name)
{
    return find(x->known_keys, name);
}

bool known_keys_is_stolen(const struct exchange *x, const struct hash *name)
{
    const struct known_key *k = find(x->known_keys, name);

    return k != NULL && k->reason == REVOKED_KEY_COMPROMISE;
}

bool known_key_is_of(const struct known_key *k, const struct address *agency)
{
    struct hash name;

    digest_sha256(address_view(agency), &name);
    return hash_equal(&k->agency, &name);
}

const struct known_key *known_keys_doubted(const struct exchange *x, const struct address *agency)
{
    const struct known_keys *all = x->known_keys;

    for (size_t i = 0; i < all->count; i++)
        if (all->at[i].vouches && known_key_is_of(&all->at[i], agency) &&
            (all->at[i].reason == REVOKED_KEY_COMPROMISE || contradictions_doubt(x, &all->at[i].name)))
            return &all->at[i];
    return NULL;
}

bool known_keys_vouch(struct exchange *x, const struct hash *name, const struct address *agency, struct error *err)
{
    struct known_key *k = find_or_add(x->known_keys, name);

    (void)take_over(k, agency);
    k->vouches = true;
    return put(x, k, err);
}

bool known_keys_end_vouching(struct exchange *x, const struct address *agency, struct error *err)
{
    struct known_keys *all = x->known_keys;

    for (size_t i = 0; i < all->count; i++) {
        if (!all->at[i].vouches || !known_key_is_of(&all->at[i], agency))
            continue;
        all->at[i].vouches = false;
        if (!put(x, &all->at[i], err))
            return false;
    }
    return true;
}

void known_keys_other_came(struct exchange *x, const struct succession *s)
{
    x->known_keys->other = *s;
}

const struct succession *known_keys_other(const struct exchange *x)
{
    return &x->known_keys->other;
}

bool known_keys_is_succeeded(const struct exchange *x)
{
    struct peer own;

    return memcmp(x->known_keys->other.old_key, membership_identity_key(x->membership), KEY_SIZE) == 0 &&
           membership_find_peer(x->membership, address_view(membership_own(x->membership)), &own) &&
           own.identity != NULL && memcmp(own.identity_key, x->known_keys->other.new_key, KEY_SIZE) == 0;
}
