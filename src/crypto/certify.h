#ifndef CRYPTO_CERTIFY_H
#define CRYPTO_CERTIFY_H
/* Certificates: everything in X.509 that needs a private key. Profiles: certs/; checking: pki/.
 *
 * Floor: crypto. Ed25519 everywhere. The only name of an agency is its URI (SPIFFE X.509-SVID): subjects of leaves and
 * requests are empty and the alternative name is critical, so that no second name can disagree.
 */

#include "model/ident.h"

struct sign_key;

enum certify_use { CERTIFY_TRANSPORT = 1, CERTIFY_IDENTITY };

#define CERTIFY_TRANSPORT_DAYS 90
#define CERTIFY_IDENTITY_DAYS  730
#define CERTIFY_BACKDATE_MS    300000 /* notBefore lies five minutes back: clocks differ */

/* --- the agency --- */
/* A PKCS#10 request (DER, appended) in the name of AGENCY, signed by its KEY. */
MUST_USE bool certify_request(const struct sign_key *key, const struct address *agency, struct bytes *out,
                              struct error *err);

/* --- the federation --- */
/* Checks that REQUEST is signed by the key in it, that the key can be used, and that its one name is an agency of
 * FEDERATION. Gives the agency and the public key. E-CRT-21, E-CRT-22. */
MUST_USE bool certify_request_check(struct view request, const char *federation, struct address *agency,
                                    uint8_t public_key[static KEY_SIZE], struct error *err);

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

/* --- PEM --- */
/* Appends one block; LABEL is "CERTIFICATE" or "CERTIFICATE REQUEST". */
void certify_write_pem(const char *label, struct view der, struct bytes *out);
/* Finds the first block with LABEL in TEXT, appends its DER, and moves *TEXT behind it. False when there is none. */
MUST_USE bool certify_next_pem(const char *label, struct view *text, struct bytes *der);

#endif
