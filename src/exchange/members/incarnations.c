#include "exchange/members/incarnations.h"

#include "exchange/logs/witness.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations.h"

/* Not when its first message comes: it may be asked for something before, and its receipts count then. */
bool incarnations_follow(struct exchange *x, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++) {
        const struct address *agency = &d->members[i].agency;
        uint32_t stated = membership_incarnation(x->membership, address_view(agency));
        struct peer_row row;
        bool found;

        if (!peers_find(x, agency, &found, &row, err))
            return false;
        if (!found || row.incarnation == 0 || stated <= row.incarnation)
            continue;
        if (!witness_begin_incarnation(x, &row, stated, err) || !obligations_begin_anew(x, row.number, err))
            return false;
    }
    return true;
}
