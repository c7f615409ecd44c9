#include "held.h"

#include "exchange/access/house_calls.h"

/* It belongs to no desk: whoever sees the case reads its page, and nobody else. */
bool held_ask_house_show(struct fixture *s, const struct held *h)
{
    struct case_sections out;

    return is_there(s, exchange_house_show(s->ngo, &h->case_id, &out, &s->err), E_CAS_20);
}
