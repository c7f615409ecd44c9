/* exchange_case_never: who is kept from a case. */
#include "exchange/access/exclusions.h"

#include "codec/staff_messages.h"
#include "exchange/access/exclusion_look.h"
#include "exchange/access/never_calls.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/logs/acting.h"
#include "exchange/members/membership.h"
#include "exchange/staff/staff.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/never_store.h"

struct exclusions {
    uint64_t count; /* of all cases */
};

struct exclusions *exclusions_new(void)
{
    return xnew(sizeof(struct exclusions));
}

bool exclusions_load(struct exchange *x, struct error *err)
{
    return never_store_count(x->db, &x->exclusions->count, err);
}

bool exclusions_are_any(const struct exchange *x)
{
    return x->exclusions->count != 0;
}

/* --- whether --- */

static bool keep_out(struct exchange *x, const struct case_row *row, const struct ident *staff, bool own, bool *out,
                     struct error *err)
{
    struct exclusion_look l = exclusion_look_for_staff(x, row, staff);

    *out = false;
    if (x->exclusions->count == 0)
        return true;
    if (!exclusion_look_at_person(&l, own, err))
        return false;
    *out = l.found != 0 || (l.unread && !staff_is_supervisor(x, staff));
    return true;
}

/* Whether ROW is not there for the member of the staff with this id. */
static bool exclusions_keep_out(struct exchange *x, const struct case_row *row, const struct ident *staff, bool *out,
                                struct error *err)
{
    return keep_out(x, row, staff, true, out, err);
}

bool exclusions_keep_out_number(struct exchange *x, const struct case_row *row, int64_t number, bool *out,
                                struct error *err)
{
    struct view account;
    struct ident staff;

    *out = false;
    return x->exclusions->count == 0 || number <= 0 ||
           (staff_asker_names(x, number, &staff, &account, err) && exclusions_keep_out(x, row, &staff, out, err));
}

bool exclusions_keep_out_asker(struct exchange *x, const struct case_row *row, bool *out, struct error *err)
{
    /* read_whom, and whoever gives a case to somebody, see to it */
    const bool holds = row->holder != 0 && row->holder == staff_asker_number(x);
    struct ident staff;

    *out = false;
    return !staff_asker_id(x, &staff) || keep_out(x, row, &staff, !holds, out, err);
}

bool exclusions_deny(struct exchange *x, int64_t case_number, struct view agency, bool *out, struct error *err)
{
    struct case_row row;
    struct exclusion_look l = {.x = x, .row = &row, .agency = agency};
    bool found;

    *out = false;
    if (x->exclusions->count == 0 || case_number == 0)
        return true;
    if (!case_store_get(x->db, case_number, &found, &row, err) || (found && !exclusion_look_at_person(&l, true, err)))
        return false;
    *out = found && (l.found != 0 || l.unread);
    return true;
}

/* --- what a person says --- */

/* Whoever works with the case as its holder or over it. */
static bool check_asker(const struct exchange *x, const struct case_row *row, struct error *err)
{
    int64_t own;

    return !staff_asker_is_restricted(x, &own) || (row->holder != 0 && staff_asker_sees(x, row->holder, 0)) ||
           error_set(err, E_CTL_09, "who never sees a case says its holder, or a supervisor");
}

static bool refuse_last(struct error *err)
{
    return error_set(err, E_STF_13, "no supervisor would see a case any more");
}

/* Some supervisor but this one sees it: who may be kept out himself is no reason to leave it to nobody. */
static bool check_others(struct exchange *x, const struct case_row *row, const struct ident *staff, struct error *err)
{
    struct ident one;
    bool out;

    for (size_t i = 0; staff_nth_supervisor(x, i, &one); i++) {
        if (!exclusions_keep_out(x, row, &one, &out, err))
            return false;
        if (!out && !ident_equal(&one, staff))
            return true;
    }
    return refuse_last(err);
}

static bool check_supervisors(struct exchange *x, const struct case_row *row, const struct ident *staff,
                              struct error *err)
{
    return !staff_is_supervisor(x, staff) || check_others(x, row, staff, err);
}

struct leaving {
    struct exchange *x;
    const struct ident *staff;
};

static bool check_case(void *cookie, int64_t case_number, struct error *err)
{
    const struct leaving *l = cookie;
    struct error why = {0};
    struct case_row row;
    bool found;
    bool out = true;

    if (!case_store_get(l->x->db, case_number, &found, &row, err))
        return false;
    if (!found || row.ended_ms != 0 || /* nobody answers for it any more */
        (exclusions_keep_out(l->x, &row, l->staff, &out, &why) && (out || check_others(l->x, &row, l->staff, &why))))
        return true;
    if (why.code == E_KEY_21)
        return true;
    *err = why;
    return false;
}

bool exclusions_check_leaving(struct exchange *x, const struct ident *staff, struct error *err)
{
    struct leaving l = {x, staff};

    return x->exclusions->count == 0 || never_store_walk_cases(x->db, check_case, &l, err);
}

/* A slip of the pen would keep out nobody. */
static bool check_agency(const struct exchange *x, const struct control_case_never_ask *ask, struct error *err)
{
    struct peer p;

    if (address_equal(&ask->agency, membership_own(x->membership)))
        return error_set(err, E_USE_03, "%s is this agency", ask->agency.text);
    return ask->lift || membership_find_peer(x->membership, address_view(&ask->agency), &p) ||
           error_set(err, E_FED_25, "%s is not in the directory", ask->agency.text);
}

/* Whom ASK names, sealed as N has it. */
static bool read_whom(struct exchange *x, const struct case_row *row, const struct control_case_never_ask *ask,
                      struct case_never *n, struct error *err)
{
    struct view account;
    int64_t number;

    *n = (struct case_never){.agency = address_view(&ask->agency)};
    if (n->agency.size != 0)
        return check_agency(x, ask, err);
    if (!staff_find_former(x, &ask->staff, ask->uid, &number, err) ||
        !staff_asker_names(x, number, &n->staff, &account, err))
        return false;
    if (!ask->lift && row->holder == number)
        return error_set(err, E_STF_12, "who is to be kept from the case holds it");
    n->has_uid = staff_user_of(x, &n->staff, &n->uid);
    return ask->lift || check_supervisors(x, row, &n->staff, err);
}

static bool record_never(struct exchange *x, const struct case_row *row, bool lifted, struct error *err)
{
    struct record r = {.kind = RECORD_NEVER};

    r.never = (struct record_never){.case_id = row->id, .lifted = lifted};
    return acting_append(x, &r, err);
}

static bool add(struct exchange *x, const struct case_row *row, const struct case_never *n, struct error *err)
{
    struct bytes plain = {.wiping = true};
    struct bytes sealed = {0};
    struct cell where;
    int64_t number;
    bool ok = tick_begin(x, err) && never_store_next(x->db, &number, err);

    if (ok) {
        where = exclusion_look_cell(row, number);
        case_never_encode(n, &plain);
        ok = vault_seal_cell(x->vault, &where, bytes_view(&plain), &sealed, err) &&
             never_store_add(x->db, number, row->number, bytes_view(&sealed), err) && record_never(x, row, false, err);
    }
    bytes_fini(&plain);
    bytes_fini(&sealed);
    if (ok)
        x->exclusions->count++;
    return ok;
}

struct taking_over {
    struct case_never of[BOUND_NEVER];
    size_t count;
};

static bool keep_one(struct exclusion_look *l, const struct case_never *n, struct error *err)
{
    struct taking_over *t = l->cookie;

    (void)err;
    if (t->count < BOUND_NEVER)
        t->of[t->count++] = *n;
    return true;
}

static bool take_over_one(struct exchange *x, const struct case_row *into, const struct case_never *n,
                          struct error *err)
{
    struct exclusion_look l = {.x = x, .row = into, .agency = n->agency};

    if (n->agency.size == 0)
        l = exclusion_look_for_staff(x, into, &n->staff);
    if (!exclusion_look_at_case(&l, err))
        return false;
    if (l.found != 0)
        return true;
    if (l.count >= BOUND_NEVER)
        return error_set(err, E_STF_14, "%d persons and agencies are kept from the case", BOUND_NEVER);
    return (n->agency.size != 0 || check_supervisors(x, into, &n->staff, err)) && add(x, into, n, err);
}

bool exclusions_take_over(struct exchange *x, const struct case_row *from, const struct case_row *into,
                          struct error *err)
{
    struct taking_over *t = arena_new(&x->tick_arena, sizeof *t);
    struct exclusion_look l = {.x = x, .row = from, .on_item = keep_one, .cookie = t};
    bool out;

    if (x->exclusions->count == 0)
        return true;
    if (!exclusion_look_at_case(&l, err))
        return false;
    if (l.unread)
        return error_set(err, E_MRG_05, "whom a row names does not open");
    if (!exclusions_keep_out_number(x, from, into->holder, &out, err))
        return false;
    if (out)
        return error_set(err, E_STF_12, "who holds the one case is kept from the other");
    for (size_t i = 0; i < t->count; i++)
        if (!take_over_one(x, into, &t->of[i], err))
            return false;
    return true;
}

static bool lift(struct exchange *x, const struct case_row *row, int64_t number, struct error *err)
{
    if (!tick_begin(x, err) || !never_store_drop(x->db, number, err) || !record_never(x, row, true, err))
        return false;
    x->exclusions->count--;
    return true;
}

static bool change(struct exchange *x, const struct case_row *row, const struct control_case_never_ask *ask,
                   struct error *err)
{
    struct case_never n;
    struct exclusion_look l = {.x = x, .row = row};
    uint64_t mark = tick_call_begin(x);

    if (!check_asker(x, row, err) || (!ask->lift && !case_merge_check(x, row, err)) || !read_whom(x, row, ask, &n, err))
        return false;
    if (n.agency.size == 0)
        l = exclusion_look_for_staff(x, row, &n.staff);
    l.agency = n.agency;
    if (!exclusion_look_at_case(&l, err))
        return false;
    if ((l.found != 0) == !ask->lift)
        return true; /* it is so already */
    if (!ask->lift && l.count >= BOUND_NEVER)
        return error_set(err, E_STF_14, "%d persons and agencies are kept from the case", BOUND_NEVER);
    return tick_has_room(x, err) &&
           tick_call_end(x, mark, ask->lift ? lift(x, row, l.found, err) : add(x, row, &n, err), err);
}

/* --- who it is --- */

struct listing {
    exchange_on_never_fn *on_item;
    void *cookie;
};

static bool list_one(struct exclusion_look *l, const struct case_never *n, struct error *err)
{
    const struct listing *to = l->cookie;
    struct control_case_never line = {.agency = n->agency, .staff = n->staff};

    return (n->agency.size != 0 || staff_asker_account(l->x, &n->staff, &line.account, err)) &&
           to->on_item(to->cookie, &line, err);
}

bool exchange_case_never(struct exchange *x, const struct control_case_never_ask *ask, exchange_on_never_fn *on_item,
                         void *cookie, struct error *err)
{
    struct listing to = {on_item, cookie};
    struct case_row row;
    struct exclusion_look l = {.x = x, .row = &row, .on_item = list_one, .cookie = &to};

    return casebook_find(x, &ask->case_id, &row, err) && check_asker(x, &row, err) &&
           (ask->list || change(x, &row, ask, err)) && exclusion_look_at_case(&l, err);
}
