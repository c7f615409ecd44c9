#ifndef PKI_X509_H
#define PKI_X509_H
/* OpenSSL's side of a certificate. For this room only. */

#include "pki/certificate.h"

#include <openssl/x509.h>

/* Parses DER: all of it, at most BOUND_CERTIFICATE, in the one encoding that DER has. NULL: *ERR is set. */
X509 *certificate_parse(struct view der, struct error *err);

/* certificate_read of X, without its DER. */
MUST_USE bool certificate_of(X509 *x, struct certificate *out, struct error *err);

/* Whether REVOKED (32 bytes each, ascending) holds this NAME of a certificate. */
bool x509_is_listed(struct view revoked, const struct hash *name);

#endif
