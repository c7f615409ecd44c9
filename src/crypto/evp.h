#ifndef CRYPTO_EVP_H
#define CRYPTO_EVP_H
/* OpenSSL's side of our keys. Floor: crypto, for this room only. */

#include "base/error.h"

#include <openssl/evp.h>

struct sign_key;

/* The key behind KEY, borrowed. */
EVP_PKEY *sign_key_evp(const struct sign_key *key);

/* A key of PKEY, which it takes. E-KEY-03: it is no Ed25519 key; the error calls it WHERE. */
MUST_USE bool sign_key_from_evp(EVP_PKEY *pkey, const char *where, struct sign_key **out, struct error *err);

/* Sets *ERR to what OpenSSL could not do, in our words, and empties its error queue. */
bool evp_failed(struct error *err, enum error_code code, const char *what);

#endif
