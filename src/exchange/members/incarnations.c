#include "exchange/members/incarnations.h"

#include "exchange/logs/witness.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations_answers.h"

uint32_t incarnations_current(struct exchange *x, const struct peer_row *peer)
{
    uint32_t stated = membership_incarnation(x->membership, address_view(&peer->agency));

    return stated > peer->incarnation ? stated : peer->incarnation;
}

/* Not when its first message comes: it may be asked for something before, and its receipts count then. */
bool incarnations_follow(struct exchange *x, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);

    clock_doubt_follow(x);
    for (size_t i = 0; i < d->member_count; i++) {
        const struct address *agency = &d->members[i].agency;
        struct peer_row row;
        uint32_t current;
        bool found;

        if (!peers_find(x, agency, &found, &row, err))
            return false;
        if (!found || row.incarnation == 0)
            continue;
        current = incarnations_current(x, &row);
        if (current == row.incarnation)
            continue;
        if (!witness_begin_incarnation(x, &row, current, err) || !obligations_begin_anew(x, row.number, err))
            return false;
    }
    return true;
}
