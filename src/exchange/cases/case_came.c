#include "exchange/cases/case_came.h"

#include "exchange/cases/case_entries.h"
#include "exchange/state.h"
#include "model/consent.h"

#include <string.h>

struct came_field {
    uint32_t ref;
    uint64_t agreed_from; /* index of the exchange log */
};

struct reading {
    struct exchange *x;
    struct case_came *out;
};

static bool add_fields(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                       struct error *err)
{
    struct reading *r = cookie;
    struct case_came *c = r->out;
    struct came_field *all = arena_new(&r->x->tick_arena, (c->count + e->field_count + 1) * sizeof *all);

    (void)number;
    (void)kind;
    (void)err;
    if (c->count > 0)
        memcpy(all, c->fields, c->count * sizeof *all);
    for (size_t i = 0; i < e->field_count; i++)
        all[c->count + i] = (struct came_field){e->fields[i], e->agreed_from};
    c->fields = all;
    c->count += e->field_count;
    return true;
}

bool case_came_read(struct exchange *x, int64_t case_number, struct case_came *out, struct error *err)
{
    struct reading r = {x, out};
    struct case_row row;
    bool found;

    *out = (struct case_came){0};
    if (case_number == 0)
        return true;
    return case_store_get(x->db, case_number, &found, &row, err) &&
           (!found || case_entries_walk_kind(x, &row, CASE_ENTRY_CAME, add_fields, &r, err));
}

bool case_came_later(const struct case_came *c, uint32_t field, uint64_t record_index)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->fields[i].ref == field && record_index < c->fields[i].agreed_from)
            return true;
    return false;
}

size_t case_came_leave_out(const struct case_came *c, uint64_t record_index, const uint32_t *fields, size_t field_count,
                           uint32_t *left_out, size_t count)
{
    size_t before = count;
    uint32_t was[CONSENT_FIELDS];
    size_t at = 0;

    if (c->count == 0)
        return count;
    memcpy(was, left_out, before * sizeof *was);
    count = 0;
    for (size_t i = 0; i < field_count; i++) {
        bool is_out = at < before && was[at] == fields[i];

        at += is_out;
        if (is_out || case_came_later(c, fields[i], record_index))
            left_out[count++] = fields[i];
    }
    return count;
}
