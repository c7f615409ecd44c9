#ifndef CRYPTO_INVITE_WORDS_H
#define CRYPTO_INVITE_WORDS_H
/* The six words of an invitation, and the key that they are stretched to (docs/PROTOCOL.md 10).
 *
 * Floor: crypto. The words are read out by telephone; scrypt with N = 2^17, r = 8, p = 1 stands before each guess.
 */

#include "base/secret.h"
#include "model/ident.h"

/* New words, with a space between two. */
void invite_words_make(struct secret *out);
/* The key, 32 bytes, that TYPED says for the invitation ID. E-WRD-* they are no such words, E-MEM-01. */
MUST_USE bool invite_words_key(struct view typed, const struct ident *id, struct secret *out, struct error *err);

#endif
