#include "held.h"

#include "exchange/kinds/kind_corrected.h"
#include "exchange/kinds/kind_correction.h"

static bool note_nothing(void *cookie, const struct control_correction *c, struct error *err)
{
    (void)cookie;
    (void)c;
    (void)err;
    return true;
}

bool held_ask_case_correct(struct fixture *s, const struct held *h)
{
    const struct control_case_correct_ask ask = {.case_id = h->case_id, .dry_run = true};

    return is_there(s, exchange_case_correct(s->ngo, &ask, note_nothing, NULL, &s->err), E_CAS_20);
}

bool held_ask_referral_corrected(struct fixture *s, const struct held *h)
{
    const struct control_referral_corrected_ask ask = {.referral = h->sent, .answer = CORRECTION_ANSWER_CONTESTED};
    struct control_referral out;

    return is_there(s, exchange_referral_corrected(s->ngo, &ask, &out, &s->err), E_REF_01);
}
