#include "held.h"

#include "exchange/cases/case_received.h"

static bool note_nothing(void *cookie, const struct control_case_received *r, struct error *err)
{
    (void)cookie;
    (void)r;
    (void)err;
    return true;
}

bool held_ask_case_received(struct fixture *s, const struct held *h)
{
    const struct control_case_received_ask ask = {h->case_id};

    return is_there(s, exchange_case_received(s->ngo, &ask, note_nothing, NULL, &s->err), E_CAS_20);
}

bool held_ask_referral_join(struct fixture *s, const struct held *h)
{
    const struct control_referral_join_ask ask = {.referral = h->sent};
    struct control_referral out;

    return is_there(s, exchange_referral_join(s->ngo, &ask, &out, &s->err), E_REF_01);
}
