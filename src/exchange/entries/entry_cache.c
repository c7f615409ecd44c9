#include "exchange/entries/entry_cache.h"

#include "base/sorted.h"
#include "crypto/digest.h"
#include "exchange/entries/entry_note.h"

#include <stdlib.h>
#include <string.h>

static int by_agency(const void *key, const void *row)
{
    return view_compare(*(const struct view *)key, address_view(&(*(struct known_entry *const *)row)->agency));
}

static size_t place_of(const struct entry_cache *c, struct view agency)
{
    return sorted_place(&agency, c->at, c->count, sizeof(struct known_entry *), by_agency);
}

struct known_entry *entry_cache_find(const struct entry_cache *c, struct view agency)
{
    size_t at = place_of(c, agency);

    return at < c->count && view_equal(address_view(&c->at[at]->agency), agency) ? c->at[at] : NULL;
}

struct known_entry *entry_cache_get(struct entry_cache *c, const struct address *agency)
{
    struct known_entry *k = entry_cache_find(c, address_view(agency));
    size_t at = place_of(c, address_view(agency));
    struct hash hash;

    if (k != NULL)
        return k;
    c->at = xrealloc(c->at, (c->count + 1) * sizeof(struct known_entry *));
    memmove(&c->at[at + 1], &c->at[at], (c->count - at) * sizeof(struct known_entry *));
    k = c->at[at] = xnew(sizeof *k);
    c->count++;
    k->agency = *agency;
    digest_sha256(address_view(agency), &hash);
    memcpy(k->id.at, hash.at, sizeof k->id.at);
    return k;
}

void entry_cache_put(struct entry_cache *c, struct known_entry *k, uint64_t sequence,
                     const uint8_t key[static KEY_SIZE], struct view note, struct view text)
{
    struct hash hash;

    REQUIRE(note.size != 0 && note.size <= BOUND_ENTRY_NOTE);
    bytes_clear(&k->note);
    bytes_append_view(&k->note, note);
    bytes_fini(&k->other);
    k->sequence = sequence;
    memcpy(k->key, key, KEY_SIZE);
    entry_key_fingerprint(key, &k->fingerprint);
    digest_sha256(text, &hash);
    memcpy(k->digest, hash.at, ENTRY_DIGEST);
    k->stamp = ++c->stamp;
    k->link = 0;
}

void entry_cache_contest(struct entry_cache *c, struct known_entry *k, struct view other)
{
    REQUIRE(k->note.size != 0 && other.size <= BOUND_ENTRY_NOTE);
    bytes_clear(&k->other);
    bytes_append_view(&k->other, other);
    memset(k->digest, 0xff, ENTRY_DIGEST);
    k->stamp = ++c->stamp;
    k->link = 0;
}

void entry_cache_clear(struct known_entry *k)
{
    bytes_fini(&k->note);
    bytes_fini(&k->other);
    k->withdrawn = false;
    k->stamp = 0;
}

const struct known_entry *entry_cache_after(const struct entry_cache *c, uint64_t stamp)
{
    const struct known_entry *first = NULL;

    if (stamp >= c->stamp)
        return NULL;
    for (size_t i = 0; i < c->count; i++)
        if (c->at[i]->note.size != 0 && c->at[i]->stamp > stamp && (first == NULL || c->at[i]->stamp < first->stamp))
            first = c->at[i];
    return first;
}

void entry_cache_fini(struct entry_cache *c)
{
    for (size_t i = 0; i < c->count; i++) {
        bytes_fini(&c->at[i]->note);
        bytes_fini(&c->at[i]->other);
        free(c->at[i]);
    }
    free(c->at);
    *c = (struct entry_cache){0};
}
