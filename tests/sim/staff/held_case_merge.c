#include "held.h"

#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_move.h"

#include <string.h>

/* With a case that nobody has: whichever is missing is said in the same words. */
static const struct ident nobodys = {{9, 9, 9}};

static bool names_other(const struct fixture *s, bool ok)
{
    char text[IDENT_TEXT];

    ident_write(&nobodys, text);
    return ok || s->err.code != E_CAS_20 || strstr(s->err.text, text) != NULL;
}

bool held_ask_case_merge(struct fixture *s, const struct held *h)
{
    const struct control_case_merge_ask ask = {.case_id = h->case_id, .from = nobodys};
    struct control_case_moved out;

    return names_other(s, exchange_case_merge(s->ngo, &ask, &out, &s->err));
}

bool held_ask_case_move(struct fixture *s, const struct held *h)
{
    const struct control_case_move_ask ask = {.case_id = h->case_id, .from = nobodys, .note = 1};
    struct control_case_moved out;

    return names_other(s, exchange_case_move(s->ngo, &ask, &out, &s->err));
}
