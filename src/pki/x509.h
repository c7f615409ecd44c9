#ifndef PKI_X509_H
#define PKI_X509_H
/* OpenSSL's side of a certificate. For this room only. */

#include "base/bytes.h"
#include "base/error.h"

#include <openssl/x509.h>

/* Parses DER: all of it, at most BOUND_CERTIFICATE, in the one encoding that DER has (a revocation names the hash of
 * these bytes, so no second form of them may be accepted). NULL: *ERR is set. */
X509 *certificate_parse(struct view der, struct error *err);

#endif
