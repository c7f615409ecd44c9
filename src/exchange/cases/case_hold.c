#include "exchange/cases/case_hold.h"

#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

#define ENDED_A_TICK 16

/* Whether one stands on a unix day. */
static bool case_hold_stands(const struct case_end *e, uint32_t day)
{
    return e->held_ms != 0 && (e->held_until == 0 || e->held_until >= day);
}

struct keeping {
    struct exchange *x;
    uint32_t day;
    bool keeps;
};

static bool look_at_next(void *cookie, const struct case_row *next, struct error *err)
{
    struct keeping *k = cookie;
    struct case_end e;

    if (!case_ending_read(k->x, next, &e, err))
        return false;
    k->keeps = k->keeps || case_hold_stands(&e, k->day);
    return true;
}

bool case_hold_keeps(struct exchange *x, const struct case_row *row, const struct case_end *e, uint32_t day,
                     bool *keeps, struct error *err)
{
    struct keeping k = {.x = x, .day = day, .keeps = case_hold_stands(e, day)};
    struct error why = {0};
    bool ok = case_merge_follow(x, row, look_at_next, &k, &why) &&
              case_merge_walk_from(x, row, look_at_next, case_merge_pass_over, &k, &why);

    *keeps = k.keeps || !ok;
    if (!ok && why.code == E_KEY_21)
        tick_read_again(x);
    if (ok || vault_does_not_open(&why) || why.code == E_STO_04)
        return true;
    *err = why;
    return false;
}

/* --- what a person says --- */

static bool write_hold(struct exchange *x, const struct case_row *row, const struct control_case_hold_ask *ask,
                       struct case_end *e, struct error *err)
{
    bool lifts = ask->reference.size == 0;

    e->held_ms = lifts ? 0 : tick_record_ms(x);
    e->held_until = lifts ? 0 : ask->until;
    e->held_by = ask->reference;
    e->held_scope = lifts ? (struct view){0} : ask->scope;
    return tick_has_room(x, err) && tick_begin(x, err) && case_ending_write(x, row, e, err) &&
           case_ending_record(x, row, lifts ? CASE_HOLD_ENDED : CASE_HELD, e->held_until, 0, err);
}

static bool is_so(const struct control_case_hold_ask *ask, const struct case_end *e)
{
    return view_equal(e->held_by, ask->reference) && view_equal(e->held_scope, ask->scope) &&
           e->held_until == ask->until;
}

static bool hold_or_lift(struct exchange *x, const struct control_case_hold_ask *ask, struct control_case_life *out,
                         struct error *err)
{
    struct case_row row;
    struct case_end e;

    if (ask->until != 0 && ask->until < tick_record_day(x))
        return error_set(err, E_END_08, "the last day of the hold is past");
    if (!casebook_find(x, &ask->case_id, &row, err) || !case_ending_check_asker(x, &row, err) ||
        !case_ending_read(x, &row, &e, err))
        return false;
    return (is_so(ask, &e) || write_hold(x, &row, ask, &e, err)) && case_ending_fill(x, &row, out, err);
}

bool exchange_case_hold(struct exchange *x, const struct control_case_hold_ask *ask, struct control_case_life *out,
                        struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, hold_or_lift(x, ask, out, err), err);
}

/* --- by its day --- */

struct ended_holds {
    struct case_end_row rows[ENDED_A_TICK];
    size_t count;
};

static bool collect_ended(void *cookie, const struct case_end_row *row, struct error *err)
{
    struct ended_holds *h = cookie;

    (void)err;
    h->rows[h->count++] = *row;
    return true;
}

/* What does not open stays as it is: it keeps its case. */
static bool end_case_hold(struct exchange *x, int64_t number, uint32_t today, struct error *err)
{
    struct case_row row;
    struct case_end e;
    bool found;

    if (!case_store_get(x->db, number, &found, &row, err))
        return false;
    if (!found)
        return true;
    if (!case_ending_read(x, &row, &e, err)) {
        if (err->code == E_KEY_21)
            tick_read_again(x);
        return vault_does_not_open(err) || err->code == E_STO_04;
    }
    if (e.held_ms == 0 || case_hold_stands(&e, today))
        return true;
    e.held_ms = 0;
    e.held_until = 0;
    e.held_by = e.held_scope = (struct view){0};
    return tick_begin(x, err) && case_ending_write(x, &row, &e, err) &&
           case_ending_record(x, &row, CASE_HOLD_ENDED, 0, 0, err);
}

bool case_hold_end_old(struct exchange *x, uint32_t today, struct error *err)
{
    struct ended_holds h = {.count = 0};

    if (!case_end_store_walk_held(x->db, today, ENDED_A_TICK, collect_ended, &h, err))
        return false;
    for (size_t i = 0; i < h.count; i++)
        if (!end_case_hold(x, h.rows[i].case_number, today, err))
            return error_wrap(err, "end the hold of a case");
    return true;
}
