#include "exchange/cases/case_deletion.h"

#include "exchange/cases/case_ending.h"
#include "exchange/cases/holders.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#define LOOKED_A_TICK 32 /* cases near their day: a millisecond or two */

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
    return err->code == E_KEY_21 || err->code == E_KEY_15 || err->code == E_KEY_09 || err->code == E_STO_04;
}

static bool tell_near(struct exchange *x, const struct case_row *row, struct case_end *e, uint32_t today,
                      struct error *err)
{
    e->told = today;
    return tick_begin(x, err) && case_ending_write(x, row, e, err) &&
           case_ending_record(x, row, CASE_DELETION_NEAR, e->closed_from, err);
}

static bool look_at_one(struct exchange *x, int64_t number, uint32_t today, struct error *err)
{
    struct case_row row;
    struct case_end e;
    bool read;

    if (!read_end(x, number, &row, &e, &read, err))
        return false;
    return !read || e.closed_from == 0 || e.told != 0 || e.closed_from > today + CASE_NOTICE_DAYS ||
           tell_near(x, &row, &e, today, err);
}

bool case_deletion_advance(struct exchange *x, struct error *err)
{
    struct near_cases n = {.count = 0};
    uint32_t today;

    if (!x->case_deletion->due || !tick_destroying_day(x, &today))
        return true;
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

/* --- told to whoever asks --- */

struct ending_list {
    struct exchange *x;
    exchange_on_ending_fn *on_item;
    void *cookie;
};

static bool list_ending(void *cookie, const struct case_end_row *stored, struct error *err)
{
    const struct ending_list *l = cookie;
    struct case_row row;
    bool shown;

    if (!case_store_get(l->x->db, stored->case_number, &shown, &row, err) ||
        (shown && !holders_show_case(l->x, &row, &shown, err)))
        return false;
    return !shown || l->on_item(l->cookie, &(struct ending_case){row.id, stored->due}, err);
}

bool exchange_ending_list(struct exchange *x, exchange_on_ending_fn *on_item, void *cookie, struct error *err)
{
    struct ending_list l = {x, on_item, cookie};

    return case_end_store_walk_due(x->db, tick_record_day(x) + CASE_NOTICE_DAYS, 0, BOUND_LATE, list_ending, &l, err);
}
