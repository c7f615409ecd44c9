#include "held.h"

#include "exchange/referrals/letter_calls.h"

/* Whoever sees the consent is told that it is for a member. */
bool held_ask_referral_print(struct fixture *s, const struct held *h)
{
    static const uint32_t services[] = {SERVICE_SHELTER};
    const struct control_referral_print_ask ask = {
        .consent = h->consent, .services = services, .service_count = 1, .urgency = URGENCY_NORMAL};
    struct control_letter out;

    return is_there(s, exchange_referral_print(s->ngo, &ask, &out, &s->err) || s->err.code == E_OUT_02, E_CON_06);
}

bool held_ask_referral_answer_outside(struct fixture *s, const struct held *h)
{
    const struct control_referral_answer_outside_ask ask = {.consent = h->consent, .answer = LETTER_ACCEPTED};
    struct control_consent_letter out;

    return is_there(s, exchange_referral_answer_outside(s->ngo, &ask, &out, &s->err) || s->err.code == E_OUT_02,
                    E_CON_06);
}
