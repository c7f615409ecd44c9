#include "exchange/members/peer_ends.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "exchange/members/membership.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"

void peer_ends_each(const struct exchange *x, peer_ends_fn *on_one, void *cookie)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++) {
        const struct link *l;
        struct peer p;

        membership_peer(x->membership, i, &p);
        if (p.revoked || address_equal(&p.member->agency, membership_own(x->membership)))
            continue;
        l = links_find_agency(x, &p.member->agency);
        if (l != NULL)
            on_one(cookie, &p.member->agency, true, l->until_ms);
        on_one(cookie, &p.member->agency, false, p.until_ms);
    }
}

bool peer_ends_is_said(int64_t days)
{
    return days == 30 || days == 14 || days == 7 || days == 3 || days == 1;
}

static void say(void *cookie, const struct address *agency, bool is_transport, int64_t until_ms)
{
    const int64_t left_ms = until_ms - *(const int64_t *)cookie;
    const int64_t days = left_ms / DAY_MS;

    if (left_ms >= 0 && peer_ends_is_said(days))
        log_line(LOG_WARNING, "event=peer.certificate_ends peer=%s certificate=%s days=%" PRId64, agency->text,
                 is_transport ? "transport" : "identity", days);
}

void peer_ends_new_day(const struct exchange *x)
{
    int64_t now = tick_closing_ms(x);

    peer_ends_each(x, say, &now);
}
