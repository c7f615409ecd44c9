/* exchange_staff_confirm, and what is proposed before it. */
#include "exchange/staff/staff_proposal.h"

#include "exchange/staff/staff_asker.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)

bool staff_proposal_stands(const struct exchange *x, const struct staff_person *p)
{
    return p->has_proposal && tick_closing_ms(x) < p->proposal.since_ms + BOUND_PROPOSAL_DAYS * DAY_MS &&
           staff_is_supervisor(x, &p->proposal.by);
}

const struct staff_person *staff_person_proposed(const struct exchange *x, uint32_t uid)
{
    const struct staff *s = x->staff;

    for (size_t i = 0; i < s->count; i++)
        if (s->people[i].roles == 0 && s->people[i].proposal.uid == uid && staff_proposal_stands(x, &s->people[i]))
            return &s->people[i];
    return NULL;
}

bool staff_change_needs_second(const struct exchange *x, const struct staff_person *now,
                               const struct staff_person *then)
{
    return staff_count_supervisors(x) >= 2 &&
           ((then->roles & ~now->roles) != 0 || (now->roles & ~then->roles & SUPERVISOR) != 0 ||
            then->until > now->until || staff_scope_changes(now, then));
}

/* --- the first one --- */

static bool is_same(const struct staff_proposal *p, const struct staff_change *c)
{
    struct audit_scope scope = staff_proposed_scope(p);

    return p->give == c->give && p->take == c->take && p->until == c->until && staff_scope_equal(&scope, &c->scope);
}

static struct record record_of(const struct staff_proposal *p, enum proposal_step step)
{
    struct record r = {.kind = RECORD_STAFF_PROPOSED};

    r.staff_proposed =
        (struct record_staff_proposed){.give = p->give, .take = p->take, .until = p->until, .step = step};
    return r;
}

static bool find_asker(const struct exchange *x, struct ident *out, struct error *err)
{
    return staff_asker_id(x, out) || error_set(err, E_CTL_09, "two supervisors decide that");
}

static bool refuse_other(struct error *err)
{
    return error_set(err, E_STF_08, "another change of that person waits for a second supervisor");
}

bool staff_change_propose(struct staff_known *k, const struct staff_person *p, const struct staff_change *c,
                          uint32_t uid, bool *agreed, struct error *err)
{
    struct staff_proposal *proposal = &k->entry.proposed[0];
    struct ident asker;
    struct record r;

    *agreed = false;
    if (!find_asker(k->x, &asker, err))
        return false;
    if (p != NULL && staff_proposal_stands(k->x, p)) {
        if (!is_same(&p->proposal, c))
            return refuse_other(err);
        *agreed = !ident_equal(&p->proposal.by, &asker);
        return true; /* his own, said again */
    }
    k->entry.proposed_count = 1;
    *proposal = (struct staff_proposal){.give = c->give,
                                        .take = c->take,
                                        .until = c->until,
                                        .by = asker,
                                        .since_ms = tick_record_ms(k->x),
                                        .uid = uid,
                                        .scope_logs = c->scope.logs,
                                        .scope_from = c->scope.from,
                                        .scope_until = c->scope.until};
    r = record_of(proposal, PROPOSAL_PROPOSED);
    return p == NULL ? staff_known_add(k, &r, err) : staff_known_write(k, &r, err);
}

/* --- the second one --- */

/* What P becomes if it is agreed to. */
static bool choose(struct exchange *x, const struct staff_person *p, struct staff_person *then, struct error *err)
{
    const struct staff_proposal *proposal = &p->proposal;
    const struct staff_change c = {proposal->give, proposal->take, proposal->until, staff_proposed_scope(proposal)};

    if (p->roles == 0 && staff_person_of(x, proposal->uid) != NULL)
        return error_set(err, E_STF_02, "Unix user %u is entered already", (unsigned)proposal->uid);
    if (!staff_change_choose(x, p, &c, then, err))
        return false;
    if (p->roles == 0)
        then->uid = proposal->uid;
    return true;
}

static bool agree(struct staff_known *k, const struct staff_person *p, struct control_staff_person *out,
                  struct error *err)
{
    struct staff_person then;

    return choose(k->x, p, &then, err) && tick_has_room(k->x, err) && staff_change_write(k, &then, out, err);
}

static bool refuse(struct staff_known *k, struct control_staff_person *out, struct error *err)
{
    struct record r = record_of(&k->entry.proposed[0], PROPOSAL_REFUSED);

    k->entry.proposed_count = 0;
    if (!staff_known_write(k, &r, err))
        return false;
    staff_known_show(k, out);
    return true;
}

static const struct staff_person *find_proposed(const struct exchange *x, uint32_t uid)
{
    const struct staff_person *p = staff_person_of(x, uid);

    return p != NULL && staff_proposal_stands(x, p) ? p : staff_person_proposed(x, uid);
}

bool exchange_staff_confirm(struct exchange *x, const struct control_staff_confirm_ask *ask,
                            struct control_staff_person *out, struct error *err)
{
    const struct staff_change seen = {
        ask->give, ask->take, ask->until, {ask->scope_logs, ask->scope_from, ask->scope_until}};
    const struct staff_person *p = find_proposed(x, ask->uid);
    struct staff_known k;
    struct ident asker;
    uint64_t mark;

    if (!find_asker(x, &asker, err))
        return false;
    if (p == NULL)
        return error_set(err, E_STF_09, "of Unix user %u nothing is proposed", (unsigned)ask->uid);
    if (!is_same(&p->proposal, &seen))
        return refuse_other(err);
    if (!ask->refuse && ident_equal(&p->proposal.by, &asker))
        return error_set(err, E_STF_10, "who proposed it does not agree to it");
    if (!staff_known_read(x, p, &k, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, ask->refuse ? refuse(&k, out, err) : agree(&k, p, out, err), err);
}
