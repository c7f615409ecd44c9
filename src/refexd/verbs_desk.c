/* Verbs on the desks of this agency. */
#include "refexd/verbs.h"

#include "exchange/staff/desk_calls.h"

CONTROL_ANSWER(desk)

bool verbs_desk_set(struct control_call *c, struct error *err)
{
    struct control_desk_set_ask ask;
    struct control_desk line;

    return control_desk_set_ask_decode(c->message, c->arena, &ask, err) && exchange_desk_set(c->x, &ask, &line, err) &&
           answer_desk(c, &line, err);
}

bool verbs_desk_member(struct control_call *c, struct error *err)
{
    struct control_desk_member_ask ask;
    struct control_desk line;

    return control_desk_member_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_desk_member(c->x, &ask, &line, err) && answer_desk(c, &line, err);
}

bool verbs_desk_duty(struct control_call *c, struct error *err)
{
    struct control_desk_duty_ask ask;
    struct control_desk line;

    return control_desk_duty_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_desk_duty(c->x, &ask, &line, err) && answer_desk(c, &line, err);
}

bool verbs_desk_list(struct control_call *c, struct error *err)
{
    return exchange_desk_list(c->x, c->step, answer_desk, c, err);
}
