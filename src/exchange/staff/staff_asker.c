#include "exchange/staff/staff_asker.h"

#include "exchange/logs/acting.h"
#include "exchange/staff/desks.h"
#include "exchange/staff/staff_entry.h"
#include "exchange/staff/staff_inside.h"
#include "exchange/state.h"

static const struct staff_person *find_asker(const struct exchange *x)
{
    uint32_t uid;

    return acting_user(x, &uid) ? staff_person_of(x, uid) : NULL;
}

static bool has_role(const struct staff_person *p, enum staff_role role)
{
    return p != NULL && (p->roles & STAFF_ROLE_BIT(role)) != 0;
}

bool staff_asker_is_restricted(const struct exchange *x, int64_t *number)
{
    const struct staff_person *p = find_asker(x);

    if (!has_role(p, STAFF_CASEWORKER) || has_role(p, STAFF_SUPERVISOR) || staff_is_alone(x))
        return false;
    *number = p->number;
    return true;
}

bool staff_asker_sees(const struct exchange *x, int64_t holder, int64_t desk)
{
    int64_t own;

    if (!staff_asker_is_restricted(x, &own) || holder == own)
        return true;
    return holder == 0 ? staff_person_sees_unassigned(x, find_asker(x), desk)
                       : staff_person_stands_in(x, find_asker(x), holder);
}

bool staff_asker_works_as(const struct exchange *x, int64_t holder)
{
    const struct staff_person *p = find_asker(x);

    return p != NULL && holder != 0 && (holder == p->number || staff_person_stands_in(x, p, holder));
}

bool staff_asker_opens_house(const struct exchange *x, const struct desk_row *d)
{
    int64_t own;

    return d->visibility == DESK_HOUSE &&
           (!staff_asker_is_restricted(x, &own) || staff_person_is_on_duty(x, find_asker(x), d));
}

int64_t staff_asker_desk(const struct exchange *x)
{
    const struct staff_person *p = find_asker(x);
    const struct desk_row *at = NULL;

    for (size_t i = 0; p != NULL && i < desks_count(x); i++) {
        if (staff_person_at(p, desks_nth(x, i)) == NULL)
            continue;
        if (at != NULL)
            return 0;
        at = desks_nth(x, i);
    }
    return at != NULL ? at->number : 0;
}

int64_t staff_asker_number(const struct exchange *x)
{
    const struct staff_person *p = find_asker(x);

    return p != NULL ? p->number : 0;
}

bool staff_asker_id(const struct exchange *x, struct ident *out)
{
    const struct staff_person *p = find_asker(x);

    if (p != NULL)
        *out = p->id;
    return p != NULL;
}

bool staff_asker_stands_in(const struct exchange *x)
{
    const struct staff_person *p = find_asker(x);

    return p != NULL && p->stand_in_count != 0;
}

bool staff_asker_is_auditor_alone(const struct exchange *x)
{
    const struct staff_person *p = find_asker(x);

    return has_role(p, STAFF_AUDITOR) && !has_role(p, STAFF_SUPERVISOR);
}

bool staff_asker_audit_scope(const struct exchange *x, struct audit_scope *out)
{
    const struct staff_person *p = find_asker(x);

    if (!staff_asker_is_auditor_alone(x))
        return false;
    *out = p->scope;
    return true;
}

bool staff_asker_may_audit(const struct exchange *x, enum log_id log, int64_t time_ms)
{
    struct audit_scope s;

    if (!staff_asker_audit_scope(x, &s))
        return true;
    return (s.logs == 0 || (s.logs & UINT32_C(1) << log) != 0) && time_ms >= s.from * DAY_MS &&
           (s.until == 0 || time_ms < (s.until + INT64_C(1)) * DAY_MS);
}

bool staff_asker_is_supervisor(const struct exchange *x)
{
    return has_role(find_asker(x), STAFF_SUPERVISOR);
}

uint64_t staff_asker_looked(const struct exchange *x)
{
    const struct staff_person *p = find_asker(x);

    return has_role(p, STAFF_SUPERVISOR) ? p->looked : UINT64_MAX;
}

int64_t staff_asker_holds(const struct exchange *x)
{
    const struct staff_person *p = find_asker(x);

    return has_role(p, STAFF_CASEWORKER) ? p->number : 0;
}

/* --- who may --- */

bool staff_find_holder(const struct exchange *x, uint32_t uid, int64_t *number, struct error *err)
{
    const struct staff_person *p = staff_person_of(x, uid);

    if (p == NULL)
        return error_set(err, E_STF_01, "Unix user %u is none of the staff", (unsigned)uid);
    *number = p->number;
    return has_role(p, STAFF_CASEWORKER) || has_role(p, STAFF_SUPERVISOR) ||
           error_set(err, E_STF_07, "Unix user %u is neither caseworker nor supervisor", (unsigned)uid);
}

struct id_search {
    const struct ident *id;
    int64_t number; /* 0: nobody's */
};

static bool match_id(void *cookie, const struct staff_row *row, struct error *err)
{
    struct id_search *s = cookie;

    (void)err;
    if (ident_equal(&row->id, s->id))
        s->number = row->number;
    return true;
}

/* By its row: the id is there, too, where the entry does not open. */
static bool find_id(struct exchange *x, const struct ident *id, int64_t *number, struct error *err)
{
    struct id_search s = {.id = id};
    char text[IDENT_TEXT];

    if (!staff_store_walk(x->db, NULL, match_id, &s, err))
        return false;
    ident_write(id, text);
    *number = s.number;
    return s.number != 0 || error_set(err, E_STF_01, "staff id %s is nobody's", text);
}

bool staff_find_former(struct exchange *x, const struct ident *id, uint32_t uid, int64_t *number, struct error *err)
{
    const struct staff_person *p = staff_person_of(x, uid);

    if (!ident_is_zero(id))
        return find_id(x, id, number, err);
    if (p == NULL)
        return error_set(err, E_STF_01, "Unix user %u is none of the staff", (unsigned)uid);
    *number = p->number;
    return true;
}

/* --- who holds something --- */

struct naming {
    struct exchange *x;
    int64_t number;
    struct ident *staff;
    struct view *account;
};

/* Those who may list the staff (src/codec/verbs.def). */
static bool knows_accounts(const struct exchange *x)
{
    const struct staff_person *p = find_asker(x);

    return x->vault != NULL && (has_role(p, STAFF_SUPERVISOR) || (p == NULL && staff_is_alone(x)));
}

static bool name_row(void *cookie, const struct staff_row *row, struct error *err)
{
    const struct naming *n = cookie;
    struct staff_entry entry;
    struct error why;

    (void)err;
    if (row->number != n->number)
        return true;
    *n->staff = row->id;
    if (knows_accounts(n->x) && staff_entry_open(n->x, row, &entry, &why))
        *n->account = entry.account;
    return true;
}

bool staff_asker_names(struct exchange *x, int64_t holder, struct ident *staff, struct view *account, struct error *err)
{
    struct walk_step one = {.after = holder - 1, .limit = 1};
    struct naming n = {x, holder, staff, account};

    *staff = (struct ident){0};
    *account = (struct view){0};
    return holder <= 0 || staff_store_walk(x->db, &one, name_row, &n, err);
}

bool staff_asker_account(struct exchange *x, const struct ident *staff, struct view *account, struct error *err)
{
    struct id_search s = {.id = staff};
    struct ident same;

    return staff_store_walk(x->db, NULL, match_id, &s, err) && staff_asker_names(x, s.number, &same, account, err);
}
