#ifndef EXCHANGE_CONSENT_COMMITMENT_H
#define EXCHANGE_CONSENT_COMMITMENT_H
/* What the CONSENT record of a consent must hold (docs/PROTOCOL.md 5), computed from its receipt.
 *
 * Floor: exchange.
 */

#include "crypto/commit.h"
#include "model/consent.h"

/* The commitment over header, manner, case with recipient, and grants. False where what the receipt opens, how the
 * consent was given or a grant, is not what is committed to. Closing a receipt changes nothing of it. */
MUST_USE bool consent_commitment_of(const struct consent_receipt *r, struct hash *out);
/* The receipt that opens of OPEN only that she may be referred; it borrows from OPEN, which shows that (REQUIREd). */
void consent_commitment_close(const struct consent_receipt *open, struct consent_receipt *out);
/* Whether R was recorded for this case and recipient; SALT is the one kept by the agency that took it. */
MUST_USE bool consent_commitment_is_of_case(const struct consent_receipt *r,
                                            const uint8_t salt[static COMMIT_SALT_SIZE], const struct ident *case_id,
                                            struct view recipient);

#endif
