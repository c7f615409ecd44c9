/* Verbs on letters to somebody outside the federation: print one, enter the answer. */
#include "refexd/verbs.h"

#include "exchange/referrals/letter_calls.h"

CONTROL_ANSWER(letter)
CONTROL_ANSWER(consent_letter)

bool verbs_referral_print(struct control_call *c, struct error *err)
{
    struct control_referral_print_ask ask;
    struct control_letter line;

    return control_referral_print_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_referral_print(c->x, &ask, &line, err) && answer_letter(c, &line, err);
}

bool verbs_referral_answer_outside(struct control_call *c, struct error *err)
{
    struct control_referral_answer_outside_ask ask;
    struct control_consent_letter line;

    return control_referral_answer_outside_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_referral_answer_outside(c->x, &ask, &line, err) && answer_consent_letter(c, &line, err);
}
