#include "held.h"

#include "exchange/cases/case_edit.h"

bool held_ask_case_edit(struct fixture *s, const struct held *h)
{
    const struct control_case_edit_ask ask = {.case_id = h->case_id, .version = 1};
    struct control_case_edited out;

    return is_there(s, exchange_case_edit(s->ngo, &ask, &out, &s->err), E_CAS_20);
}

static bool on_change(void *cookie, const struct control_case_change *c, struct error *err)
{
    (void)cookie;
    (void)c;
    (void)err;
    return true;
}

bool held_ask_case_history(struct fixture *s, const struct held *h)
{
    return is_there(
        s,
        exchange_case_history(s->ngo, &(struct control_case_history_ask){h->case_id}, NULL, on_change, NULL, &s->err),
        E_CAS_20);
}
