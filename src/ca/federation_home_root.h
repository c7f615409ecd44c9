#ifndef CA_FEDERATION_HOME_ROOT_H
#define CA_FEDERATION_HOME_ROOT_H
/* The roots of the folder.
 *
 * Floor: ca, for federation_home.c, which has the rest of them.
 */

#include "ca/federation_home.h"

/* Reads certs/root-2.pem and those that follow. E-FED-01. */
MUST_USE bool federation_home_read_later_roots(struct federation_home *h, struct error *err);

#endif
