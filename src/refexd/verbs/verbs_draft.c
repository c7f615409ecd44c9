/* Verbs on drafts: put, list, show, drop. */
#include "refexd/verbs/verbs.h"

#include "exchange/drafts/draft_calls.h"

CONTROL_ANSWER(draft)

CONTROL_ONE(verbs_draft_put, draft_put_ask, exchange_draft_put, draft)

bool verbs_draft_list(struct control_call *c, struct error *err)
{
    return control_empty_decode(c->message, err) && exchange_draft_list(c->x, c->step, answer_draft, c, err);
}

bool verbs_draft_show(struct control_call *c, struct error *err)
{
    struct control_draft_ask ask;
    struct control_draft line;

    return control_draft_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_draft_show(c->x, &ask.draft, &line, err) && answer_draft(c, &line, err);
}

bool verbs_draft_drop(struct control_call *c, struct error *err)
{
    struct control_draft_ask ask;

    return control_draft_ask_decode(c->message, c->arena, &ask, err) && exchange_draft_drop(c->x, &ask.draft, err);
}
