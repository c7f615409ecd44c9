#include "exchange/access/handed.h"

#include "exchange/access/exclusions.h"
#include "exchange/logs/audit.h"
#include "exchange/staff/staff.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/handed_store.h"

static bool add(struct exchange *x, int64_t number, bool is_referral, const struct ident *object, struct error *err)
{
    const struct handed_row row = {.record = audit_size(x->audit, LOG_HOUSE) - 1,
                                   .is_referral = is_referral,
                                   .object = *object,
                                   .day = tick_record_day(x)};

    REQUIRE(x->in_transaction);
    return handed_store_add(x->db, number, &row, err);
}

/* Where the disk does not give who is kept from it, he may be. */
static bool is_kept_out(struct exchange *x, const struct case_row *row, int64_t number, bool *out, struct error *err)
{
    struct error why = {0};

    if (exclusions_keep_out_number(x, row, number, out, &why))
        return true;
    *out = true;
    return why.code == E_KEY_21 || (*err = why, false);
}

static bool add_case(struct exchange *x, int64_t number, const struct case_row *row, struct error *err)
{
    bool out;

    return is_kept_out(x, row, number, &out, err) && (out || add(x, number, false, &row->id, err));
}

bool handed_case(struct exchange *x, const struct case_row *row, struct error *err)
{
    size_t i = 0;

    for (int64_t n = staff_next_who_works_as(x, row->holder, &i); n != 0;
         n = staff_next_who_works_as(x, row->holder, &i))
        if (!(n == row->holder ? add(x, n, false, &row->id, err) : add_case(x, n, row, err)))
            return false;
    return true;
}

/* Who is kept from its case is kept from it. */
static bool add_referral(struct exchange *x, int64_t number, const struct referral_row *row, struct error *err)
{
    struct case_row c;
    bool found = false;
    bool out = false;

    if (number != row->holder && row->case_number != 0 &&
        (!case_store_get(x->db, row->case_number, &found, &c, err) ||
         (found && !is_kept_out(x, &c, number, &out, err))))
        return false;
    return out || add(x, number, true, &row->id, err);
}

bool handed_referral(struct exchange *x, const struct referral_row *row, struct error *err)
{
    size_t i = 0;

    for (int64_t n = staff_next_who_works_as(x, row->holder, &i); n != 0;
         n = staff_next_who_works_as(x, row->holder, &i))
        if (!add_referral(x, n, row, err))
            return false;
    return true;
}

struct standing_in {
    struct exchange *x;
    int64_t number;
};

static bool on_case(void *cookie, const struct case_row *row, struct error *err)
{
    const struct standing_in *in = cookie;

    return add_case(in->x, in->number, row, err);
}

static bool on_referral(void *cookie, const struct referral_row *row, struct error *err)
{
    const struct standing_in *in = cookie;

    return add_referral(in->x, in->number, row, err);
}

bool handed_stand_in(struct exchange *x, int64_t number, int64_t absent, struct error *err)
{
    struct standing_in in = {.x = x, .number = number};

    return case_store_walk_held(x->db, absent, NO_HOLDER, NULL, on_case, &in, err) &&
           referral_store_walk_held(x->db, absent, UINT32_MAX, on_referral, &in, err);
}
