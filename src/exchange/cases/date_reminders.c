#include "exchange/cases/date_reminders.h"

#include "exchange/access/handed.h"
#include "exchange/access/holders.h"
#include "exchange/cases/case_dates.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_entries.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

#define LOOKED_A_TICK 32 /* dates: a millisecond or two */

struct date_reminders {
    bool due;      /* some may be near, whose entries have numbers … */
    int64_t after; /* … above this */
};

struct date_reminders *date_reminders_new(void)
{
    struct date_reminders *r = xnew(sizeof *r);

    *r = (struct date_reminders){.due = true};
    return r;
}

void date_reminders_look(struct exchange *x)
{
    *x->date_reminders = (struct date_reminders){.due = true};
}

/* *READ is false of what does not open, or is closed. */
static bool read_dates(struct exchange *x, const struct case_row *row, struct case_dates *out, bool *read,
                       struct error *err)
{
    bool is_closed;

    *read = false;
    if (!case_ending_is_closed(x, row, &is_closed, err))
        return false;
    if (is_closed || row->ended_ms != 0)
        return true;
    *read = case_dates_read(x, row, out, err);
    if (!*read && err->code == E_KEY_21)
        tick_read_again(x);
    return *read || vault_does_not_open(err) || err->code == E_STO_04;
}

/* --- told once --- */

struct near_rows {
    struct {
        int64_t number;
        int64_t case_number;
    } rows[LOOKED_A_TICK];
    uint32_t count;
};

static bool collect(void *cookie, int64_t number, int64_t case_number, uint32_t due, struct error *err)
{
    struct near_rows *n = cookie;

    (void)due;
    (void)err;
    REQUIRE(n->count < LOOKED_A_TICK);
    n->rows[n->count].number = number;
    n->rows[n->count++].case_number = case_number;
    return true;
}

/* Whether it is near, or past; 0: neither. */
static enum reminder reminder_of(const struct case_date *d, enum date_kind k, uint32_t today)
{
    if (!case_date_stands(d) || date_kind_told_from(k, d->said.until) > today)
        return 0;
    return d->said.until < today ? REMINDER_DATE_PAST : REMINDER_DATE_NEAR;
}

/* Supervisors are told that there is one; its holder, and who stands in for him, of which case. */
static bool tell(struct exchange *x, const struct case_row *row, const struct case_date *d, enum reminder what,
                 struct error *err)
{
    struct record r = {.kind = RECORD_REMINDED, .reminded.what = what};
    struct case_entry said = d->said;

    said.reminded = what;
    return tick_begin(x, err) && case_entries_change(x, row, d->number, &said, err) &&
           audit_append(x->audit, &r, NULL, err) && (row->holder == 0 || handed_case(x, row, err));
}

static bool look_at_case(struct exchange *x, int64_t case_number, uint32_t today, struct error *err)
{
    struct case_dates all;
    struct case_row row;
    bool read;

    if (!case_store_get(x->db, case_number, &read, &row, err) || (read && !read_dates(x, &row, &all, &read, err)))
        return false;
    for (enum date_kind k = DATE_KIND_ABSENT + 1; read && k < DATE_KIND_END; k++) {
        enum reminder what = reminder_of(&all.of[k], k, today);

        if (what > all.of[k].said.reminded && !tell(x, &row, &all.of[k], what, err))
            return false;
    }
    return true;
}

bool date_reminders_advance(struct exchange *x, struct error *err)
{
    struct date_reminders *r = x->date_reminders;
    struct walk_step step = {.after = r->after, .limit = LOOKED_A_TICK};
    struct near_rows n = {.count = 0};
    const uint32_t today = tick_record_day(x);

    if (!r->due)
        return true;
    if (!case_entry_store_walk_near(x->db, CASE_ENTRY_DATE, today, &step, collect, &n, err))
        return false;
    for (uint32_t i = 0; i < n.count; i++)
        if (!look_at_case(x, n.rows[i].case_number, today, err))
            return error_wrap(err, "look at a date that is near");
    r->due = step.more;
    r->after = step.after;
    if (r->due)
        tick_again(x);
    return true;
}

/* --- listed --- */

struct near_list {
    struct exchange *x;
    bool is_whole;
    uint32_t count;
    exchange_near_date_fn *on_date;
    void *cookie;
};

static bool list_case(struct near_list *l, int64_t number, const struct case_row *row, struct error *err)
{
    const uint32_t today = tick_record_day(l->x);
    struct case_dates all;
    bool read;

    if (!read_dates(l->x, row, &all, &read, err))
        return false;
    for (enum date_kind k = DATE_KIND_ABSENT + 1; read && k < DATE_KIND_END; k++) {
        const struct case_date *d = &all.of[k];
        enum reminder what = reminder_of(d, k, today);
        struct near_date near = {row->id, row->holder, row->desk, k, d->said.until, what == REMINDER_DATE_PAST};

        if (d->number != number || what == 0)
            continue;
        l->count++;
        return l->on_date(l->cookie, &near, err);
    }
    return true;
}

static bool list_near(void *cookie, int64_t number, int64_t case_number, uint32_t due, struct error *err)
{
    struct near_list *l = cookie;
    struct case_row row;
    bool shown;

    (void)due;
    if (l->is_whole && l->count >= BOUND_LATE)
        return true;
    if (!case_store_get(l->x->db, case_number, &shown, &row, err) ||
        (shown && !holders_show_case(l->x, &row, &shown, err)))
        return false;
    return !shown || list_case(l, number, &row, err);
}

bool exchange_date_list(struct exchange *x, struct walk_step *step, exchange_near_date_fn *on_date, void *cookie,
                        struct error *err)
{
    struct near_list l = {.x = x, .is_whole = step == NULL, .on_date = on_date, .cookie = cookie};

    return x->vault == NULL ||
           case_entry_store_walk_near(x->db, CASE_ENTRY_DATE, tick_record_day(x), step, list_near, &l, err);
}
