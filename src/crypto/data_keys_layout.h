#ifndef CRYPTO_DATA_KEYS_LAYOUT_H
#define CRYPTO_DATA_KEYS_LAYOUT_H
/* The layout of the keys file. For data_keys.c only.
 *
 * Floor: crypto.
 *
 *     0  "refex-keys-file\n"  u32 version = 1  u32 80  u64 generation
 *    32  HMAC-SHA256(storage key, `refex/keys-file/v1\n` ‖ the 32 bytes before)
 *    64  u64 count  u64 ~count      two places that are written in turn: the larger valid count holds
 *    80  u64 count  u64 ~count
 *   512  slot 0, slot 1, …          80 bytes each
 */

#include "base/bytes.h"
#include "base/error.h"

#define DATA_KEYS_LAYOUT_HEADER 512 /* bytes: one sector of its own */

struct data_keys_layout {
    int fd;
    uint64_t generation;
    uint64_t count;
    unsigned next_place; /* which of the two counts is written next */
};

/* Reads the header's generation, and the counts. E-KEY-07. */
MUST_USE bool data_keys_layout_read(struct data_keys_layout *f, const char *path, struct error *err);
/* Whether KEY is the storage key that this file was made with. */
MUST_USE bool data_keys_layout_key_fits(const struct data_keys_layout *f, const uint8_t *key, bool *fits,
                                        struct error *err);
/* Writes header and count of a new file. Both fail with errno. */
bool data_keys_layout_write_header(const struct data_keys_layout *f, const uint8_t *key);
bool data_keys_layout_write_count(struct data_keys_layout *f, uint64_t count);
uint64_t data_keys_layout_offset(uint64_t slot);

#endif
