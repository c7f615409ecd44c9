#include "exchange/cases/id_find.h"

#include "exchange/state.h"
#include "store/id_store.h"

struct found {
    exchange_id_fn *on_id;
    void *cookie;
    uint32_t count;
};

static bool answer_id(void *cookie, const struct ident *id, struct error *err)
{
    struct found *f = cookie;
    const struct control_id_found line = {.id = *id};

    f->count++;
    return f->on_id(f->cookie, &line, err);
}

bool exchange_id_find(struct exchange *x, const struct control_id_find_ask *ask, exchange_id_fn *on_id, void *cookie,
                      struct error *err)
{
    struct found f = {on_id, cookie, 0};

    for (enum id_of of = ID_OF_CASE; of < ID_OF_END; of++)
        if ((ask->of & UINT32_C(1) << of) != 0 && f.count < BOUND_IDS_FOUND &&
            !id_store_walk(x->db, of, &ask->first, &ask->last, BOUND_IDS_FOUND - f.count, answer_id, &f, err))
            return false;
    return true;
}
