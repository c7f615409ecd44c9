#include "exchange/staff/staff.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/staff/staff_entry.h"
#include "exchange/staff/staff_inside.h"
#include "exchange/state.h"
#include "exchange/tick.h"

struct staff *staff_new(void)
{
    return xnew(sizeof(struct staff));
}

void staff_free(struct staff *s)
{
    if (s == NULL)
        return;
    free(s->people);
    free(s->refusals);
    free(s);
}

void staff_keep(struct exchange *x, const struct staff_person *p)
{
    struct staff *s = x->staff;

    for (size_t i = 0; i < s->count; i++)
        if (s->people[i].number == p->number) {
            s->people[i] = *p;
            return;
        }
    if (s->count == s->room) {
        s->room = s->room == 0 ? 16 : 2 * s->room;
        s->people = xrealloc(s->people, s->room * sizeof *s->people);
    }
    s->people[s->count++] = *p;
}

bool staff_scope_equal(const struct audit_scope *a, const struct audit_scope *b)
{
    return a->logs == b->logs && a->from == b->from && a->until == b->until;
}

bool staff_scope_changes(const struct staff_person *now, const struct staff_person *then)
{
    return (then->roles & STAFF_ROLE_BIT(STAFF_AUDITOR)) != 0 && !staff_scope_equal(&now->scope, &then->scope);
}

struct audit_scope staff_proposed_scope(const struct staff_proposal *p)
{
    return (struct audit_scope){p->scope_logs, p->scope_from, p->scope_until};
}

struct staff_person staff_person_read(const struct staff_row *row, const struct staff_entry *entry)
{
    struct staff_person p = {.number = row->number,
                             .id = row->id,
                             .uid = entry->uid,
                             .roles = entry->roles,
                             .until = entry->until,
                             .scope = {entry->scope_logs, entry->scope_from, entry->scope_until},
                             .not_entered = entry->not_entered,
                             .has_proposal = entry->proposed_count != 0,
                             .changed = entry->changed,
                             .changed_by = entry->changed_by,
                             .looked = entry->looked};

    REQUIRE(entry->account.size <= BOUND_ACCOUNT); /* as its contract says */
    memcpy(p.account, entry->account.at, entry->account.size);
    if (p.has_proposal)
        p.proposal = entry->proposed[0];
    p.desk_count = entry->desk_count;
    for (size_t i = 0; i < p.desk_count; i++)
        p.desks[i] = entry->desks[i];
    p.stand_in_count = entry->stands_in_count;
    for (size_t i = 0; i < p.stand_in_count; i++)
        p.stands_in[i] = entry->stands_in[i];
    return p;
}

static bool load_row(void *cookie, const struct staff_row *row, struct error *err)
{
    struct exchange *x = cookie;
    struct staff_entry entry;
    struct error why = {0};
    struct staff_person p;

    (void)err;
    if (row->sealed.size == 0) {
        x->staff->forgets = x->staff->forgets || row->slot != 0;
        return true;
    }
    if (!staff_entry_open(x, row, &entry, &why)) {
        if (x->staff->unread++ == 0) /* one line for all of them */
            log_line(LOG_ERROR, "event=staff.unread code=%s", error_row(why.code)->code);
        return true;
    }
    p = staff_person_read(row, &entry);
    staff_keep(x, &p);
    return true;
}

bool staff_load(struct exchange *x, struct error *err)
{
    struct staff *s = x->staff;

    s->count = 0;
    s->unread = 0;
    s->read_again_ms = tick_steady_ms(x) + READ_AGAIN_MS;
    return staff_store_walk(x->db, NULL, load_row, x, err);
}

const struct staff_person *staff_person_of(const struct exchange *x, uint32_t uid)
{
    const struct staff *s = x->staff;

    for (size_t i = 0; i < s->count; i++)
        if (s->people[i].roles != 0 && s->people[i].uid == uid)
            return &s->people[i];
    return NULL;
}

const struct staff_person *staff_person_numbered(const struct exchange *x, int64_t number)
{
    const struct staff *s = x->staff;

    for (size_t i = 0; i < s->count; i++)
        if (s->people[i].number == number)
            return &s->people[i];
    return NULL;
}

bool staff_find_user(const struct exchange *x, uint32_t uid, struct ident *out)
{
    const struct staff_person *p = staff_person_of(x, uid);

    if (p != NULL)
        *out = p->id;
    return p != NULL;
}

bool staff_user_of(const struct exchange *x, const struct ident *id, uint32_t *uid)
{
    const struct staff *s = x->staff;

    for (size_t i = 0; i < s->count; i++) {
        if (s->people[i].roles == 0 || !ident_equal(&s->people[i].id, id))
            continue;
        *uid = s->people[i].uid;
        return true;
    }
    return false;
}

struct account_search {
    struct exchange *x;
    const struct ident *id;
    struct view *account;
};

static bool read_account(void *cookie, const struct staff_row *row, struct error *err)
{
    const struct account_search *s = cookie;
    struct staff_entry entry;

    if (row->sealed.size == 0 || !ident_equal(&row->id, s->id))
        return true;
    if (!staff_entry_open(s->x, row, &entry, err))
        return false;
    *s->account = entry.account;
    return true;
}

bool staff_account_of(struct exchange *x, const struct ident *id, struct view *account, struct error *err)
{
    struct account_search s = {x, id, account};

    *account = (struct view){0};
    return staff_store_walk(x->db, NULL, read_account, &s, err);
}

size_t staff_count_supervisors(const struct exchange *x)
{
    const struct staff *s = x->staff;
    size_t count = 0;

    for (size_t i = 0; i < s->count; i++)
        count += (s->people[i].roles & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) != 0;
    return count;
}

bool staff_is_supervisor(const struct exchange *x, const struct ident *id)
{
    const struct staff *s = x->staff;

    for (size_t i = 0; i < s->count; i++)
        if (ident_equal(&s->people[i].id, id))
            return (s->people[i].roles & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) != 0;
    return false;
}

bool staff_nth_supervisor(const struct exchange *x, size_t n, struct ident *out)
{
    const struct staff *s = x->staff;

    for (size_t i = 0; i < s->count; i++) {
        if ((s->people[i].roles & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) == 0 || n-- != 0)
            continue;
        *out = s->people[i].id;
        return true;
    }
    return false;
}

bool staff_is_alone(const struct exchange *x)
{
    return staff_count_supervisors(x) == 0 && x->staff->unread == 0;
}

uint64_t staff_unread(const struct exchange *x)
{
    return x->staff->unread;
}

bool exchange_staff_account(const struct exchange *x, uint32_t uid, struct view *account)
{
    const struct staff_person *p = staff_person_of(x, uid);

    if (p != NULL)
        *account = view_of_text(p->account);
    return p != NULL;
}

bool exchange_staff_nth(const struct exchange *x, size_t n, uint32_t *uid, struct ident *id)
{
    const struct staff *s = x->staff;

    for (size_t i = 0; i < s->count; i++) {
        if (s->people[i].roles == 0 || n-- != 0)
            continue;
        *uid = s->people[i].uid;
        *id = s->people[i].id;
        return true;
    }
    return false;
}

/* What does not open may do so later; where not even the rows are read, whoever asks next for something stored is told
 * so. */
static void read_unread(struct exchange *x)
{
    struct error why = {0};

    if (x->staff->unread != 0 && tick_steady_ms(x) >= x->staff->read_again_ms && !staff_load(x, &why))
        x->staff->unread++;
}

staff_roles exchange_staff_roles(struct exchange *x, uint32_t uid, bool owns)
{
    const struct staff_person *p;
    staff_roles roles = 0;

    read_unread(x);
    p = staff_person_of(x, uid);
    if (p != NULL)
        roles = p->roles;
    if (p != NULL && p->until != 0 && tick_closing_day(x) > p->until)
        roles &= ~STAFF_ROLE_BIT(STAFF_AUDITOR);
    if (owns)
        roles |= staff_is_alone(x) ? STAFF_ROLES_ALL : STAFF_ROLE_BIT(STAFF_OPERATOR);
    return roles;
}
