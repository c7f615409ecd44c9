#ifndef EXCHANGE_CONSENT_REQUEST_H
#define EXCHANGE_CONSENT_REQUEST_H
/* Request ids of consents that were recorded: a retry records nothing, and is answered as the first time.
 *
 * Floor: exchange. What was asked and the ids of what was recorded lie sealed under the key of the case.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* Whether ASK's request id was used: then nothing is to be recorded, and *OUT is that of the first time. E-CON-24 it
 * was used for another ask. */
MUST_USE bool consent_request_find(struct exchange *x, const struct control_consent_record_ask *ask,
                                   struct control_consent_recorded *out, bool *repeated, struct error *err);
/* Keeps ASK's request id with the consents that were RECORDED for it, in the open transaction. Nothing where it has
 * none. ASK is as it came: what was made of it may be another tomorrow. */
MUST_USE bool consent_request_put(struct exchange *x, const struct control_consent_record_ask *ask,
                                  const struct control_consent_recorded *recorded, struct error *err);

#endif
