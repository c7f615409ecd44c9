#ifndef EXCHANGE_BUNDLE_CACHE_H
#define EXCHANGE_BUNDLE_CACHE_H
/* The newest key bundle of each agency.
 *
 * Floor: exchange, for membership_bundles.c, which verifies what it puts here. A zeroed struct is an empty cache; it
 * owns what is in it until bundle_cache_fini.
 */

#include "model/directory.h"

struct cached_bundle {
    struct bundle bundle;
    uint8_t identity[KEY_SIZE]; /* the key that signed it */
    struct bytes note;
};

struct bundle_cache {
    struct cached_bundle **at; /* ascending by agency */
    size_t count;
};

/* Stores a copy if it is newer than the one there, or signed by another key. Returns whether it did. */
bool bundle_cache_put(struct bundle_cache *c, const struct bundle *b, const uint8_t identity[static KEY_SIZE],
                      struct view note);
/* NULL: none. Valid until the next put or remove for that agency. */
const struct cached_bundle *bundle_cache_find(const struct bundle_cache *c, struct view agency);
void bundle_cache_remove(struct bundle_cache *c, size_t index);
void bundle_cache_fini(struct bundle_cache *c);

#endif
