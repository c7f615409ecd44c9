/* exchange_incident_kept: how many cases who asks is kept from. */
#include "exchange/access/never_calls.h"

#include "exchange/access/holders.h"
#include "exchange/state.h"

struct kept_count {
    struct exchange *x;
    uint64_t cases;
};

static bool count_case(void *cookie, const struct case_row *row, struct error *err)
{
    struct kept_count *k = cookie;
    bool shown;

    if (!holders_show_case(k->x, row, &shown, err))
        return false;
    k->cases += row->ended_ms == 0 && !shown;
    return true;
}

bool exchange_incident_kept(struct exchange *x, struct walk_step *step, struct control_incident_kept *out,
                            struct error *err)
{
    struct kept_count k = {.x = x, .cases = step->given};

    *out = (struct control_incident_kept){0};
    if (holders_hide_nothing(x)) {
        step->more = false;
        return true;
    }
    if (!case_store_walk(x->db, step, count_case, &k, err))
        return false;
    step->given = k.cases;
    out->cases = k.cases;
    return true;
}
