#include "model/outcome.h"

#include "model/case_fields.h"

const struct outcome_row outcome_rows[PERSON_OUTCOMES] = {
#define OUTCOME_ROW(id, section, field, value, needs)                                                                  \
    {SECTION_##section, FIELD_REF(SECTION_##section, field), value, SECTION_##needs},
#include "model/outcomes.def"
};

bool outcome_may_be_in(enum section s)
{
    for (size_t i = 0; i < PERSON_OUTCOMES; i++)
        if (outcome_rows[i].section == s)
            return true;
    return false;
}

outcome_set outcome_said(uint32_t ref, uint64_t value)
{
    outcome_set said = 0;

    for (size_t i = 0; i < PERSON_OUTCOMES; i++)
        if (outcome_rows[i].ref == ref && outcome_rows[i].value == value)
            said |= OUTCOME_BIT(i);
    return said;
}
