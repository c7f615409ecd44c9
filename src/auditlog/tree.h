#ifndef AUDITLOG_TREE_H
#define AUDITLOG_TREE_H
/* The growing tree of one log: its right edge in memory; full tiles of 256 hashes are stored and loaded by callbacks.
 *
 * Floor: auditlog. Has no database: the owner of the log stores tiles in the transaction of the records they cover. A
 * tile (C2SP tlog-tiles) of level 0 is 256 leaf hashes; one of level 1 the hashes of 256 full tiles of level 0; and so
 * on.
 *
 * In memory: for each level the tile that is not full yet, with the inner nodes its hashes give, so that the root
 * costs a few hashes; and the last tiles that were full or loaded, so that proofs for the records of a commit hash next
 * to nothing.
 */

#include "auditlog/merkle.h"

#define TREE_TILE_HASHES  256u
#define TREE_TILE_BYTES   (TREE_TILE_HASHES * HASH_SIZE) /* 8 KiB */
#define TREE_TILES_CACHED 16                             /* full tiles in memory: three commits of the most records */

struct tree;

/* A tile is full: store it. Called from tree_append. */
typedef bool tree_store_fn(void *cookie, unsigned level, uint64_t number, struct view hashes, struct error *err);
/* Appends the TREE_TILE_BYTES of a full tile to *OUT; fails where it is not there. */
typedef bool tree_load_fn(void *cookie, unsigned level, uint64_t number, struct bytes *out, struct error *err);
/* Appends the leaf hashes FROM up to END, at most 255, to *OUT: those of the level-0 tile that is not full yet. */
typedef bool tree_leaves_fn(void *cookie, uint64_t from, uint64_t end, struct bytes *out, struct error *err);

struct tree_options {
    uint64_t size; /* leaves the log has */
    tree_store_fn *tile;
    tree_load_fn *load;
    tree_leaves_fn *leaves; /* not called where size is a multiple of 256 */
    void *cookie;
};

/* Opens the log as it is stored. Reads at most 255 leaf hashes, and at most 255 tiles for each level above (one
 * level for every factor of 256 in size): the caller compares tree_root with its last checkpoint. E-LOG-02, or as the
 * callbacks fail. */
MUST_USE bool tree_open(const struct tree_options *options, struct tree **out, struct error *err);

/* Adds a leaf hash. Fails only as the tile function does; then the tree is not to be used any more. */
MUST_USE bool tree_append(struct tree *t, const struct hash *leaf, struct error *err);

void tree_root(struct tree *t, struct hash *out);

/* Appends the inclusion path of leaf INDEX in the tree of its first SIZE leaves to *OUT. E-LOG-07 where the log has no
 * such leaf or is not that large. */
MUST_USE bool tree_path(struct tree *t, uint64_t index, uint64_t size, struct bytes *out, struct error *err);
/* Appends the consistency path from OLD_SIZE to NEW_SIZE leaves to *OUT. E-LOG-07. */
MUST_USE bool tree_consistency(struct tree *t, uint64_t old_size, uint64_t new_size, struct bytes *out,
                               struct error *err);

/* The complete subtrees at the right edge of the first SIZE leaves. E-LOG-07. */
MUST_USE bool tree_edge(struct tree *t, uint64_t size, struct merkle_edge *out, struct error *err);

/* NULL is fine. */
void tree_free(struct tree *t);

#endif
