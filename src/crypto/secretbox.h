#ifndef CRYPTO_SECRETBOX_H
#define CRYPTO_SECRETBOX_H
/* Sealing at rest: what the database and the keys file hold (docs/PROTOCOL.md 9).
 *
 * Floor: crypto. Each write draws 32 random bytes and derives key and nonce from them, so no counter is ever stored and
 * a restored database repeats none. Bound to table, row and column: moved, it does not open.
 */

#include "base/bytes.h"
#include "base/error.h"

#define SECRETBOX_KEY_SIZE     32 /* bytes */
#define SECRETBOX_OVERHEAD     48 /* bytes added: random part and tag */
#define SECRETBOX_WRAPPED_SIZE 80

/* Where a sealed value stands. ROW is the INTEGER PRIMARY KEY. OWNER: the id of what it belongs to, so that a row that
 * is moved does not open; empty for none. */
struct secretbox_place {
    const char *table;
    uint64_t row;
    const char *column;
    struct view owner;
};

/* The key of one section under a data key. The caller wipes OUT. */
void secretbox_section_key(const uint8_t data_key[static SECRETBOX_KEY_SIZE], const char *section,
                           uint8_t out[static SECRETBOX_KEY_SIZE]);

/* Appends r ‖ ciphertext ‖ tag. */
void secretbox_seal(const uint8_t section_key[static SECRETBOX_KEY_SIZE], const struct secretbox_place *place,
                    struct view plain, struct bytes *out);
/* Appends the plaintext to a buffer that the caller keeps and wipes: locked memory costs several microseconds a value.
 * On failure *OUT is as it was. E-KEY-15: does not open. */
MUST_USE bool secretbox_open_bytes(const uint8_t section_key[static SECRETBOX_KEY_SIZE],
                                   const struct secretbox_place *place, struct view stored, struct bytes *out,
                                   struct error *err);

/* A data key under the storage key of GENERATION, for SLOT of the keys file. */
void secretbox_wrap(const uint8_t storage_key[static SECRETBOX_KEY_SIZE], uint64_t generation, uint64_t slot,
                    const uint8_t key[static SECRETBOX_KEY_SIZE], uint8_t out[static SECRETBOX_WRAPPED_SIZE]);
/* Returns whether it opens; the caller wipes KEY. */
MUST_USE bool secretbox_unwrap(const uint8_t storage_key[static SECRETBOX_KEY_SIZE], uint64_t generation, uint64_t slot,
                               const uint8_t wrapped[static SECRETBOX_WRAPPED_SIZE],
                               uint8_t key[static SECRETBOX_KEY_SIZE]);

#endif
