/* Verbs on the life of a case: who has what of it. */
#include "refexd/verbs.h"

#include "exchange/cases/case_who.h"

CONTROL_ANSWER(case_share)

bool verbs_case_who(struct control_call *c, struct error *err)
{
    struct control_case_who_ask ask;

    return control_case_who_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_who(c->x, &ask.case_id, answer_case_share, c, err);
}
