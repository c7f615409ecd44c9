#ifndef EXCHANGE_OWN_KEYS_H
#define EXCHANGE_OWN_KEYS_H
/* The identity keys that this agency had, by the certificates in its own exchange log: what was signed before its keys
 * were replaced is verified by them, in logs that are over.
 *
 * Floor: exchange.
 */

#include <stdint.h>

#include "base/error.h"

struct checkpoint;
struct db;
struct own_keys;

/* Reads them from the exchange log in DB; the caller frees *OUT. E-STO-*. */
MUST_USE bool own_keys_read(struct db *db, struct own_keys **out, struct error *err);
void own_keys_free(struct own_keys *k);
/* Whether KEY (KEY_SIZE bytes) is one of them. */
bool own_keys_has(const struct own_keys *k, const uint8_t *key);
/* Whether one of them signed C. KEYS is a struct own_keys, for a verifier that knows nothing of certificates. */
bool own_keys_signed(const void *keys, const struct checkpoint *c);

#endif
