/* What somebody has to do. */
#include "refexd/verbs.h"

#include "exchange/referrals/work_calls.h"

CONTROL_ANSWER(work_item)

bool verbs_work(struct control_call *c, struct error *err)
{
    struct control_work_ask ask;

    return control_work_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_work_list(c->x, &ask, c->step, answer_work_item, c, err);
}
