#include "exchange/logs/witness.h"

#include "auditlog/checkpoint.h"
#include "auditlog/merkle.h"
#include "base/log.h"
#include "exchange/logs/audit.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"

static bool report_fork(struct exchange *x, const struct peer_row *peer, struct view held, struct view received,
                        struct error *err)
{
    struct record r = {.kind = RECORD_FORK};

    log_line(LOG_ERROR, "event=log.fork peer=%s code=E-LOG-24", peer->agency.text);
    r.notes = (struct record_notes){.first = held, .second = received};
    return audit_append(x->audit, &r, NULL, err);
}

/* One log cannot have two roots for one size. */
static bool compare_same_size(struct exchange *x, const struct peer_row *peer, const struct proof_answer *proof,
                              struct view note, struct error *err)
{
    struct bytes stored = {0};
    struct checkpoint held;
    struct checkpoint received;
    struct error why = {0};
    struct view kept;
    bool found;
    bool ok = peer_store_note(x->db, peer->number, proof->size, &found, &stored, err);

    kept = arena_copy(&x->tick_arena, bytes_view(&stored));
    bytes_fini(&stored);
    if (!ok || !found || !checkpoint_read(kept, &held, &why) || !checkpoint_read(note, &received, &why) ||
        !view_equal(held.origin, received.origin) || hash_equal(&held.root, &received.root))
        return ok; /* a new incarnation of the log has another origin */
    return report_fork(x, peer, kept, note, err);
}

static bool is_just_seen(struct witnessed *last, const struct peer_row *peer, const struct proof_answer *proof)
{
    if (last->peer == peer->number && last->size == proof->size && hash_equal(&last->root, &proof->root))
        return true;
    *last = (struct witnessed){.peer = peer->number, .size = proof->size, .root = proof->root};
    return false;
}

bool witness_receipt(struct exchange *x, const struct peer_row *peer, const struct proof_answer *proof,
                     struct view note, struct error *err)
{
    return is_just_seen(&x->seen_by_receipt, peer, proof) || compare_same_size(x, peer, proof, note, err);
}

static bool remember_checkpoint(struct exchange *x, struct peer_row *peer, const struct proof_answer *proof,
                                struct view note, struct error *err)
{
    int64_t number;

    peer->incarnation = proof->incarnation;
    peer->known_size = proof->size;
    return peers_put_note(x, peer->number, proof->size, note, &number, err) && peers_update(x, peer, err);
}

/* HELD is the stored checkpoint of peer->known_size. Only one proven consistent with it replaces it. */
static bool compare_checkpoints(struct exchange *x, struct peer_row *peer, const struct proof_answer *proof,
                                const struct content *content, const struct checkpoint *held, struct view held_note,
                                struct error *err)
{
    if (proof->size == held->size)
        return hash_equal(&proof->root, &held->root) || report_fork(x, peer, held_note, content->checkpoint, err);
    if (proof->size < held->size ||
        content->known_size != held->size) /* older, or without a consistency path from HELD */
        return compare_same_size(x, peer, proof, content->checkpoint, err);
    if (!merkle_verify_consistency(held->size, &held->root, proof->size, &proof->root, content->consistency))
        return report_fork(x, peer, held_note, content->checkpoint, err);
    return remember_checkpoint(x, peer, proof, content->checkpoint, err);
}

bool witness_message(struct exchange *x, struct peer_row *peer, const struct proof_answer *proof,
                     const struct content *content, struct error *err)
{
    struct bytes note = {0};
    struct view kept;
    struct checkpoint held;
    bool found;
    bool ok;

    if (is_just_seen(&x->seen_by_message, peer, proof))
        return true; /* the same as that of the previous message */
    if (peer->known_size == 0)
        return remember_checkpoint(x, peer, proof, content->checkpoint, err);
    ok = peer_store_note(x->db, peer->number, peer->known_size, &found, &note, err);
    kept = arena_copy(&x->tick_arena, bytes_view(&note));
    bytes_fini(&note);
    if (!ok)
        return false;
    if (!found || !checkpoint_read(kept, &held, err))
        return error_set(err, E_LOG_02, "the remembered checkpoint of %s is missing", peer->agency.text);
    return compare_checkpoints(x, peer, proof, content, &held, kept, err);
}
