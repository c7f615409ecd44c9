#ifndef EXCHANGE_ENTRY_CACHE_H
#define EXCHANGE_ENTRY_CACHE_H
/* The newest entry of each agency, and in which order they came.
 *
 * Floor: exchange, for entries.c, which verifies what it puts here, and entry_gossip.c. A zeroed struct is an empty
 * cache; it owns what is in it until entry_cache_fini.
 */

#include "model/ident.h"

#define ENTRY_DIGEST 8 /* bytes of the hash of a text by which two nodes compare */

struct known_entry {
    struct address agency;
    struct ident id; /* stands for the agency between nodes: the first half of the hash of its name */
    uint64_t sequence;
    uint8_t key[KEY_SIZE];   /* that signed it */
    struct hash fingerprint; /* of that */
    struct bytes note;       /* empty: none is there (any more) */
    bool withdrawn;          /* another says so of itself */
    struct bytes other;      /* signed by the same key under the same sequence, and says something else; empty: none */
    uint8_t digest[ENTRY_DIGEST]; /* of the text; where there is another, all ones */
    uint64_t stamp;               /* larger for what came later */
    uint64_t link;                /* by which it came; 0: by none */
    uint32_t day;                 /* of the last that was taken */
    unsigned taken;               /* newer ones, on that day */
};

struct entry_cache {
    struct known_entry **at; /* ascending by agency */
    size_t count;
    uint64_t stamp; /* of the newest */
};

/* NULL: none. */
struct known_entry *entry_cache_find(const struct entry_cache *c, struct view agency);
/* The same; where there is none, an empty one is added. */
struct known_entry *entry_cache_get(struct entry_cache *c, const struct address *agency);
/* Replaces what is there by NOTE, whose signed text is TEXT; there is no other any more. */
void entry_cache_put(struct entry_cache *c, struct known_entry *k, uint64_t sequence,
                     const uint8_t key[static KEY_SIZE], struct view note, struct view text);
/* Keeps OTHER beside it. */
void entry_cache_contest(struct entry_cache *c, struct known_entry *k, struct view other);
/* Forgets what it says; sequence and key stay. */
void entry_cache_clear(struct known_entry *k);
/* Of those that came after STAMP, the first; NULL: there are none. */
const struct known_entry *entry_cache_after(const struct entry_cache *c, uint64_t stamp);
void entry_cache_fini(struct entry_cache *c);

#endif
