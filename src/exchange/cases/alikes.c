#include "exchange/cases/alikes.h"

#include <stdlib.h>
#include <string.h>

#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

/* --- marks --- */

/* Triage changes with the day: it is derived from the others. */
static bool mark_case(struct exchange *x, const struct case_sections *c, struct hash *out, struct error *err)
{
    struct bytes text = {.wiping = true};
    bool ok;

    bytes_append_text(&text, "refex/likeness/v1\ncase\n");
    for (int s = SECTION_TRIAGE + 1; s < SECTION_END; s++) {
        if (c->sections[s].size == 0)
            continue;
        bytes_append_u8(&text, (uint8_t)s);
        bytes_append_u32(&text, (uint32_t)c->sections[s].size);
        bytes_append_view(&text, c->sections[s]);
    }
    ok = vault_mark(x->vault, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
}

static bool mark_file(struct exchange *x, const struct case_import *ask, struct hash *out, struct error *err)
{
    struct bytes text = {0};
    struct hash one;
    bool ok = true;

    bytes_append_text(&text, "refex/likeness/v1\nfile\n");
    bytes_append_u64(&text, ask->text_size);
    for (uint32_t i = 0; ok && i < ask->count; i++) {
        ok = mark_case(x, &ask->cases[i], &one, err);
        if (ok)
            bytes_append(&text, one.at, sizeof one.at);
    }
    ok = ok && vault_mark(x->vault, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
}

static bool mark_key(struct exchange *x, const struct case_likeness *l, struct hash *out, struct error *err)
{
    struct bytes text = {.wiping = true};
    bool ok;

    bytes_append_text(&text, "refex/likeness/v1\nkey\n");
    bytes_append_u8(&text, (uint8_t)l->likeness);
    bytes_append_view(&text, l->key);
    ok = vault_mark(x->vault, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
}

bool alikes_mark(struct exchange *x, const struct case_import *ask, struct alike_mark **out, size_t *count,
                 struct error *err)
{
    struct alike_mark *marks = xnew((ask->likeness_count + 1) * sizeof *marks);
    bool ok = mark_file(x, ask, &marks[0].mark, err);

    marks[0].likeness = LIKENESS_FILE;
    for (size_t i = 0; ok && i < ask->likeness_count; i++) {
        const struct case_likeness *l = &ask->likenesses[i];

        marks[i + 1].case_number = l->case_number;
        marks[i + 1].likeness = l->likeness;
        ok = mark_key(x, l, &marks[i + 1].mark, err);
    }
    if (!ok) {
        free(marks);
        return false;
    }
    *out = marks;
    *count = ask->likeness_count + 1;
    return true;
}

/* --- what is stored --- */

static uint16_t bucket_of(const struct hash *mark)
{
    return read_u16(mark->at);
}

static struct cell mark_cell(const struct case_row *row)
{
    return (struct cell){.slot = row->slot,
                         .section = "likeness",
                         .table = "case_likeness",
                         .row = row->number,
                         .column = "sealed",
                         .owner = ident_view(&row->id)};
}

static void write_mark(const struct alike_mark *m, struct bytes *out)
{
    bytes_append_u8(out, (uint8_t)m->likeness);
    bytes_append(out, m->mark.at, sizeof m->mark.at);
}

bool alikes_put(struct exchange *x, const struct case_row *row, const struct alike_mark *m, struct error *err)
{
    struct cell where = mark_cell(row);
    struct bytes plain = {.wiping = true};
    struct bytes sealed = {0};
    bool ok;

    write_mark(m, &plain);
    ok = vault_seal_cell(x->vault, &where, bytes_view(&plain), &sealed, err) &&
         case_store_add_likeness(x->db, row->number, bucket_of(&m->mark), bytes_view(&sealed), err);
    bytes_fini(&sealed);
    bytes_fini(&plain);
    return ok;
}

/* --- looking --- */

struct search {
    struct exchange *x;
    struct bytes wanted;
    bool found;
    struct case_row row;
};

static bool compare_stored(void *cookie, int64_t case_number, struct view sealed, bool *more, struct error *err)
{
    struct search *s = cookie;
    struct bytes plain = {.wiping = true};
    struct case_row row;
    struct cell where;
    bool there;
    bool ok;

    if (!case_store_get(s->x->db, case_number, &there, &row, err))
        return false;
    if (!there || vault_slot_is_erased(s->x->vault, row.slot))
        return true;
    where = mark_cell(&row);
    ok = vault_open_cell(s->x->vault, &where, sealed, &plain, err);
    if (ok && view_equal(bytes_view(&plain), bytes_view(&s->wanted))) {
        s->found = true;
        s->row = row;
        *more = false;
    }
    bytes_fini(&plain);
    return ok;
}

/* The newest case that has the mark. */
static bool find_stored(struct exchange *x, const struct alike_mark *m, struct case_row *out, bool *found,
                        struct error *err)
{
    struct search s = {.x = x, .wanted = {.wiping = true}};
    bool ok;

    write_mark(m, &s.wanted);
    ok = case_store_walk_likenesses(x->db, bucket_of(&m->mark), compare_stored, &s, err);
    bytes_fini(&s.wanted);
    *found = s.found;
    *out = s.row;
    return ok;
}

/* The marks of the import that were seen, by the place that their first bytes say. */
struct seen {
    const struct alike_mark **places;
    size_t mask;
};

static bool find_seen(struct seen *seen, const struct alike_mark *m, struct case_imported *out)
{
    size_t at = (size_t)read_u64(m->mark.at) & seen->mask;

    for (; seen->places[at] != NULL; at = (at + 1) & seen->mask) {
        const struct alike_mark *other = seen->places[at];

        if (other->likeness != m->likeness || !hash_equal(&other->mark, &m->mark))
            continue;
        if (other->case_number == m->case_number)
            return false;
        *out = (struct case_imported){
            .case_number = m->case_number, .likeness = m->likeness, .same_as = other->case_number};
        return true;
    }
    seen->places[at] = m;
    return false;
}

static bool find_one(struct exchange *x, struct seen *seen, const struct alike_mark *m, struct case_imported *out,
                     bool *found, struct error *err)
{
    struct case_row row;

    if (!find_stored(x, m, &row, found, err))
        return false;
    if (*found)
        *out = (struct case_imported){.case_number = m->case_number, .likeness = m->likeness, .id = row.id};
    else if (m->likeness != LIKENESS_PHONE)
        *found = find_seen(seen, m, out);
    return true;
}

/* The cases of a file are numbered one after the other from its first, FIRST. */
static bool tell_file(struct exchange *x, const struct case_import *ask, const struct case_row *first,
                      exchange_on_imported_fn *on_found, void *cookie, struct error *err)
{
    for (uint32_t i = 0; i < ask->count; i++) {
        struct case_imported one = {.case_number = i, .likeness = LIKENESS_FILE};
        struct case_row row;
        bool found;

        if (!case_store_get(x->db, first->number + i, &found, &row, err))
            return false;
        one.id = row.id;
        if (found && !on_found(cookie, &one, err))
            return false;
    }
    return true;
}

static bool find_persons(struct exchange *x, const struct alike_mark *marks, size_t count,
                         exchange_on_imported_fn *on_found, void *cookie, struct error *err)
{
    struct seen seen = {.mask = 1};
    uint32_t told = UINT32_MAX; /* the case that was called back for last */
    bool ok = true;

    while (seen.mask < 2 * count + 2)
        seen.mask *= 2;
    seen.places = xnew(seen.mask * sizeof(const struct alike_mark *));
    seen.mask--;
    for (size_t i = 0; ok && i < count; i++) {
        struct case_imported found;
        bool is_found = false;

        if (marks[i].case_number == told)
            continue;
        ok = find_one(x, &seen, &marks[i], &found, &is_found, err);
        if (ok && is_found) {
            told = marks[i].case_number;
            ok = on_found(cookie, &found, err);
        }
    }
    free(seen.places);
    return ok;
}

bool alikes_find(struct exchange *x, const struct case_import *ask, const struct alike_mark *marks, size_t count,
                 exchange_on_imported_fn *on_found, void *cookie, struct error *err)
{
    struct case_row first;
    bool found;

    if (!find_stored(x, &marks[0], &first, &found, err))
        return false;
    if (found)
        return tell_file(x, ask, &first, on_found, cookie, err);
    return find_persons(x, marks + 1, count - 1, on_found, cookie, err);
}
