#include "exchange/kinds/kind_withdrawal.h"

#include "exchange/consent/consent_log.h"
#include "exchange/consent/withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/logs/witness.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/stored_body.h"

/* --- sending --- */

static bool note_outgoing(void *cookie, const struct message_row *m, struct error *err)
{
    (void)err;
    if (m->direction == DIRECTION_OUT && m->may_have_left && m->kind != MESSAGE_WITHDRAWAL)
        *(bool *)cookie = true;
    return true;
}

bool kind_withdrawal_is_owed(struct exchange *x, const struct consent_row *row, bool *out, struct error *err)
{
    *out = false;
    return message_store_walk_consent(x->db, row->number, note_outgoing, out, err);
}

bool kind_withdrawal_send(struct exchange *x, const struct consent_row *row, const struct obligation_row *o,
                          struct error *err)
{
    struct body body = {.kind = MESSAGE_WITHDRAWAL};
    struct audit_proof proof;

    REQUIRE(o->what == OWED_WITHDRAWAL && o->subject == row->number);
    if (!audit_prove(x->audit, o->record_index, AUDIT_OF_COMMIT, &x->tick_arena, &proof, err))
        return false;
    body.withdrawal.consent = row->id;
    body.withdrawal.state = o->step == CONSENT_ERASE ? CONSENT_ERASE : CONSENT_STOP;
    body.withdrawal.record = proof.record;
    body.withdrawal.path = proof.path;
    body.withdrawal.checkpoint = proof.checkpoint;
    return outbox_put_plain(x, &row->recipient, &body, 0, row->number, err);
}

/* --- one that came --- */

/* The WITHDRAWN record must be in the log of the sender; what the message says beside it has no effect. */
static bool is_proven(struct exchange *x, const struct received_body *b, struct proof_answer *out)
{
    const struct withdrawal_message *w = &b->body->withdrawal;
    struct proof_question q = {
        .agency = address_view(b->sender), .record = w->record, .path = w->path, .checkpoint = w->checkpoint};
    struct error why = {0};

    return proofs_check(x->proofs, &q, &x->tick_arena, out, NULL, &why) && out->record.kind == RECORD_WITHDRAWN &&
           ident_equal(&out->record.consent.consent, &w->consent);
}

/* It commits to the same bytes as the CONSENT record that came with the data, by our own log. */
static bool commits_to(struct exchange *x, const struct address *taker, const struct record_consent *w)
{
    const struct consent_fact *f = consent_log_find(x->consent_log, taker, &w->consent);

    return f == NULL || hash_equal(&f->commitment, &w->commitment);
}

/* Of a consent that is not known here, it is taken: data that is under way meets it. */
static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    const struct withdrawal_message *m = &b->body->withdrawal;
    struct proof_answer proof;
    struct witness_note w = {.proof = &proof, .note = m->checkpoint, .path = m->path};
    const struct record_consent *withdrawn = &proof.record.consent;

    if (!is_proven(x, b, &proof)) {
        *why = REFUSAL_NOT_PROVEN;
        return true;
    }
    if (!witness_take_beside(x, b->peer, address_view(b->sender), &w, err))
        return false;
    if (!commits_to(x, b->sender, withdrawn))
        *why = REFUSAL_NOT_PROVEN;
    return true;
}

static bool find(struct exchange *x, const struct received_body *b, int64_t *referral, int64_t *consent,
                 struct error *err)
{
    struct consent_row row;
    bool found;

    (void)referral;
    if (!consent_store_find(x->db, b->sender, &b->body->withdrawal.consent, &found, &row, err))
        return false;
    if (found)
        *consent = row.number;
    return true;
}

struct first_message {
    struct exchange *x;
    struct view withdrawn; /* the record that it proves */
    uint64_t record_index;
    bool found;
};

/* Another record is of another history of its sender's log (one of the two is a copy that was put back), which does not
 * know the message that was taken before: the receipt of that one would tell it nothing. */
static bool find_first(void *cookie, const struct message_row *m, struct error *err)
{
    struct first_message *f = cookie;
    struct stored_body stored;
    struct body body;
    struct error why = {0};
    bool readable;

    if (m->direction != DIRECTION_IN || m->kind != MESSAGE_WITHDRAWAL || m->state != MESSAGE_STORED)
        return true;
    if (!stored_body_open(f->x, m->number, &readable, &stored, &why, err))
        return false;
    if (readable && stored_body_decode(f->x, &stored, m->kind, &body, &why) &&
        view_equal(body.withdrawal.record, f->withdrawn)) {
        f->record_index = m->record_index; /* of several the newest */
        f->found = true;
    }
    return true;
}

struct link_tombstones {
    uint32_t full_on; /* unix day on which as many of its peer were as are kept; 0: none */
};

void kind_withdrawal_link_up(struct link *link)
{
    REQUIRE(link->tombstones == NULL);
    link->tombstones = xnew(sizeof *link->tombstones);
}

void kind_withdrawal_undone(const struct link *link)
{
    link->tombstones->full_on = 0;
}

/* Counting reads a row each: once they are full it is not done again that day for what comes on the same link. They
 * become fewer once a day only. */
static bool count_tombstones(struct exchange *x, const struct received_body *b, enum standing *out, struct error *err)
{
    const struct link *link = links_find_any_to(x, b->peer);
    uint64_t count = BOUND_TOMBSTONES;
    bool is_full = link != NULL && link->tombstones->full_on != 0 && link->tombstones->full_on == x->today;

    if (!is_full && !consent_store_tombstones(x->db, b->sender, &count, err))
        return false;
    if (count < BOUND_TOMBSTONES)
        return true;
    *out = STANDING_FULL;
    if (link != NULL)
        link->tombstones->full_on = x->today;
    return true;
}

/* One of a consent held here that goes further than what was taken before is taken whatever the share of its sender is.
 * The same record again is a repeat. Of consents that nothing came under, a number is remembered. */
static bool standing(struct exchange *x, const struct received_body *b, enum standing *out, uint64_t *first,
                     struct error *err)
{
    struct first_message f = {.x = x, .withdrawn = b->body->withdrawal.record};
    struct proof_answer proof;
    const struct record_consent *withdrawn = &proof.record.consent;
    struct consent_row row;
    bool found;

    if (b->sections != 0 || !is_proven(x, b, &proof))
        return true;
    if (!consent_store_find(x->db, b->sender, &withdrawn->consent, &found, &row, err))
        return false;
    if (!found)
        return count_tombstones(x, b, out, err);
    if (withdrawal_goes_further(x, &row, withdrawn)) {
        *out = STANDING_OPEN;
        return true;
    }
    if (!message_store_walk_consent(x->db, row.number, find_first, &f, err))
        return false;
    if (f.found) {
        *out = STANDING_REPEAT;
        *first = f.record_index;
    }
    return true;
}

static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    struct proof_answer proof;
    const struct record_consent *withdrawn = &proof.record.consent;
    struct consent_row row;
    bool found;

    REQUIRE(is_proven(x, b, &proof)); /* check, in this tick */
    if (!consent_store_find(x->db, b->sender, &withdrawn->consent, &found, &row, err))
        return false;
    return found ? withdrawal_stop(x, &row, withdrawn, err) : withdrawal_add_tombstone(x, b->sender, withdrawn, err);
}

bool kind_withdrawal_stop_alone(struct exchange *x, const struct received_body *b, struct error *err)
{
    struct proof_answer proof;
    const struct record_consent *withdrawn = &proof.record.consent;
    struct consent_row row;
    bool found;

    if (!is_proven(x, b, &proof) || !commits_to(x, b->sender, withdrawn))
        return true;
    if (!consent_store_find(x->db, b->sender, &withdrawn->consent, &found, &row, err))
        return false;
    return !found || withdrawal_stop_alone(x, &row, withdrawn, err);
}

const struct kind_actions kind_withdrawal = {.check = check, .find = find, .standing = standing, .take = take};
