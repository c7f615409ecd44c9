#include "exchange/cases/case_ending.h"

#include "exchange/access/holders.h"
#include "exchange/cases/case_basis.h"
#include "exchange/cases/case_dates.h"
#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_elsewhere.h"
#include "exchange/cases/case_links.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/logs/acting.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

/* --- what is stored --- */

static struct cell cell_of(const struct case_row *row)
{
    return (struct cell){.slot = row->slot,
                         .section = "end",
                         .table = "case_end",
                         .row = row->number,
                         .column = "sealed",
                         .owner = ident_view(&row->id)};
}

bool case_ending_read(struct exchange *x, const struct case_row *row, struct case_end *out, struct error *err)
{
    struct bytes *plain = tick_plain(x);
    struct cell where = cell_of(row);
    struct bytes sealed = {0};
    struct case_end_row stored;
    struct error why;
    bool found;
    bool ok = case_end_store_get(x->db, row->number, &found, &stored, &sealed, err);

    *out = (struct case_end){0};
    if (ok && found)
        ok = vault_open_cell(x->vault, &where, bytes_view(&sealed), plain, err) &&
             (case_end_decode(bytes_view(plain), &x->tick_arena, out, &why) ||
              error_set(err, E_STO_04, "the end of a case as stored: %s", why.text));
    bytes_fini(&sealed);
    return ok;
}

/* The day from which it is deleted; 0: none is set. */
static uint32_t case_ending_day(const struct case_end *e)
{
    return e->asked_from != 0 && (e->closed_from == 0 || e->asked_from < e->closed_from) ? e->asked_from
                                                                                         : e->closed_from;
}

bool case_ending_write(struct exchange *x, const struct case_row *row, const struct case_end *e, struct error *err)
{
    const struct case_end_row stored = {.case_number = row->number,
                                        .due = case_ending_day(e),
                                        .is_closed = e->closed_ms != 0 || e->asked_ms != 0,
                                        .asked_ms = e->asked_ms,
                                        .asked_by = (int64_t)e->asked_by,
                                        .hold_ends = e->held_until != 0 ? e->held_until + 1 : 0};
    struct bytes plain = {.wiping = true};
    struct bytes sealed = {0};
    struct cell where = cell_of(row);
    bool ok;

    REQUIRE(x->in_transaction);
    if (!stored.is_closed && e->held_ms == 0)
        return case_end_store_drop(x->db, row->number, err);
    case_end_encode(e, &plain);
    ok = vault_seal_cell(x->vault, &where, bytes_view(&plain), &sealed, err) &&
         case_end_store_put(x->db, &stored, bytes_view(&sealed), err);
    bytes_fini(&plain);
    bytes_fini(&sealed);
    return ok;
}

bool case_ending_record(struct exchange *x, const struct case_row *row, enum case_step what, uint32_t from,
                        enum delete_reason reason, struct error *err)
{
    struct record r = {.kind = RECORD_CASE_END};

    r.case_end = (struct record_case_end){.case_id = row->id, .what = what, .from = from, .reason = reason};
    return acting_append(x, &r, err);
}

bool case_ending_is_closed(struct exchange *x, const struct case_row *row, bool *is, struct error *err)
{
    struct bytes sealed = {0};
    struct case_end_row stored;
    bool ok = case_end_store_get(x->db, row->number, is, &stored, &sealed, err);

    bytes_fini(&sealed);
    *is = ok && *is && stored.is_closed;
    return ok;
}

bool case_ending_takes_referral(struct exchange *x, const struct case_row *row, struct error *err)
{
    bool is_closed;

    return case_ending_is_closed(x, row, &is_closed, err) &&
           (!is_closed ||
            error_set(err, E_END_01, "the case is closed, or is to be deleted, and takes no new referral"));
}

/* --- what is told --- */

bool case_ending_is_of_one_case(enum delete_reason reason)
{
    return reason == DELETE_DUPLICATE || reason == DELETE_IN_ERROR;
}

bool case_ending_fill(struct exchange *x, const struct case_row *row, struct control_case_life *out, struct error *err)
{
    return case_ending_fill_with(x, row, true, out, err);
}

bool case_ending_fill_with(struct exchange *x, const struct case_row *row, bool merged, struct control_case_life *out,
                           struct error *err)
{
    struct case_end e;

    *out = (struct control_case_life){.case_id = row->id};
    if (!case_ending_read(x, row, &e, err))
        return false;
    out->closed_ms = e.closed_ms;
    out->closed_for = e.closed_for;
    out->delete_from = case_ending_day(&e);
    out->asked_ms = e.asked_ms;
    out->asked_for = e.asked_for;
    out->held_ms = e.held_ms;
    out->held_until = e.held_until;
    out->held_by = e.held_by;
    out->held_scope = e.held_scope;
    if (!staff_asker_names(x, (int64_t)e.asked_by, &out->asked_by, &out->asked_account, err))
        return false;
    return staff_asker_names(x, (int64_t)e.closed_by, &out->closed_by, &out->closed_account, err) &&
           case_elsewhere_fill(x, row, merged, out, err);
}

static bool fill_merged_into(struct exchange *x, const struct case_row *row, struct control_case_life *out,
                             struct error *err)
{
    struct case_row into;

    return case_merge_find(x, row, &out->merged, &into, err) &&
           (!out->merged || case_links_shows(x, &into.id, &out->merged_into, err));
}

bool exchange_case_life(struct exchange *x, const struct ident *id, struct control_case_life *out, struct error *err)
{
    struct case_row row;

    return casebook_find(x, id, &row, err) && case_ending_fill(x, &row, out, err) &&
           fill_merged_into(x, &row, out, err) && case_basis_read(x, &row, out, err) &&
           case_dates_fill(x, &row, out, err);
}

/* --- what a person says --- */

bool case_ending_check_asker(const struct exchange *x, const struct case_row *row, struct error *err)
{
    int64_t own;

    return !staff_asker_is_restricted(x, &own) || (row->holder != 0 && staff_asker_sees(x, row->holder, 0)) ||
           error_set(err, E_CTL_09,
                     "what becomes of a case says its holder, or a supervisor: who holds it is first "
                     "to take it");
}

/* It is kept for the days of the policy. */
static bool close_case(struct exchange *x, const struct case_row *row, enum close_reason reason, struct error *err)
{
    struct case_end e;

    if (!case_ending_read(x, row, &e, err))
        return false;
    e.closed_ms = tick_record_ms(x);
    e.closed_for = reason;
    e.closed_by = (uint64_t)staff_asker_number(x);
    e.closed_from = tick_record_day(x) + x->keep_closed_days;
    if (!tick_has_room(x, err) || !tick_begin(x, err) || !case_ending_write(x, row, &e, err))
        return false;
    case_deletion_look(x);
    return case_ending_record(x, row, CASE_CLOSED, e.closed_from, 0, err);
}

struct closing_case {
    struct exchange *x;
    enum close_reason reason;
};

/* With it those that were merged into it, or nothing would ever delete them; not what a colleague holds. */
static bool close_merged(void *cookie, const struct case_row *from, struct error *err)
{
    const struct closing_case *c = cookie;
    struct case_end e;
    bool shown;

    return holders_show_case(c->x, from, &shown, err) &&
           (!shown ||
            (case_ending_read(c->x, from, &e, err) && (e.closed_ms != 0 || close_case(c->x, from, c->reason, err))));
}

static bool close_it(struct exchange *x, const struct control_case_close_ask *ask, struct control_case_life *out,
                     struct error *err)
{
    struct case_row row;
    struct case_end e;

    if (!casebook_find(x, &ask->case_id, &row, err) || !case_ending_check_asker(x, &row, err) ||
        !case_ending_read(x, &row, &e, err))
        return false;
    if (e.closed_ms != 0 && e.closed_for != ask->reason)
        return error_set(err, E_END_02, "the case is closed already: %s", close_reason_name(e.closed_for));
    return (e.closed_ms != 0 || close_case(x, &row, ask->reason, err)) &&
           case_merge_walk_from(x, &row, close_merged, case_merge_pass_over, &(struct closing_case){x, ask->reason},
                                err) &&
           case_ending_fill(x, &row, out, err);
}

bool exchange_case_close(struct exchange *x, const struct control_case_close_ask *ask, struct control_case_life *out,
                         struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, close_it(x, ask, out, err), err);
}

/* A deletion that was asked for is taken back with it: whoever opens a case goes on with it. */
static bool reopen_case(struct exchange *x, const struct case_row *row, const struct case_end *e, struct error *err)
{
    const struct case_end open = {
        .held_ms = e->held_ms, .held_until = e->held_until, .held_by = e->held_by, .held_scope = e->held_scope};

    return tick_has_room(x, err) && tick_begin(x, err) && case_ending_write(x, row, &open, err) &&
           case_ending_record(x, row, CASE_REOPENED, 0, 0, err);
}

static bool reopen_merged(void *cookie, const struct case_row *from, struct error *err)
{
    struct exchange *x = cookie;
    struct case_end e;
    bool shown;

    return holders_show_case(x, from, &shown, err) &&
           (!shown || (case_ending_read(x, from, &e, err) &&
                       ((e.closed_ms == 0 && e.asked_ms == 0) || case_ending_is_of_one_case(e.asked_for) ||
                        reopen_case(x, from, &e, err))));
}

static bool reopen_it(struct exchange *x, const struct ident *id, struct control_case_life *out, struct error *err)
{
    struct case_row row;
    struct case_end e;

    return casebook_find(x, id, &row, err) && case_ending_check_asker(x, &row, err) &&
           case_ending_read(x, &row, &e, err) &&
           ((e.closed_ms == 0 && e.asked_ms == 0) || reopen_case(x, &row, &e, err)) &&
           case_merge_walk_from(x, &row, reopen_merged, case_merge_pass_over, x, err) &&
           case_ending_fill(x, &row, out, err);
}

bool exchange_case_reopen(struct exchange *x, const struct ident *id, struct control_case_life *out, struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, reopen_it(x, id, out, err), err);
}
