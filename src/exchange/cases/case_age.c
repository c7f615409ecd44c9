#include "exchange/cases/case_age.h"

#include "codec/case_codec.h"
#include "exchange/cases/casebook.h"
#include "exchange/tick.h"
#include "model/case_triage.h"

bool case_age_of_sections(struct exchange *x, const struct view sections[SECTION_END], bool *told, bool *is,
                          struct error *err)
{
    static const enum section telling[] = {SECTION_TRIAGE, SECTION_IDENTITY, SECTION_CHILD};
    struct arena arena = {.wiping = true};
    struct case_data data;
    bool ok = true;

    *told = false;
    case_init(&data, &arena);
    for (size_t i = 0; ok && i < sizeof telling / sizeof telling[0]; i++) {
        *told = *told || sections[telling[i]].size != 0;
        ok = sections[telling[i]].size == 0 || case_section_decode(telling[i], sections[telling[i]], &data, err);
    }
    if (ok)
        *is = case_says_adult(&data, tick_record_day(x));
    arena_fini(&arena);
    return ok;
}

bool case_age_is_adult(struct exchange *x, const struct case_row *row, bool *is, struct error *err)
{
    struct view sections[SECTION_END];
    bool told;

    return casebook_open(x, row, sections, err) && case_age_of_sections(x, sections, &told, is, err);
}
