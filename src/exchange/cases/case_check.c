#include "exchange/cases/case_check.h"

#include "base/bounds.h"
#include "codec/case_codec.h"
#include "exchange/cases/case_calls.h"

bool case_check(const struct case_sections *c, struct error *err)
{
    uint32_t refs[CASE_SECTION_FIELDS];
    section_set present = 0;

    for (int s = SECTION_TRIAGE; s < SECTION_END; s++) {
        size_t count;

        if (c->sections[s].size == 0)
            continue;
        if (c->sections[s].size > BOUND_SECTION)
            return error_set(err, E_CAS_21, "section %s is over %d bytes", section_name((enum section)s),
                             BOUND_SECTION);
        if (!case_section_fields((enum section)s, c->sections[s], refs, &count, err))
            return error_wrap(err, "section %s", section_name((enum section)s));
        present |= SECTION_BIT(s);
    }
    if (present == 0)
        return error_set(err, E_CAS_22, "a case without any fact in it is not kept");
    return true;
}

size_t case_size(const struct case_sections *c)
{
    size_t size = 0;

    for (int s = SECTION_TRIAGE; s < SECTION_END; s++)
        size += c->sections[s].size;
    return size;
}
