#ifndef CRYPTO_EVP_H
#define CRYPTO_EVP_H
/* OpenSSL's side of our keys. Floor: crypto, for this room only. */

#include "base/error.h"

#include <openssl/evp.h>

struct sign_key;

/* The key behind KEY, borrowed. */
EVP_PKEY *sign_key_evp(const struct sign_key *key);

/* Sets *ERR to what OpenSSL could not do, in our words, and empties its error queue. */
bool evp_failed(struct error *err, enum error_code code, const char *what);

#endif
