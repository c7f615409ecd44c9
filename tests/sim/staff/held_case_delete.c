#include "held.h"

#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_hold.h"

bool held_ask_case_delete(struct fixture *s, const struct held *h)
{
    const struct control_case_delete_ask look = {.case_id = h->case_id, .reason = DELETE_SHE_ASKED, .dry_run = true};
    struct control_case_life out;

    return is_there(s, exchange_case_delete(s->ngo, &look, &out, &s->err), E_CAS_20);
}

bool held_ask_case_hold(struct fixture *s, const struct held *h)
{
    const struct control_case_hold_ask lift = {.case_id = h->case_id};
    struct control_case_life out;

    return is_there(s, exchange_case_hold(s->ngo, &lift, &out, &s->err), E_CAS_20);
}
