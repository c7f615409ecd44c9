#include "exchange/cases/case_basis.h"

#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_entries.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/logs/acting.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"

/* --- what is stored --- */

/* Into *COOKIE, without what points into the entry. */
static bool keep_last(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                      struct error *err)
{
    (void)number;
    (void)kind;
    (void)err;
    *(struct case_entry *)cookie = (struct case_entry){
        .time_ms = e->time_ms, .staff = e->staff, .basis = e->basis, .told = e->told, .untold = e->untold};
    return true;
}

/* *LAST, zeros before, is the newest. */
static bool read_last_one(struct exchange *x, const struct case_row *row, struct case_entry *last, struct error *err)
{
    return case_entries_walk_kind(x, row, CASE_ENTRY_BASIS, keep_last, last, err);
}

bool case_basis_read(struct exchange *x, const struct case_row *row, struct control_case_life *out, struct error *err)
{
    struct case_entry last = {.time_ms = 0};

    if (!read_last_one(x, row, &last, err))
        return false;
    out->basis = last.basis;
    out->told = last.told;
    out->untold = last.untold;
    return true;
}

bool case_basis_is_lacking(struct exchange *x, const struct case_row *row, bool *lacking, struct error *err)
{
    uint64_t said;
    uint64_t merged;
    uint64_t parted;

    if (!case_entry_store_count(x->db, row->number, CASE_ENTRY_BASIS, &said, err) ||
        !case_entry_store_count(x->db, row->number, CASE_ENTRY_MERGED, &merged, err) ||
        !case_entry_store_count(x->db, row->number, CASE_ENTRY_PARTED, &parted, err))
        return false;
    *lacking = said == 0 && merged <= parted;
    return true;
}

/* --- what is told --- */

struct bases {
    struct exchange *x;
    const struct case_row *row;
    exchange_on_basis_fn *on_basis;
    void *cookie;
};

static bool tell(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e, struct error *err)
{
    struct bases *b = cookie;
    struct control_case_basis line = {
        .case_id = b->row->id, .time_ms = e->time_ms, .basis = e->basis, .told = e->told, .untold = e->untold};

    (void)number;
    (void)kind;
    return staff_asker_names(b->x, (int64_t)e->staff, &line.staff, &line.account, err) &&
           b->on_basis(b->cookie, &line, err);
}

static bool list(struct bases *b, struct walk_step *step, struct error *err)
{
    return ((step != NULL && step->after != 0) || casebook_record_opened(b->x, b->row, err)) &&
           case_entries_list(b->x, b->row, 1U << CASE_ENTRY_BASIS, step, tell, b, err);
}

/* --- what a person says --- */

/* Somewhere it is tomorrow already. */
static bool check_said(const struct exchange *x, const struct control_case_basis_ask *ask, struct error *err)
{
    if (ask->basis == 0 || (ask->told == 0) == (ask->untold == 0))
        return error_set(err, E_USE_02, "a basis is said with the day on which she was told, or why she was not");
    if (ask->told > tick_record_day(x) + 1)
        return error_set(err, E_CAS_29, "the day on which she was told is to come");
    return ask->basis != KEPT_ON_CONSENT || ask->told != 0 ||
           error_set(err, E_CAS_30, "on her consent a case is kept of who was told");
}

static bool set_basis(struct bases *b, const struct control_case_basis_ask *ask, struct error *err)
{
    struct exchange *x = b->x;
    struct case_entry entry = {.basis = ask->basis, .told = ask->told, .untold = ask->untold};
    struct case_entry last = {.time_ms = 0};

    if (!case_ending_check_asker(x, b->row, err) || !case_merge_check(x, b->row, err) ||
        !read_last_one(x, b->row, &last, err))
        return false;
    if (last.basis == entry.basis && last.told == entry.told && last.untold == entry.untold)
        return tell(b, 0, CASE_ENTRY_BASIS, &last, err);
    return tick_has_room(x, err) && tick_begin(x, err) && case_entries_add(x, b->row, CASE_ENTRY_BASIS, &entry, err) &&
           acting_record_opened(x, HOUSE_BASIS, &b->row->id, err) && tell(b, 0, CASE_ENTRY_BASIS, &entry, err);
}

bool exchange_case_basis(struct exchange *x, const struct control_case_basis_ask *ask, struct walk_step *step,
                         exchange_on_basis_fn *on_basis, void *cookie, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct case_row row;
    struct bases b = {x, &row, on_basis, cookie};
    bool says = ask->basis != 0 || ask->told != 0 || ask->untold != 0;
    bool ok = (!says || check_said(x, ask, err)) && casebook_find(x, &ask->case_id, &row, err) &&
              (says ? set_basis(&b, ask, err) : list(&b, step, err));

    return tick_call_end(x, mark, ok, err);
}
