#ifndef CRYPTO_CERTIFY_PEM_H
#define CRYPTO_CERTIFY_PEM_H
/* Certificates and requests as PEM (RFC 7468).
 *
 * Floor: crypto.
 */

#include "base/bytes.h"
#include "base/error.h"

/* Appends one block; LABEL is "CERTIFICATE" or "CERTIFICATE REQUEST". */
void certify_write_pem(const char *label, struct view der, struct bytes *out);
/* Finds the first block with LABEL in TEXT, appends its DER, and moves *TEXT behind it. False when there is none. */
MUST_USE bool certify_next_pem(const char *label, struct view *text, struct bytes *der);

#endif
