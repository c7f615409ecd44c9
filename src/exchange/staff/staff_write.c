#include "exchange/staff/staff_write.h"

#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

static bool read_row(void *cookie, const struct staff_row *row, struct error *err)
{
    struct staff_known *k = cookie;

    k->row = *row;
    k->row.sealed = (struct view){0}; /* it lives during the call */
    return staff_entry_open(k->x, row, &k->entry, err);
}

bool staff_known_read(struct exchange *x, const struct staff_person *p, struct staff_known *out, struct error *err)
{
    struct walk_step one = {.after = p->number - 1, .limit = 1};

    *out = (struct staff_known){.x = x};
    if (!staff_store_walk(x->db, &one, read_row, out, err))
        return false;
    return out->row.number == p->number || error_set(err, E_STO_07, "an entry of staff is missing");
}

/* Those that have not ended. */
static void show_stand_ins(const struct staff_known *k, struct control_staff_person *out)
{
    struct control_stands_in *list = arena_new(&k->x->tick_arena, BOUND_STAND_INS * sizeof *list);

    for (size_t i = 0; i < k->entry.stands_in_count; i++)
        if (k->entry.roles != 0 && tick_closing_day(k->x) <= k->entry.stands_in[i].until)
            list[out->stands_in_count++] =
                (struct control_stands_in){.staff = k->entry.stands_in[i].staff, .until = k->entry.stands_in[i].until};
    out->stands_in = list;
}

void staff_known_show(const struct staff_known *k, struct control_staff_person *out)
{
    const struct staff_person p = staff_person_read(&k->row, &k->entry);
    const struct staff_proposal *proposal = &p.proposal;

    *out = (struct control_staff_person){.staff = p.id,
                                         .account = k->entry.account,
                                         .name = k->entry.name,
                                         .uid = p.uid,
                                         .roles = p.roles,
                                         .until = p.until,
                                         .scope_logs = p.scope.logs,
                                         .scope_from = p.scope.from,
                                         .scope_until = p.scope.until,
                                         .since_ms = k->row.since_ms,
                                         .changed = staff_person_is_unseen(k->x, &p),
                                         .not_entered = k->entry.not_entered};
    show_stand_ins(k, out);
    if (!staff_proposal_stands(k->x, &p))
        return;
    if (p.roles == 0)
        out->uid = proposal->uid;
    out->proposed_give = proposal->give;
    out->proposed_take = proposal->take;
    out->proposed_until = proposal->until;
    out->proposed_scope_logs = proposal->scope_logs;
    out->proposed_scope_from = proposal->scope_from;
    out->proposed_scope_until = proposal->scope_until;
    out->proposed_by = proposal->by;
    out->proposal_ends_ms = proposal->since_ms + BOUND_PROPOSAL_DAYS * DAY_MS;
}

/* --- writing --- */

static bool seal(struct staff_known *k, bool is_new, struct error *err)
{
    struct bytes sealed = {0};
    bool ok = staff_entry_seal(k->x, &k->row, &k->entry, &sealed, err);

    if (ok && is_new) {
        k->row.sealed = bytes_view(&sealed);
        ok = staff_store_add(k->x->db, &k->row, err);
        k->row.sealed = (struct view){0};
    } else if (ok) {
        ok = staff_store_seal(k->x->db, k->row.number, bytes_view(&sealed), err);
    }
    bytes_fini(&sealed);
    return ok;
}

/* R is the next record of the house log: by its place supervisors know whether they have seen it. */
static bool write_and_record(struct staff_known *k, bool is_new, struct record *r, struct error *err)
{
    struct exchange *x = k->x;
    struct staff_person p;

    k->entry.changed = audit_size(x->audit, LOG_HOUSE) + 1;
    if (!staff_asker_id(x, &k->entry.changed_by))
        k->entry.changed_by = (struct ident){0};
    if (r->kind == RECORD_STAFF)
        r->staff.staff = k->row.id;
    else if (r->kind == RECORD_STAND_IN)
        r->stand_in.staff = k->row.id;
    else if (r->kind == RECORD_DESK)
        r->desk.staff = k->row.id;
    else
        r->staff_proposed.staff = k->row.id;
    if (!seal(k, is_new, err) || !acting_append(x, r, err))
        return false;
    p = staff_person_read(&k->row, &k->entry);
    staff_keep(x, &p);
    return true;
}

bool staff_known_add(struct staff_known *k, struct record *r, struct error *err)
{
    struct exchange *x = k->x;

    if (!tick_begin(x, err) || !vault_alloc_slot(x->vault, x->db, &k->row.slot, err) ||
        !staff_store_next(x->db, &k->row.number, err))
        return false;
    k->row.since_ms = tick_record_ms(x);
    ident_random(x->random, &k->row.id);
    return write_and_record(k, true, r, err);
}

bool staff_known_write(struct staff_known *k, struct record *r, struct error *err)
{
    return tick_begin(k->x, err) && write_and_record(k, false, r, err);
}

bool staff_known_keep(struct staff_known *k, struct error *err)
{
    struct staff_person p;

    if (!tick_begin(k->x, err) || !seal(k, false, err))
        return false;
    p = staff_person_read(&k->row, &k->entry);
    staff_keep(k->x, &p);
    return true;
}
