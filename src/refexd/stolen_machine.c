#include "refexd/stolen_machine.h"

#include "base/clock.h"

void stolen_machine_note(struct stolen_machine *s, const struct exchange *x, const struct seam_link_down *down)
{
    struct address agency;

    if (down->reason != LINK_REVOKED || !exchange_is_compromised(x, &down->node, &agency))
        return;
    s->agency = agency;
    s->last_ms = clock_now_ms(&clock_real);
}

void stolen_machine_expire(struct stolen_machine *s)
{
    if (clock_now_ms(&clock_real) - s->last_ms >= DAY_MS)
        s->last_ms = 0;
}
