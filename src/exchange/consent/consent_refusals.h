#ifndef EXCHANGE_CONSENT_REFUSALS_H
#define EXCHANGE_CONSENT_REFUSALS_H
/* Whom each refusal was about: a no ends every yes before it for the same person and recipient, whichever of her cases,
 * where they became one, either was recorded for.
 *
 * Floor: exchange. The log says that a consent was refused, not by whom or about whom; that its row says, and is
 * believed only where the log commits to it. What was found so is kept, 72 bytes a refusal: it never changes.
 */

#include "exchange/exchange.h"
#include "store/consent_store.h"

struct consent_refusals;

struct consent_refusals *consent_refusals_new(void);
void consent_refusals_free(struct consent_refusals *r);

/* Whether the log has a no after YES, a consent taken here, for the person of CASE_ID and the agency RECIPIENT: her no
 * withdraws each yes that it finds; this one may have been hidden then, or in a case that was not known to be hers.
 * *UNKNOWN: of a later no the row is gone or is not what the log commits to, so it may be hers; or it does not open
 * into which case that of either was merged. Opens those not known yet. E-KEY-21: the disk does not give a key now. */
MUST_USE bool consent_refusals_after(struct exchange *x, const struct consent_row *yes, const struct ident *case_id,
                                     struct view recipient, bool *said_no, bool *unknown, struct error *err);

#endif
