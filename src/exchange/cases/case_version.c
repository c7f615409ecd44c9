#include "exchange/cases/case_version.h"

#include "exchange/cases/case_entries.h"
#include "exchange/cases/casebook.h"
#include "exchange/state.h"

section_set case_version_changes(const struct case_version *v)
{
    section_set changed = 0;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (!view_equal(v->before->sections[s], v->after->sections[s]))
            changed |= SECTION_BIT(s);
    return changed;
}

static bool write_before(struct exchange *x, const struct case_version *v, section_set changed, struct error *err)
{
    struct section_before before[SECTION_END];
    struct case_entry entry = v->entry;

    entry.before = before;
    entry.before_count = 0;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((changed & SECTION_BIT(s)) != 0)
            before[entry.before_count++] = (struct section_before){s, v->before->sections[s]};
    return case_entries_add(x, v->row, CASE_ENTRY_EDIT, &entry, err);
}

static bool write_sections(struct exchange *x, const struct case_version *v, section_set changed, struct error *err)
{
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        struct view data = v->after->sections[s];

        if ((changed & SECTION_BIT(s)) == 0)
            continue;
        if (!(data.size > 0 ? casebook_put_section(x, v->row, s, data, err)
                            : case_store_drop_section(x->db, v->row->number, s, err)))
            return false;
    }
    return casebook_changed(x, v->row, err);
}

bool case_version_write(struct exchange *x, const struct case_version *v, struct error *err)
{
    section_set changed = case_version_changes(v);

    return changed == 0 || (write_before(x, v, changed, err) && write_sections(x, v, changed, err));
}
