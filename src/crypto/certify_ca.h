#ifndef CRYPTO_CERTIFY_CA_H
#define CRYPTO_CERTIFY_CA_H
/* Certificates that a federation issues. Profiles: certs/; checking: pki/.
 *
 * Floor: crypto. Ed25519 everywhere; the subjects of leaves are empty, as those of requests (crypto/certify.h).
 */

#include "model/ident.h"

struct sign_key;

enum certify_use { CERTIFY_TRANSPORT = 1, CERTIFY_IDENTITY };

#define CERTIFY_TRANSPORT_DAYS 90
#define CERTIFY_IDENTITY_DAYS  730
#define CERTIFY_BACKDATE_MS    300000 /* notBefore lies five minutes back: clocks differ */

struct certify_validity {
    int64_t now_ms; /* validity begins five minutes earlier */
    uint32_t days;  /* and ends this many days after */
};

/* The self-signed root. Its id is H(SubjectPublicKeyInfo): pki/certificate.h. All of these append DER. */
MUST_USE bool certify_root(const struct sign_key *root, const char *federation, const struct certify_validity *validity,
                           struct bytes *out, struct error *err);
/* The issuing CA's certificate: CA, path length 0, names of FEDERATION only. */
MUST_USE bool certify_issuing(const struct sign_key *root, struct view root_der,
                              const uint8_t public_key[static KEY_SIZE], const char *federation,
                              const struct certify_validity *validity, struct bytes *out, struct error *err);
/* Directory key I of the federation, K of which must sign (1 ≤ I, 1 ≤ K). By the root. */
struct certify_directory {
    uint32_t k;
    uint32_t i;
    const uint8_t *public_key; /* 32 bytes */
};
MUST_USE bool certify_directory_key(const struct sign_key *root, struct view root_der, const char *federation,
                                    const struct certify_directory *which, const struct certify_validity *validity,
                                    struct bytes *out, struct error *err);
/* The certificate for a checked request (checks it again), by the issuing CA. */
MUST_USE bool certify_leaf(const struct sign_key *issuing, struct view issuing_der, struct view request,
                           const char *federation, enum certify_use use, const struct certify_validity *validity,
                           struct bytes *out, struct error *err);

#endif
