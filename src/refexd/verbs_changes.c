/* Verbs on what changes of a case: edit, history. */
#include "refexd/verbs.h"

#include "exchange/cases/case_edit.h"

CONTROL_ANSWER(case_edited)
CONTROL_ANSWER(case_change)

bool verbs_case_edit(struct control_call *c, struct error *err)
{
    struct control_case_edit_ask ask;
    struct control_case_edited line;

    return control_case_edit_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_edit(c->x, &ask, &line, err) && answer_case_edited(c, &line, err);
}

bool verbs_case_history(struct control_call *c, struct error *err)
{
    struct control_case_history_ask ask;

    return control_case_history_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_history(c->x, &ask, answer_case_change, c, err);
}
