/* Verbs on what is asked about nobody: whether an agency has room. */
#include "refexd/verbs.h"

#include "exchange/kinds/inquiry_calls.h"

CONTROL_ANSWER(inquiry)

bool verbs_capacity_ask(struct control_call *c, struct error *err)
{
    struct control_capacity_ask ask;

    return control_capacity_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_capacity_ask(c->x, &ask, answer_inquiry, c, err);
}

bool verbs_capacity_answer(struct control_call *c, struct error *err)
{
    struct control_capacity_answer_ask ask;
    struct control_inquiry line;

    return control_capacity_answer_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_capacity_answer(c->x, &ask, &line, err) && answer_inquiry(c, &line, err);
}

bool verbs_capacity_list(struct control_call *c, struct error *err)
{
    struct control_capacity_list_ask ask;

    return control_capacity_list_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_capacity_list(c->x, &ask, c->step, answer_inquiry, c, err);
}
