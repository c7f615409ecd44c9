/* exchange_staff_erase: of a person who has left, or was proposed only, the name and the account are erased; the id
 * stays. */
#include "exchange/staff/staff_calls.h"

#include "exchange/consent/withdrawal_work.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/staff/staff_write.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/slot_store.h"

#define LAPSED_AT_ONCE 64 /* the rest on another day */

struct found {
    struct exchange *x;
    const struct ident *id;
    struct staff_row row; /* number 0: there is none */
    bool is_damaged;      /* its entry does not open, and never will */
};

static bool match(void *cookie, const struct staff_row *row, struct error *err)
{
    struct found *f = cookie;
    struct staff_entry entry;
    struct error why;

    (void)err;
    if (!ident_equal(&row->id, f->id))
        return true;
    f->row = *row; /* of what is sealed the size alone is asked for later */
    f->is_damaged = row->sealed.size != 0 && !staff_entry_open(f->x, row, &entry, &why) && why.code != E_KEY_21;
    return true;
}

static bool check(const struct exchange *x, const struct staff_person *p, struct error *err)
{
    if (p == NULL)
        return error_set(err, E_STF_05, "that entry does not open for now");
    if (staff_proposal_stands(x, p))
        return error_set(err, E_STF_08, "what is proposed of that person waits for a second supervisor");
    return p->roles == 0 || error_set(err, E_STF_24, "who is to be forgotten has a role");
}

static bool erase_row(struct exchange *x, const struct staff_row *row, bool is_damaged, struct error *err)
{
    struct record r = {.kind = RECORD_FORGOTTEN};

    r.forgotten.staff = row->id;
    /* Which key is his a damaged entry does not say: the one that it names may be another's. */
    return (is_damaged || slot_store_set_state(x->db, row->slot, SLOT_TO_ERASE, err)) &&
           staff_store_erase(x->db, row->number, is_damaged ? 0 : row->slot, err) && acting_append(x, &r, err);
}

static bool forget(struct exchange *x, const struct staff_row *row, bool is_damaged, struct error *err)
{
    if (!tick_begin(x, err) || !erase_row(x, row, is_damaged, err))
        return false;
    withdrawal_work_slots_due(x);
    return staff_load(x, err);
}

/* --- whose entry is damaged --- */

#define WAIT_MS (BOUND_PROPOSAL_DAYS * DAY_MS)

/* What the house log says of one of the staff. */
struct logged {
    struct exchange *x;
    const struct ident *staff;
    staff_roles roles; /* that he was given last */
    int64_t asked_ms;  /* when he was to be forgotten last; 0: never … */
    struct ident by;   /* … and who said so */
};

static bool read_logged(void *cookie, const struct record_row *row, struct error *err)
{
    struct logged *l = cookie;
    struct record r;

    if (!audit_read_row(row, &l->x->tick_arena, &r, err))
        return false;
    if (r.kind == RECORD_STAFF && ident_equal(&r.staff.staff, l->staff))
        l->roles = r.staff.roles;
    if (r.kind == RECORD_STAFF_PROPOSED && r.staff_proposed.step == PROPOSAL_TO_ERASE &&
        ident_equal(&r.staff_proposed.staff, l->staff)) {
        l->asked_ms = r.time_ms;
        l->by = r.actor;
    }
    return true;
}

static bool read_house_log(struct logged *l, struct error *err)
{
    static const enum record_kind kinds[] = {RECORD_STAFF, RECORD_STAFF_PROPOSED};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct record_filter of = {.has_kind = true, .kind = kinds[i]};

        if (!log_store_walk(l->x->db, LOG_HOUSE, &of, read_logged, l, err))
            return false;
    }
    return true;
}

static bool record_proposal_to_erase(struct exchange *x, struct logged *l, struct error *err)
{
    struct record r = {.kind = RECORD_STAFF_PROPOSED};

    r.staff_proposed = (struct record_staff_proposed){.staff = *l->staff, .step = PROPOSAL_TO_ERASE};
    if (!staff_asker_id(x, &l->by))
        return error_set(err, E_CTL_09, "a supervisor decides that");
    l->asked_ms = tick_record_ms(x);
    return tick_begin(x, err) && acting_append(x, &r, err);
}

/* Who forgets the entry of another supervisor would decide alone from then on: that takes a second one, or the days
 * that a proposal waits. *MAY: it may be done now; else it waits, as OUT says. */
static bool may_erase(struct exchange *x, const struct ident *staff, struct control_staff_person *out, bool *may,
                      struct error *err)
{
    struct logged l = {.x = x, .staff = staff};
    int64_t now = tick_closing_ms(x);
    struct ident asker = {{0}};
    uint64_t mark = tick_call_begin(x);

    if (!read_house_log(&l, err))
        return false;
    (void)staff_asker_id(x, &asker);
    *may = (l.roles & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) == 0 ||
           (l.asked_ms != 0 && now < l.asked_ms + 2 * WAIT_MS &&
            (now >= l.asked_ms + WAIT_MS || (!ident_equal(&l.by, &asker) && staff_is_supervisor(x, &l.by))));
    if (*may)
        return true;
    if ((l.asked_ms == 0 || now >= l.asked_ms + 2 * WAIT_MS) &&
        !tick_call_end(x, mark, record_proposal_to_erase(x, &l, err), err))
        return false;
    out->forgotten = false;
    out->proposed_by = l.by;
    out->proposal_ends_ms = l.asked_ms + WAIT_MS;
    return true;
}

/* --- who was proposed only --- */

bool staff_person_is_lapsed(const struct exchange *x, const struct staff_person *p)
{
    return p->not_entered && !staff_proposal_stands(x, p);
}

struct lapsed {
    struct exchange *x;
    struct staff_row rows[LAPSED_AT_ONCE];
    size_t count;
};

static bool collect_lapsed(void *cookie, const struct staff_row *row, struct error *err)
{
    struct lapsed *l = cookie;
    const struct staff_person *p = staff_person_numbered(l->x, row->number);

    (void)err;
    if (row->sealed.size != 0 && p != NULL && staff_person_is_lapsed(l->x, p) && l->count < LAPSED_AT_ONCE)
        l->rows[l->count++] = *row;
    return true;
}

bool staff_forget_lapsed(struct exchange *x, struct error *err)
{
    struct lapsed l = {.x = x};

    if (!staff_store_walk(x->db, NULL, collect_lapsed, &l, err))
        return false;
    if (l.count == 0)
        return true;
    if (!tick_begin(x, err))
        return false;
    for (size_t i = 0; i < l.count; i++)
        if (!erase_row(x, &l.rows[i], false, err))
            return false;
    withdrawal_work_slots_due(x);
    return staff_load(x, err);
}

/* --- who has left --- */

bool exchange_staff_erase(struct exchange *x, const struct control_staff_erase_ask *ask,
                          struct control_staff_person *out, struct error *err)
{
    struct found f = {.x = x, .id = &ask->staff};
    bool may = true;
    uint64_t mark = tick_call_begin(x);
    char text[IDENT_TEXT];

    if (!staff_store_walk(x->db, NULL, match, &f, err))
        return false;
    ident_write(&ask->staff, text);
    if (f.row.number == 0)
        return error_set(err, E_STF_01, "staff id %s is nobody's", text);
    *out = (struct control_staff_person){.staff = f.row.id, .since_ms = f.row.since_ms, .forgotten = true};
    if (f.row.sealed.size == 0)
        return true;
    if (f.is_damaged && !may_erase(x, &ask->staff, out, &may, err))
        return false;
    if (!may)
        return true;
    return (f.is_damaged || check(x, staff_person_numbered(x, f.row.number), err)) &&
           tick_call_end(x, mark, forget(x, &f.row, f.is_damaged, err), err);
}

/* --- what was overwritten --- */

struct overwritten {
    struct exchange *x;
    struct staff_row row; /* number 0: none */
    bool more;
};

static bool look(void *cookie, const struct staff_row *row, struct error *err)
{
    struct overwritten *o = cookie;

    (void)err;
    if (row->sealed.size != 0 || row->slot == 0)
        return true;
    if (o->row.number == 0 && withdrawal_work_is_erased(o->x, row->slot))
        o->row = *row;
    else
        o->more = true;
    return true;
}

bool staff_advance(struct exchange *x, struct error *err)
{
    struct overwritten o = {.x = x};

    if (!x->staff->forgets)
        return true;
    if (!staff_store_walk(x->db, NULL, look, &o, err))
        return false;
    x->staff->forgets = o.more;
    return o.row.number == 0 || (tick_begin(x, err) && slot_store_set_state(x->db, o.row.slot, SLOT_ERASED, err) &&
                                 staff_store_erase(x->db, o.row.number, 0, err));
}
