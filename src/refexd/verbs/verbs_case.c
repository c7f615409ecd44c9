/* Verbs on cases: parts of an import, its commit, list, show, received, correct; whose one is, who is kept from it, and
 * who read it by breaking the glass. */
#include "refexd/verbs/verbs.h"

#include "exchange/access/access_calls.h"
#include "exchange/access/assign_calls.h"
#include "exchange/access/never_calls.h"
#include "exchange/cases/case_calls.h"
#include "exchange/cases/case_received.h"
#include "exchange/kinds/kind_correction.h"

#define IMPORT_STEP 64 /* rows, marks or sections in one round of the loop: a millisecond or two */

CONTROL_ANSWER(case_added)
CONTROL_ANSWER(case_summary)
CONTROL_ANSWER(case_section)
CONTROL_ANSWER(case_received)
CONTROL_ANSWER(correction)
CONTROL_ANSWER(assigned)
CONTROL_ANSWER(case_access)
CONTROL_ANSWER(case_never)

bool verbs_case_part(struct control_call *c, struct error *err)
{
    struct control_case_part part;

    c->no_answer = true;
    return control_case_part_decode(c->message, c->arena, &part, err) &&
           case_parts_add(c->parts, c->number, &part, err);
}

static bool begin_import(struct control_call *c, struct error *err)
{
    struct control_case_commit commit;
    struct case_import ask;

    return control_case_commit_decode(c->message, c->arena, &commit, err) &&
           case_parts_assemble(c->parts, c->number, &commit, &ask, err) &&
           exchange_import_begin(c->x, &ask, &c->parts->importing, err);
}

bool verbs_case_import(struct control_call *c, struct error *err)
{
    struct importing *importing;
    bool ok = c->parts->importing != NULL || begin_import(c, err);

    importing = c->parts->importing;
    c->step->limit = IMPORT_STEP;
    ok = ok && exchange_import_step(importing, c->step, answer_case_added, c, err);
    if (!ok) {
        case_parts_wipe(c->parts);
        return false;
    }
    c->waits = exchange_import_waits(importing);
    c->stands = exchange_import_stands(importing);
    if (c->stands)
        case_parts_wipe_cases(c->parts);
    if (!c->step->more)
        case_parts_wipe(c->parts);
    return true;
}

CONTROL_LIST(verbs_case_list, case_list_ask, exchange_case_list, case_summary)

bool verbs_case_show(struct control_call *c, struct error *err)
{
    struct control_case_show_ask ask;
    struct case_sections data;
    bool is_said = false;

    if (!control_case_show_ask_decode(c->message, c->arena, &ask, err) ||
        !exchange_case_show(c->x, &ask.case_id, &data, err))
        return false;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        struct control_case_section line = {.section = s,
                                            .data = data.sections[s],
                                            .version = data.version,
                                            .linked = data.linked,
                                            .linked_count = data.linked_count};

        if (line.data.size == 0)
            continue;
        data.linked_count = 0; /* they stand in the first */
        if (!answer_case_section(c, &line, err))
            return false;
        is_said = true;
    }
    return is_said || answer_case_section(
                          c, &(struct control_case_section){.section = SECTION_TRIAGE, .version = data.version}, err);
}

bool verbs_case_received(struct control_call *c, struct error *err)
{
    struct control_case_received_ask ask;

    return control_case_received_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_received(c->x, &ask, answer_case_received, c, err);
}

bool verbs_case_correct(struct control_call *c, struct error *err)
{
    struct control_case_correct_ask ask;

    return control_case_correct_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_correct(c->x, &ask, answer_correction, c, err);
}

CONTROL_ONE(verbs_case_assign, assign_ask, exchange_case_assign, assigned)

bool verbs_case_never(struct control_call *c, struct error *err)
{
    struct control_case_never_ask ask;

    return control_case_never_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_case_never(c->x, &ask, answer_case_never, c, err);
}

CONTROL_ONE(verbs_case_break_glass, break_glass_ask, exchange_case_break_glass, case_access)
CONTROL_LIST(verbs_staff_accesses, accesses_ask, exchange_access_list, case_access)
CONTROL_ONE(verbs_staff_review, review_ask, exchange_access_review, case_access)
