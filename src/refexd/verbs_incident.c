/* Verbs on referrals that went to the wrong agency. */
#include "refexd/verbs.h"

#include "exchange/referrals/incident_calls.h"

CONTROL_ANSWER(wrong_agency)
CONTROL_ANSWER(incident)

CONTROL_ONE(verbs_referral_wrong_agency, wrong_agency_ask, exchange_referral_wrong_agency, wrong_agency)
CONTROL_LIST(verbs_incident_list, incident_list_ask, exchange_incident_list, incident)
CONTROL_ONE(verbs_incident_close, incident_close_ask, exchange_incident_close, incident)
