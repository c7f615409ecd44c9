/* exchange_staff_erase: of a person who has left the name and the account are erased; the id stays. */
#include "exchange/staff/staff_calls.h"

#include "exchange/consent/withdrawal_work.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/staff/staff_write.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/slot_store.h"

struct found {
    const struct ident *id;
    struct staff_row row; /* number 0: there is none */
};

static bool match(void *cookie, const struct staff_row *row, struct error *err)
{
    struct found *f = cookie;

    (void)err;
    if (!ident_equal(&row->id, f->id))
        return true;
    f->row = *row; /* of what is sealed the size alone is asked for later */
    return true;
}

static bool check(const struct exchange *x, const struct staff_person *p, struct error *err)
{
    if (p == NULL)
        return error_set(err, E_STF_05, "that entry does not open");
    if (staff_proposal_stands(x, p))
        return error_set(err, E_STF_08, "what is proposed of that person waits for a second supervisor");
    return p->roles == 0 || error_set(err, E_STF_24, "who is to be forgotten has a role");
}

static bool forget(struct exchange *x, const struct staff_row *row, struct error *err)
{
    struct record r = {.kind = RECORD_FORGOTTEN};

    r.forgotten.staff = row->id;
    if (!tick_begin(x, err) || !slot_store_set_state(x->db, row->slot, SLOT_TO_ERASE, err) ||
        !staff_store_erase(x->db, row->number, row->slot, err) || !acting_sign(x, &r, err) ||
        !audit_append(x->audit, &r, NULL, err))
        return false;
    withdrawal_work_slots_due(x);
    return staff_load(x, err);
}

bool exchange_staff_erase(struct exchange *x, const struct control_staff_erase_ask *ask,
                          struct control_staff_person *out, struct error *err)
{
    struct found f = {.id = &ask->staff};
    uint64_t mark = tick_call_begin(x);
    char text[IDENT_TEXT];

    if (!staff_store_walk(x->db, NULL, match, &f, err))
        return false;
    ident_write(&ask->staff, text);
    if (f.row.number == 0)
        return error_set(err, E_STF_01, "staff id %s is nobody's", text);
    *out = (struct control_staff_person){.staff = f.row.id, .since_ms = f.row.since_ms, .forgotten = true};
    return f.row.sealed.size == 0 || (check(x, staff_person_numbered(x, f.row.number), err) &&
                                      tick_call_end(x, mark, forget(x, &f.row, err), err));
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
