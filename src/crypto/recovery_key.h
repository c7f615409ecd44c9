#ifndef CRYPTO_RECOVERY_KEY_H
#define CRYPTO_RECOVERY_KEY_H
/* The key that opens the keys part of a backup: 24 words on paper, and an X25519 key that is derived from them.
 *
 * Floor: crypto. A node keeps the public half alone (docs/PROTOCOL.md 9): it writes what only the words open.
 */

#include "base/secret.h"
#include "crypto/seal.h"

#define RECOVERY_KEY_SIZE 32 /* bytes that the words say */

/* New words, with a space between two. */
void recovery_key_make_words(struct secret *out);
/* The key that TYPED says (crypto/secret_words.h, with its errors). *OUT is freed by seal_key_free. */
MUST_USE bool recovery_key_of_words(struct view typed, struct seal_key **out, struct error *err);

#endif
