/* Verbs on the life of a case: who has what of it, on which basis it is kept, its dates, what becomes of it. */
#include "refexd/verbs/verbs.h"

#include "exchange/cases/case_basis.h"
#include "exchange/cases/case_dates.h"
#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_hold.h"
#include "exchange/cases/case_who.h"

CONTROL_ANSWER(case_share)
CONTROL_ANSWER(case_life)
CONTROL_ANSWER(case_basis)
CONTROL_ANSWER(case_date)

bool verbs_case_who(struct control_call *c, struct error *err)
{
    struct control_case_who_ask ask;

    return control_case_who_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_who(c->x, &ask.case_id, answer_case_share, c, err);
}

CONTROL_ONE(verbs_case_close, case_close_ask, exchange_case_close, case_life)

bool verbs_case_reopen(struct control_call *c, struct error *err)
{
    struct control_case_life_ask ask;
    struct control_case_life line;

    return control_case_life_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_reopen(c->x, &ask.case_id, &line, err) && answer_case_life(c, &line, err);
}

bool verbs_case_life(struct control_call *c, struct error *err)
{
    struct control_case_life_ask ask;
    struct control_case_life line;

    return control_case_life_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_life(c->x, &ask.case_id, &line, err) && answer_case_life(c, &line, err);
}

CONTROL_ONE(verbs_case_delete, case_delete_ask, exchange_case_delete, case_life)
CONTROL_ONE(verbs_case_hold, case_hold_ask, exchange_case_hold, case_life)
CONTROL_LIST(verbs_case_basis, case_basis_ask, exchange_case_basis, case_basis)
CONTROL_LIST(verbs_case_date, case_date_ask, exchange_case_date, case_date)
