#include "exchange/logs/cosigning.h"

#include "auditlog/checkpoint.h"
#include "codec/peer_messages.h"
#include "crypto/digest.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/logs/witness.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/members/peers.h"
#include "exchange/restored/incarnations.h"
#include "exchange/retry.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/growth.h"
#include "exchange/traffic/links.h"
#include "exchange/vault.h"

#define ANSWER_MS    1000 /* on one link, between two answers */
#define YEAR_10000_S INT64_C(253402300800)

struct link_cosigning {
    struct hash asked;   /* of the three lines it was asked to cosign last */
    uint32_t asks;       /* how often */
    int64_t next_ms;     /* of the next question while our clock is off; steady */
    bool has_answered;   /* this node cosigned on it … */
    int64_t answered_ms; /* … then; steady */
    uint64_t begun_size; /* of our log, which began anew: what the peer was sent of it first; 0: nothing */
};

void cosigning_link_up(struct link *link)
{
    link->cosigning = xnew(sizeof *link->cosigning);
}

/* --- asking --- */

void cosigning_begin_again(struct exchange *x)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        *l->cosigning =
            (struct link_cosigning){.answered_ms = l->cosigning->answered_ms, .begun_size = l->cosigning->begun_size};
}

void cosigning_began_anew(const struct link *link, uint64_t size)
{
    link->cosigning->begun_size = size;
}

/* What the peer has of our log, by what it said; it says nothing of the checkpoint that came with a beginning. */
static uint64_t known_size(const struct link *l)
{
    uint64_t linked_size = growth_linked_size(l);

    return linked_size > l->cosigning->begun_size ? linked_size : l->cosigning->begun_size;
}

static bool is_due(const struct exchange *x, const struct link *l)
{
    const struct link_cosigning *c = l->cosigning;

    if (!growth_is_known(l)) /* from here it is known from where growth is proven */
        return false;
    return c->asks == 0 || (tick_clock_is_off(x) && tick_steady_ms(x) >= c->next_ms);
}

static bool ask(struct exchange *x, const struct link *l, struct error *err)
{
    struct bytes *frame;
    struct peer_cosigned wish = {0};
    uint64_t linked_size = known_size(l);
    struct checkpoint c;
    uint64_t size;

    wish.checkpoint = audit_note(x->audit, &size);
    if (size == 0)
        return true;
    if (!checkpoint_read(wish.checkpoint, &c, err))
        return false;
    if (linked_size != 0 && linked_size < size) {
        wish.from_size = linked_size;
        if (!audit_consistency(x->audit, wish.from_size, size, &x->tick_arena, &wish.consistency, err))
            return false;
    }
    digest_sha256(c.note.text, &l->cosigning->asked);
    l->cosigning->next_ms = tick_steady_ms(x) + retry_pause_ms(RETRY_COSIGN, l->cosigning->asks);
    l->cosigning->asks++;
    frame = tick_frame(x);
    peer_cosigned_encode(&wish, frame);
    tick_send(x, l->id, PEER_COSIGNED, bytes_view(frame));
    return true;
}

bool cosigning_send_due(struct exchange *x, struct error *err)
{
    REQUIRE(x->committed);
    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (is_due(x, l) && !ask(x, l, err))
            return error_wrap(err, "ask %s to cosign", l->agency.text);
    return true;
}

int64_t cosigning_wake_ms(const struct exchange *x)
{
    int64_t wake = 0;

    if (!tick_clock_is_off(x))
        return 0;
    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (l->cosigning->next_ms != 0 && (wake == 0 || l->cosigning->next_ms < wake))
            wake = l->cosigning->next_ms;
    return wake;
}

/* --- answering --- */

static bool witness(struct exchange *x, const struct link *link, const struct peer_cosigned *wish, bool *agrees,
                    struct error *err)
{
    struct proof_answer proof = {0};
    struct peer_row peer;
    bool found;

    *agrees = false;
    if (!proofs_check_note(x->proofs, address_view(&link->agency), wish->checkpoint, &proof, err) ||
        !peers_get(x, link->peer, &found, &peer, err))
        return false;
    if (!found || proof.incarnation != incarnations_current(x, &peer))
        return true;
    return witness_agrees(x, &peer, proof.size, &proof.root, wish->consistency, wish->from_size, agrees, err);
}

static bool cosign(struct exchange *x, const struct link *link, const struct peer_cosigned *wish,
                   const struct checkpoint *c, struct error *err)
{
    struct bytes *frame;
    struct bytes note = {0};
    char name[ORIGIN_MAX];
    bool ok;

    note_key_name(membership_federation(x->membership), membership_own(x->membership), name);
    bytes_append_view(&note, wish->checkpoint);
    ok = checkpoint_cosign(c->note.text, name, trusted_time_wall_ms(&x->time) / 1000, vault_identity(x->vault), &note,
                           err);
    if (ok) {
        frame = tick_frame(x);
        peer_cosigned_encode(&(struct peer_cosigned){.checkpoint = bytes_view(&note)}, frame);
        tick_send(x, link->id, PEER_COSIGNED, bytes_view(frame));
    }
    bytes_fini(&note);
    return ok;
}

static bool answer(struct exchange *x, const struct link *link, const struct peer_cosigned *wish,
                   const struct checkpoint *c, struct error *err)
{
    int64_t now = tick_steady_ms(x);
    bool agrees;

    if (!trusted_time_may_tell(&x->time) ||
        (link->cosigning->has_answered && now - link->cosigning->answered_ms < ANSWER_MS))
        return true;
    link->cosigning->has_answered = true;
    link->cosigning->answered_ms = now;
    return witness(x, link, wish, &agrees, err) && (!agrees || cosign(x, link, wish, c, err));
}

/* --- what peers answer --- */

static bool take_answer(struct exchange *x, const struct link *link, const struct checkpoint *c, struct error *err)
{
    char name[ORIGIN_MAX];
    struct hash asked;
    struct peer peer;
    int64_t time_s;

    digest_sha256(c->note.text, &asked);
    if (link->cosigning->asks == 0 || !hash_equal(&asked, &link->cosigning->asked))
        return true;
    if (!membership_find_peer(x->membership, address_view(&link->agency), &peer) || peer.identity == NULL)
        return true;
    note_key_name(membership_federation(x->membership), &link->agency, name);
    if (!checkpoint_verify_cosignature(c, view_of_text(name), peer.identity, &time_s, err))
        return error_wrap(err, "a cosignature of %s", link->agency.text);
    if (time_s >= YEAR_10000_S)
        return error_set(err, E_LNK_10, "%s cosigned in a year that has five digits", link->agency.text);
    link->cosigning->asked = (struct hash){{0}}; /* what was asked once is answered once */
    clock_doubt_heard(x, link, time_s);
    return true;
}

bool cosigning_take(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct peer_cosigned frame;
    struct checkpoint c;
    uint32_t incarnation;
    bool house;

    if (!peer_cosigned_decode(payload, &x->tick_arena, &frame, err) ||
        !checkpoint_read_cosigned(frame.checkpoint, &c, err))
        return error_wrap(err, "a frame cosigned of %s", link->agency.text);
    if (origin_read(c.origin, membership_federation(x->membership), membership_own(x->membership), &incarnation,
                    &house) &&
        !house)
        return take_answer(x, link, &c, err);
    return answer(x, link, &frame, &c, err) || error_wrap(err, "a wish of %s", link->agency.text);
}
