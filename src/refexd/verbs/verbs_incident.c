/* Verbs on incidents: referrals that went to the wrong agency, and how far something reaches. */
#include "refexd/verbs/verbs.h"

#include "exchange/access/never_calls.h"
#include "exchange/referrals/incident_calls.h"

CONTROL_ANSWER(wrong_agency)
CONTROL_ANSWER(incident)
CONTROL_ANSWER(incident_kept)

CONTROL_ONE(verbs_referral_wrong_agency, wrong_agency_ask, exchange_referral_wrong_agency, wrong_agency)
CONTROL_LIST(verbs_incident_list, incident_list_ask, exchange_incident_list, incident)
CONTROL_ONE(verbs_incident_close, incident_close_ask, exchange_incident_close, incident)

bool verbs_incident_kept(struct control_call *c, struct error *err)
{
    struct control_incident_kept kept;

    return control_empty_decode(c->message, err) && exchange_incident_kept(c->x, c->step, &kept, err) &&
           (c->step->more || answer_incident_kept(c, &kept, err));
}
