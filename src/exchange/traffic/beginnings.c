#include "exchange/traffic/beginnings_inside.h"

#include "auditlog/checkpoint.h"
#include "auditlog/merkle.h"
#include "base/log.h"
#include "base/sometimes.h"
#include "codec/audit_messages.h"
#include "codec/peer_messages.h"
#include "crypto/digest.h"
#include "exchange/consent/withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/cosigning.h"
#include "exchange/logs/proofs.h"
#include "exchange/logs/witness.h"
#include "exchange/members/membership.h"
#include "exchange/members/own_keys.h"
#include "exchange/members/peers.h"
#include "exchange/restored/gaps.h"
#include "exchange/restored/incarnations.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/state.h"
#include "exchange/succession/succession.h"
#include "exchange/tick.h"
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/obligations_answers.h"
#include "exchange/traffic/opening_again.h"
#include "exchange/traffic/releasing_times.h"

#include <stdlib.h>

/* --- ours --- */

void beginnings_link_up(struct exchange *x, struct link *link, const struct peer_hello *hello)
{
    link->beginnings = xnew(sizeof *link->beginnings);
    link->beginnings->takes = hello->beginnings;
    link->beginnings->takes_held = hello->held;
    link->beginnings->due = hello->beginnings && audit_beginnings(x->audit) > 0;
}

void beginnings_say_again(struct exchange *x, const struct link *link)
{
    struct link_beginnings *l = link->beginnings;

    if (l->has_bundle && l->takes && audit_beginnings(x->audit) > 0)
        l->due = true;
    l->has_bundle = true;
}

void beginnings_link_end(struct link *link)
{
    if (link->beginnings != NULL) {
        bytes_fini(&link->beginnings->echo);
        beginnings_named_end(link->beginnings);
    }
    free(link->beginnings);
}

static bool send(struct exchange *x, const struct link *l, struct error *err)
{
    beginnings_name_begin(x, l);
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
        cosigning_began_anew(l, proof.size); /* the last one is of the log that goes on */
    }
    return true;
}

bool beginnings_send_due(struct exchange *x, struct error *err)
{
    REQUIRE(x->committed);
    for (const struct link *l = x->links; l != NULL; l = l->next) {
        bool told;

        if (l->beginnings->due && links_is_whole(l) && announcing_has_said(l)) {
            l->beginnings->due = false;
            if (!restored_asks_has_echoed(x, &l->agency, &told, err) || (!told && !send(x, l, err)))
                return false;
        }
        if ((l->beginnings->naming_due && !beginnings_name_next(x, l, err)) || !beginnings_answer(x, l, err))
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

/* The checkpoint in a record 0 that is itself of a log that is over may be signed by a key that ended since: it counts
 * by the signature over that record. */
static bool read_own(struct exchange *x, struct view agency, struct beginning *b, struct error *err)
{
    const struct record_notes *notes = &b->proof.record.notes;
    struct proof_answer held;
    struct address address;
    struct checkpoint c;
    struct error why;
    bool house;

    if (proofs_check_note(x->proofs, agency, notes->first, &b->own, err) &&
        (notes->second.size == 0 || proofs_check_note(x->proofs, agency, notes->second, &held, err)))
        return true;
    if (b->proof.incarnation >= membership_incarnation(x->membership, agency) ||
        !checkpoint_read(notes->first, &c, &why) || !address_read(agency, &address) ||
        !origin_read(c.origin, membership_federation(x->membership), &address, &b->own.incarnation, &house) || house)
        return false;
    b->own.size = c.size;
    b->own.root = c.root;
    return true;
}

static bool check(struct exchange *x, const struct link *link, struct beginning *b, struct error *err)
{
    const struct proof_question q = {.agency = address_view(&link->agency),
                                     .record = b->frame.record,
                                     .path = b->frame.path,
                                     .checkpoint = b->frame.checkpoint};

    if (!proofs_check(x->proofs, &q, &x->tick_arena, &b->proof, NULL, err))
        return error_wrap(err, "how the log of %s began anew", link->agency.text);
    if (b->proof.record.kind != RECORD_INCARNATION)
        return error_set(err, E_LNK_90, "%s sent a record as the beginning of its log that is none", link->agency.text);
    if (!read_own(x, q.agency, b, err))
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

static bool begin(struct exchange *x, const struct link *link, struct peer_row *peer, const struct beginning *b,
                  struct error *err)
{
    if (!compare_own(x, peer, b, err) || !witness_begin_incarnation(x, peer, b->proof.incarnation, err) ||
        !opening_again_begin(x, &link->agency, err) || !restored_asks_invalidate(x, &link->agency, err) ||
        !obligations_begin_anew(x, peer->number, err))
        return false;
    link->beginnings->due = link->beginnings->takes && audit_beginnings(x->audit) > 0; /* it lost what we had said */
    log_line(LOG_WARNING, "event=log.began_anew peer=%s incarnation=%u has=%llu", link->agency.text,
             b->proof.incarnation, (unsigned long long)b->own.size);
    (void)releasing_begin_again(x, link, PACE_BUNDLE);
    return true;
}

/* On one link once, whatever comes. */
static void answer_once(struct exchange *x, const struct link *link, const struct peer_log *log,
                        const struct beginning *b)
{
    struct link_beginnings *l = link->beginnings;

    if (l->echo.size != 0)
        return;
    l->answer_due = true;
    l->incarnation = b->proof.incarnation;
    l->ended = *log;
    peer_incarnation_encode(&b->frame, &l->echo);
    tick_again(x);
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
    if (!found || b->proof.incarnation < peer.incarnation || incarnations_is_put_off(x, &peer))
        return true; /* one before the one that is known; or it comes again when the key counts */
    if (!peer_store_log(x->db, peer.number, log.incarnation, &found, &known, err))
        return false;
    if (!found || peer.incarnation < b->proof.incarnation) {
        if (!tick_begin(x, err) || !peer_store_put_log(x->db, peer.number, &log, err))
            return false;
    }
    if (b->proof.incarnation != membership_incarnation(x->membership, address_view(&link->agency)))
        return true; /* the frame of a later one follows */
    if (peer.incarnation < b->proof.incarnation && !begin(x, link, &peer, b, err))
        return false;
    answer_once(x, link, &log, b);
    return witness_take(x, &peer, &n, &as, err);
}

/* --- of our own log --- */

/* By the key of now, or one that it succeeded; or, in a log that is over, by one that this agency had: sets
 * *FORMERLY. */
static bool is_signed_by_us(struct exchange *x, const struct checkpoint *c, uint32_t incarnation, bool *formerly,
                            struct error *err)
{
    struct proof_signer own;
    struct own_keys *keys;

    *formerly = false;
    succession_own_signer(x, &own);
    if (proof_signer_check(&own, c, 0, err))
        return true;
    if (incarnation >= audit_incarnation(x->audit) || !own_keys_read(x->db, &keys, err))
        return false;
    *formerly = own_keys_signed(keys, c);
    own_keys_free(keys);
    return *formerly || error_set(err, E_LOG_05, "a checkpoint of our log is by no key that this agency had");
}

/* C is one of our log INCARNATION: what the peer shows under it. */
static bool take_of_ours(struct exchange *x, const struct link *link, const struct peer_incarnation *frame,
                         const struct checkpoint *c, uint32_t incarnation, struct error *err)
{
    struct consent_row row;
    struct error why;
    struct record r;
    struct hash leaf;
    bool formerly;
    bool is_all;

    if (!is_signed_by_us(x, c, incarnation, &formerly, err) || !record_decode(frame->record, &x->tick_arena, &r, err))
        return error_wrap(err, "what %s shows of our log", link->agency.text);
    digest_leaf(frame->record, &leaf);
    if (r.index >= c->size || !merkle_verify_inclusion(&leaf, r.index, c->size, frame->path, &c->root))
        return error_set(err, E_LOG_23, "%s shows a record of our log that is not in it", link->agency.text);
    if (r.kind == RECORD_INCARNATION && incarnation == audit_incarnation(x->audit))
        return gaps_end(x, &link->agency, &is_all, err) && restored_asks_echoed(x, &link->agency, is_all, err);
    if (r.kind != RECORD_WITHDRAWN || incarnation >= audit_incarnation(x->audit))
        return true; /* one that is recorded here changes nothing */
    SOMETIMES(a_withdrawal_came_back_from_a_peer);
    if (withdrawal_record_again(x, &r.consent, formerly, &row, &why))
        return !formerly || gaps_add_withdrawal(x, link, &r.consent.consent, incarnation, r.index, err);
    if (error_fault(&why) != FAULT_ASKED && error_fault(&why) != FAULT_DENIED) {
        *err = why;
        return false;
    }
    log_line(LOG_WARNING, "event=withdrawal.of_nobody peer=%s code=%s", link->agency.text, error_row(why.code)->code);
    return true; /* of a consent that was recorded behind the end that this home has: nothing of it is here */
}

/* Of which log the frame is, its checkpoint says: one of ours may have begun and ended behind the copy. */
static bool is_own(struct exchange *x, const struct peer_incarnation *frame, struct checkpoint *c,
                   uint32_t *incarnation)
{
    struct error why;
    bool house;

    return checkpoint_read(frame->checkpoint, c, &why) &&
           origin_read(c->origin, membership_federation(x->membership), membership_own(x->membership), incarnation,
                       &house) &&
           !house;
}

bool beginnings_take(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct beginning b = {0};
    uint32_t incarnation;
    struct checkpoint c;

    if (!links_is_whole(link)) {
        link->beginnings->passed_over = true;
        return true;
    }
    if (!peer_incarnation_decode(payload, &x->tick_arena, &b.frame, err))
        return error_wrap(err, "how the log of %s began anew", link->agency.text);
    if (is_own(x, &b.frame, &c, &incarnation))
        return take_of_ours(x, link, &b.frame, &c, incarnation, err);
    return check(x, link, &b, err) && take(x, link, &b, err);
}

bool beginnings_was_passed_over(const struct link *link)
{
    return link->beginnings->passed_over;
}
