/* exchange_case_assign, _referral_assign, exchange_hand_over: whose a case is from now on. */
#include "exchange/access/assign_calls.h"

#include "exchange/access/exclusions.h"
#include "exchange/access/holders.h"
#include "exchange/cases/casebook.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/staff/desks.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#define PART 128 /* cases, and referrals, of one call of a hand-over: a record each, some ms together */

/* --- one --- */

/* What nobody holds a caseworker takes himself, and gives to nobody else. */
static bool may_assign(const struct exchange *x, int64_t holder, int64_t to, struct error *err)
{
    int64_t own;

    return !staff_asker_is_restricted(x, &own) || (holder != 0 && staff_asker_sees(x, holder, 0)) || to == own ||
           error_set(err, E_CTL_09, "what nobody holds is given to another by a supervisor");
}

/* Who is that Unix user, if he may hold it; ROW is NULL where it is no case. Who asks as a caseworker is not told which
 * of the reasons it is: who is of the staff, and who is kept from a case, is not his to know. */
static bool find_receiver(struct exchange *x, const struct case_row *row, uint32_t uid, int64_t *to, struct error *err)
{
    bool out = false;
    int64_t own;

    if (!staff_find_holder(x, uid, to, err)) {
        if (staff_asker_is_restricted(x, &own))
            return error_set(err, E_STF_15, "Unix user %u does not get it", (unsigned)uid);
        return false;
    }
    if (row != NULL && !exclusions_keep_out_number(x, row, *to, &out, err))
        return false;
    return !out || error_set(err, E_STF_15, "Unix user %u does not get it", (unsigned)uid);
}

static bool answer(struct exchange *x, const struct ident *object, int64_t holder, int64_t desk,
                   struct control_assigned *out, struct error *err)
{
    const struct desk_row *d = desks_numbered(x, desk);

    *out = (struct control_assigned){.object = *object};
    if (d != NULL)
        out->desk = view_of_text(d->name);
    return staff_asker_names(x, holder, &out->holder, &out->account, err);
}

static bool names_desk(const struct control_assign_ask *ask)
{
    return ask->no_desk || ask->desk.size != 0;
}

/* The number of the desk that ASK names; 0: none. Whoever sees the case or referral says where it belongs: it may have
 * come to the wrong desk. */
static bool read_desk(const struct exchange *x, const struct control_assign_ask *ask, int64_t *number,
                      struct error *err)
{
    const struct desk_row *d;

    *number = 0;
    if (ask->no_desk)
        return true;
    if (!desks_find(x, ask->desk, &d, err))
        return false;
    *number = d->number;
    return true;
}

/* What moves: a case, or where that is NULL a referral. */
struct moving {
    struct case_row *of_case;
    struct referral_row *of_referral;
};

static bool move(struct exchange *x, const struct moving *m, const struct control_assign_ask *ask,
                 struct control_assigned *out, struct error *err)
{
    const struct ident *id = m->of_case != NULL ? &m->of_case->id : &m->of_referral->id;
    const int64_t desk = m->of_case != NULL ? m->of_case->desk : m->of_referral->desk;
    const int64_t holder = m->of_case != NULL ? m->of_case->holder : m->of_referral->holder;
    uint64_t mark = tick_call_begin(x);
    int64_t to;

    if (!read_desk(x, ask, &to, err))
        return false;
    if (desk == to)
        return answer(x, id, holder, to, out, err);
    return tick_has_room(x, err) &&
           tick_call_end(x, mark,
                         tick_begin(x, err) &&
                             (m->of_case != NULL ? holders_move_case(x, m->of_case, to, err)
                                                 : holders_move_referral(x, m->of_referral, to, err)) &&
                             answer(x, id, holder, to, out, err),
                         err);
}

bool exchange_case_assign(struct exchange *x, const struct control_assign_ask *ask, struct control_assigned *out,
                          struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct case_row row;
    int64_t to;

    if (!casebook_find(x, &ask->object, &row, err))
        return false;
    if (names_desk(ask))
        return move(x, &(struct moving){.of_case = &row}, ask, out, err);
    if (!find_receiver(x, &row, ask->uid, &to, err) || !may_assign(x, row.holder, to, err))
        return false;
    if (row.holder == to)
        return answer(x, &row.id, to, row.desk, out, err);
    return tick_has_room(x, err) && tick_call_end(x, mark,
                                                  tick_begin(x, err) && holders_assign_case(x, &row, to, err) &&
                                                      answer(x, &row.id, to, row.desk, out, err),
                                                  err);
}

/* What was accepted is whose its case is. */
static bool assign_case_of(struct exchange *x, const struct referral_row *row, const struct control_assign_ask *ask,
                           struct control_assigned *out, struct error *err)
{
    struct control_assign_ask of = *ask;
    struct case_row c;
    bool found;

    if (!case_store_get(x->db, row->case_number, &found, &c, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the case of a referral is missing");
    of.object = c.id;
    if (!exchange_case_assign(x, &of, out, err))
        return false;
    out->object = row->id;
    return true;
}

bool exchange_referral_assign(struct exchange *x, const struct control_assign_ask *ask, struct control_assigned *out,
                              struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct referral_row row;
    struct peer_row peer;
    int64_t to;

    if (!referral_summary_find(x, &ask->object, &row, &peer, err))
        return false;
    if (row.direction != DIRECTION_IN)
        return error_set(err, E_REF_02, "the referral went out: it is whose its case is");
    if (row.case_number != 0)
        return assign_case_of(x, &row, ask, out, err);
    if (names_desk(ask))
        return move(x, &(struct moving){.of_referral = &row}, ask, out, err);
    if (!find_receiver(x, NULL, ask->uid, &to, err) || !may_assign(x, row.holder, to, err))
        return false;
    if (row.holder == to)
        return answer(x, &row.id, to, row.desk, out, err);
    return tick_has_room(x, err) && tick_call_end(x, mark,
                                                  tick_begin(x, err) && holders_assign_referral(x, &row, to, err) &&
                                                      answer(x, &row.id, to, row.desk, out, err),
                                                  err);
}

/* --- all of one person --- */

/* Rows are collected first: what is given away leaves the index that is walked. */
struct part {
    struct exchange *x;
    int64_t to;
    struct case_row cases[PART];
    size_t case_count;
    struct referral_row referrals[PART];
    size_t referral_count;
    uint64_t kept;      /* cases that TO is kept from, or may be */
    bool recorded_next; /* of an import of his, which is decided, the next ticks make cases */
};

/* Where the disk does not give who is kept from the case, TO may be: it stays for now, and the rest waits for no
 * disk. */
static bool may_be_kept_out(struct part *p, const struct case_row *row, bool *out, bool *unread, struct error *err)
{
    struct error why = {0};

    *unread = !exclusions_keep_out_number(p->x, row, p->to, out, &why);
    if (*unread && why.code != E_KEY_21) {
        *err = why;
        return false;
    }
    if (*unread)
        tick_read_again(p->x);
    *out = *out || *unread;
    return true;
}

/* A case that who asks is kept from is not there for him, and stays as it is; whether he is may not be known,
 * either. */
static bool collect_case(void *cookie, const struct case_row *row, struct error *err)
{
    struct part *p = cookie;
    bool unread;
    bool shown;
    bool out;

    if (!holders_show_case(p->x, row, &shown, err) || !may_be_kept_out(p, row, &out, &unread, err))
        return false;
    p->kept += unread || (shown && out);
    if (shown && !out)
        p->cases[p->case_count++] = *row;
    return true;
}

static bool collect_referral(void *cookie, const struct referral_row *row, struct error *err)
{
    struct part *p = cookie;

    (void)err;
    p->referrals[p->referral_count++] = *row;
    return true;
}

static bool note_holder(void *cookie, const struct case_row *row, struct error *err)
{
    int64_t *holder = cookie;

    (void)err;
    *holder = row->holder;
    return true;
}

static bool look_at_import(struct exchange *x, int64_t from, struct part *p, struct error *err)
{
    struct case_import_row import;
    int64_t holder = 0;
    bool found;

    if (!case_import_store_get(x->db, &found, &import, err))
        return false;
    if (!found || import.recorded < 0) /* until it is decided there is nothing */
        return true;
    if (!case_store_walk_imported(x->db, import.first, 1, note_holder, &holder, err))
        return false;
    p->recorded_next = holder == from;
    return true;
}

static bool collect(struct exchange *x, int64_t from, struct part *p, struct error *err)
{
    struct walk_step step = {0};

    do {
        step.limit = (uint32_t)(PART - p->case_count);
        step.more = false;
        if (!case_store_walk_held(x->db, from, NO_HOLDER, &step, collect_case, p, err))
            return false;
    } while (step.more && p->case_count < PART);
    return look_at_import(x, from, p, err) && referral_store_walk_held(x->db, from, PART, collect_referral, p, err);
}

static bool give(struct exchange *x, struct part *p, int64_t to, struct error *err)
{
    if (!tick_begin(x, err))
        return false;
    for (size_t i = 0; i < p->case_count; i++)
        if (!holders_assign_case(x, &p->cases[i], to, err))
            return false;
    for (size_t i = 0; i < p->referral_count; i++)
        if (!holders_assign_referral(x, &p->referrals[i], to, err))
            return false;
    return true;
}

bool exchange_hand_over(struct exchange *x, const struct control_hand_over_ask *ask, struct control_handed_over *out,
                        struct error *err)
{
    struct part *p = arena_new(&x->tick_arena, sizeof *p);
    uint64_t mark = tick_call_begin(x);
    struct view account;
    int64_t from;
    int64_t to;

    if (!staff_find_former(x, &ask->staff, ask->from, &from, err) || !staff_find_holder(x, ask->to, &to, err))
        return false;
    if (from == to)
        return error_set(err, E_USE_03, "both are one person");
    *out = (struct control_handed_over){0};
    p->x = x;
    p->to = to;
    if (!staff_asker_names(x, from, &out->from, &account, err) || !staff_asker_names(x, to, &out->to, &account, err) ||
        !collect(x, from, p, err))
        return false;
    out->cases = p->case_count;
    out->referrals = p->referral_count;
    out->kept = p->kept;
    out->more = p->case_count == PART || p->referral_count == PART || p->recorded_next;
    if (p->case_count + p->referral_count == 0)
        return !p->recorded_next || tick_has_room(x, err); /* else it waits for room, too */
    return tick_has_room(x, err) && tick_call_end(x, mark, give(x, p, to, err), err);
}
