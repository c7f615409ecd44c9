#ifndef AUDITLOG_MERKLE_H
#define AUDITLOG_MERKLE_H
/* The tree over a log's leaves, and the two proofs: that a record is in it, and that it only ever grew.
 *
 * Floor: auditlog. Pure: hashes in, hashes out; tree.h stores them. RFC 6962 2.1 and
 * RFC 9162 2.1 with SHA-256; sizes are below 2^63 (docs/PROTOCOL.md 2).
 *
 *   level, index   a complete subtree: leaves index × 2^level up to the next multiple; level 0 = leaf hashes
 *   path           32 bytes a hash, from the leaf to the root, without the leaf and the root
 */

#include "base/bounds.h"
#include "model/ident.h"

#define MERKLE_SIZE_END (UINT64_C(1) << 63)
#define MERKLE_LEVELS   63 /* complete subtrees of a tree below 2^63 leaves */

/* Returns the hash of a complete subtree that lies wholly within the tree. */
typedef bool merkle_node_fn(void *cookie, unsigned level, uint64_t index, struct hash *out, struct error *err);

/* A log read from its beginning: the complete subtrees at its right edge. Zeroed = the empty tree. */
struct merkle_edge {
    uint64_t size;                 /* read-only */
    struct hash at[MERKLE_LEVELS]; /* private: at[k] counts where bit k of size is set */
};

void merkle_edge_append(struct merkle_edge *e, const struct hash *leaf);
/* The root now; of the empty tree SHA-256 of nothing. */
void merkle_edge_root(const struct merkle_edge *e, struct hash *out);

/* The edge as it was at SIZE leaves. Fails as NODE does. */
MUST_USE bool merkle_edge_at(uint64_t size, merkle_node_fn *node, void *cookie, struct merkle_edge *out,
                             struct error *err);

/* The root over COUNT leaf hashes. */
void merkle_root_of(const struct hash *leaves, size_t count, struct hash *out);

/* The root of the first SIZE leaves. Fails as NODE does. */
MUST_USE bool merkle_root(uint64_t size, merkle_node_fn *node, void *cookie, struct hash *out, struct error *err);

/* The inclusion path of leaf INDEX in the tree of SIZE leaves, INDEX < SIZE; at most 63 hashes. */
MUST_USE bool merkle_path(uint64_t index, uint64_t size, merkle_node_fn *node, void *cookie,
                          struct hash out[static BOUND_PATH], size_t *count, struct error *err);

/* The consistency path from the tree of OLD_SIZE leaves to that of NEW_SIZE, OLD_SIZE <= NEW_SIZE; nothing where they
 * are equal or the old one is empty. */
MUST_USE bool merkle_consistency(uint64_t old_size, uint64_t new_size, merkle_node_fn *node, void *cookie,
                                 struct hash out[static BOUND_CONSISTENCY], size_t *count, struct error *err);

/* Whether PATH leads from LEAF at INDEX to ROOT of a tree of SIZE leaves, with no hash too few or too many. */
bool merkle_verify_inclusion(const struct hash *leaf, uint64_t index, uint64_t size, struct view path,
                             const struct hash *root);

/* Whether PATH shows that the tree of NEW_SIZE begins with all of the tree of OLD_SIZE. */
bool merkle_verify_consistency(uint64_t old_size, const struct hash *old_root, uint64_t new_size,
                               const struct hash *new_root, struct view path);

#endif
