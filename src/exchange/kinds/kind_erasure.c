#include "exchange/kinds/kind_erasure.h"

#include "base/log.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/state.h"
#include "exchange/traffic/outbox.h"

bool kind_erasure_send(struct exchange *x, const struct consent_row *row, struct error *err)
{
    struct body body = {.kind = MESSAGE_ERASURE_STATEMENT};
    struct audit_proof proof;

    if (!audit_prove(x->audit, row->withdrawn_index, AUDIT_OF_COMMIT, &x->tick_arena, &proof, err))
        return false;
    body.erasure.consent = row->id;
    body.erasure.record = proof.record;
    body.erasure.path = proof.path;
    body.erasure.checkpoint = proof.checkpoint;
    return outbox_put_plain(x, &row->agency, &body, 0, row->number, err);
}

bool kind_erasure_is_proven(struct exchange *x, const struct address *agency, const struct ident *consent,
                            const struct erasure_message *e, struct record_erased *out)
{
    struct proof_question q = {
        .agency = address_view(agency), .record = e->record, .path = e->path, .checkpoint = e->checkpoint};
    struct proof_answer a;
    struct error why = {0};

    if (!proofs_check(x, &q, &a, NULL, &why) || a.record.kind != RECORD_ERASED ||
        !ident_equal(&a.record.erased.consent, consent))
        return false;
    *out = a.record.erased;
    return true;
}

static bool find(struct exchange *x, const struct received_body *b, int64_t *referral, int64_t *consent,
                 struct error *err)
{
    struct consent_row row;
    bool found;

    (void)referral;
    if (!consent_store_find(x->db, &b->body->erasure.consent, &found, &row, err))
        return false;
    if (found && address_equal(&row.recipient, b->sender))
        *consent = row.number;
    return true;
}

/* The body is stored even if its proof does not hold: consent_summary checks it each time it is shown. */
static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    const struct erasure_message *e = &b->body->erasure;
    struct record_erased erased;

    (void)err;
    if (!kind_erasure_is_proven(x, b->sender, &e->consent, e, &erased))
        log_line(LOG_WARNING, "event=erasure.not_proven peer=%s", b->sender->text);
    return true;
}

const struct kind_actions kind_erasure = {.find = find, .take = take};
