#ifndef CRYPTO_SIGN_H
#define CRYPTO_SIGN_H
/* Ed25519 (RFC 8032, pure): keys that sign, and keys that check.
 *
 * Floor: crypto; auditlog may include this header. Which texts a key may sign is a closed list (docs/PROTOCOL.md 2);
 * this room signs what it is given. Private keys stay inside OpenSSL or on a token.
 */

#include "base/bytes.h"
#include "base/error.h"
#include "model/ident.h"

struct secret;
struct sign_key;   /* a private key, wiped when freed */
struct verify_key; /* a public key, ready to check with */

#define SIGN_PUBLIC_SIZE 32 /* bytes */
#define SIGN_SEED_SIZE   32
#define SIGN_SIZE        64

/* A new key. Ends the process when there is no randomness. */
struct sign_key *sign_key_new(void);
/* The key of a seed (RFC 8032 5.1.5). */
struct sign_key *sign_key_from_seed(const uint8_t seed[static SIGN_SEED_SIZE]);
/* Reads a key: WHERE is a path (PEM, PKCS#8, readable by its owner only) or an OSSL_STORE URI such as "pkcs11:…".
 * PASSPHRASE opens it; of a token it is the PIN. Empty: there is none. Never prompts. E-KEY-01, 02, 03, 16; E-KEY-05 it
 * does not open the key, E-KEY-20 it is empty and the key needs one. */
MUST_USE bool sign_key_open_under(const char *where, struct view passphrase, struct sign_key **out, struct error *err);
/* The same of a key without a passphrase. */
MUST_USE bool sign_key_open(const char *where, struct sign_key **out, struct error *err);
/* The key in PEM, without a passphrase, which the caller wipes. WHAT names it in an error. E-KEY-03. */
MUST_USE bool sign_key_of_pem(struct view pem, const char *what, struct sign_key **out, struct error *err);
/* Whether no passphrase protects the key in the file PATH. E-KEY-01, 02. */
MUST_USE bool sign_key_is_plain(const char *path, bool *out, struct error *err);
/* Whether WHERE is a URI, not a path. */
bool sign_key_is_uri(const char *where);
/* Writes PEM with mode 0600; under PASSPHRASE, unless it is empty: encrypted PKCS#8, PBES2 with scrypt. Refuses to
 * overwrite (E-KEY-04). Fails for a key that cannot leave its token (E-KEY-16). */
MUST_USE bool sign_key_save_under(const struct sign_key *key, struct view passphrase, const char *path,
                                  struct error *err);
MUST_USE bool sign_key_save(const struct sign_key *key, const char *path, struct error *err);
/* Puts KEY, which PATH holds, under PASSPHRASE (empty: none): a new file, looked at, takes the place of the old in one
 * step, and what the old one held is overwritten. On failure PATH opens as before or as asked. */
MUST_USE bool sign_key_put_under(const struct sign_key *key, struct view passphrase, const char *path,
                                 struct error *err);
/* Puts a copy of the key file FROM, which nobody opens, in the place of PATH in one step; what PATH held is
 * overwritten. */
MUST_USE bool sign_key_copy_over(const char *from, const char *path, struct error *err);
/* Overwrites and removes the key file PATH. Fine when it is not there. E-KEY-11. */
MUST_USE bool sign_key_destroy(const char *path, struct error *err);
/* PKCS#8 DER: how refexd hands the TLS key to refex-link over the seam. The caller frees *OUT. */
MUST_USE bool sign_key_der(const struct sign_key *key, struct secret *out, struct error *err);
void sign_key_public(const struct sign_key *key, uint8_t out[static SIGN_PUBLIC_SIZE]);

/* Signs TEXT. Fails only for a key on a token (E-KEY-16). */
MUST_USE bool sign_text(const struct sign_key *key, struct view text, uint8_t out[static SIGN_SIZE], struct error *err);

/* KEY is OTHER from now on, which is freed with what KEY was: who borrows KEY signs with the other. */
void sign_key_take_over(struct sign_key *key, struct sign_key *other);
void sign_key_free(struct sign_key *key);

/* A public key from outside. Keys of small order, under which one signature fits many texts, are refused (E-KEY-13). */
MUST_USE bool verify_key_new(const uint8_t public_key[static SIGN_PUBLIC_SIZE], struct verify_key **out,
                             struct error *err);
/* H(DER SubjectPublicKeyInfo) of a public key: the fingerprint of an agency's identity key (docs/PROTOCOL.md 11). */
void sign_public_hash(const uint8_t public_key[static SIGN_PUBLIC_SIZE], struct hash *out);
void verify_key_public(const struct verify_key *key, uint8_t out[static SIGN_PUBLIC_SIZE]);
bool verify_text(const struct verify_key *key, struct view text, const uint8_t signature[static SIGN_SIZE]);
void verify_key_free(struct verify_key *key);

#endif
