#ifndef CRYPTO_CERTIFY_CA_H
#define CRYPTO_CERTIFY_CA_H
/* Certificates that a federation issues. Profiles: certs/; checking: pki/.
 *
 * Floor: crypto. Ed25519 everywhere; the subjects of leaves are empty, as those of requests (crypto/certify.h).
 */

#include "model/ident.h"

struct sign_key;

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
/* The root that takes the place of ROOT: its key, certified by ROOT. It ends by its own days, not by ROOT's. */
MUST_USE bool certify_next_root(const struct sign_key *root, struct view root_der,
                                const uint8_t public_key[static KEY_SIZE], const char *federation,
                                const struct certify_validity *validity, struct bytes *out, struct error *err);
/* The issuing CA's certificate: CA, path length 0, names of FEDERATION only. */
MUST_USE bool certify_issuing(const struct sign_key *root, struct view root_der,
                              const uint8_t public_key[static KEY_SIZE], const char *federation,
                              const struct certify_validity *validity, struct bytes *out, struct error *err);
/* The transport CA's certificate: CA, path length 0, names under LABEL only. It holds no other name. */
MUST_USE bool certify_transport_ca(const struct sign_key *root, struct view root_der,
                                   const uint8_t public_key[static KEY_SIZE], const struct label *label,
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
/* The identity certificate for a checked request (checks it again), by the issuing CA. */
MUST_USE bool certify_identity(const struct sign_key *issuing, struct view issuing_der, struct view request,
                               const char *federation, const struct certify_validity *validity, struct bytes *out,
                               struct error *err);
/* The transport certificate of the machine NODE for a request that names nobody (checks it again), by the transport CA
 * of LABEL. */
MUST_USE bool certify_transport(const struct sign_key *ca, struct view ca_der, struct view request,
                                const struct label *label, const struct ident *node,
                                const struct certify_validity *validity, struct bytes *out, struct error *err);

#endif
