/* Verbs on the desks of this agency. */
#include "refexd/verbs/verbs.h"

#include "exchange/staff/desk_calls.h"

CONTROL_ANSWER(desk)

CONTROL_ONE(verbs_desk_set, desk_set_ask, exchange_desk_set, desk)
CONTROL_ONE(verbs_desk_member, desk_member_ask, exchange_desk_member, desk)
CONTROL_ONE(verbs_desk_duty, desk_duty_ask, exchange_desk_duty, desk)

bool verbs_desk_list(struct control_call *c, struct error *err)
{
    return exchange_desk_list(c->x, c->step, answer_desk, c, err);
}
