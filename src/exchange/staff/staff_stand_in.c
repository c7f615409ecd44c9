/* exchange_staff_stand_in: who does the work of a colleague who is away, beside his own. */
#include "exchange/staff/staff_calls.h"

#include "exchange/access/handed.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/staff/staff_inside.h"
#include "exchange/staff/staff_write.h"
#include "exchange/state.h"
#include "exchange/tick.h"

bool staff_person_stands_in(const struct exchange *x, const struct staff_person *p, int64_t number)
{
    const struct staff_person *absent;

    if (p->stand_in_count == 0)
        return false;
    absent = staff_person_numbered(x, number);
    for (size_t i = 0; absent != NULL && i < p->stand_in_count; i++)
        if (ident_equal(&p->stands_in[i].staff, &absent->id) && tick_closing_day(x) <= p->stands_in[i].until)
            return true;
    return false;
}

int64_t staff_next_who_works_as(const struct exchange *x, int64_t holder, size_t *i)
{
    while (*i < x->staff->count) {
        const struct staff_person *p = &x->staff->people[(*i)++];

        if (p->number == holder || staff_person_stands_in(x, p, holder))
            return p->number;
    }
    return 0;
}

static bool check_last_day(const struct exchange *x, uint32_t until, struct error *err)
{
    uint32_t today = tick_closing_day(x);

    return until == 0 || (until >= today && until - today <= BOUND_STAND_IN_DAYS) ||
           error_set(err, E_STF_22, "it lasts to a day within %d from today on", BOUND_STAND_IN_DAYS);
}

/* Drops those that have ended, and that of ABSENT, and adds it to UNTIL. *CHANGED: it is not as it was. */
static bool choose(struct staff_known *k, const struct ident *absent, uint32_t until, bool *changed, struct error *err)
{
    struct staff_entry *e = &k->entry;
    uint32_t was = 0;
    size_t kept = 0;

    for (size_t i = 0; i < e->stands_in_count; i++) {
        if (ident_equal(&e->stands_in[i].staff, absent))
            was = e->stands_in[i].until;
        else if (tick_closing_day(k->x) <= e->stands_in[i].until)
            e->stands_in[kept++] = e->stands_in[i];
    }
    *changed = was != until;
    if (until != 0 && kept == BOUND_STAND_INS)
        return error_set(err, E_STF_23, "he stands in for %d", BOUND_STAND_INS);
    if (until != 0)
        e->stands_in[kept++] = (struct stand_in){.staff = *absent, .until = until};
    e->stands_in_count = kept;
    return true;
}

bool exchange_staff_stand_in(struct exchange *x, const struct control_stand_in_ask *ask,
                             struct control_staff_person *out, struct error *err)
{
    struct record r = {.kind = RECORD_STAND_IN};
    struct staff_known k;
    struct view account;
    bool changed;
    uint64_t mark;
    int64_t number;
    int64_t absent;

    if (!staff_find_holder(x, ask->uid, &number, err) ||
        !staff_find_former(x, &ask->for_staff, ask->for_uid, &absent, err) || !check_last_day(x, ask->until, err))
        return false;
    if (number == absent)
        return error_set(err, E_USE_03, "both are one person");
    r.stand_in.until = ask->until;
    if (!staff_asker_names(x, absent, &r.stand_in.absent, &account, err) ||
        !staff_known_read(x, staff_person_numbered(x, number), &k, err) ||
        !choose(&k, &r.stand_in.absent, ask->until, &changed, err))
        return false;
    mark = tick_call_begin(x);
    if (changed &&
        ((ask->until != 0 && !tick_has_room(x, err)) ||
         !tick_call_end(x, mark,
                        staff_known_write(&k, &r, err) && (ask->until == 0 || handed_stand_in(x, number, absent, err)),
                        err)))
        return false;
    staff_known_show(&k, out);
    return true;
}
