#ifndef PKI_SPIFFE_H
#define PKI_SPIFFE_H
/* The one name in a certificate: a SPIFFE URI. For this room only.
 *
 * Floor: pki. Five forms: spiffe://F (an authority), spiffe://F/agency/NAME, spiffe://F/directory/K/I; and, naming
 * nobody, spiffe://LABEL (a transport CA), spiffe://LABEL/NODE (32 hex digits). What has the form of a label is no
 * federation.
 */

#include "pki/certificate.h"

enum spiffe_kind { SPIFFE_AUTHORITY = 1, SPIFFE_AGENCY, SPIFFE_DIRECTORY, SPIFFE_LABEL, SPIFFE_NODE };

/* Fills the names of *OUT (federation, agency, directory_k, directory_i; label, node). */
bool spiffe_read(struct view uri, struct certificate *out, enum spiffe_kind *kind);

#endif
