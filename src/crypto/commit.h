#ifndef CRYPTO_COMMIT_H
#define CRYPTO_COMMIT_H
/* Commitments: what stands in the log instead of the content (docs/PROTOCOL.md 5).
 *
 * Floor: crypto. Salts are 32 random bytes that live and die with what they cover, so that a commitment can be tested
 * against a guess only while its content exists anyway. Cannot fail.
 */

#include "model/ident.h"

#define COMMIT_SALT_SIZE 32 /* bytes */

void commit_body(const uint8_t salt[static COMMIT_SALT_SIZE], struct view body, struct hash *out);
void commit_text(const uint8_t salt[static COMMIT_SALT_SIZE], struct view text, struct hash *out);

/* One g_i, and h. */
void commit_grant(const uint8_t salt[static COMMIT_SALT_SIZE], struct view grant, struct hash *out);
void commit_consent_header(const uint8_t salt[static COMMIT_SALT_SIZE], struct view header, struct hash *out);
/* G is g_1 ‖ … ‖ g_n, a multiple of 32 bytes, n at most 65,535 (the caller has bounded it: REQUIREd). */
void commit_consent(const struct hash *h, struct view g, struct hash *out);

#endif
