/* How much the database holds, in powers of ten. */
#include "exchange/exchange_status.h"

#include "exchange/state.h"
#include "store/size_store.h"

struct size_list {
    exchange_on_size_fn *on_item;
    void *cookie;
};

static bool tell_size(void *cookie, struct view table, uint64_t rows, struct error *err)
{
    const struct size_list *l = cookie;
    struct control_doctor_size one = {.table = table, .below = 100};

    while (rows >= one.below)
        one.below *= 10;
    return l->on_item(l->cookie, &one, err);
}

bool exchange_size_list(struct exchange *x, exchange_on_size_fn *on_item, void *cookie, struct error *err)
{
    struct size_list l = {on_item, cookie};

    return size_store_walk(x->db, tell_size, &l, err);
}
