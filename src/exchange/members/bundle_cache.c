#include "exchange/members/bundle_cache.h"

#include <stdlib.h>
#include <string.h>

/* Where AGENCY's bundle stands, or belongs. */
static bool find_index(const struct bundle_cache *s, struct view agency, size_t *out)
{
    size_t first = 0;
    size_t end = s->count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int order = view_compare(address_view(&s->at[middle]->bundle.agency), agency);

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

bool bundle_cache_put(struct bundle_cache *s, const struct bundle *b, const uint8_t identity[static KEY_SIZE],
                      struct view note)
{
    struct cached_bundle *k;
    size_t place;
    bool known = find_index(s, address_view(&b->agency), &place);

    if (known && s->at[place]->bundle.sequence >= b->sequence &&
        memcmp(s->at[place]->identity, identity, KEY_SIZE) == 0)
        return false;
    if (!known) {
        s->at = xrealloc(s->at, (s->count + 1) * sizeof(struct cached_bundle *));
        memmove(&s->at[place + 1], &s->at[place], (s->count - place) * sizeof(struct cached_bundle *));
        s->at[place] = xnew(sizeof **s->at);
        s->count++;
    }
    k = s->at[place];
    k->bundle = *b;
    memcpy(k->identity, identity, KEY_SIZE);
    bytes_clear(&k->note);
    bytes_append_view(&k->note, note);
    return true;
}

const struct cached_bundle *bundle_cache_find(const struct bundle_cache *s, struct view agency)
{
    size_t place;

    return find_index(s, agency, &place) ? s->at[place] : NULL;
}

void bundle_cache_remove(struct bundle_cache *s, size_t index)
{
    REQUIRE(index < s->count);
    bytes_fini(&s->at[index]->note);
    free(s->at[index]);
    s->count--;
    memmove(&s->at[index], &s->at[index + 1], (s->count - index) * sizeof(struct cached_bundle *));
}

void bundle_cache_fini(struct bundle_cache *s)
{
    while (s->count > 0)
        bundle_cache_remove(s, s->count - 1);
    free(s->at);
    *s = (struct bundle_cache){0};
}
