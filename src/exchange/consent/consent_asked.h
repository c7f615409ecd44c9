#ifndef EXCHANGE_CONSENT_ASKED_H
#define EXCHANGE_CONSENT_ASKED_H
/* What a person asks to be recorded of a consent: checked, before anything is made of it.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* Whether ASK may be recorded today; *UNTIL: the last day, asked for or counted from today. E-CON-10 to E-CON-18,
 * E-OUT-01, E-CON-23 where the clocks are more than a day apart, E-CON-26. */
MUST_USE bool consent_asked_check(struct exchange *x, const struct control_consent_record_ask *ask, uint32_t *until,
                                  struct error *err);

/* ASK as it is recorded: what is for somebody outside the federation has this agency as its recipient, which no member
 * is to itself, so nothing of it is ever sent. OWN is to live as long as *OUT. */
void consent_asked_complete(struct exchange *x, const struct control_consent_record_ask *ask, struct address *own,
                            struct control_consent_record_ask *out);

/* The grants to be made of one that was asked for: triage stands alone, so that it opens before acceptance without what
 * else she granted. PARTS has room for two, which borrow from G; returns how many. */
size_t consent_asked_split(const struct control_consent_grant *g, struct control_consent_grant parts[2]);
/* How many grants that makes of all of ASK. */
size_t consent_asked_count(const struct control_consent_record_ask *ask);

#endif
