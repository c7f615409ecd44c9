#include "exchange/cases/case_check.h"

#include "base/bounds.h"
#include "codec/case_codec.h"
#include "exchange/cases/case_calls.h"

#define DAY_OF_1970 25568 /* of dates in a case: day 1 is 1900-01-01 */

/* Somewhere it is tomorrow already. */
static bool check_told_elsewhere(const struct case_sections *c, uint32_t today, struct error *err)
{
    const struct view wire = c->sections[SECTION_NOT_TRAFFICKED];
    const struct case_value *told;
    struct arena arena = {.wiping = true};
    struct case_data data;
    bool ok;

    case_init(&data, &arena);
    ok = wire.size == 0 || case_section_decode(SECTION_NOT_TRAFFICKED, wire, &data, err);
    told = case_get_by_name(&data, "ext_ToldElsewhere", 0);
    if (ok && told == NULL)
        ok = error_set(err, E_CAS_34, "nothing says when she was told where else to get help");
    else if (ok && told->numbers[0] > today + 1 + DAY_OF_1970)
        ok = error_set(err, E_CAS_34, "the day on which she was told where else to get help is to come");
    arena_fini(&arena);
    return ok;
}

bool case_check(const struct case_sections *c, uint32_t today, struct error *err)
{
    outcome_set said = 0;
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
        said |= case_section_outcomes((enum section)s, c->sections[s]);
    }
    if (present == 0)
        return error_set(err, E_CAS_22, "a case without any fact in it is not kept");
    return (said & OUTCOME_BIT(PERSON_NOT_TRAFFICKED)) == 0 || check_told_elsewhere(c, today, err);
}

size_t case_size(const struct case_sections *c)
{
    size_t size = 0;

    for (int s = SECTION_TRIAGE; s < SECTION_END; s++)
        size += c->sections[s].size;
    return size;
}
