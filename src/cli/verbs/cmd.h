#ifndef CLI_CMD_H
#define CLI_CMD_H
/* The verbs: one file a noun, or a verb without a noun. main.c lists them in the order in which help shows them.
 *
 * Floor: cli.
 */

#include "cli/options.h"
#include "cli/verb.h"

extern const struct verb cmd_init, cmd_enrol, cmd_passphrase, cmd_request, cmd_status;
extern const struct verb cmd_node_run, cmd_node_stop, cmd_node_clock;
extern const struct verb cmd_federation;
extern const struct verb cmd_demo;
extern const struct verb cmd_agency_list, cmd_agency_show, cmd_agency_confirm, cmd_agency_close, cmd_agency_told;
extern const struct verb cmd_case_import, cmd_case_list, cmd_case_show;
extern const struct verb cmd_consent_record, cmd_consent_show, cmd_consent_list, cmd_consent_withdraw;
extern const struct verb cmd_referral_send, cmd_referral_list, cmd_referral_show, cmd_referral_accept,
    cmd_referral_decline;
extern const struct verb cmd_audit_list, cmd_audit_verify;

#endif
