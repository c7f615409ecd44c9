#include "held.h"

#include "exchange/kinds/kind_outcome.h"

bool held_ask_referral_outcome(struct fixture *s, const struct held *h)
{
    const struct control_referral_outcome_ask ask = {.referral = h->sent, .purpose = PURPOSE_SERVICES, .dry_run = true};
    struct control_outcome_sent out;

    return is_there(s, exchange_referral_outcome(s->ngo, &ask, &out, &s->err), E_REF_01);
}
