#ifndef AUDITLOG_CHECKPOINT_CACHE_H
#define AUDITLOG_CHECKPOINT_CACHE_H
/* A cache of checkpoints whose signature was verified: a batch of messages carries the same one, which is checked once.
 *
 * Floor: auditlog. The key is the whole note's bytes and who signed (docs/PROTOCOL.md, What is easily got wrong, 5),
 * never the root: another note over the same root was not verified. Bounded: the oldest entry is replaced. The owner
 * makes a new cache when the directory changes.
 */

#include "base/bytes.h"
#include "model/ident.h"

#define CHECKPOINT_CACHE_SIZE 256 /* notes: the last commit of each peer that is talking */

struct checkpoint_cache;

struct checkpoint_cache *checkpoint_cache_new(void);

/* SIGNER: SHA-256 of the certificate whose key verified the note. */
bool checkpoint_cache_has(const struct checkpoint_cache *c, struct view note, const struct hash *signer);
void checkpoint_cache_put(struct checkpoint_cache *c, struct view note, const struct hash *signer);

/* NULL is fine. */
void checkpoint_cache_free(struct checkpoint_cache *c);

#endif
