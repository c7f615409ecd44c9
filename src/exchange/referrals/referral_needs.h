#ifndef EXCHANGE_REFERRAL_NEEDS_H
#define EXCHANGE_REFERRAL_NEEDS_H
/* What the services of a referral need to know of a person and would not be told (model/service_needs.h): whoever sends
 * is told before. Fields by their names, never what is in them.
 *
 * Floor: exchange.
 */

#include "base/error.h"

struct control_referral_result;
struct exchange;
struct referral_draft;

/* Fills needed, lacking and harmful of *OUT, for M as it was surveyed. E-BYT-*, E-CAS-01. */
MUST_USE bool referral_needs_fill(struct exchange *x, const struct referral_draft *m,
                                  struct control_referral_result *out, struct error *err);

#endif
