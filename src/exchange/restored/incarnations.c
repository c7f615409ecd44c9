#include "exchange/restored/incarnations.h"

#include "codec/audit_messages.h"
#include "exchange/logs/proofs.h"
#include "exchange/logs/witness.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/members/peers.h"
#include "exchange/restored/going_on.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations_answers.h"
#include "store/message_store.h"

uint32_t incarnations_current(struct exchange *x, const struct peer_row *peer)
{
    uint32_t stated = membership_incarnation(x->membership, address_view(&peer->agency));

    return stated > peer->incarnation ? stated : peer->incarnation;
}

bool incarnations_is_awaited(struct exchange *x, const struct peer_row *peer)
{
    struct peer p;

    return peer->incarnation != 0 && incarnations_current(x, peer) > peer->incarnation &&
           membership_find_peer(x->membership, address_view(&peer->agency), &p) &&
           (hash_equal(&p.fingerprint, &peer->known_key) || going_on_is(x, &p, &peer->known_key));
}

bool incarnations_is_put_off(struct exchange *x, const struct peer_row *peer)
{
    struct peer p;

    return incarnations_is_awaited(x, peer) && membership_find_peer(x->membership, address_view(&peer->agency), &p) &&
           !hash_equal(&p.fingerprint, &peer->known_key);
}

bool incarnations_takes(struct exchange *x, const struct peer_row *peer, const struct proof_answer *proof, bool *takes,
                        struct error *err)
{
    struct peer_log log;
    bool found;

    *takes = proof->incarnation == incarnations_current(x, peer) && !incarnations_is_awaited(x, peer);
    if (*takes || proof->incarnation >= peer->incarnation)
        return true;
    if (!peer_store_log(x->db, peer->number, proof->incarnation, &found, &log, err))
        return false;
    *takes = found && log.size == proof->size && hash_equal(&log.root, &proof->root);
    return true;
}

bool incarnations_has(struct exchange *x, const struct peer_row *peer, uint32_t incarnation, uint64_t index, bool *has,
                      struct error *err)
{
    struct peer_log log;
    bool found;

    if (!peer_store_log(x->db, peer->number, incarnation, &found, &log, err))
        return false;
    *has = found && index < log.size;
    return true;
}

bool incarnations_was_restored(struct exchange *x, const struct peer_row *peer, bool *restored, struct error *err)
{
    struct peer_log log;

    return peer_store_first_log(x->db, peer->number, restored, &log, err);
}

bool incarnations_has_receipt(struct exchange *x, const struct peer_row *peer, int64_t number, bool *has,
                              struct error *err)
{
    struct bytes part[3] = {{0}, {0}, {0}};
    uint32_t incarnation = 0;
    struct record r;
    bool found;
    bool ok = message_store_receipt_incarnation(x->db, number, &incarnation, err) &&
              message_store_receipt(x->db, number, &found, &part[0], &part[1], &part[2], err);

    *has = ok && incarnation == peer->incarnation;
    if (ok && !*has && found)
        ok = record_decode(arena_copy(&x->tick_arena, bytes_view(&part[0])), &x->tick_arena, &r, err) &&
             incarnations_has(x, peer, incarnation, r.index, has, err);
    for (size_t i = 0; i < 3; i++)
        bytes_fini(&part[i]);
    return ok;
}

bool incarnations_has_sent(struct exchange *x, const struct peer_row *peer, const struct message_row *m, bool *has,
                           struct error *err)
{
    *has = m->their_incarnation == peer->incarnation;
    if (*has)
        return true;
    if (m->their_incarnation == 0) /* it came before that was kept: what has a log before has it, most probably */
        return incarnations_was_restored(x, peer, has, err);
    return incarnations_has(x, peer, m->their_incarnation, m->their_index, has, err);
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
        if (current == row.incarnation || incarnations_is_awaited(x, &row))
            continue;
        if (!witness_begin_incarnation(x, &row, current, err) || !peer_store_drop_logs(x->db, row.number, err) ||
            !restored_asks_invalidate(x, agency, err) || !obligations_begin_anew(x, row.number, err))
            return false;
    }
    return true;
}
