/* Verbs on what is asked about nobody: whether an agency has room. */
#include "refexd/verbs/verbs.h"

#include "exchange/kinds/inquiry_calls.h"

CONTROL_ANSWER(inquiry)

bool verbs_capacity_ask(struct control_call *c, struct error *err)
{
    struct control_capacity_ask ask;

    return control_capacity_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_capacity_ask(c->x, &ask, answer_inquiry, c, err);
}

CONTROL_ONE(verbs_capacity_answer, capacity_answer_ask, exchange_capacity_answer, inquiry)
CONTROL_LIST(verbs_capacity_list, capacity_list_ask, exchange_capacity_list, inquiry)
