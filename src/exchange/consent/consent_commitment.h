#ifndef EXCHANGE_CONSENT_COMMITMENT_H
#define EXCHANGE_CONSENT_COMMITMENT_H
/* What the CONSENT record of a consent must hold (docs/PROTOCOL.md 5), computed from its receipt.
 *
 * Floor: exchange.
 */

#include "model/consent.h"

/* The commitment over h (the header's) and every g_i (a grant's). False where a grant that is shown is not the one
 * that its g_i commits to. */
MUST_USE bool consent_commitment_of(const struct consent_receipt *r, struct hash *out);

#endif
