#include "exchange/cases/case_edit.h"

#include "exchange/cases/alikes.h"
#include "exchange/cases/case_calls.h"
#include "exchange/cases/case_check.h"
#include "exchange/cases/case_confirm.h"
#include "exchange/cases/case_entries.h"
#include "exchange/cases/case_links.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_version.h"
#include "exchange/cases/casebook.h"
#include "exchange/logs/acting.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"

struct editing {
    struct exchange *x;
    const struct control_case_edit_ask *ask;
    struct case_row row;
    uint32_t version;            /* that the case has */
    section_set since;           /* that were changed since the version that was looked at */
    struct case_sections before; /* as they are */
    struct case_sections after;  /* as they are to be */
    section_set changed;
    section_set not_confirmed;
};

/* --- what changes --- */

static void take_sections(struct editing *e)
{
    e->after = e->before;
    for (size_t i = 0; i < e->ask->section_count; i++)
        e->after.sections[e->ask->sections[i].section] = e->ask->sections[i].data;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        if ((e->ask->removed & SECTION_BIT(s)) != 0)
            e->after.sections[s] = (struct view){0};
        if (!view_equal(e->before.sections[s], e->after.sections[s]))
            e->changed |= SECTION_BIT(s);
    }
}

static bool is_confirmed(const struct editing *e)
{
    return e->ask->told_by == TOLD_BY_HERSELF && e->ask->seen_alone;
}

static bool confirm_sections(struct editing *e, struct error *err)
{
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        bool marked;

        if ((e->changed & SECTION_BIT(s)) == 0)
            continue;
        if (!case_confirm_mark(e->x, s, e->before.sections[s], &e->after.sections[s], is_confirmed(e), &marked, err))
            return error_wrap(err, "section %s", section_name(s));
        e->not_confirmed |= marked ? SECTION_BIT(s) : 0;
    }
    return true;
}

static bool note_since(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *entry,
                       struct error *err)
{
    struct editing *e = cookie;

    (void)number;
    (void)kind;
    (void)err;
    for (size_t i = 0; entry->version > e->ask->version && i < entry->before_count; i++)
        e->since |= SECTION_BIT(entry->before[i].section);
    return true;
}

/* Sections that others changed meanwhile stay as they are now; of one that both changed nothing is lost. */
static bool check_since(struct editing *e, struct error *err)
{
    if (e->ask->version == e->version)
        return true;
    if (!case_entries_walk_kind(e->x, &e->row, CASE_ENTRY_EDIT, note_since, e, err))
        return false;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((e->changed & e->since & SECTION_BIT(s)) != 0)
            return error_set(err, E_CAS_23, "section %s was changed since version %u; now it is version %u",
                             section_name(s), e->ask->version, e->version);
    return true;
}

/* --- writing --- */

static bool write_edit(struct editing *e, struct control_case_edited *out, struct error *err)
{
    struct case_version v = {.row = &e->row, .before = &e->before, .after = &e->after};

    v.entry =
        (struct case_entry){.version = e->version + 1, .told_by = e->ask->told_by, .seen_alone = e->ask->seen_alone};
    if (!tick_has_room(e->x, err) || !tick_begin(e->x, err) || !case_version_write(e->x, &v, err) ||
        !alikes_renew(e->x, &e->row, e->ask->likenesses, e->ask->likeness_count, &out->alike, err) ||
        !alikes_record_of_others(e->x, &e->row, err) || !acting_record_opened(e->x, HOUSE_EDITED, &e->row.id, err))
        return false;
    out->version = e->version + 1;
    return true;
}

static bool edit(struct editing *e, struct control_case_edited *out, struct error *err)
{
    if (!casebook_find(e->x, &e->ask->case_id, &e->row, err) || !case_merge_check(e->x, &e->row, err) ||
        !casebook_open(e->x, &e->row, e->before.sections, err) ||
        !case_entries_version(e->x, &e->row, &e->version, err))
        return false;
    if (e->ask->version > e->version)
        return error_set(err, E_CAS_24, "the case has version %u, and not %u", e->version, e->ask->version);
    take_sections(e);
    *out = (struct control_case_edited){.case_id = e->row.id, .version = e->version};
    if (e->changed == 0)
        return true;
    if (!check_since(e, err) || !confirm_sections(e, err) || !case_check(&e->after, tick_record_day(e->x), err) ||
        !write_edit(e, out, err))
        return false;
    out->changed = e->changed;
    out->not_confirmed = e->not_confirmed;
    return true;
}

bool exchange_case_edit(struct exchange *x, const struct control_case_edit_ask *ask, struct control_case_edited *out,
                        struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct editing e = {.x = x, .ask = ask};

    return tick_call_end(x, mark, edit(&e, out, err), err);
}

/* --- history --- */

struct history {
    struct exchange *x;
    exchange_on_change_fn *on_change;
    void *cookie;
};

static bool tell_change(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *entry,
                        struct error *err)
{
    struct history *h = cookie;
    struct control_case_section before[SECTION_END];
    struct control_case_change line = {.version = entry->version,
                                       .time_ms = entry->time_ms,
                                       .told_by = entry->told_by,
                                       .seen_alone = entry->seen_alone,
                                       .before = before};

    (void)number;
    (void)kind;
    line.how = entry->how;
    line.fields = entry->fields;
    line.field_count = entry->field_count;
    if (!case_links_shows(h->x, &entry->other, &line.other, err))
        return false;
    for (size_t i = 0; i < entry->before_count; i++) {
        const struct section_before *b = &entry->before[i];

        line.changed |= SECTION_BIT(b->section);
        if (b->data.size > 0)
            before[line.before_count++] = (struct control_case_section){.section = b->section, .data = b->data};
    }
    return staff_asker_names(h->x, (int64_t)entry->staff, &line.staff, &line.account, err) &&
           h->on_change(h->cookie, &line, err);
}

#define CHANGES (1U << CASE_ENTRY_EDIT | 1U << CASE_ENTRY_MERGED | 1U << CASE_ENTRY_PARTED)

bool exchange_case_history(struct exchange *x, const struct control_case_history_ask *ask, struct walk_step *step,
                           exchange_on_change_fn *on_change, void *cookie, struct error *err)
{
    struct history h = {x, on_change, cookie};
    struct case_row row;

    return casebook_find(x, &ask->case_id, &row, err) &&
           ((step != NULL && step->after != 0) || casebook_record_opened(x, &row, err)) &&
           case_entries_list(x, &row, CHANGES, step, tell_change, &h, err);
}
