#include "exchange/traffic/owed_note.h"

#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations_inside.h"
#include "exchange/traffic/owed_rows.h"
#include "exchange/vault.h"
#include "store/note_store.h"

#include <stdlib.h>

#define NOTE "owed" /* name in note_store; its sequence is the size of the log */

/* --- the open rows at one size of the log, and their mark --- */

struct open_row {
    struct open_row *next;
    struct obligation_row row;
    struct owed_fact fact;
};

struct open_rows {
    struct exchange *x;
    uint64_t below; /* size of the log: rows of later records are left out */
    struct open_row *first;
    size_t count;
    struct arena arena;
};

static bool add_row(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct open_rows *l = cookie;
    struct open_row *o;
    bool found;

    if (row->record_index >= l->below)
        return true;
    o = arena_new(&l->arena, sizeof *o);
    *o = (struct open_row){.next = l->first, .row = *row};
    l->first = o;
    l->count++;
    return owed_rows_fact(l->x, row, &found, &o->fact, err);
}

static int compare_row(const void *a, const void *b)
{
    const struct obligation_row *p = &(*(struct open_row *const *)a)->row;
    const struct obligation_row *q = &(*(struct open_row *const *)b)->row;

    if (p->record_index != q->record_index)
        return p->record_index < q->record_index ? -1 : 1;
    return p->number < q->number ? -1 : p->number > q->number;
}

static void append_row(struct bytes *text, const struct open_row *o)
{
    const struct view agency = address_view(&o->fact.agency);

    bytes_append_u64(text, o->row.record_index);
    bytes_append_u64(text, ((uint64_t)o->row.what << 32) | o->fact.step);
    bytes_append(text, o->fact.subject.at, sizeof o->fact.subject.at);
    bytes_append_u64(text, agency.size);
    bytes_append_view(text, agency);
}

/* In the order of their records; one that was collected twice counts once. */
static bool mark_rows(const struct open_rows *l, struct hash *out, struct error *err)
{
    struct open_row **sorted = xnew((l->count + 1) * sizeof(struct open_row *));
    struct bytes text = {0};
    size_t n = 0;
    bool ok;

    for (struct open_row *o = l->first; o != NULL; o = o->next)
        sorted[n++] = o;
    qsort(sorted, n, sizeof(struct open_row *), compare_row);
    bytes_append_text(&text, "refex/owed/v1\n");
    bytes_append_u64(&text, l->below);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || sorted[i]->row.number != sorted[i - 1]->row.number)
            append_row(&text, sorted[i]);
    ok = vault_mark(l->x->vault, bytes_view(&text), out, err);
    bytes_fini(&text);
    free(sorted);
    return ok;
}

bool owed_note_write(struct exchange *x, struct error *err)
{
    struct open_rows l = {.x = x, .below = audit_size(x->audit, LOG_EXCHANGE)};
    struct hash mark;
    bool ok;

    if (!x->obligations->note_due && l.below - x->obligations->noted < BOUND_OWED_RECORDS)
        return true;
    ok = tick_begin(x, err) && obligation_store_walk_open(x->db, add_row, &l, err) && mark_rows(&l, &mark, err) &&
         note_store_put(x->db, NOTE, (struct view){0}, l.below, hash_view(&mark), err);
    arena_fini(&l.arena);
    x->obligations->noted = l.below;
    x->obligations->note_due = false;
    return ok;
}

/* --- what is owed by the note and the records since --- */

/* What was settled behind the note was open when it was made. */
static bool add_settled(void *cookie, const struct owed_fact *fact, struct error *err)
{
    struct open_rows *l = cookie;
    struct obligation_row row;
    int64_t number;
    bool found;

    if (!owed_rows_find_subject(l->x, fact, &number, err))
        return false;
    if (number == 0)
        return true;
    return obligation_store_find(l->x->db, fact->what, number, &found, &row, err) && (!found || add_row(l, &row, err));
}

static void seed(struct owed_facts *f, const struct open_rows *l)
{
    for (const struct open_row *o = l->first; o != NULL; o = o->next) {
        struct owed_fact fact = o->fact;

        fact.settled = 0;
        fact.result = 0;
        fact.settled_by = fact.answered_by = fact.closed_by = OBLIGATION_NO_RECORD;
        owed_facts_add(f, &fact);
    }
}

/* Whether the table has the rows that the newest note marks; L holds them then. */
static bool fits_note(struct exchange *x, struct open_rows *l, bool *fits, struct error *err)
{
    struct bytes note = {0};
    struct hash mark;
    bool found;
    bool ok = note_store_get(x->db, NOTE, (struct view){0}, &found, &l->below, &note, err);

    *fits = false;
    if (ok && found && l->below <= audit_size(x->audit, LOG_EXCHANGE)) {
        ok = obligation_store_walk_open(x->db, add_row, l, err) &&
             owed_facts_walk_settled(x, l->below, add_settled, l, err) && mark_rows(l, &mark, err);
        *fits = ok && view_equal(bytes_view(&note), hash_view(&mark));
    }
    bytes_fini(&note);
    return ok;
}

bool owed_note_read(struct exchange *x, struct owed_facts **out, struct error *err)
{
    struct open_rows l = {.x = x};
    struct owed_facts *f = NULL;
    bool fits;
    bool ok = fits_note(x, &l, &fits, err);

    if (ok && fits) {
        f = owed_facts_new(x, false);
        seed(f, &l);
        ok = owed_facts_read_signed(f, l.below, err);
    }
    arena_fini(&l.arena);
    if (ok && f != NULL && !owed_facts_is_unsure(f)) {
        x->obligations->noted = l.below;
        *out = f;
        return true;
    }
    owed_facts_free(f);
    x->obligations->note_due = true;
    if (ok)
        *out = NULL;
    return ok;
}
