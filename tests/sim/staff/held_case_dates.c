#include "held.h"

#include "exchange/cases/case_dates.h"

static bool on_date(void *cookie, const struct control_case_date *d, struct error *err)
{
    (void)cookie;
    (void)d;
    (void)err;
    return true;
}

bool held_ask_case_date(struct fixture *s, const struct held *h)
{
    const struct control_case_date_ask ask = {.case_id = h->case_id};

    return is_there(s, exchange_case_date(s->ngo, &ask, NULL, on_date, NULL, &s->err), E_CAS_20);
}
