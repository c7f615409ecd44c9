#ifndef CA_FOUNDER_FILE_H
#define CA_FOUNDER_FILE_H
/* What a founder gives to who founds the federation: the public half of a directory key, signed by the key itself
 * (docs/PROTOCOL.md 2).
 *
 * Floor: ca. No secret; whose it is people compare by its fingerprint.
 */

#include "base/bytes.h"
#include "base/error.h"
#include "model/ident.h"

struct sign_key;

/* Appends the file of KEY. E-KEY-16. */
MUST_USE bool founder_file_write(const struct sign_key *key, struct bytes *file, struct error *err);
/* The key of the file PATH, which may have come by mail. E-ENR-20, E-FIL-01. */
MUST_USE bool founder_file_read(const char *path, uint8_t out[static KEY_SIZE], struct error *err);

#endif
