#ifndef CRYPTO_SEAL_TEST_H
#define CRYPTO_SEAL_TEST_H
/* Sealing and storing with numbers that are given: for test vectors only (a house test finds other users).
 *
 * Floor: crypto.
 */

#include "crypto/seal.h"
#include "crypto/secretbox.h"

MUST_USE bool seal_sender_new_fixed(const uint8_t ephemeral[static 32],
                                    const uint8_t public_key[static SEAL_PUBLIC_SIZE], struct view info,
                                    uint8_t enc[static SEAL_ENC_SIZE], struct seal_sender **out, struct error *err);
void secretbox_seal_fixed(const uint8_t r[static 32], const uint8_t section_key[static SECRETBOX_KEY_SIZE],
                          const struct secretbox_place *place, struct view plain, struct bytes *out);
void secretbox_wrap_fixed(const uint8_t r[static 32], const uint8_t storage_key[static SECRETBOX_KEY_SIZE],
                          uint64_t generation, uint64_t slot, const uint8_t key[static SECRETBOX_KEY_SIZE],
                          uint8_t out[static SECRETBOX_WRAPPED_SIZE]);

#endif
