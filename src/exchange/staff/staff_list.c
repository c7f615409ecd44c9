/* exchange_staff_list: who was entered, for supervisors; and what of that is new to them. */
#include "exchange/staff/staff_calls.h"

#include "exchange/logs/audit.h"
#include "exchange/staff/desks.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/staff/staff_write.h"
#include "exchange/state.h"
#include "exchange/tick.h"

struct staff_list {
    struct exchange *x;
    exchange_on_staff_fn *on_item;
    void *cookie;
};

static bool list_row(void *cookie, const struct staff_row *row, struct error *err)
{
    const struct staff_list *l = cookie;
    struct control_staff_person line = {.staff = row->id, .since_ms = row->since_ms};
    struct staff_known k = {.x = l->x, .row = *row};
    struct error why;

    if (row->sealed.size == 0)
        line.forgotten = true;
    else if (staff_entry_open(l->x, row, &k.entry, &why))
        staff_known_show(&k, &line);
    else
        line.unread = true;
    return l->on_item(l->cookie, &line, err);
}

void exchange_staff_summary(const struct exchange *x, struct staff_summary *out)
{
    const struct staff *s = x->staff;

    *out = (struct staff_summary){.desks = (uint32_t)desks_count(x)};
    for (size_t i = 0; i < s->count; i++) {
        const struct staff_person *p = &s->people[i];

        out->caseworkers += (p->roles & STAFF_ROLE_BIT(STAFF_CASEWORKER)) != 0;
        out->supervisors += (p->roles & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) != 0;
        out->operators += (p->roles & STAFF_ROLE_BIT(STAFF_OPERATOR)) != 0;
        out->on_duty += staff_person_is_on_duty(x, p, NULL);
    }
}

/* --- what is new --- */

bool staff_person_is_unseen(const struct exchange *x, const struct staff_person *p)
{
    struct ident asker;

    return p->changed > staff_asker_looked(x) && !(staff_asker_id(x, &asker) && ident_equal(&asker, &p->changed_by));
}

void staff_unseen_fill(const struct exchange *x, struct staff_unseen *out)
{
    const struct staff *s = x->staff;

    *out = (struct staff_unseen){0};
    if (!staff_asker_is_supervisor(x))
        return;
    for (size_t i = 0; i < s->count; i++) {
        const struct staff_person *p = &s->people[i];
        int64_t ends = p->proposal.since_ms + BOUND_PROPOSAL_DAYS * DAY_MS;

        out->changed += staff_person_is_unseen(x, p);
        if (!staff_proposal_stands(x, p))
            continue;
        out->waiting++;
        if (out->waits_until_ms == 0 || ends < out->waits_until_ms)
            out->waits_until_ms = ends;
    }
}

/* He has seen it. Where there is no room he is told of it again. */
static bool note_look(struct exchange *x, struct error *err)
{
    const struct staff_person *p = staff_person_numbered(x, staff_asker_number(x));
    uint64_t mark = tick_call_begin(x);
    struct staff_unseen unseen;
    struct error why = {0};
    struct staff_known k;

    staff_unseen_fill(x, &unseen);
    if (unseen.changed == 0 || tick_waits(x) || !tick_has_room(x, &why))
        return true;
    if (!staff_known_read(x, p, &k, err))
        return false;
    k.entry.looked = audit_size(x->audit, LOG_HOUSE);
    return tick_call_end(x, mark, staff_known_keep(&k, err), err);
}

bool exchange_staff_list(struct exchange *x, const struct control_staff_list_ask *ask, struct walk_step *step,
                         exchange_on_staff_fn *on_item, void *cookie, struct error *err)
{
    struct staff_list l = {x, on_item, cookie};

    return staff_store_walk(x->db, step, list_row, &l, err) &&
           (!ask->look || (step != NULL && step->more) || note_look(x, err));
}
