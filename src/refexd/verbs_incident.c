/* Verbs on referrals that went to the wrong agency. */
#include "refexd/verbs.h"

#include "exchange/referrals/incident_calls.h"

CONTROL_ANSWER(wrong_agency)
CONTROL_ANSWER(incident)

bool verbs_referral_wrong_agency(struct control_call *c, struct error *err)
{
    struct control_wrong_agency_ask ask;
    struct control_wrong_agency line;

    return control_wrong_agency_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_referral_wrong_agency(c->x, &ask, &line, err) && answer_wrong_agency(c, &line, err);
}

bool verbs_incident_list(struct control_call *c, struct error *err)
{
    struct control_incident_list_ask ask;

    return control_incident_list_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_incident_list(c->x, &ask, c->step, answer_incident, c, err);
}

bool verbs_incident_close(struct control_call *c, struct error *err)
{
    struct control_incident_close_ask ask;
    struct control_incident line;

    return control_incident_close_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_incident_close(c->x, &ask, &line, err) && answer_incident(c, &line, err);
}
