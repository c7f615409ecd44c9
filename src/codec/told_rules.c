#include "codec/told_rules.h"

#include "codec/control_messages.h"

/* --- agencies --- */

void told_known_key(const void *agency, struct told_field *t)
{
    const struct control_agency *a = agency;

    if (a->self)
        t->bytes = hash_view(&a->fingerprint);
}

/* --- what waits --- */

static void make_wait(struct told_field *t, enum hold hold, int64_t until_ms, int64_t next_try_ms)
{
    struct control_wait *w;

    if (hold == HOLD_NONE)
        return;
    w = told_make(t, sizeof *w);
    *w = (struct control_wait){hold, until_ms, view_of_text(hold_lifted_by(hold)), next_try_ms};
}

void told_agency_wait(const void *agency, struct told_field *t)
{
    const struct control_agency *a = agency;

    make_wait(t, a->hold, a->hold_until_ms, a->next_try_ms);
}
