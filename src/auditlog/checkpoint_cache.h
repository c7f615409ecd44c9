#ifndef AUDITLOG_CHECKPOINT_CACHE_H
#define AUDITLOG_CHECKPOINT_CACHE_H
/* Checkpoints whose signature was verified before: a batch of messages carries the same one, and it is checked once.
 *
 * Floor: auditlog. Remembered by the whole note's bytes and by who signed (docs/PROTOCOL.md, what is easily got wrong,
 * 5), never by the root: another note over the same root was not verified. Bounded; the one remembered the longest is
 * forgotten.
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
