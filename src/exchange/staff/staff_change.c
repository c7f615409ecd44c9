/* exchange_staff_add, _role: who is entered, and which roles each is given and loses. */
#include "exchange/staff/staff_calls.h"

#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/staff/staff_entry.h"
#include "exchange/staff/staff_inside.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

#define UID_OVERFLOW 65534 /* of whoever has no number here: the kernel shows all of them so */

/* --- what may be asked --- */

static bool check_user(uint32_t uid, struct error *err)
{
    return (uid != UID_OVERFLOW && uid != UINT32_MAX) ||
           error_set(err, E_STF_04, "Unix user %u stands for whoever has none", (unsigned)uid);
}

static bool check_end(const struct exchange *x, staff_roles roles, uint32_t until, struct error *err)
{
    uint32_t today = tick_closing_day(x);

    if ((roles & STAFF_ROLE_BIT(STAFF_AUDITOR)) == 0)
        return until == 0 || error_set(err, E_STF_04, "only an auditor has a last day");
    return (until >= today && until - today <= BOUND_AUDITOR_DAYS) ||
           error_set(err, E_STF_04, "an auditor's last day is within %d days from today on", BOUND_AUDITOR_DAYS);
}

/* --- what is written --- */

static bool record_roles(struct exchange *x, const struct staff_person *p, struct error *err)
{
    struct record r = {.kind = RECORD_STAFF};

    r.staff = (struct record_staff){.staff = p->id, .roles = p->roles, .until = p->until};
    return acting_sign(x, &r, err) && audit_append(x->audit, &r, NULL, err);
}

static void show(const struct staff_row *row, const struct staff_entry *entry, struct control_staff_person *out)
{
    *out = (struct control_staff_person){.staff = row->id,
                                         .account = entry->account,
                                         .name = entry->name,
                                         .uid = entry->uid,
                                         .roles = entry->roles,
                                         .until = entry->until,
                                         .since_ms = row->since_ms};
}

static bool add_row(struct exchange *x, struct staff_row *row, const struct staff_entry *entry, struct error *err)
{
    struct bytes sealed = {0};
    bool ok = tick_begin(x, err) && vault_alloc_slot(x->vault, x->db, &row->slot, err) &&
              staff_store_next(x->db, &row->number, err);

    if (ok) {
        row->since_ms = tick_record_ms(x);
        ident_random(x->random, &row->id);
        ok = staff_entry_seal(x, row, entry, &sealed, err);
        row->sealed = bytes_view(&sealed);
        ok = ok && staff_store_add(x->db, row, err);
        row->sealed = (struct view){0};
    }
    bytes_fini(&sealed);
    return ok;
}

static bool add(struct exchange *x, const struct control_staff_add_ask *ask, struct control_staff_person *out,
                struct error *err)
{
    const struct staff_entry entry = {
        .uid = ask->uid, .roles = ask->roles, .until = ask->until, .account = ask->account, .name = ask->name};
    bool was_alone = staff_is_alone(x);
    struct staff_row row = {0};
    struct staff_person p;

    if (!add_row(x, &row, &entry, err))
        return false;
    p = (struct staff_person){
        .number = row.number, .id = row.id, .uid = ask->uid, .roles = ask->roles, .until = ask->until};
    if (!record_roles(x, &p, err))
        return false;
    staff_keep(x, &p);
    show(&row, &entry, out);
    out->first_supervisor = was_alone && !staff_is_alone(x);
    return true;
}

/* --- who is entered already --- */

static bool refuse_unread(const struct exchange *x, struct error *err)
{
    return error_set(err, E_STF_05, "%zu entries of the staff do not open", x->staff->unread);
}

/* His row and what is sealed in it, in the tick's arena. */
struct known {
    struct exchange *x;
    struct staff_row row;
    struct staff_entry entry;
};

static bool read_row(void *cookie, const struct staff_row *row, struct error *err)
{
    struct known *k = cookie;

    k->row = *row;
    k->row.sealed = (struct view){0}; /* it lives during the call */
    return staff_entry_open(k->x, row, &k->entry, err);
}

static bool read_known(struct exchange *x, const struct staff_person *p, struct known *out, struct error *err)
{
    struct walk_step one = {.after = p->number - 1, .limit = 1};

    *out = (struct known){.x = x};
    if (!staff_store_walk(x->db, &one, read_row, out, err))
        return false;
    return out->row.number == p->number || error_set(err, E_STO_07, "an entry of staff is missing");
}

/* Asked once more he is answered again; asked otherwise it may be somebody else, who has that number now. */
static bool add_again(struct exchange *x, const struct staff_person *p, const struct control_staff_add_ask *ask,
                      struct control_staff_person *out, struct error *err)
{
    struct known k;

    if (p->roles != ask->roles || p->until != ask->until)
        return error_set(err, E_STF_02, "Unix user %u is entered with other roles", (unsigned)p->uid);
    if (!read_known(x, p, &k, err))
        return false;
    if (!view_equal(k.entry.account, ask->account))
        return error_set(err, E_STF_02, "Unix user %u is entered under another account", (unsigned)p->uid);
    if (ask->name.size != 0 && !view_equal(k.entry.name, ask->name))
        return error_set(err, E_STF_02, "Unix user %u is entered under another name", (unsigned)p->uid);
    show(&k.row, &k.entry, out);
    return true;
}

bool exchange_staff_add(struct exchange *x, const struct control_staff_add_ask *ask, struct control_staff_person *out,
                        struct error *err)
{
    const struct staff_person *known = staff_person_of(x, ask->uid);
    uint64_t mark;

    if (!check_user(ask->uid, err) || !check_end(x, ask->roles, ask->until, err))
        return false;
    if (x->staff->unread != 0) /* it may be of this very user */
        return refuse_unread(x, err);
    if (known != NULL)
        return add_again(x, known, ask, out, err);
    if (x->staff->count >= BOUND_STAFF)
        return error_set(err, E_STF_06, "%d people are entered", BOUND_STAFF);
    if (!tick_has_room(x, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, add(x, ask, out, err), err);
}

/* --- giving and taking --- */

static bool is_last_supervisor(const struct exchange *x, const struct staff_person *p)
{
    const staff_roles supervisor = STAFF_ROLE_BIT(STAFF_SUPERVISOR);

    for (size_t i = 0; i < x->staff->count; i++)
        if (x->staff->people[i].number != p->number && (x->staff->people[i].roles & supervisor) != 0)
            return false;
    return (p->roles & supervisor) != 0;
}

/* What he is when it is done. */
static bool choose(const struct exchange *x, const struct staff_person *now, const struct control_staff_role_ask *ask,
                   struct staff_person *out, struct error *err)
{
    staff_roles roles = (now->roles | ask->give) & ~ask->take;
    bool is_auditor = (roles & STAFF_ROLE_BIT(STAFF_AUDITOR)) != 0;

    if ((ask->give & ask->take) != 0)
        return error_set(err, E_USE_03, "one role is given and taken");
    *out = *now;
    out->roles = roles;
    out->until = ask->until != 0 || !is_auditor ? ask->until : now->until;
    if ((out->until != now->until || out->until == 0) && !check_end(x, roles, out->until, err))
        return false;
    if (is_last_supervisor(x, now) && (roles & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) == 0)
        return error_set(err, E_STF_03, "Unix user %u is the last supervisor", (unsigned)now->uid);
    if (roles == 0)
        out->uid = 0; /* whoever has that number next is nobody here */
    return true;
}

static bool change(struct exchange *x, struct known *k, const struct staff_person *p, struct view name,
                   struct control_staff_person *out, struct error *err)
{
    bool was_alone = staff_is_alone(x);
    struct bytes sealed = {0};
    bool ok = tick_begin(x, err);

    k->entry.uid = p->uid;
    k->entry.roles = p->roles;
    k->entry.until = p->until;
    if (name.size != 0)
        k->entry.name = name;
    ok = ok && staff_entry_seal(x, &k->row, &k->entry, &sealed, err) &&
         staff_store_seal(x->db, k->row.number, bytes_view(&sealed), err) && record_roles(x, p, err);
    bytes_fini(&sealed);
    if (!ok)
        return false;
    staff_keep(x, p);
    show(&k->row, &k->entry, out);
    out->first_supervisor = was_alone && !staff_is_alone(x);
    return true;
}

bool exchange_staff_role(struct exchange *x, const struct control_staff_role_ask *ask, struct control_staff_person *out,
                         struct error *err)
{
    const struct staff_person *now = staff_person_of(x, ask->uid);
    struct staff_person then;
    struct known k;
    uint64_t mark;

    if (now == NULL && x->staff->unread != 0)
        return refuse_unread(x, err);
    if (now == NULL)
        return error_set(err, E_STF_01, "Unix user %u is none of the staff", (unsigned)ask->uid);
    if (!choose(x, now, ask, &then, err) || !read_known(x, now, &k, err)) /* before anything is written */
        return false;
    if (then.roles == now->roles && then.until == now->until &&
        (ask->name.size == 0 || view_equal(k.entry.name, ask->name))) {
        show(&k.row, &k.entry, out);
        return true;
    }
    if (ask->give != 0 && !tick_has_room(x, err)) /* whom to shut out does not wait for room */
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, change(x, &k, &then, ask->name, out, err), err);
}
