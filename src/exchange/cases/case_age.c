#include "exchange/cases/case_age.h"

#include "codec/case_codec.h"
#include "exchange/cases/casebook.h"
#include "exchange/tick.h"
#include "model/case_triage.h"

bool case_age_is_adult(struct exchange *x, const struct case_row *row, bool *is, struct error *err)
{
    static const enum section telling[] = {SECTION_TRIAGE, SECTION_IDENTITY, SECTION_CHILD};
    struct view sections[SECTION_END];
    struct arena arena = {.wiping = true};
    struct case_data data;
    bool ok = casebook_open(x, row, sections, err);

    case_init(&data, &arena);
    for (size_t i = 0; ok && i < sizeof telling / sizeof telling[0]; i++)
        ok = sections[telling[i]].size == 0 || case_section_decode(telling[i], sections[telling[i]], &data, err);
    if (ok)
        *is = case_says_adult(&data, tick_record_day(x));
    arena_fini(&arena);
    return ok;
}
