#include "held.h"

#include "exchange/drafts/draft_calls.h"
#include "exchange/logs/acting.h"

/* The holder's draft about the case, begun by him where there is none; it is asked for by who asks now. */
static struct ident draft_of(struct fixture *s, const struct held *h)
{
    static struct ident last[3];
    static uint32_t of[3];
    const struct control_draft_put_ask ask = {.what = DRAFT_FOR_REFERRAL, .case_id = h->case_id};
    struct control_draft draft;
    uint32_t owner = 900; /* none of the staff */
    uint32_t asker;
    bool asks = acting_user(s->ngo, &asker);
    size_t i = 0;

    while (i < 2 && of[i] != 0 && of[i] != h->holder + 1)
        i++;
    exchange_acting(s->ngo, h->holder != 0 ? &h->holder : &owner);
    if (of[i] != h->holder + 1 || !exchange_draft_show(s->ngo, &last[i], &draft, &s->err)) {
        world_must(exchange_draft_put(s->ngo, &ask, &draft, &s->err), &s->err, "begin a draft");
        of[i] = h->holder + 1;
        last[i] = draft.draft;
    }
    exchange_acting(s->ngo, asks ? &asker : NULL);
    error_clear(&s->err);
    return last[i];
}

bool held_ask_draft_put(struct fixture *s, const struct held *h)
{
    struct control_draft_put_ask ask = {.draft = draft_of(s, h), .what = DRAFT_FOR_REFERRAL};
    struct control_draft out;

    return is_there(s, exchange_draft_put(s->ngo, &ask, &out, &s->err), E_DRF_01);
}

bool held_ask_draft_show(struct fixture *s, const struct held *h)
{
    struct ident id = draft_of(s, h);
    struct control_draft out;

    return is_there(s, exchange_draft_show(s->ngo, &id, &out, &s->err), E_DRF_01);
}

struct looked_for {
    struct ident id;
    bool found;
};

static bool on_draft(void *cookie, const struct control_draft *d, struct error *err)
{
    struct looked_for *l = cookie;

    (void)err;
    l->found = l->found || ident_equal(&d->draft, &l->id);
    return true;
}

bool held_ask_draft_list(struct fixture *s, const struct held *h)
{
    struct looked_for l = {.id = draft_of(s, h)};

    REQUIRE(exchange_draft_list(s->ngo, NULL, on_draft, &l, &s->err));
    return l.found;
}

bool held_ask_draft_drop(struct fixture *s, const struct held *h)
{
    struct ident id = draft_of(s, h);

    return is_there(s, exchange_draft_drop(s->ngo, &id, &s->err), E_DRF_01);
}
