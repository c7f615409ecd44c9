#ifndef CRYPTO_CERTIFY_H
#define CRYPTO_CERTIFY_H
/* Certificate requests: made by an agency, checked by the federation. Issuing: crypto/certify_ca.h; profiles: certs/.
 *
 * Floor: crypto. Ed25519 everywhere. The only name of an agency is its URI (SPIFFE X.509-SVID): the subject of a
 * request is empty and the alternative name is critical, so that no second name can disagree. A request for a transport
 * certificate holds no name at all: the federation writes the label and the node id.
 */

#include "model/ident.h"

struct sign_key;

/* A PKCS#10 request (DER, appended) in the name of AGENCY (NULL: it names nobody), signed by its KEY. */
MUST_USE bool certify_request(const struct sign_key *key, const struct address *agency, struct bytes *out,
                              struct error *err);

/* Checks that REQUEST is signed by the key in it, that the key can be used, and that its one name is an agency of
 * FEDERATION. Returns the agency and the public key. E-CRT-21, E-CRT-22. */
MUST_USE bool certify_request_check(struct view request, const char *federation, struct address *agency,
                                    uint8_t public_key[static KEY_SIZE], struct error *err);
/* The same for a transport key: REQUEST must hold the key and nothing else. E-CRT-21, E-CRT-22. */
MUST_USE bool certify_transport_request_check(struct view request, uint8_t public_key[static KEY_SIZE],
                                              struct error *err);

#endif
