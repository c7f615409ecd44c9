/* Verb on ids: those that begin as somebody typed. */
#include "refexd/verbs/verbs.h"

#include "exchange/search/id_find.h"

CONTROL_ANSWER(id_found)

bool verbs_id_find(struct control_call *c, struct error *err)
{
    struct control_id_find_ask ask;

    return control_id_find_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_id_find(c->x, &ask, answer_id_found, c, err);
}
