#include "exchange/access/exclusion_look.h"

#include "exchange/cases/case_merge.h"
#include "exchange/staff/staff.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/never_store.h"

struct cell exclusion_look_cell(const struct case_row *row, int64_t number)
{
    return (struct cell){.slot = row->slot,
                         .section = "never",
                         .table = "case_never",
                         .row = number,
                         .column = "sealed",
                         .owner = ident_view(&row->id)};
}

struct exclusion_look exclusion_look_for_staff(struct exchange *x, const struct case_row *row,
                                               const struct ident *staff)
{
    struct exclusion_look l = {.x = x, .row = row, .staff = staff};

    l.has_uid = staff_user_of(x, staff, &l.uid);
    return l;
}

/* Of who had left when N was said, or of an older row, the account is all that tells who he is now. */
static bool match_account(struct exclusion_look *l, const struct case_never *n, bool *is, struct error *err)
{
    struct view former;
    struct view now;
    struct error why = {0};

    if (staff_account_of(l->x, &n->staff, &former, &why) && staff_account_of(l->x, l->staff, &now, &why)) {
        *is = former.size != 0 && view_equal(former, now);
        return true;
    }
    l->unread = true;
    if (why.code != E_KEY_21)
        return true;
    *err = why;
    return false;
}

/* Who left and was entered again has another id, and is the same person. */
static bool match_staff(struct exclusion_look *l, const struct case_never *n, bool *is, struct error *err)
{
    uint32_t uid = n->uid;

    *is = ident_equal(&n->staff, l->staff);
    if (*is || !l->has_uid || n->agency.size != 0)
        return true;
    if (!n->has_uid && !staff_user_of(l->x, &n->staff, &uid))
        return match_account(l, n, is, err);
    *is = uid == l->uid;
    return true;
}

static bool match(struct exclusion_look *l, const struct case_never *n, bool *is, struct error *err)
{
    *is = l->agency.size != 0 && view_equal(n->agency, l->agency);
    return l->staff == NULL || match_staff(l, n, is, err);
}

static bool look_at_row(void *cookie, int64_t number, struct view sealed, struct error *err)
{
    struct exclusion_look *l = cookie;
    struct bytes *plain = tick_plain(l->x);
    struct cell where = exclusion_look_cell(l->row, number);
    struct case_never n;
    struct error why = {0};
    bool is;

    l->count++;
    if (l->x->vault == NULL || !vault_open_cell(l->x->vault, &where, sealed, plain, &why)) {
        l->unread = true;
        if (why.code != E_KEY_21)
            return true;
        *err = why; /* it may open later */
        return false;
    }
    if (!case_never_decode(bytes_view(plain), &l->x->tick_arena, &n, err) || !match(l, &n, &is, err))
        return false;
    if (is)
        l->found = number;
    return l->on_item == NULL || l->on_item(l, &n, err);
}

bool exclusion_look_at_case(struct exclusion_look *l, struct error *err)
{
    return never_store_walk(l->x->db, l->row->number, look_at_row, l, err);
}

static bool look_at_next(void *cookie, const struct case_row *next, struct error *err)
{
    struct exclusion_look *l = cookie;
    const struct case_row *row = l->row;
    bool ok;

    l->row = next;
    ok = exclusion_look_at_case(l, err);
    l->row = row;
    return ok;
}

/* Where it does not open which case took its place it is as with a row. */
bool exclusion_look_at_person(struct exclusion_look *l, bool own, struct error *err)
{
    struct error why = {0};

    if ((!own || exclusion_look_at_case(l, &why)) && case_merge_follow(l->x, l->row, look_at_next, l, &why))
        return true;
    l->unread = true;
    if (vault_is_lost(&why) || why.code == E_NOD_21)
        return true;
    *err = why;
    return false;
}
