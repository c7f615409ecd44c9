#ifndef PKI_VERIFIED_PATHS_H
#define PKI_VERIFIED_PATHS_H
/* A cache of the paths of certificates whose signatures were verified under one set of anchors, so that the same
 * certificate is not verified anew with each hello and each directory.
 *
 * For this room only. Only what held is kept; whether it holds now is asked each time. Whoever is not found here is
 * verified, so a row that another took the place of costs time alone.
 */

#include "model/ident.h"

#include <openssl/x509.h>

struct verified_paths;

struct verified_paths *verified_paths_new(void);
void verified_paths_free(struct verified_paths *v); /* NULL is fine */

/* What is looked up: LEAF as it is verified with these issuing certificates, in this order, and no other. */
void verified_paths_key(struct view leaf, const struct view *intermediates, size_t count, struct hash *key);

/* Whether a path of KEY was verified whose certificates are all valid at NOW_MS, and none of which but an anchor is
 * named by REVOKED (ascending). */
bool verified_paths_holds(const struct verified_paths *v, const struct hash *key, int64_t now_ms, struct view revoked);

/* PATH, leaf first, was verified for KEY; the last of it is an anchor, which revocations do not name, if HAS_ROOT. */
void verified_paths_add(struct verified_paths *v, const struct hash *key, STACK_OF(X509) * path, bool has_root);

#endif
