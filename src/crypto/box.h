#ifndef CRYPTO_BOX_H
#define CRYPTO_BOX_H
/* The one construction under secretbox, keyfile and sealfile: r ‖ AES-256-GCM, key and nonce by HKDF (docs/PROTOCOL.md
 * 9).
 *
 * Floor: crypto, for this room only.
 */

#include "base/bytes.h"

#include <stdbool.h>

#define BOX_KEY_SIZE 32 /* bytes */
#define BOX_OVERHEAD 48

/* Writes r ‖ ciphertext ‖ tag, PLAIN.size + BOX_OVERHEAD bytes, to OUT. R: 32 bytes, or NULL for random ones. */
void box_seal(const uint8_t key[static BOX_KEY_SIZE], struct view info, const uint8_t *r, struct view plain,
              uint8_t *out);
/* Writes STORED.size - BOX_OVERHEAD bytes to OUT. False: does not open; OUT is wiped. */
bool box_open(const uint8_t key[static BOX_KEY_SIZE], struct view info, struct view stored, uint8_t *out);
/* Wipes the key schedule of the last call. */
void box_wipe(void);

#endif
