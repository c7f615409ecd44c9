#include "exchange/cases/case_dates.h"

#include "exchange/access/holders.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_entries.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/cases/date_reminders.h"
#include "exchange/logs/acting.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"

/* --- what is stored --- */

/* Entries of dates have nothing that points into them. */
static bool keep_newest(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                        struct error *err)
{
    struct case_dates *all = cookie;
    struct case_date *d = &all->of[e->date];

    (void)kind;
    (void)err;
    if (!case_date_stands(d))
        d->since = day_of_ms(e->time_ms);
    d->number = number;
    d->said = *e;
    return true;
}

bool case_dates_read(struct exchange *x, const struct case_row *row, struct case_dates *out, struct error *err)
{
    *out = (struct case_dates){0};
    return case_entries_walk_kind(x, row, CASE_ENTRY_DATE, keep_newest, out, err);
}

bool case_date_stands(const struct case_date *d)
{
    return d->number != 0 && d->said.until != 0;
}

/* --- what is told --- */

struct dates {
    struct exchange *x;
    const struct case_row *row;
    struct case_dates all;
    exchange_on_date_fn *on_date;
    void *cookie;
};

static bool tell(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e, struct error *err)
{
    struct dates *d = cookie;
    const struct case_date *newest = &d->all.of[e->date];
    struct control_case_date line = {.case_id = d->row->id, .time_ms = e->time_ms, .date = e->date, .until = e->until};

    (void)kind;
    line.counts = number == newest->number && e->until != 0;
    if (line.counts) {
        line.told_from = date_kind_told_from(e->date, e->until);
        if (e->until < newest->since + date_kind_at_least(e->date))
            line.at_least = date_kind_at_least(e->date);
    }
    return staff_asker_names(d->x, (int64_t)e->staff, &line.staff, &line.account, err) &&
           d->on_date(d->cookie, &line, err);
}

static bool list(struct dates *d, struct walk_step *step, struct error *err)
{
    return ((step != NULL && step->after != 0) || casebook_record_opened(d->x, d->row, err)) &&
           case_dates_read(d->x, d->row, &d->all, err) &&
           case_entries_list(d->x, d->row, 1U << CASE_ENTRY_DATE, step, tell, d, err);
}

struct filling {
    struct exchange *x;
    struct control_case_life *out;
    struct control_case_date_standing *dates; /* BOUND_NAMED */
};

static bool fill_one(struct filling *f, const struct case_row *row, struct error *err)
{
    struct case_dates all;

    if (!case_dates_read(f->x, row, &all, err))
        return false;
    for (enum date_kind k = DATE_KIND_ABSENT + 1; k < DATE_KIND_END; k++)
        if (case_date_stands(&all.of[k]) && f->out->date_count < BOUND_NAMED)
            f->dates[f->out->date_count++] =
                (struct control_case_date_standing){.case_id = row->id, .date = k, .until = all.of[k].said.until};
    return true;
}

static bool fill_merged(void *cookie, const struct case_row *from, struct error *err)
{
    struct filling *f = cookie;
    bool shown;

    return holders_show_case(f->x, from, &shown, err) && (!shown || fill_one(f, from, err));
}

bool case_dates_fill(struct exchange *x, const struct case_row *row, struct control_case_life *out, struct error *err)
{
    struct filling f = {.x = x, .out = out};

    out->dates = f.dates = arena_new(&x->tick_arena, BOUND_NAMED * sizeof *f.dates);
    return fill_one(&f, row, err) && case_merge_walk_from(x, row, fill_merged, case_merge_pass_over, &f, err);
}

/* --- what a person says --- */

static bool check_day_said(const struct exchange *x, const struct control_case_date_ask *ask, struct error *err)
{
    const uint32_t today = tick_record_day(x);

    if (ask->date == DATE_KIND_ABSENT || (ask->until == 0) != ask->ended)
        return error_set(err, E_USE_02, "a date is said with its kind, and either its day or that it has ended");
    return ask->ended || (ask->until >= today && ask->until - today <= BOUND_CASE_DATE_DAYS) ||
           error_set(err, E_CAS_31, "the day is %s", ask->until < today ? "past" : "too far away");
}

/* Of what is merged, or closed, a date can end; it would be told to nobody who works with it. */
static bool check_takes_date(struct exchange *x, const struct case_row *row, struct error *err)
{
    bool is_closed;

    return case_merge_check(x, row, err) && case_ending_is_closed(x, row, &is_closed, err) &&
           (!is_closed || error_set(err, E_END_09, "the case is closed, or is to be deleted"));
}

/* What counted until now is told no more. */
static bool write_said(struct dates *d, const struct case_date *old, struct case_entry *entry, struct error *err)
{
    struct exchange *x = d->x;

    if (!tick_has_room(x, err) || !tick_begin(x, err))
        return false;
    if (case_date_stands(old) && !case_entry_store_set_due(x->db, old->number, 0, err))
        return false;
    date_reminders_look(x);
    return case_entries_add(x, d->row, CASE_ENTRY_DATE, entry, err) &&
           acting_record_opened(x, HOUSE_DATE, &d->row->id, err);
}

static bool say(struct dates *d, const struct control_case_date_ask *ask, struct error *err)
{
    const struct case_date *old = &d->all.of[ask->date];
    struct case_entry entry = {.date = ask->date, .until = ask->until};

    if (!case_ending_check_asker(d->x, d->row, err) || (!ask->ended && !check_takes_date(d->x, d->row, err)) ||
        !case_dates_read(d->x, d->row, &d->all, err))
        return false;
    if (old->number == 0 && ask->ended)
        return error_set(err, E_CAS_32, "the case has no date of the kind %s", date_kind_name(ask->date));
    if (old->number != 0 && old->said.until == ask->until)
        return tell(d, old->number, CASE_ENTRY_DATE, &old->said, err);
    return write_said(d, old, &entry, err) && case_dates_read(d->x, d->row, &d->all, err) &&
           tell(d, old->number, CASE_ENTRY_DATE, &old->said, err);
}

bool exchange_case_date(struct exchange *x, const struct control_case_date_ask *ask, struct walk_step *step,
                        exchange_on_date_fn *on_date, void *cookie, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct case_row row;
    struct dates d = {.x = x, .row = &row, .on_date = on_date, .cookie = cookie};
    bool says = ask->date != DATE_KIND_ABSENT || ask->until != 0 || ask->ended;
    bool ok = (!says || check_day_said(x, ask, err)) && casebook_find(x, &ask->case_id, &row, err) &&
              (says ? say(&d, ask, err) : list(&d, step, err));

    return tick_call_end(x, mark, ok, err);
}
