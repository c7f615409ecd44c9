#include "exchange/traffic/beginnings.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "codec/audit_messages.h"
#include "codec/peer_messages.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/logs/witness.h"
#include "exchange/members/incarnations.h"
#include "exchange/members/membership.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/obligations_answers.h"
#include "exchange/traffic/releasing_times.h"
#include "store/message_store.h"

struct link_beginnings {
    bool due; /* ours are to be sent */
};

/* --- ours --- */

void beginnings_link_up(struct exchange *x, struct link *link, bool takes)
{
    link->beginnings = xnew(sizeof *link->beginnings);
    link->beginnings->due = takes && audit_beginnings(x->audit) > 0;
}

static bool send(struct exchange *x, const struct link *l, struct error *err)
{
    for (size_t i = 0; i < audit_beginnings(x->audit); i++) {
        struct peer_incarnation frame;
        struct audit_proof proof;
        struct bytes *out;

        if (!audit_beginning(x->audit, i, &x->tick_arena, &proof, err))
            return false;
        frame = (struct peer_incarnation){.record = proof.record, .path = proof.path, .checkpoint = proof.checkpoint};
        out = tick_frame(x);
        peer_incarnation_encode(&frame, out);
        tick_send(x, l->id, PEER_INCARNATION, bytes_view(out));
    }
    return true;
}

bool beginnings_send_due(struct exchange *x, struct error *err)
{
    REQUIRE(x->committed);
    for (const struct link *l = x->links; l != NULL; l = l->next) {
        if (!l->beginnings->due || l->directory_only || !announcing_has_said(l))
            continue;
        l->beginnings->due = false;
        if (!send(x, l, err))
            return false;
    }
    return true;
}

/* --- a peer's --- */

struct beginning {
    struct proof_answer proof; /* of record 0 */
    struct proof_answer own;   /* the last checkpoint of the log before */
    struct peer_incarnation frame;
};

static bool check(struct exchange *x, const struct link *link, struct beginning *b, struct error *err)
{
    const struct proof_question q = {.agency = address_view(&link->agency),
                                     .record = b->frame.record,
                                     .path = b->frame.path,
                                     .checkpoint = b->frame.checkpoint};
    const struct record_notes *notes = &b->proof.record.notes;
    struct proof_answer held;

    if (!proofs_check(x->proofs, &q, &x->tick_arena, &b->proof, NULL, err))
        return error_wrap(err, "how the log of %s began anew", link->agency.text);
    if (b->proof.record.kind != RECORD_INCARNATION)
        return error_set(err, E_LNK_90, "%s sent a record as the beginning of its log that is none", link->agency.text);
    if (!proofs_check_note(x->proofs, q.agency, notes->first, &b->own, err) ||
        (notes->second.size != 0 && !proofs_check_note(x->proofs, q.agency, notes->second, &held, err)))
        return error_wrap(err, "the log of %s before it began anew", link->agency.text);
    if (b->own.incarnation >= b->proof.incarnation)
        return error_set(err, E_LNK_90, "the log of %s begins behind one that is no earlier", link->agency.text);
    if (b->proof.incarnation > membership_incarnation(x->membership, q.agency))
        return error_set(err, E_RST_05, "%s says that its log began anew as number %u, and no directory here does",
                         link->agency.text, b->proof.incarnation);
    return true;
}

/* The two notes of the log before may be of two histories: then both are kept, as of any that came. */
static bool compare_own(struct exchange *x, struct peer_row *peer, const struct beginning *b, struct error *err)
{
    const struct witness_note n = {.proof = &b->own, .has_no_record = true, .note = b->proof.record.notes.first};
    enum witnessed_as as;

    return peer->incarnation != b->own.incarnation || witness_take(x, peer, &n, &as, err);
}

struct opening_again {
    struct exchange *x;
    struct peer_row *peer;
    uint64_t opened;
};

/* What the agency receipted behind the end of the log that it has, it does not have. */
static bool open_again(void *cookie, int64_t number, struct error *err)
{
    struct opening_again *o = cookie;
    bool has;

    if (!incarnations_has_receipt(o->x, o->peer, number, &has, err))
        return false;
    if (has)
        return true;
    SOMETIMES(what_a_restored_log_lost_was_sent_again);
    o->opened++;
    return message_store_open_again(o->x->db, number, err);
}

static bool begin(struct exchange *x, const struct link *link, struct peer_row *peer, const struct beginning *b,
                  struct error *err)
{
    struct opening_again o = {.x = x, .peer = peer};

    if (!compare_own(x, peer, b, err) || !witness_begin_incarnation(x, peer, b->proof.incarnation, err) ||
        !message_store_walk_receipted_in(x->db, peer->number, b->own.incarnation, open_again, &o, err) ||
        !obligations_begin_anew(x, peer->number, err))
        return false;
    log_line(LOG_WARNING, "event=log.began_anew peer=%s incarnation=%u has=%llu again=%llu", link->agency.text,
             b->proof.incarnation, (unsigned long long)b->own.size, (unsigned long long)o.opened);
    (void)releasing_begin_again(x, link, PACE_BUNDLE);
    return true;
}

static bool take(struct exchange *x, const struct link *link, const struct beginning *b, struct error *err)
{
    const struct witness_note n = {.proof = &b->proof, .note = b->frame.checkpoint, .path = b->frame.path};
    const struct peer_log log = {.incarnation = b->own.incarnation, .size = b->own.size, .root = b->own.root};
    struct peer_row peer;
    struct peer_log known;
    enum witnessed_as as;
    bool found;

    if (!peers_get(x, link->peer, &found, &peer, err))
        return false;
    if (!found || b->proof.incarnation < peer.incarnation)
        return true; /* one before the one that is known */
    if (!peer_store_log(x->db, peer.number, log.incarnation, &found, &known, err))
        return false;
    if (!found || peer.incarnation < b->proof.incarnation) {
        if (!tick_begin(x, err) || !peer_store_put_log(x->db, peer.number, &log, err))
            return false;
    }
    if (peer.incarnation < b->proof.incarnation &&
        b->proof.incarnation == membership_incarnation(x->membership, address_view(&link->agency)) &&
        !begin(x, link, &peer, b, err))
        return false;
    return peer.incarnation != b->proof.incarnation || witness_take(x, &peer, &n, &as, err);
}

bool beginnings_take(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct beginning b = {0};

    if (link->directory_only)
        return true; /* it comes again on the next link */
    return (peer_incarnation_decode(payload, &x->tick_arena, &b.frame, err) ||
            error_wrap(err, "how the log of %s began anew", link->agency.text)) &&
           check(x, link, &b, err) && take(x, link, &b, err);
}
