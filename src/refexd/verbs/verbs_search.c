/* Verbs that look for something. */
#include "refexd/verbs/verbs.h"

#include "exchange/search/search_calls.h"

#define SEARCH_STEP 16 /* segments in one round of the loop: a millisecond or two */

CONTROL_ANSWER(case_found)

bool verbs_case_find(struct control_call *c, struct error *err)
{
    struct control_case_find_ask ask;
    bool ok;

    if (*c->searching == NULL && (!control_case_find_ask_decode(c->message, c->arena, &ask, err) ||
                                  !exchange_search_begin(c->x, &ask, c->searching, err)))
        return false;
    c->step->limit = SEARCH_STEP;
    ok = exchange_search_step(*c->searching, c->step, answer_case_found, c, err);
    if (!ok || !c->step->more) {
        exchange_search_end(*c->searching);
        *c->searching = NULL;
    }
    return ok;
}
