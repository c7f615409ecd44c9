#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H
/* SHA-256 and what is made of it: tree hashes, HMAC, HKDF.
 *
 * Floor: crypto; auditlog may include this header. Cannot fail. Parts are hashed as if they were joined.
 */

#include "model/ident.h"

void digest_sha256(struct view v, struct hash *out);
void digest_parts(const struct view *parts, size_t n, struct hash *out);

/* RFC 6962 2.1: H(0x00 ‖ record) and H(0x01 ‖ l ‖ r). OUT may be L or R. */
void digest_leaf(struct view record, struct hash *out);
void digest_node(const struct hash *l, const struct hash *r, struct hash *out);

/* HMAC-SHA256 (RFC 2104). */
void digest_hmac(struct view key, const struct view *parts, size_t n, struct hash *out);

/* HKDF-SHA256 (RFC 5869). An empty SALT is 32 zeros. Expand gives at most 64 bytes. The caller wipes what was given
 * out. */
#define DIGEST_EXPAND_MAX 64 /* bytes */
void digest_hkdf_extract(struct view salt, const struct view *ikm, size_t n, struct hash *prk);
void digest_hkdf_expand(const struct hash *prk, const struct view *info, size_t n, uint8_t *out, size_t size);

#endif
