#include "held.h"

#include "exchange/cases/case_who.h"

static bool on_share(void *cookie, const struct control_case_share *share, struct error *err)
{
    (void)cookie;
    (void)share;
    (void)err;
    return true;
}

bool held_ask_case_who(struct fixture *s, const struct held *h)
{
    return is_there(s, exchange_case_who(s->ngo, &h->case_id, on_share, NULL, &s->err), E_CAS_20);
}
