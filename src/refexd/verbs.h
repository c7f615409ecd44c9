#ifndef REFEXD_VERBS_H
#define REFEXD_VERBS_H
/* The verbs of the control door: decoded request in, one call of the exchange, items out.
 *
 * Floor: refexd. Each is a row of control_door's table. False: *ERR becomes the FAILURE, and items made so far are
 * dropped.
 */

#include "refexd/control_call.h"

bool verbs_status(struct control_call *c, struct error *err);
bool verbs_stop(struct control_call *c, struct error *err);
bool verbs_init(struct control_call *c, struct error *err);
bool verbs_enrol(struct control_call *c, struct error *err);
bool verbs_own_key(struct control_call *c, struct error *err);
bool verbs_request(struct control_call *c, struct error *err);
bool verbs_passphrase(struct control_call *c, struct error *err);
bool verbs_agency_list(struct control_call *c, struct error *err);
bool verbs_agency_confirm(struct control_call *c, struct error *err);
bool verbs_agency_close(struct control_call *c, struct error *err);
bool verbs_agency_told(struct control_call *c, struct error *err);
bool verbs_clock(struct control_call *c, struct error *err);
bool verbs_take_directory(struct control_call *c, struct error *err);

bool verbs_case_part(struct control_call *c, struct error *err);
bool verbs_case_commit(struct control_call *c, struct error *err);
bool verbs_case_list(struct control_call *c, struct error *err);
bool verbs_case_show(struct control_call *c, struct error *err);

bool verbs_consent_record(struct control_call *c, struct error *err);
bool verbs_consent_list(struct control_call *c, struct error *err);
bool verbs_consent_show(struct control_call *c, struct error *err);
bool verbs_consent_withdraw(struct control_call *c, struct error *err);

bool verbs_refer(struct control_call *c, struct error *err);
bool verbs_referral_list(struct control_call *c, struct error *err);
bool verbs_referral_show(struct control_call *c, struct error *err);
bool verbs_referral_accept(struct control_call *c, struct error *err);
bool verbs_referral_decline(struct control_call *c, struct error *err);

bool verbs_audit_list(struct control_call *c, struct error *err);
bool verbs_audit_verify(struct control_call *c, struct error *err);

#endif
