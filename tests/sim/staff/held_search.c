#include "held.h"

#include "exchange/search/search_calls.h"

struct found {
    const struct ident *id;
    unsigned count; /* of that */
};

static bool note_found(void *cookie, const struct control_case_found *f, struct error *err)
{
    struct found *found = cookie;

    (void)err;
    found->count += ident_equal(&f->case_id, found->id);
    return true;
}

/* All cases are of the same person there. */
bool held_ask_case_find(struct fixture *s, const struct held *h)
{
    const struct control_case_find_ask ask = {.words = view_of_text("person exam")};
    struct found found = {.id = &h->case_id};
    struct searching *searching;
    bool ok = exchange_search_begin(s->ngo, &ask, &searching, &s->err);

    world_must(ok, &s->err, "begin");
    ok = exchange_search_step(searching, NULL, note_found, &found, &s->err);
    exchange_search_end(searching);
    if (!ok) /* his roles open nothing */
        return false;
    return found.count != 0;
}
