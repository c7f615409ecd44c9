#ifndef EXCHANGE_CONSENT_REQUEST_H
#define EXCHANGE_CONSENT_REQUEST_H
/* Request ids of consents that were recorded: a retry records nothing, and is answered as the first time.
 *
 * Floor: exchange. exchange_consent_repeat is implemented here. What was asked and the ids of what was recorded lie
 * sealed under the key of the case.
 */

#include "exchange/exchange.h"

/* Keeps ASK's request id with the consents IDS that were recorded for it, in the open transaction. Nothing where it has
 * none. */
MUST_USE bool consent_request_put(struct exchange *x, const struct consent_ask *ask, const struct ident *ids,
                                  uint32_t last_day, struct error *err);

#endif
