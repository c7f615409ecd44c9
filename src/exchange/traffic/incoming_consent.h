#ifndef EXCHANGE_INCOMING_CONSENT_H
#define EXCHANGE_INCOMING_CONSENT_H
/* Steps 11 and 12 of admission: whether a message that came is permitted, by the consent that it names.
 *
 * Floor: exchange. The same rule as the sender's gate (model/consent.h), asked of the consent receipt that came.
 */

#include "exchange/traffic/admission.h"

/* Finds the consent, or checks the receipt that came with the message; *OUTCOME is OUTCOME_STORED if it is permitted,
 * else the one to refuse it with, or, where IN->hold is set, nothing for good: a clock in doubt alone ended it. Writes
 * nothing but notes of logs. False only for an error of our own (store), or E-KEY-21: what is stored under a consent
 * finds its key. */
MUST_USE bool incoming_consent_decide(struct incoming *in, enum outcome *outcome, struct error *err);

#endif
