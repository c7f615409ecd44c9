#include "held.h"

#include "exchange/cases/case_ending.h"

bool held_ask_case_close(struct fixture *s, const struct held *h)
{
    const struct control_case_close_ask ask = {.case_id = h->case_id, .reason = CLOSE_COMPLETED};
    struct control_case_life out;
    bool closed = exchange_case_close(s->ngo, &ask, &out, &s->err);
    bool there = is_there(s, closed, E_CAS_20);

    if (closed) /* what else is asked of it is of an open case */
        world_must(exchange_case_reopen(s->ngo, &h->case_id, &out, &s->err), &s->err, "reopen it");
    return there;
}

bool held_ask_case_reopen(struct fixture *s, const struct held *h)
{
    struct control_case_life out;

    return is_there(s, exchange_case_reopen(s->ngo, &h->case_id, &out, &s->err), E_CAS_20);
}

bool held_ask_case_life(struct fixture *s, const struct held *h)
{
    struct control_case_life out;

    return is_there(s, exchange_case_life(s->ngo, &h->case_id, &out, &s->err), E_CAS_20);
}
