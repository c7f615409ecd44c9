#include "held.h"

#include "exchange/cases/case_basis.h"

static bool on_basis(void *cookie, const struct control_case_basis *b, struct error *err)
{
    (void)cookie;
    (void)b;
    (void)err;
    return true;
}

bool held_ask_case_basis(struct fixture *s, const struct held *h)
{
    const struct control_case_basis_ask ask = {.case_id = h->case_id};

    return is_there(s, exchange_case_basis(s->ngo, &ask, NULL, on_basis, NULL, &s->err), E_CAS_20);
}
