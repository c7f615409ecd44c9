#include "exchange/kinds/kind_referral_erased.h"

#include "exchange/logs/audit.h"
#include "exchange/logs/witness.h"
#include "exchange/state.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/stored_body.h"

bool kind_referral_erased_send(struct exchange *x, const struct referral_row *row, const struct address *to,
                               uint64_t index, struct error *err)
{
    struct body body = {.kind = MESSAGE_REFERRAL_ERASED, .has_referral = true, .referral = row->id};
    struct audit_proof proof;
    struct message_row first;
    bool found;

    if (!message_store_get(x->db, row->message, &found, &first, err) ||
        !audit_prove(x->audit, index, AUDIT_OF_COMMIT, &x->tick_arena, &proof, err))
        return false;
    if (!found)
        return true; /* nobody would know what it is about */
    body.referral_erased.in_reply_to = first.id;
    body.referral_erased.record = proof.record;
    body.referral_erased.path = proof.path;
    body.referral_erased.checkpoint = proof.checkpoint;
    return outbox_put_plain(x, to, &body, row->number, 0, err);
}

/* Whether E proves, in the log of AGENCY, that what this agency sent it with REFERRAL is erased; if so, *OUT is its
 * proof. */
static bool kind_referral_erased_is_proven(struct exchange *x, const struct address *agency,
                                           const struct ident *referral, const struct referral_erased_message *e,
                                           struct proof_answer *out)
{
    struct proof_question q = {
        .agency = address_view(agency), .record = e->record, .path = e->path, .checkpoint = e->checkpoint};
    struct error why = {0};

    return proofs_check(x->proofs, &q, &x->tick_arena, out, NULL, &why) && out->record.kind == RECORD_REFERRAL_ERASED &&
           ident_equal(&out->record.referral_erased.referral, referral) &&
           view_equal(out->record.referral_erased.agency, address_view(membership_own(x->membership)));
}

bool kind_referral_erased_time(struct exchange *x, const struct address *agency, const struct ident *referral,
                               const struct message_row *m, int64_t *ms, struct error *err)
{
    struct proof_answer answer;
    struct stored_body stored;
    struct error gone = {0};
    struct body body;
    bool there;

    if (x->read_only || m->kind != MESSAGE_REFERRAL_ERASED || m->state == MESSAGE_REFUSED ||
        m->direction != DIRECTION_IN)
        return true;
    if (!stored_body_open(x, m->number, &there, &stored, &gone, err) ||
        (there && !stored_body_decode(x, &stored, m->kind, &body, err)))
        return false;
    if (there && kind_referral_erased_is_proven(x, agency, referral, &body.referral_erased, &answer))
        *ms = answer.record.time_ms;
    return true;
}

static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    const struct referral_erased_message *e = &b->body->referral_erased;
    struct proof_answer answer;

    if (!kind_check_names_first(x, b, &e->in_reply_to, why, err))
        return false;
    if (*why == 0 && !kind_referral_erased_is_proven(x, b->sender, &b->body->referral, e, &answer))
        *why = REFUSAL_NOT_PROVEN;
    return true;
}

/* The body is stored: its proof is checked each time it is shown. */
static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    const struct referral_erased_message *e = &b->body->referral_erased;
    struct proof_answer answer;
    struct witness_note w = {.proof = &answer, .note = e->checkpoint, .path = e->path};

    REQUIRE(kind_referral_erased_is_proven(x, b->sender, &b->body->referral, e, &answer)); /* check, in this tick */
    return witness_take_beside(x, b->peer, address_view(b->sender), &w, err);
}

const struct kind_actions kind_referral_erased = {.check = check, .find = kind_find_referral, .take = take};
