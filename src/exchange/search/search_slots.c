#include "exchange/search/search_slots.h"

#include "exchange/consent/withdrawal_work.h"
#include "exchange/search/search.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/search_store.h"
#include "store/slot_store.h"

bool search_slots_end(struct exchange *x, uint64_t slot, struct error *err)
{
    withdrawal_work_slots_due(x);
    search_slot_ended(x);
    return slot_store_set_state(x->db, slot, SLOT_TO_ERASE, err) && search_store_retire(x->db, slot, err);
}

bool search_slots_end_if_own(struct exchange *x, uint64_t slot, struct error *err)
{
    bool ends;

    return slot_store_may_end(x->db, slot, &ends, err) && (!ends || search_slots_end(x, slot, err));
}

static bool end_slot(struct exchange *x, uint64_t slot, struct error *err)
{
    return tick_begin(x, err) && slot_store_set_state(x->db, slot, SLOT_ERASED, err) &&
           search_store_drop_retired(x->db, slot, err);
}

#define AT_ONCE 64 /* SEARCH_RETIRED_WALK */

struct retired {
    uint64_t slots[AT_ONCE];
    size_t count;
};

static bool collect_retired(void *cookie, uint64_t slot, struct error *err)
{
    struct retired *r = cookie;

    (void)err;
    if (r->count < AT_ONCE)
        r->slots[r->count++] = slot;
    return true;
}

bool search_slots_advance(struct exchange *x, bool *left, struct error *err)
{
    struct retired r = {.count = 0};

    if (!search_store_walk_retired(x->db, collect_retired, &r, err))
        return false;
    *left = r.count == AT_ONCE;
    for (size_t i = 0; i < r.count; i++) {
        bool is_erased = withdrawal_work_is_erased(x, r.slots[i]);

        *left = *left || !is_erased;
        if (is_erased && !end_slot(x, r.slots[i], err))
            return false;
    }
    return true;
}
