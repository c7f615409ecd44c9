/* Verbs on letters to somebody outside the federation: print one, enter the answer. */
#include "refexd/verbs/verbs.h"

#include "exchange/referrals/letter_calls.h"

CONTROL_ANSWER(letter)
CONTROL_ANSWER(consent_letter)

CONTROL_ONE(verbs_referral_print, referral_print_ask, exchange_referral_print, letter)
CONTROL_ONE(verbs_referral_answer_outside, referral_answer_outside_ask, exchange_referral_answer_outside,
            consent_letter)
