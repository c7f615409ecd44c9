/* Verbs on safety pages. */
#include "refexd/verbs/verbs.h"

#include "exchange/access/house_calls.h"

CONTROL_ANSWER(house_resident)
CONTROL_ANSWER(case_section)

bool verbs_house_list(struct control_call *c, struct error *err)
{
    return exchange_house_list(c->x, c->step, answer_house_resident, c, err);
}

bool verbs_house_show(struct control_call *c, struct error *err)
{
    struct control_case_show_ask ask;
    struct case_sections page;

    if (!control_case_show_ask_decode(c->message, c->arena, &ask, err) ||
        !exchange_house_show(c->x, &ask.case_id, &page, err))
        return false;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        struct control_case_section line = {.section = s, .data = page.sections[s], .version = page.version};

        if (line.data.size != 0 && !answer_case_section(c, &line, err))
            return false;
    }
    return true;
}
