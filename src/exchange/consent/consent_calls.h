#ifndef EXCHANGE_CONSENT_CALLS_H
#define EXCHANGE_CONSENT_CALLS_H
/* What people do with consents: record, list, show, withdraw (consent_summary.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

typedef bool exchange_on_consent_fn(void *cookie, const struct control_consent *c, struct error *err);
/* Records a consent for each recipient of ASK, all or none: *OUT, which has room for as many, says which. Where ASK is
 * a no: first calls ON_ENDED for each yes to its agencies that it withdraws, with what that does. In a dry run the same
 * checks, and nothing is written. A request id that was used records nothing, and *OUT is as the first time, or
 * E-CON-24: it was used for another ask. E-CON-*: what ASK contradicts. */
MUST_USE bool exchange_consent_record(struct exchange *x, const struct control_consent_record_ask *ask,
                                      exchange_on_consent_fn *on_ended, void *cookie,
                                      struct control_consent_recorded *out, struct error *err);

/* Without a case: the consents of all cases, and those that came with data. E-CAS-20. */
MUST_USE bool exchange_consent_list(struct exchange *x, const struct control_consent_list_ask *ask,
                                    struct walk_step *step, exchange_on_consent_fn *on_item, void *cookie,
                                    struct error *err);
/* With its grants and how it was given, which the list leaves out. E-CON-06: there is none. */
MUST_USE bool exchange_consent_show(struct exchange *x, const struct ident *id, struct control_consent *out,
                                    struct error *err);

/* Stops use of the data at once, here and (by a message) at the recipient; erasure follows after the federation's
 * time, or at once. Cannot be undone; she can only give a new consent. Said again it asks the recipient again at once;
 * ERASE_NOW may follow a plain one. E-CON-06 not ours, E-CON-07 never given, E-CON-08; E-CON-22 names whom to tell
 * where this node signs nothing more. A dry run makes the same checks, writes nothing, and *OUT says what would be. */
MUST_USE bool exchange_consent_withdraw(struct exchange *x, const struct control_consent_withdraw_ask *ask,
                                        struct control_consent *out, struct error *err);

/* Those that their agency stopped while it was suspended, and nobody has looked after, as far as who asks sees them: by
 * agency. */
typedef bool exchange_on_stop_fn(void *cookie, const struct control_agency_stop *line, struct error *err);
MUST_USE bool exchange_agency_stops(struct exchange *x, exchange_on_stop_fn *on_stop, void *cookie, struct error *err);
/* A person has phoned AGENCY: those of it that ON_STOP is told are listed no more; the house log has it. E-RVK-20. */
MUST_USE bool exchange_agency_stops_seen(struct exchange *x, const struct address *agency, exchange_on_stop_fn *on_stop,
                                         void *cookie, struct error *err);

#endif
