#include "exchange/members/bundle_cache.h"

#include <stdlib.h>
#include <string.h>

/* The index of AGENCY's bundle; if it has none, false and the index to insert it at. */
static bool find_index(const struct bundle_cache *c, struct view agency, size_t *out)
{
    size_t first = 0;
    size_t end = c->count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int order = view_compare(address_view(&c->at[middle]->bundle.agency), agency);

        if (order == 0) {
            *out = middle;
            return true;
        }
        if (order < 0)
            first = middle + 1;
        else
            end = middle;
    }
    *out = first;
    return false;
}

bool bundle_cache_put(struct bundle_cache *c, const struct bundle *b, const uint8_t identity[static KEY_SIZE],
                      struct view note)
{
    struct cached_bundle *k;
    size_t place;
    bool known = find_index(c, address_view(&b->agency), &place);

    REQUIRE(place <= c->count && note.size <= BOUND_NOTE);
    if (known && c->at[place]->bundle.sequence >= b->sequence &&
        memcmp(c->at[place]->identity, identity, KEY_SIZE) == 0)
        return false;
    if (!known) {
        c->at = xrealloc(c->at, (c->count + 1) * sizeof(struct cached_bundle *));
        memmove(&c->at[place + 1], &c->at[place], (c->count - place) * sizeof(struct cached_bundle *));
        c->at[place] = xnew(sizeof **c->at);
        c->count++;
    }
    k = c->at[place];
    k->bundle = *b;
    memcpy(k->identity, identity, KEY_SIZE);
    bytes_clear(&k->note);
    bytes_append_view(&k->note, note);
    return true;
}

const struct cached_bundle *bundle_cache_find(const struct bundle_cache *c, struct view agency)
{
    size_t place;

    return find_index(c, agency, &place) ? c->at[place] : NULL;
}

void bundle_cache_remove(struct bundle_cache *c, size_t index)
{
    REQUIRE(index < c->count);
    bytes_fini(&c->at[index]->note);
    free(c->at[index]);
    c->count--;
    memmove(&c->at[index], &c->at[index + 1], (c->count - index) * sizeof(struct cached_bundle *));
}

void bundle_cache_fini(struct bundle_cache *c)
{
    while (c->count > 0)
        bundle_cache_remove(c, c->count - 1);
    free(c->at);
    *c = (struct bundle_cache){0};
}
