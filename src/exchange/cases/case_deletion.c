#include "exchange/cases/case_deletion.h"

#include "exchange/access/holders.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_erasing.h"
#include "exchange/cases/case_hold.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

#define LOOKED_A_TICK 32 /* cases near their day: a millisecond or two */
#define UNDONE_HOURS  72 /* between asking and doing */
#define ASKED_A_DAY   3  /* deletions, by who is no supervisor */

struct case_deletion {
    bool due;      /* some may be near, with numbers … */
    int64_t after; /* … above this */
};

struct case_deletion *case_deletion_new(void)
{
    struct case_deletion *d = xnew(sizeof *d);

    *d = (struct case_deletion){.due = true};
    return d;
}

void case_deletion_look(struct exchange *x)
{
    *x->case_deletion = (struct case_deletion){.due = true};
}

struct near_cases {
    struct case_end_row rows[LOOKED_A_TICK];
    size_t count;
};

static bool collect_near(void *cookie, const struct case_end_row *row, struct error *err)
{
    struct near_cases *n = cookie;

    (void)err;
    n->rows[n->count++] = *row;
    return true;
}

/* What does not open is not deleted, either. */
static bool read_end(struct exchange *x, int64_t number, struct case_row *row, struct case_end *e, bool *read,
                     struct error *err)
{
    *e = (struct case_end){0};
    if (!case_store_get(x->db, number, read, row, err))
        return false;
    if (!*read || case_ending_read(x, row, e, err))
        return true;
    *read = false;
    if (err->code == E_KEY_21)
        tick_read_again(x);
    return vault_does_not_open(err) || err->code == E_STO_04;
}

static bool tell_near(struct exchange *x, const struct case_row *row, struct case_end *e, uint32_t today,
                      struct error *err)
{
    e->told = today;
    return tick_begin(x, err) && case_ending_write(x, row, e, err) &&
           case_ending_record(x, row, CASE_DELETION_NEAR, e->closed_from, 0, err);
}

/* Why it is deleted today; 0: it is not. Nobody is surprised by a node that was off on the day that is told before. */
static enum delete_reason reason_today(const struct case_end *e, uint32_t today)
{
    if (e->asked_from != 0 && e->asked_from <= today)
        return e->asked_for;
    return e->closed_from != 0 && e->closed_from <= today && e->told != 0 && e->told + CASE_NOTICE_DAYS <= today
               ? DELETE_KEPT_LONG_ENOUGH
               : 0;
}

static bool delete_it(struct exchange *x, const struct case_row *row, enum delete_reason reason, struct error *err)
{
    const char *why;

    if (!case_erasing_waits(x, row, &why, err))
        return false;
    if (why != NULL || case_erasing_do(x, row, reason, err))
        return true;
    if (err->code == E_KEY_21 && !x->in_transaction)
        tick_read_again(x);
    return err->code == E_KEY_21 && !x->in_transaction;
}

static bool look_at_one(struct exchange *x, int64_t number, uint32_t today, struct error *err)
{
    enum delete_reason reason;
    struct case_row row;
    struct case_end e;
    bool kept;
    bool read;

    if (!read_end(x, number, &row, &e, &read, err))
        return false;
    if (!read)
        return true;
    reason = reason_today(&e, today);
    if (reason != 0)
        return case_hold_keeps(x, &row, &e, today, &kept, err) && (kept || delete_it(x, &row, reason, err));
    return e.closed_from == 0 || e.told != 0 || e.closed_from > today + CASE_NOTICE_DAYS ||
           tell_near(x, &row, &e, today, err);
}

bool case_deletion_advance(struct exchange *x, struct error *err)
{
    struct near_cases n = {.count = 0};
    uint32_t today;

    if (!x->case_deletion->due || !tick_destroying_day(x, &today))
        return true;
    if (!case_hold_end_old(x, today, err))
        return false;
    if (!case_end_store_walk_due(x->db, today + CASE_NOTICE_DAYS, x->case_deletion->after, LOOKED_A_TICK, collect_near,
                                 &n, err))
        return false;
    for (size_t i = 0; i < n.count; i++)
        if (!look_at_one(x, n.rows[i].case_number, today, err))
            return error_wrap(err, "look at a case that is near its day");
    x->case_deletion->due = n.count == LOOKED_A_TICK;
    if (x->case_deletion->due) {
        x->case_deletion->after = n.rows[n.count - 1].case_number;
        tick_again(x);
    }
    return true;
}

/* --- what a person says --- */

static bool check_deletions_asked(struct exchange *x, struct error *err)
{
    uint64_t count;
    int64_t own;

    if (!staff_asker_is_restricted(x, &own))
        return true;
    return case_end_store_count_asked(x->db, own, tick_record_ms(x) - DAY_MS, &count, err) &&
           (count < ASKED_A_DAY || error_set(err, E_END_06, "you asked for %d deletions within a day", ASKED_A_DAY));
}

static bool check_rest(const struct control_case_delete_ask *ask, const struct control_case_life *life,
                       struct error *err)
{
    if (life->standing != 0 && !ask->leave)
        return error_set(err, E_END_04,
                         life->standing == 1 ? "a consent of the case stands" : "%llu consents of the case stand",
                         (unsigned long long)life->standing);
    return life->open_referrals == 0 ||
           error_set(err, E_END_05, "%llu referrals of the case are open", (unsigned long long)life->open_referrals);
}

/* From the first day on that begins when the hours are over: the clock's or the log's, whichever is later. */
static bool ask_for(struct exchange *x, const struct case_row *row, enum delete_reason reason, struct case_end *e,
                    struct error *err)
{
    e->asked_ms = tick_record_ms(x);
    e->asked_by = (uint64_t)staff_asker_number(x);
    e->asked_for = reason;
    e->asked_from = day_of_ms(tick_closing_ms(x) + UNDONE_HOURS * HOUR_MS + DAY_MS - 1);
    return tick_has_room(x, err) && tick_begin(x, err) && case_ending_write(x, row, e, err) &&
           case_ending_record(x, row, CASE_DELETION_ASKED, e->asked_from, reason, err);
}

static bool undo(struct exchange *x, const struct case_row *row, struct case_end *e, struct error *err)
{
    e->asked_ms = 0;
    e->asked_by = 0;
    e->asked_for = 0;
    e->asked_from = 0;
    return tick_has_room(x, err) && tick_begin(x, err) && case_ending_write(x, row, e, err) &&
           case_ending_record(x, row, CASE_DELETION_UNDONE, e->closed_from, 0, err);
}

static bool change(struct exchange *x, const struct control_case_delete_ask *ask, const struct case_row *row,
                   struct control_case_life *out, struct error *err)
{
    struct case_end e;

    if (!case_ending_read(x, row, &e, err))
        return false;
    if (ask->reason == 0)
        return e.asked_ms == 0 || undo(x, row, &e, err);
    return e.asked_ms != 0 ||
           (check_rest(ask, out, err) && check_deletions_asked(x, err) && ask_for(x, row, ask->reason, &e, err));
}

struct changing {
    struct exchange *x;
    const struct control_case_delete_ask *ask;
    struct control_case_life *out;
};

/* What was merged into it is of the same person, and goes with it. */
static bool change_merged(void *cookie, const struct case_row *from, struct error *err)
{
    const struct changing *c = cookie;
    struct case_end e;
    bool shown;

    if (!holders_show_case(c->x, from, &shown, err))
        return false;
    if (!shown)
        return c->ask->reason == 0 ||
               error_set(err, E_CTL_09, "a colleague holds what was merged into it: a supervisor has both deleted");
    return case_ending_read(c->x, from, &e, err) &&
           (case_ending_is_of_one_case(e.asked_for) || change(c->x, c->ask, from, c->out, err));
}

static bool check_reason(const struct control_case_delete_ask *ask, struct error *err)
{
    return ask->reason != DELETE_KEPT_LONG_ENOUGH ||
           error_set(err, E_USE_04, "that is no reason that a person gives: close the case, and its day comes");
}

static bool delete_or_undo(struct exchange *x, const struct control_case_delete_ask *ask, struct control_case_life *out,
                           struct error *err)
{
    struct changing c = {x, ask, out};
    const bool alone = case_ending_is_of_one_case(ask->reason);
    struct case_row row;

    if (!check_reason(ask, err) || !casebook_find(x, &ask->case_id, &row, err) ||
        !case_ending_check_asker(x, &row, err) || !case_ending_fill_with(x, &row, !alone, out, err))
        return false;
    out->dry_run = ask->dry_run;
    if (ask->dry_run)
        return true;
    return change(x, ask, &row, out, err) &&
           (alone || case_merge_walk_from(x, &row, change_merged, case_merge_pass_over, &c, err)) &&
           case_ending_fill_with(x, &row, !alone, out, err);
}

bool exchange_case_delete(struct exchange *x, const struct control_case_delete_ask *ask, struct control_case_life *out,
                          struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, delete_or_undo(x, ask, out, err), err);
}

/* --- told to whoever asks --- */

struct ending_list {
    struct exchange *x;
    exchange_on_ending_fn *on_item;
    void *cookie;
};

/* Of a node that is stopped it is not known: it is sealed. */
static bool note_hold(struct exchange *x, const struct case_row *row, struct ending_case *e, struct error *err)
{
    struct case_row again;
    struct case_end end;
    bool kept = false;
    bool read;

    if (x->vault == NULL)
        return true;
    if (!read_end(x, row->number, &again, &end, &read, err) ||
        (read && !case_hold_keeps(x, row, &end, tick_record_day(x), &kept, err)))
        return false;
    if (kept)
        e->why = "a court holds it";
    return true;
}

static bool list_ending(void *cookie, const struct case_end_row *stored, struct error *err)
{
    const struct ending_list *l = cookie;
    struct ending_case e = {.from = stored->due};
    struct case_row row;
    bool shown;

    if (!case_store_get(l->x->db, stored->case_number, &shown, &row, err) ||
        (shown && !holders_show_case(l->x, &row, &shown, err)))
        return false;
    e.case_id = row.id;
    if (!shown || !stored->is_closed)
        return true;
    if (stored->due <= tick_record_day(l->x) &&
        (!case_erasing_waits(l->x, &row, &e.why, err) || !note_hold(l->x, &row, &e, err)))
        return false;
    return l->on_item(l->cookie, &e, err);
}

bool exchange_ending_list(struct exchange *x, exchange_on_ending_fn *on_item, void *cookie, struct error *err)
{
    struct ending_list l = {x, on_item, cookie};

    return case_end_store_walk_due(x->db, tick_record_day(x) + CASE_NOTICE_DAYS, 0, BOUND_LATE, list_ending, &l, err);
}
