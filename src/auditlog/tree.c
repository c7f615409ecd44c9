#include "auditlog/tree.h"

#include "crypto/digest.h"

#include <stdlib.h>
#include <string.h>

#define TILE_HEIGHT 8 /* levels of the tree in one level of tiles: 2^8 = TREE_TILE_HASHES */
#define TILE_LEVELS 8 /* 256^8 is above 2^63 */
#define TILE_NODES  (2 * TREE_TILE_HASHES - 1)

_Static_assert(1U << TILE_HEIGHT == TREE_TILE_HASHES && TILE_HEIGHT * TILE_LEVELS >= MERKLE_LEVELS,
               "tiles hold each complete subtree");

/* A tile with its inner nodes: 256 hashes, then 128 nodes over two each, … the last is the root of the tile, which is
 * a hash in the tile above. */
struct tile {
    unsigned level;
    uint64_t number;
    uint64_t last_used; /* use_count at its last use */
    struct hash node[TILE_NODES];
};

struct tree {
    struct tree_options log;
    struct tile *edge[TILE_LEVELS]; /* tiles that are not full; NULL where none was needed yet */
    struct tile *cached[TREE_TILES_CACHED];
    uint64_t use_count;
};

static struct hash *tile_node(struct tile *t, unsigned height, uint64_t place)
{
    REQUIRE(height <= TILE_HEIGHT && place < TREE_TILE_HASHES >> height);
    return &t->node[2 * TREE_TILE_HASHES - (2 * TREE_TILE_HASHES >> height) + place];
}

/* The inner nodes over the first COUNT hashes. */
static void tile_fill(struct tile *t, size_t count)
{
    for (unsigned height = 1; height <= TILE_HEIGHT; height++)
        for (size_t i = 0; i < count >> height; i++)
            digest_node(tile_node(t, height - 1, 2 * i), tile_node(t, height - 1, 2 * i + 1), tile_node(t, height, i));
}

static struct tile *tile_new(unsigned level, uint64_t number)
{
    struct tile *t = xnew(sizeof *t);

    t->level = level;
    t->number = number;
    return t;
}

/* The place for a full tile in the cache: a free one, else that of the least recently used. */
static struct tile **cache_place(struct tree *t)
{
    struct tile **oldest = &t->cached[0];

    for (size_t i = 0; i < TREE_TILES_CACHED; i++) {
        if (t->cached[i] == NULL)
            return &t->cached[i];
        if (t->cached[i]->last_used < (*oldest)->last_used)
            oldest = &t->cached[i];
    }
    return oldest;
}

static struct tile *tile_cached(struct tree *t, unsigned level, uint64_t number)
{
    for (size_t i = 0; i < TREE_TILES_CACHED; i++) {
        struct tile *k = t->cached[i];

        if (k != NULL && k->number == number && k->level == level) {
            k->last_used = ++t->use_count;
            return k;
        }
    }
    return NULL;
}

static bool tile_load(struct tree *t, unsigned level, uint64_t number, struct tile **out, struct error *err)
{
    struct bytes hashes = {0};
    struct tile **place;
    bool ok = t->log.load(t->log.cookie, level, number, &hashes, err);

    if (ok && hashes.size != TREE_TILE_BYTES)
        ok = error_set(err, E_LOG_02, "tile %llu of level %u has %zu bytes, not %u", (unsigned long long)number, level,
                       hashes.size, TREE_TILE_BYTES);
    if (ok) {
        place = cache_place(t);
        if (*place == NULL)
            *place = tile_new(level, number);
        (*place)->level = level;
        (*place)->number = number;
        (*place)->last_used = ++t->use_count;
        memcpy((*place)->node, hashes.at, TREE_TILE_BYTES);
        tile_fill(*place, TREE_TILE_HASHES);
        *out = *place;
    }
    bytes_fini(&hashes);
    return ok;
}

/* merkle_node_fn: a complete subtree, from the edge, from the cache, or from a tile that is loaded. */
static bool node_at(void *cookie, unsigned level, uint64_t index, struct hash *out, struct error *err)
{
    struct tree *t = cookie;
    unsigned tiles = level / TILE_HEIGHT;
    unsigned height = level % TILE_HEIGHT;
    uint64_t number = index >> (TILE_HEIGHT - height);
    uint64_t place = index & ((TREE_TILE_HASHES >> height) - 1);
    struct tile *tile = t->edge[tiles];

    if (tile == NULL || tile->number != number) {
        tile = tile_cached(t, tiles, number);
        if (tile == NULL && !tile_load(t, tiles, number, &tile, err))
            return false;
    }
    *out = *tile_node(tile, height, place);
    return true;
}

/* The tile of LEVEL at the edge is full: it goes into the cache and is stored. */
static bool edge_store(struct tree *t, unsigned level, struct error *err)
{
    struct tile *full = t->edge[level];
    struct tile **place = cache_place(t);

    full->last_used = ++t->use_count;
    free(*place);
    *place = full;
    t->edge[level] = NULL;
    return t->log.tile(t->log.cookie, level, full->number, view_of(full->node, TREE_TILE_BYTES), err);
}

bool tree_append(struct tree *t, const struct hash *leaf, struct error *err)
{
    struct hash h = *leaf;
    uint64_t index = t->log.size;

    REQUIRE(index < MERKLE_SIZE_END - 1);
    for (unsigned level = 0;; level++, index >>= 1) {
        unsigned tiles = level / TILE_HEIGHT;
        unsigned height = level % TILE_HEIGHT;
        uint64_t number = index >> (TILE_HEIGHT - height);
        struct tile *tile = t->edge[tiles];

        if (tile == NULL)
            tile = t->edge[tiles] = tile_new(tiles, number);
        REQUIRE(tile->level == tiles && tile->number == number); /* the one before was full, and is stored */
        *tile_node(tile, height, index & ((TREE_TILE_HASHES >> height) - 1)) = h;
        if ((index & 1) == 0)
            break; /* nothing to join it with yet */
        digest_node(tile_node(tile, height, (index - 1) & ((TREE_TILE_HASHES >> height) - 1)), &h, &h);
        if (height == TILE_HEIGHT - 1) {
            *tile_node(tile, TILE_HEIGHT, 0) = h;
            if (!edge_store(t, tiles, err))
                return false;
        }
    }
    t->log.size++;
    return true;
}

/* Makes the tile of LEVEL that is not full from what is stored: leaf hashes for level 0, else the roots of the full
 * tiles of the level below. */
static bool edge_load(struct tree *t, unsigned level, struct error *err)
{
    uint64_t count = t->log.size >> (TILE_HEIGHT * level);
    uint64_t first = count - count % TREE_TILE_HASHES;
    struct tile *edge = t->edge[level] = tile_new(level, first / TREE_TILE_HASHES);
    struct bytes leaves = {0};
    struct tile *below;
    bool ok = true;

    if (level == 0) {
        ok = t->log.leaves(t->log.cookie, first, count, &leaves, err);
        if (ok && leaves.size != (count - first) * HASH_SIZE)
            ok = error_set(err, E_LOG_02, "of the records from %llu to %llu some are missing",
                           (unsigned long long)first, (unsigned long long)count - 1);
        if (ok)
            memcpy(edge->node, leaves.at, leaves.size);
        bytes_fini(&leaves);
    }
    for (uint64_t i = first; ok && level > 0 && i < count; i++) {
        ok = tile_load(t, level - 1, i, &below, err);
        if (ok)
            edge->node[i - first] = *tile_node(below, TILE_HEIGHT, 0);
    }
    if (ok)
        tile_fill(edge, (size_t)(count - first));
    return ok;
}

bool tree_open(const struct tree_options *options, struct tree **out, struct error *err)
{
    struct tree *t = xnew(sizeof *t);

    t->log = *options;
    if (options->size >= MERKLE_SIZE_END) {
        tree_free(t);
        return error_set(err, E_LOG_02, "the log cannot have %llu records", (unsigned long long)options->size);
    }
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        if ((t->log.size >> (TILE_HEIGHT * level)) % TREE_TILE_HASHES == 0)
            continue;
        if (!edge_load(t, level, err)) {
            tree_free(t);
            return error_wrap(err, "take up the log at record %llu", (unsigned long long)options->size);
        }
    }
    *out = t;
    return true;
}

void tree_root(struct tree *t, struct hash *out)
{
    struct error none = {0};

    /* Every complete subtree at the right edge lies in a tile that is not full: nothing is loaded, nothing can fail. */
    REQUIRE(merkle_root(t->log.size, node_at, t, out, &none));
}

bool tree_path(struct tree *t, uint64_t index, uint64_t size, struct bytes *out, struct error *err)
{
    struct hash path[BOUND_PATH];
    size_t count;

    if (index >= size || size > t->log.size)
        return error_set(err, E_LOG_07, "there is no record %llu among the first %llu: the log has %llu",
                         (unsigned long long)index, (unsigned long long)size, (unsigned long long)t->log.size);
    if (!merkle_path(index, size, node_at, t, path, &count, err))
        return error_wrap(err, "prove record %llu", (unsigned long long)index);
    bytes_append(out, path, count * HASH_SIZE);
    return true;
}

bool tree_consistency(struct tree *t, uint64_t old_size, uint64_t new_size, struct bytes *out, struct error *err)
{
    struct hash path[BOUND_CONSISTENCY];
    size_t count;

    if (old_size > new_size || new_size > t->log.size)
        return error_set(err, E_LOG_07, "there is no growth from %llu to %llu records: the log has %llu",
                         (unsigned long long)old_size, (unsigned long long)new_size, (unsigned long long)t->log.size);
    if (!merkle_consistency(old_size, new_size, node_at, t, path, &count, err))
        return error_wrap(err, "prove the growth from %llu records", (unsigned long long)old_size);
    bytes_append(out, path, count * HASH_SIZE);
    return true;
}

bool tree_edge(struct tree *t, uint64_t size, struct merkle_edge *out, struct error *err)
{
    if (size > t->log.size)
        return error_set(err, E_LOG_07, "the log has %llu records, not %llu", (unsigned long long)t->log.size,
                         (unsigned long long)size);
    return merkle_edge_at(size, node_at, t, out, err);
}

void tree_free(struct tree *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < TILE_LEVELS; i++)
        free(t->edge[i]);
    for (size_t i = 0; i < TREE_TILES_CACHED; i++)
        free(t->cached[i]);
    free(t);
}
