#include "held.h"

#include "exchange/referrals/work_calls.h"

struct work_found {
    const struct held *held;
    unsigned count;
};

static bool note_item(void *cookie, const struct control_work_item *w, struct error *err)
{
    struct work_found *f = cookie;

    (void)err;
    f->count += ident_equal(&w->referral, &f->held->sent) || ident_equal(&w->referral, &f->held->came);
    return true;
}

/* What was referred of it waits for an answer. */
bool held_ask_work(struct fixture *s, const struct held *h)
{
    struct work_found f = {.held = h};

    world_must(exchange_work_list(s->ngo, &(struct control_work_ask){0}, NULL, note_item, &f, &s->err), &s->err,
               "work");
    return f.count != 0;
}
