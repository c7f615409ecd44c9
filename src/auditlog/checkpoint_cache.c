#include "auditlog/checkpoint_cache.h"

#include "crypto/digest.h"

#include <stdlib.h>

struct cache_entry {
    bool is_used;
    struct hash note;
    struct hash signer;
};

struct checkpoint_cache {
    size_t next; /* the entry written the longest ago */
    struct cache_entry at[CHECKPOINT_CACHE_SIZE];
};

struct checkpoint_cache *checkpoint_cache_new(void)
{
    return xnew(sizeof(struct checkpoint_cache));
}

bool checkpoint_cache_has(const struct checkpoint_cache *c, struct view note, const struct hash *signer)
{
    struct hash h;

    digest_sha256(note, &h);
    for (size_t i = 0; i < CHECKPOINT_CACHE_SIZE; i++) {
        /* From the newest back: the note of the batch at hand is found first. */
        const struct cache_entry *r = &c->at[(c->next + 2 * CHECKPOINT_CACHE_SIZE - 1 - i) % CHECKPOINT_CACHE_SIZE];

        if (r->is_used && hash_equal(&r->note, &h) && hash_equal(&r->signer, signer))
            return true;
    }
    return false;
}

void checkpoint_cache_put(struct checkpoint_cache *c, struct view note, const struct hash *signer)
{
    struct cache_entry *r;

    if (checkpoint_cache_has(c, note, signer))
        return;
    r = &c->at[c->next];
    c->next = (c->next + 1) % CHECKPOINT_CACHE_SIZE;
    r->is_used = true;
    r->signer = *signer;
    digest_sha256(note, &r->note);
}

void checkpoint_cache_free(struct checkpoint_cache *c)
{
    free(c);
}
