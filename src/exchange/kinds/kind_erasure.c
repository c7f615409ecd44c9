#include "exchange/kinds/kind_erasure.h"

#include "exchange/backup/backup_places.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/logs/witness.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/state.h"
#include "exchange/traffic/obligations_answers.h"
#include "exchange/traffic/outbox.h"

/* To who reads it: an older node refuses a field that it does not know, and people here are to tell it. */
static bool name_places(struct exchange *x, const struct address *to, struct erasure_message *e, struct error *err)
{
    const struct bundle *b = membership_bundle(x->membership, address_view(to));
    struct view *names = arena_new(&x->tick_arena, BOUND_BACKUP_PLACES * sizeof *names);

    size_t count;

    if (!backup_places_name(x, names, &count, err))
        return false;
    if (b == NULL || b->content_max < CONTENT_VERSION_LATEST)
        return count == 0 || backup_places_untold(x, to, err);
    e->places = names;
    e->place_count = count;
    return true;
}

bool kind_erasure_send(struct exchange *x, const struct consent_row *row, const struct obligation_row *o,
                       struct error *err)
{
    struct body body = {.kind = MESSAGE_ERASURE_STATEMENT};
    struct audit_proof proof;

    REQUIRE(o->what == OWED_STATEMENT && o->subject == row->number);
    if (!audit_prove(x->audit, o->record_index, AUDIT_OF_COMMIT, &x->tick_arena, &proof, err))
        return false;
    body.erasure.consent = row->id;
    body.erasure.record = proof.record;
    body.erasure.path = proof.path;
    body.erasure.checkpoint = proof.checkpoint;
    return name_places(x, &row->agency, &body.erasure, err) &&
           outbox_put_plain(x, &row->agency, &body, 0, row->number, err);
}

bool kind_erasure_is_proven(struct exchange *x, const struct address *agency, const struct ident *consent,
                            const struct erasure_message *e, struct proof_answer *out)
{
    struct proof_question q = {
        .agency = address_view(agency), .record = e->record, .path = e->path, .checkpoint = e->checkpoint};
    struct error why = {0};

    return proofs_check(x->proofs, &q, &x->tick_arena, out, NULL, &why) && out->record.kind == RECORD_ERASED &&
           ident_equal(&out->record.erased.consent, consent) &&
           view_equal(out->record.erased.agency, address_view(membership_own(x->membership)));
}

/* The consent that the statement is about: taken here, for the agency that states, or its withdrawal is owed to it,
 * whatever the row of the consent says. */
static bool find_ours(struct exchange *x, const struct received_body *b, bool *found, struct consent_row *row,
                      struct error *err)
{
    struct obligation_row o;
    bool owed;

    if (!consent_store_find(x->db, membership_own(x->membership), &b->body->erasure.consent, found, row, err))
        return false;
    if (!*found || address_equal(&row->recipient, b->sender))
        return true;
    if (!obligation_store_find(x->db, OWED_WITHDRAWAL, row->number, &owed, &o, err))
        return false;
    *found = owed && o.peer == b->peer;
    return true;
}

static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    const struct erasure_message *e = &b->body->erasure;
    struct proof_answer answer;
    struct consent_row row;
    bool found;

    if (!find_ours(x, b, &found, &row, err))
        return false;
    if (!kind_erasure_is_proven(x, b->sender, &e->consent, e, &answer))
        *why = REFUSAL_NOT_PROVEN;
    else if (!found)
        *why = REFUSAL_OF_ANOTHER;
    return true;
}

/* The body is stored: consent_summary checks its proof each time it is shown. */
static bool find(struct exchange *x, const struct received_body *b, int64_t *referral, int64_t *consent,
                 struct error *err)
{
    struct consent_row row;
    bool found;

    (void)referral;
    if (!find_ours(x, b, &found, &row, err))
        return false;
    if (found)
        *consent = row.number;
    return true;
}

/* Ends what is owed, if the consent is withdrawn. */
static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    const struct erasure_message *e = &b->body->erasure;
    struct proof_answer answer;
    struct witness_note w = {.proof = &answer, .note = e->checkpoint, .path = e->path};
    struct consent_row row;
    bool found;

    REQUIRE(kind_erasure_is_proven(x, b->sender, &e->consent, e, &answer)); /* check, in this tick */
    if (!witness_take_beside(x, b->peer, address_view(b->sender), &w, err))
        return false;
    if (!find_ours(x, b, &found, &row, err))
        return false;
    if (!found || row.progress == CONSENT_STANDS || row.progress == CONSENT_SAID_NO)
        return true;
    return obligations_answered(x, row.number, &answer, err);
}

/* The answer to a withdrawal of ours that is not answered yet. */
static bool standing(struct exchange *x, const struct received_body *b, enum standing *out, uint64_t *first,
                     struct error *err)
{
    struct obligation_row o;
    struct consent_row row;
    bool found;

    (void)first;
    if (b->sections != 0)
        return true;
    if (!find_ours(x, b, &found, &row, err))
        return false;
    if (!found)
        return true;
    if (!obligation_store_find(x->db, OWED_WITHDRAWAL, row.number, &found, &o, err))
        return false;
    if (found && o.settled == 0)
        *out = STANDING_OPEN;
    return true;
}

const struct kind_actions kind_erasure = {.check = check, .find = find, .standing = standing, .take = take};
