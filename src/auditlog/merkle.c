#include "auditlog/merkle.h"

#include "crypto/digest.h"

#include <string.h>

_Static_assert(MERKLE_LEVELS < BOUND_PATH && BOUND_PATH <= BOUND_CONSISTENCY,
               "a path has a hash a level, and that of growth one more");

static void empty_root(struct hash *out)
{
    digest_sha256(view_of(NULL, 0), out);
}

void merkle_edge_append(struct merkle_edge *e, const struct hash *leaf)
{
    struct hash h = *leaf;
    unsigned k = 0;

    REQUIRE(e->size < MERKLE_SIZE_END - 1);
    for (; (e->size >> k & 1) != 0; k++)
        digest_node(&e->at[k], &h, &h);
    e->at[k] = h;
    e->size++;
}

void merkle_edge_root(const struct merkle_edge *e, struct hash *out)
{
    bool any = false;

    if (e->size == 0)
        empty_root(out);
    for (unsigned k = 0; k < MERKLE_LEVELS; k++) {
        if ((e->size >> k & 1) == 0)
            continue;
        if (any)
            digest_node(&e->at[k], out, out);
        else
            *out = e->at[k];
        any = true;
    }
}

bool merkle_edge_at(uint64_t size, merkle_node_fn *node, void *cookie, struct merkle_edge *out, struct error *err)
{
    struct merkle_edge e = {.size = size};

    for (unsigned k = 0; k < MERKLE_LEVELS; k++)
        if ((size >> k & 1) != 0 && !node(cookie, k, size >> k & ~UINT64_C(1), &e.at[k], err))
            return false;
    *out = e;
    return true;
}

void merkle_root_of(const struct hash *leaves, size_t count, struct hash *out)
{
    struct merkle_edge e = {0};

    for (size_t i = 0; i < count; i++)
        merkle_edge_append(&e, &leaves[i]);
    merkle_edge_root(&e, out);
}

/* Leaves BEGIN up to END. Where merkle_path and merkle_consistency cut, BEGIN is a multiple of the largest power of two
 * that is not above END - BEGIN, so that the set bits of the length are complete subtrees, the largest first. */
struct range {
    uint64_t begin;
    uint64_t end;
};

static bool range_hash(struct range r, merkle_node_fn *node, void *cookie, struct hash *out, struct error *err)
{
    uint64_t length = r.end - r.begin;
    struct hash sum;
    bool any = false;

    for (unsigned k = 0; k < MERKLE_LEVELS; k++) {
        uint64_t before = length >> k & ~UINT64_C(1); /* subtrees of this level that lie left of this one */
        struct hash h;

        if ((length >> k & 1) == 0)
            continue;
        if (!node(cookie, k, (r.begin >> k) + before, &h, err))
            return false;
        if (any)
            digest_node(&h, &sum, &sum);
        else
            sum = h;
        any = true;
    }
    *out = sum;
    return true;
}

/* The largest power of two below N, N > 1: where RFC 6962 cuts a tree of N leaves. */
static uint64_t split_point(uint64_t n)
{
    uint64_t k = 1;

    while (k << 1 < n)
        k <<= 1;
    return k;
}

/* Hashes of the ranges, the last first: they were cut from the root down. */
static bool hash_upwards(const struct range *ranges, size_t count, merkle_node_fn *node, void *cookie, struct hash *out,
                         struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!range_hash(ranges[count - 1 - i], node, cookie, &out[i], err))
            return false;
    return true;
}

bool merkle_root(uint64_t size, merkle_node_fn *node, void *cookie, struct hash *out, struct error *err)
{
    REQUIRE(size < MERKLE_SIZE_END);
    if (size != 0)
        return range_hash((struct range){0, size}, node, cookie, out, err);
    empty_root(out);
    return true;
}

bool merkle_path(uint64_t index, uint64_t size, merkle_node_fn *node, void *cookie, struct hash out[static BOUND_PATH],
                 size_t *count, struct error *err)
{
    struct range sibling[BOUND_PATH];
    struct range in = {0, size};
    size_t n = 0;

    REQUIRE(index < size && size < MERKLE_SIZE_END);
    while (in.end - in.begin > 1) {
        uint64_t middle = in.begin + split_point(in.end - in.begin);

        if (index < middle) {
            sibling[n++] = (struct range){middle, in.end};
            in.end = middle;
        } else {
            sibling[n++] = (struct range){in.begin, middle};
            in.begin = middle;
        }
    }
    if (!hash_upwards(sibling, n, node, cookie, out, err))
        return false;
    *count = n;
    return true;
}

bool merkle_consistency(uint64_t old_size, uint64_t new_size, merkle_node_fn *node, void *cookie,
                        struct hash out[static BOUND_CONSISTENCY], size_t *count, struct error *err)
{
    struct range sibling[BOUND_PATH];
    struct range in = {0, new_size};
    size_t n = 0;

    REQUIRE(old_size <= new_size && new_size < MERKLE_SIZE_END);
    while (old_size != 0 && old_size != in.end) {
        uint64_t middle = in.begin + split_point(in.end - in.begin);

        if (old_size <= middle) {
            sibling[n++] = (struct range){middle, in.end};
            in.end = middle;
        } else {
            sibling[n++] = (struct range){in.begin, middle};
            in.begin = middle;
        }
    }
    /* What is left is the last complete part of the old tree; the verifier has its hash only if it is all of it. */
    if (in.begin != 0)
        sibling[n++] = in;
    if (!hash_upwards(sibling, n, node, cookie, out, err))
        return false;
    *count = n;
    return true;
}

static struct hash hash_at(struct view path, size_t i)
{
    struct hash h;

    memcpy(h.at, path.at + i * HASH_SIZE, HASH_SIZE);
    return h;
}

bool merkle_verify_inclusion(const struct hash *leaf, uint64_t index, uint64_t size, struct view path,
                             const struct hash *root)
{
    uint64_t last = size - 1;
    uint64_t at = index;
    struct hash h = *leaf;

    if (index >= size || size >= MERKLE_SIZE_END || path.size % HASH_SIZE != 0)
        return false;
    for (size_t i = 0; i < path.size / HASH_SIZE; i++) {
        struct hash sibling = hash_at(path, i);

        if (last == 0)
            return false;
        if ((at & 1) != 0 || at == last) {
            digest_node(&sibling, &h, &h);
            while ((at & 1) == 0 && at != 0) { /* the last one of its level has nothing beside it */
                at >>= 1;
                last >>= 1;
            }
        } else {
            digest_node(&h, &sibling, &h);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && hash_equal(&h, root);
}

/* RFC 9162 2.1.4.2. */
static bool verify_growth(uint64_t old_size, const struct hash *old_root, uint64_t new_size,
                          const struct hash *new_root, struct view path)
{
    bool whole = (old_size & (old_size - 1)) == 0; /* the old tree is one complete subtree: its root begins the path */
    size_t count = path.size / HASH_SIZE;
    uint64_t at = old_size - 1;
    uint64_t last = new_size - 1;
    struct hash first = *old_root;
    struct hash old_hash;
    struct hash new_hash;

    if (count == 0)
        return false;
    for (; (at & 1) != 0; at >>= 1)
        last >>= 1;
    if (!whole)
        first = hash_at(path, 0);
    old_hash = first;
    new_hash = first;
    for (size_t i = whole ? 0 : 1; i < count; i++) {
        struct hash sibling = hash_at(path, i);

        if (last == 0)
            return false;
        if ((at & 1) != 0 || at == last) {
            digest_node(&sibling, &old_hash, &old_hash);
            digest_node(&sibling, &new_hash, &new_hash);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            digest_node(&new_hash, &sibling, &new_hash);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && hash_equal(&old_hash, old_root) && hash_equal(&new_hash, new_root);
}

bool merkle_verify_consistency(uint64_t old_size, const struct hash *old_root, uint64_t new_size,
                               const struct hash *new_root, struct view path)
{
    struct hash nothing;

    if (old_size > new_size || new_size >= MERKLE_SIZE_END || path.size % HASH_SIZE != 0)
        return false;
    if (old_size == new_size)
        return path.size == 0 && hash_equal(old_root, new_root);
    if (old_size == 0) {
        empty_root(&nothing);
        return path.size == 0 && hash_equal(old_root, &nothing);
    }
    return verify_growth(old_size, old_root, new_size, new_root, path);
}
