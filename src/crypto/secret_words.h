#ifndef CRYPTO_SECRET_WORDS_H
#define CRYPTO_SECRET_WORDS_H
/* Secrets as words that people write on paper and type again: BIP-39 with its English list, for a multiple of 4 bytes.
 *
 * Floor: crypto. Each 4 bytes are 32 bits of the secret and one of its checksum (the first bits of its SHA-256), eleven
 * bits a word: 32 bytes are 24 words, 8 bytes are 6. What is made here is as secret as the bytes are.
 */

#include "base/secret.h"

#define SECRET_WORDS_MAX_SIZE 32 /* bytes of a secret */
#define SECRET_WORDS_LONGEST  8  /* letters of a word */

/* How many words SIZE bytes are. SIZE is a multiple of 4. */
size_t secret_words_count(size_t size);

/* *OUT is ENTROPY, a multiple of 4 and at most SECRET_WORDS_MAX_SIZE bytes, as words with a space between two. */
void secret_words_write(struct view entropy, struct secret *out);

/* *OUT is the SIZE bytes that TYPED says. Words may be cut to four letters and written in capitals; between them stand
 * blanks, ends of lines, hyphens, commas and full stops, before them a number. E-WRD-01 names by its place a word that
 * is not in the list, and one that is near; E-WRD-02 another number of words than SIZE bytes are; E-WRD-03 a checksum
 * that differs: a word is wrong, or two changed places. The sentences are for who typed and are kept in no log. */
MUST_USE bool secret_words_read(struct view typed, size_t size, struct secret *out, struct error *err);

#endif
