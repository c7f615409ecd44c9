#include "held.h"

#include "exchange/referrals/incident_calls.h"

/* What it would do to the one that was sent. */
bool held_ask_referral_wrong_agency(struct fixture *s, const struct held *h)
{
    const struct control_wrong_agency_ask ask = {.referral = h->sent, .dry_run = true};
    struct control_wrong_agency out;

    return is_there(s, exchange_referral_wrong_agency(s->ngo, &ask, &out, &s->err), E_REF_01);
}
