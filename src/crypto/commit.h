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

/* The parts of a consent: one g_i, h, w, and c over the 16 bytes of a case id (REQUIREd) and its recipient's full
 * name. */
void commit_grant(const uint8_t salt[static COMMIT_SALT_SIZE], struct view grant, struct hash *out);
void commit_consent_header(const uint8_t salt[static COMMIT_SALT_SIZE], struct view header, struct hash *out);
void commit_consent_given(const uint8_t salt[static COMMIT_SALT_SIZE], struct view given, struct hash *out);
void commit_consent_case(const uint8_t salt[static COMMIT_SALT_SIZE], struct view case_id, struct view recipient,
                         struct hash *out);
/* G is g_1 ‖ … ‖ g_n, a multiple of 32 bytes, n at most 65,535 (the caller has bounded it: REQUIREd). It hides what it
 * is over only because each g_i is salted, or random. */
void commit_grants(struct view g, struct hash *out);

struct commit_consent_parts {
    struct hash h;      /* header */
    struct hash w;      /* how it was given */
    struct hash c;      /* case and recipient */
    struct hash g_0;    /* the grant without sections; zeros where she said no */
    struct hash grants; /* commit_grants of all others */
};
void commit_consent(const struct commit_consent_parts *parts, struct hash *out);

#endif
