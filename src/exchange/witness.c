#include "exchange/witness.h"

#include "auditlog/checkpoint.h"
#include "auditlog/merkle.h"
#include "base/log.h"
#include "exchange/audit.h"
#include "exchange/node.h"
#include "exchange/peers.h"

static bool alarm(struct exchange *x, const struct peer_row *peer, struct view held, struct view came,
                  struct error *err)
{
    struct record r = {.kind = RECORD_FORK};

    log_line(LOG_ERROR, "event=log.fork peer=%s code=E-LOG-24", peer->agency.text);
    r.notes = (struct record_notes){.first = held, .second = came};
    return audit_append(x->audit, &r, NULL, err);
}

static bool remember(struct exchange *x, struct peer_row *peer, const struct proof_answer *proof, struct view note,
                     struct error *err)
{
    int64_t number;

    peer->incarnation = proof->incarnation;
    peer->known_size = proof->size;
    return peers_keep_note(x, peer->number, proof->size, note, &number, err) && peers_move(x, peer, err);
}

/* The largest one kept is the remembered one: notes that are not linked yet are not kept here. */
static bool compare(struct exchange *x, struct peer_row *peer, const struct proof_answer *proof,
                    const struct content *content, const struct checkpoint *held, struct view held_note,
                    struct error *err)
{
    if (proof->size == held->size)
        return hash_equal(&proof->root, &held->root) || alarm(x, peer, held_note, content->checkpoint, err);
    if (proof->size < held->size || content->known_size != held->size)
        return true; /* an older one, or one whose way from ours did not come with it */
    if (!merkle_verify_consistency(held->size, &held->root, proof->size, &proof->root, content->consistency))
        return alarm(x, peer, held_note, content->checkpoint, err);
    return remember(x, peer, proof, content->checkpoint, err);
}

bool witness_note(struct exchange *x, struct peer_row *peer, const struct proof_answer *proof,
                  const struct content *content, struct error *err)
{
    struct bytes note = {0};
    struct view kept;
    struct checkpoint held;
    bool found;
    bool ok;

    if (x->witnessed_peer == peer->number && x->witnessed_size == proof->size &&
        hash_equal(&x->witnessed_root, &proof->root))
        return true; /* the checkpoint of the message before */
    x->witnessed_peer = peer->number;
    x->witnessed_size = proof->size;
    x->witnessed_root = proof->root;
    if (peer->known_size == 0)
        return remember(x, peer, proof, content->checkpoint, err);
    ok = peer_store_note(x->db, peer->number, peer->known_size, &found, &note, err);
    kept = arena_copy(&x->turn, bytes_view(&note));
    bytes_fini(&note);
    if (!ok)
        return false;
    if (!found || !checkpoint_read(kept, &held, err))
        return error_set(err, E_LOG_02, "the remembered checkpoint of %s is missing", peer->agency.text);
    return compare(x, peer, proof, content, &held, kept, err);
}
