/* exchange_staff_add, _role: who is entered, and which roles each is given and loses. */
#include "exchange/staff/staff_calls.h"

#include "exchange/access/exclusions.h"
#include "exchange/logs/audit.h"
#include "exchange/staff/staff_proposal.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#define UID_OVERFLOW 65534 /* of whoever has no number here: the kernel shows all of them so */

/* --- what may be asked --- */

static bool check_user(uint32_t uid, struct error *err)
{
    return (uid != UID_OVERFLOW && uid != UINT32_MAX) ||
           error_set(err, E_STF_04, "Unix user %u stands for whoever has none", (unsigned)uid);
}

static bool scope_is_whole(const struct audit_scope *s)
{
    return (s->logs | s->from | s->until) == 0;
}

static bool check_end(const struct exchange *x, staff_roles roles, uint32_t until, const struct audit_scope *scope,
                      struct error *err)
{
    uint32_t today = tick_closing_day(x);

    if ((roles & STAFF_ROLE_BIT(STAFF_AUDITOR)) == 0)
        return (until == 0 && scope_is_whole(scope)) ||
               error_set(err, E_STF_04, "only an auditor has a last day, and a scope");
    if (scope->until != 0 && scope->from > scope->until)
        return error_set(err, E_STF_04, "the scope ends before it begins");
    return (until >= today && until - today <= BOUND_AUDITOR_DAYS) ||
           error_set(err, E_STF_04, "an auditor's last day is within %d days from today on", BOUND_AUDITOR_DAYS);
}

static bool refuse_unread(const struct exchange *x, struct error *err)
{
    return error_set(err, E_STF_05, "%zu entries of the staff do not open", x->staff->unread);
}

/* --- what becomes of somebody --- */

static bool is_last_supervisor(const struct exchange *x, const struct staff_person *p)
{
    return (p->roles & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) != 0 && staff_count_supervisors(x) == 1;
}

static bool gives(const struct staff_person *p, const struct staff_person *then)
{
    return (then->roles & ~p->roles) != 0 || then->until > p->until || staff_scope_changes(p, then);
}

bool staff_change_choose(struct exchange *x, const struct staff_person *p, const struct staff_change *c,
                         struct staff_person *out, struct error *err)
{
    staff_roles roles = (p->roles | c->give) & ~c->take;

    *out = *p;
    out->roles = roles;
    out->until = c->until;
    out->scope = c->scope;
    if (gives(p, out) && x->staff->unread != 0) /* it may be of the second supervisor, or of this very user */
        return refuse_unread(x, err);
    if ((out->until != p->until || out->until == 0 || !staff_scope_equal(&out->scope, &p->scope)) &&
        !check_end(x, roles, out->until, &out->scope, err))
        return false;
    if (is_last_supervisor(x, p) && (roles & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) == 0)
        return error_set(err, E_STF_03, "Unix user %u is the last supervisor", (unsigned)p->uid);
    if (roles == 0)
        out->uid = 0; /* whoever has that number next is nobody here */
    return (p->roles & ~roles & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) == 0 || exclusions_check_leaving(x, &p->id, err);
}

static struct record record_roles(const struct staff_entry *entry)
{
    struct record r = {.kind = RECORD_STAFF};

    r.staff = (struct record_staff){.roles = entry->roles,
                                    .until = entry->until,
                                    .scope_logs = entry->scope_logs,
                                    .scope_from = entry->scope_from,
                                    .scope_until = entry->scope_until};
    return r;
}

/* To a new supervisor what was changed before him is not news. */
static void note_look(struct staff_known *k, staff_roles given)
{
    if ((given & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) != 0)
        k->entry.looked = audit_size(k->x->audit, LOG_HOUSE) + 1; /* the record that says so */
}

bool staff_change_write(struct staff_known *k, const struct staff_person *p, struct control_staff_person *out,
                        struct error *err)
{
    bool was_alone = staff_is_alone(k->x);
    struct record r;

    note_look(k, p->roles & ~k->entry.roles);
    k->entry.uid = p->uid;
    k->entry.roles = p->roles;
    k->entry.until = p->until;
    k->entry.scope_logs = p->scope.logs;
    k->entry.scope_from = p->scope.from;
    k->entry.scope_until = p->scope.until;
    k->entry.proposed_count = 0;
    k->entry.not_entered = false;
    if ((p->roles & (STAFF_ROLE_BIT(STAFF_CASEWORKER) | STAFF_ROLE_BIT(STAFF_SUPERVISOR))) == 0)
        k->entry.desk_count = 0; /* given a role again he is at none */
    r = record_roles(&k->entry);
    if (!staff_known_write(k, &r, err))
        return false;
    staff_known_show(k, out);
    out->first_supervisor = was_alone && !staff_is_alone(k->x);
    return true;
}

/* --- add --- */

static struct audit_scope scope_of(const struct control_staff_add_ask *ask)
{
    return (struct audit_scope){ask->scope_logs, ask->scope_from, ask->scope_until};
}

static bool add(struct staff_known *k, struct control_staff_person *out, struct error *err)
{
    bool was_alone = staff_is_alone(k->x);
    struct record r = record_roles(&k->entry);

    note_look(k, k->entry.roles);
    if (!staff_known_add(k, &r, err))
        return false;
    staff_known_show(k, out);
    out->first_supervisor = was_alone && !staff_is_alone(k->x);
    return true;
}

static bool propose_new(struct staff_known *k, const struct control_staff_add_ask *ask,
                        struct control_staff_person *out, struct error *err)
{
    const struct staff_change c = {.give = ask->roles, .until = ask->until, .scope = scope_of(ask)};
    bool agreed;

    k->entry.uid = 0;
    k->entry.roles = 0;
    k->entry.until = 0;
    k->entry.scope_logs = k->entry.scope_from = k->entry.scope_until = 0;
    k->entry.not_entered = true;
    if (!staff_change_propose(k, NULL, &c, ask->uid, &agreed, err))
        return false;
    staff_known_show(k, out);
    return true;
}

static bool add_somebody(struct exchange *x, const struct control_staff_add_ask *ask, struct control_staff_person *out,
                         struct error *err)
{
    static const struct staff_person nobody;
    const struct staff_person then = {.roles = ask->roles, .until = ask->until, .scope = scope_of(ask)};
    struct staff_known k = {.x = x};

    k.entry = (struct staff_entry){.uid = ask->uid,
                                   .roles = ask->roles,
                                   .until = ask->until,
                                   .account = ask->account,
                                   .name = ask->name,
                                   .scope_logs = ask->scope_logs,
                                   .scope_from = ask->scope_from,
                                   .scope_until = ask->scope_until};
    return staff_change_needs_second(x, &nobody, &then) ? propose_new(&k, ask, out, err) : add(&k, out, err);
}

/* Whether he was entered, or proposed, as the one who is asked for. */
static bool check_same(const struct staff_known *k, const struct control_staff_add_ask *ask, struct error *err)
{
    if (!view_equal(k->entry.account, ask->account))
        return error_set(err, E_STF_02, "Unix user %u is entered under another account", (unsigned)ask->uid);
    if (ask->name.size != 0 && !view_equal(k->entry.name, ask->name))
        return error_set(err, E_STF_02, "Unix user %u is entered under another name", (unsigned)ask->uid);
    return true;
}

/* Asked once more he is answered again; asked otherwise it may be somebody else, who has that number now. */
static bool add_again(struct exchange *x, const struct staff_person *p, const struct control_staff_add_ask *ask,
                      struct control_staff_person *out, struct error *err)
{
    const struct audit_scope scope = scope_of(ask);
    struct staff_known k;

    if (p->roles != ask->roles || p->until != ask->until || !staff_scope_equal(&p->scope, &scope))
        return error_set(err, E_STF_02, "Unix user %u is entered with other roles", (unsigned)p->uid);
    if (!staff_known_read(x, p, &k, err) || !check_same(&k, ask, err))
        return false;
    staff_known_show(&k, out);
    return true;
}

/* P waits: another supervisor agrees, and of who is the only one now it is done as he says it. */
static bool add_proposed(struct exchange *x, const struct staff_person *p, const struct control_staff_add_ask *ask,
                         struct control_staff_person *out, struct error *err)
{
    const struct staff_change c = {.give = ask->roles, .until = ask->until, .scope = scope_of(ask)};
    struct staff_person then;
    struct staff_known k;
    bool agreed;

    if (!staff_known_read(x, p, &k, err) || !check_same(&k, ask, err) ||
        !staff_change_propose(&k, p, &c, ask->uid, &agreed, err))
        return false;
    if (!agreed && staff_count_supervisors(x) >= 2) {
        staff_known_show(&k, out);
        return true;
    }
    if (!staff_change_choose(x, p, &c, &then, err))
        return false;
    then.uid = ask->uid;
    return staff_change_write(&k, &then, out, err);
}

/* Of those who are known: who was proposed, and whose proposal ended, makes room. */
static size_t count_kept(const struct exchange *x)
{
    size_t count = 0;

    for (size_t i = 0; i < x->staff->count; i++)
        count += !staff_person_is_lapsed(x, &x->staff->people[i]);
    return count;
}

static size_t count_proposed(const struct exchange *x)
{
    size_t count = 0;

    for (size_t i = 0; i < x->staff->count; i++)
        count += x->staff->people[i].not_entered && staff_proposal_stands(x, &x->staff->people[i]);
    return count;
}

static bool make_place(struct exchange *x, struct error *err)
{
    return x->staff->count < BOUND_STAFF || staff_forget_lapsed(x, err);
}

bool exchange_staff_add(struct exchange *x, const struct control_staff_add_ask *ask, struct control_staff_person *out,
                        struct error *err)
{
    const struct staff_person *known = staff_person_of(x, ask->uid);
    const struct staff_person *proposed = staff_person_proposed(x, ask->uid);
    const struct audit_scope scope = scope_of(ask);
    uint64_t mark;

    if (!check_user(ask->uid, err) || !check_end(x, ask->roles, ask->until, &scope, err))
        return false;
    if (x->staff->unread != 0) /* it may be of this very user */
        return refuse_unread(x, err);
    if (known != NULL)
        return add_again(x, known, ask, out, err);
    if (proposed == NULL && count_kept(x) >= BOUND_STAFF)
        return error_set(err, E_STF_06, "%d people are entered", BOUND_STAFF);
    if (proposed == NULL && staff_count_supervisors(x) >= 2 && count_proposed(x) >= BOUND_PROPOSED)
        return error_set(err, E_STF_25, "%d people wait for a second supervisor", BOUND_PROPOSED);
    if (!tick_has_room(x, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark,
                         proposed != NULL ? add_proposed(x, proposed, ask, out, err)
                                          : make_place(x, err) && add_somebody(x, ask, out, err),
                         err);
}

/* --- giving and taking --- */

/* *DONE: it waits for a second supervisor, as OUT says, or did already. */
static bool propose(struct staff_known *k, const struct staff_person *now, const struct staff_person *then,
                    struct control_staff_person *out, bool *done, struct error *err)
{
    const struct staff_change c = {then->roles & ~now->roles, now->roles & ~then->roles, then->until, then->scope};
    bool agreed;

    if (!staff_change_propose(k, now, &c, 0, &agreed, err))
        return false;
    *done = !agreed;
    if (*done)
        staff_known_show(k, out);
    return true;
}

/* Another name is one person's to say. */
static bool rename_only(struct staff_known *k, struct control_staff_person *out, struct error *err)
{
    struct record r = record_roles(&k->entry);

    if (!staff_known_write(k, &r, err))
        return false;
    staff_known_show(k, out);
    return true;
}

static bool is_as_it_was(const struct staff_person *now, const struct staff_person *then)
{
    return then->roles == now->roles && then->until == now->until && staff_scope_equal(&then->scope, &now->scope);
}

static bool change(struct staff_known *k, const struct staff_person *now, const struct staff_person *then,
                   struct control_staff_person *out, struct error *err)
{
    bool done = false;

    if (is_as_it_was(now, then))
        return rename_only(k, out, err);
    if (staff_change_needs_second(k->x, now, then) && !propose(k, now, then, out, &done, err))
        return false;
    return done || staff_change_write(k, then, out, err);
}

bool exchange_staff_role(struct exchange *x, const struct control_staff_role_ask *ask, struct control_staff_person *out,
                         struct error *err)
{
    const struct staff_person *now = staff_person_of(x, ask->uid);
    struct staff_change c = {ask->give, ask->take, ask->until, {ask->scope_logs, ask->scope_from, ask->scope_until}};
    struct staff_person then;
    struct staff_known k;
    bool renames;
    uint64_t mark;

    if (now == NULL && x->staff->unread != 0)
        return refuse_unread(x, err);
    if (now == NULL)
        return error_set(err, E_STF_01, "Unix user %u is none of the staff", (unsigned)ask->uid);
    if ((ask->give & ask->take) != 0)
        return error_set(err, E_USE_03, "one role is given and taken");
    if (((now->roles | c.give) & ~c.take & STAFF_ROLE_BIT(STAFF_AUDITOR)) != 0) { /* what is not said stays */
        c.until = c.until != 0 ? c.until : now->until;
        c.scope = scope_is_whole(&c.scope) ? now->scope : c.scope;
    }
    if (!staff_change_choose(x, now, &c, &then, err) || !staff_known_read(x, now, &k, err)) /* before all writing */
        return false;
    renames = ask->name.size != 0 && !view_equal(k.entry.name, ask->name);
    if (is_as_it_was(now, &then) && !renames) {
        staff_known_show(&k, out);
        return true;
    }
    if (renames && staff_change_needs_second(x, now, &then))
        return error_set(err, E_USE_03, "a name is mended by itself, since what else changes has to wait");
    if (renames)
        k.entry.name = ask->name;
    if (ask->give != 0 && !tick_has_room(x, err)) /* whom to shut out does not wait for room */
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, change(&k, now, &then, out, err), err);
}
