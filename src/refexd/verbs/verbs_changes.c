/* Verbs on what changes of a case and is written down beside it: edit, history, notes, links, merge, move. */
#include "refexd/verbs/verbs.h"

#include "exchange/cases/case_edit.h"
#include "exchange/cases/case_links.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_move.h"
#include "exchange/cases/case_notes.h"

#define VERSIONS_STEP 8 /* versions or notes in one round of the loop: each may be as long as a case */

CONTROL_ANSWER(case_edited)
CONTROL_ANSWER(case_change)
CONTROL_ANSWER(case_linked)
CONTROL_ANSWER(case_moved)
CONTROL_ANSWER(case_note)
CONTROL_ANSWER(case_task)

CONTROL_ONE(verbs_case_edit, case_edit_ask, exchange_case_edit, case_edited)

bool verbs_case_history(struct control_call *c, struct error *err)
{
    struct control_case_history_ask ask;

    c->step->limit = VERSIONS_STEP;
    return control_case_history_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_history(c->x, &ask, c->step, answer_case_change, c, err);
}

CONTROL_ONE(verbs_case_note, case_note_ask, exchange_case_note, case_note)

bool verbs_case_notes(struct control_call *c, struct error *err)
{
    struct control_case_notes_ask ask;

    c->step->limit = VERSIONS_STEP;
    return control_case_notes_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_notes(c->x, &ask, c->step, answer_case_note, c, err);
}

CONTROL_ONE(verbs_case_done, case_done_ask, exchange_case_done, case_note)

bool verbs_case_tasks(struct control_call *c, struct error *err)
{
    return exchange_case_tasks(c->x, answer_case_task, c, err);
}

bool verbs_case_link(struct control_call *c, struct error *err)
{
    struct control_case_link_ask ask;

    return control_case_link_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_link(c->x, &ask, answer_case_linked, c, err);
}

CONTROL_ONE(verbs_case_merge, case_merge_ask, exchange_case_merge, case_moved)
CONTROL_ONE(verbs_case_move, case_move_ask, exchange_case_move, case_moved)
