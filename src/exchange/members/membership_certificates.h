#ifndef EXCHANGE_MEMBERSHIP_CERTIFICATES_H
#define EXCHANGE_MEMBERSHIP_CERTIFICATES_H
/* The certificates of a membership: its root, and its own, which lead to a root of its line.
 *
 * Floor: exchange, for membership.c.
 */

#include "exchange/members/membership.h"

/* Checks those of FILES, which M holds copies of, and chooses the root in use. E-ENR-05. */
MUST_USE bool membership_open_certificates(struct membership *m, const struct membership_files *files,
                                           struct error *err);

#endif
