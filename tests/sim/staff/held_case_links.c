#include "held.h"

#include "exchange/cases/case_links.h"

static bool on_linked(void *cookie, const struct control_case_linked *l, struct error *err)
{
    (void)cookie;
    (void)l;
    (void)err;
    return true;
}

bool held_ask_case_link(struct fixture *s, const struct held *h)
{
    const struct control_case_link_ask ask = {.case_id = h->case_id};

    return is_there(s, exchange_case_link(s->ngo, &ask, on_linked, NULL, &s->err), E_CAS_20);
}
