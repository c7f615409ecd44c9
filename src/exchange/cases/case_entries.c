#include "exchange/cases/case_entries.h"

#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

static struct cell cell_of(const struct case_row *row, int64_t number)
{
    return (struct cell){.slot = row->slot,
                         .section = "entry",
                         .table = "case_entry",
                         .row = number,
                         .column = "sealed",
                         .owner = ident_view(&row->id)};
}

static bool seal_entry(struct exchange *x, const struct case_row *row, int64_t number, const struct case_entry *entry,
                       struct bytes *sealed, struct error *err)
{
    struct bytes plain = {.wiping = true};
    struct cell where = cell_of(row, number);
    bool ok;

    case_entry_encode(entry, &plain);
    ok = vault_seal_cell(x->vault, &where, bytes_view(&plain), sealed, err);
    bytes_fini(&plain);
    return ok;
}

/* By when a supervisor is to see to it, or from when it is told. */
static uint32_t due_of(const struct case_entry *e)
{
    return e->until != 0 ? date_kind_told_from(e->date, e->until) : e->by;
}

bool case_entries_add_as_it_was(struct exchange *x, const struct case_row *row, enum case_entry_kind kind,
                                const struct case_entry *entry, struct error *err)
{
    struct bytes sealed = {0};
    int64_t number;
    bool ok;

    REQUIRE(x->in_transaction);
    ok = case_entry_store_next(x->db, &number, err) && seal_entry(x, row, number, entry, &sealed, err) &&
         case_entry_store_add(x->db, number, row->number, kind, bytes_view(&sealed), due_of(entry), err);
    bytes_fini(&sealed);
    return ok;
}

bool case_entries_add(struct exchange *x, const struct case_row *row, enum case_entry_kind kind,
                      struct case_entry *entry, struct error *err)
{
    entry->time_ms = tick_record_ms(x);
    entry->staff = (uint64_t)staff_asker_number(x);
    return case_entries_add_as_it_was(x, row, kind, entry, err);
}

bool case_entries_change(struct exchange *x, const struct case_row *row, int64_t number, const struct case_entry *entry,
                         struct error *err)
{
    struct bytes sealed = {0};
    bool ok;

    REQUIRE(x->in_transaction);
    ok = seal_entry(x, row, number, entry, &sealed, err) &&
         case_entry_store_set_sealed(x->db, number, bytes_view(&sealed), err) &&
         case_entry_store_set_due(x->db, number, due_of(entry), err);
    bytes_fini(&sealed);
    return ok;
}

struct entries_reader {
    struct exchange *x;
    const struct case_row *row;
    case_entries_fn *on_entry;
    void *cookie;
};

static bool open_entry(void *cookie, int64_t number, enum case_entry_kind kind, struct view sealed, struct error *err)
{
    const struct entries_reader *r = cookie;
    struct bytes plain = {.wiping = true};
    struct arena arena = {.wiping = true};
    struct cell where = cell_of(r->row, number);
    struct case_entry entry;
    bool ok = vault_open_cell(r->x->vault, &where, sealed, &plain, err) &&
              case_entry_decode(bytes_view(&plain), &arena, &entry, err) &&
              r->on_entry(r->cookie, number, kind, &entry, err);

    arena_fini(&arena);
    bytes_fini(&plain);
    return ok;
}

bool case_entries_walk(struct exchange *x, const struct case_row *row, case_entries_fn *on_entry, void *cookie,
                       struct error *err)
{
    struct entries_reader r = {x, row, on_entry, cookie};

    return case_entry_store_walk(x->db, row->number, open_entry, &r, err);
}

bool case_entries_walk_kind(struct exchange *x, const struct case_row *row, enum case_entry_kind kind,
                            case_entries_fn *on_entry, void *cookie, struct error *err)
{
    struct entries_reader r = {x, row, on_entry, cookie};

    return case_entry_store_walk_kind(x->db, row->number, kind, open_entry, &r, err);
}

bool case_entries_last(struct exchange *x, const struct case_row *row, enum case_entry_kind kind,
                       case_entries_fn *on_entry, void *cookie, struct error *err)
{
    struct entries_reader r = {x, row, on_entry, cookie};

    return case_entry_store_last(x->db, row->number, kind, open_entry, &r, err);
}

bool case_entries_list(struct exchange *x, const struct case_row *row, uint32_t kinds, struct walk_step *step,
                       case_entries_fn *on_entry, void *cookie, struct error *err)
{
    struct entries_reader r = {x, row, on_entry, cookie};

    return case_entry_store_list(x->db, row->number, kinds, step, open_entry, &r, err);
}

bool case_entries_version(struct exchange *x, const struct case_row *row, uint32_t *version, struct error *err)
{
    uint64_t changes;

    if (!case_entry_store_count(x->db, row->number, CASE_ENTRY_EDIT, &changes, err))
        return false;
    *version = (uint32_t)changes + 1;
    return true;
}

/* --- that nobody saw to --- */

struct late_entries {
    uint32_t today;
    uint64_t count;
    uint32_t first;
};

static bool count_late(void *cookie, int64_t number, int64_t case_number, uint32_t due, struct error *err)
{
    struct late_entries *l = cookie;

    (void)number;
    (void)case_number;
    (void)err;
    if (due < l->today && l->count++ == 0)
        l->first = due;
    return true;
}

bool case_entries_late(struct exchange *x, enum case_entry_kind kind, uint64_t *count, uint32_t *first,
                       struct error *err)
{
    struct late_entries l = {.today = tick_record_day(x)};

    if (!case_entry_store_walk_due(x->db, kind, count_late, &l, err))
        return false;
    *count = l.count;
    *first = l.first;
    return true;
}
