#include "exchange/kinds/kind_withdrawal.h"

#include "base/log.h"
#include "exchange/consent/withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"

/* --- sending --- */

struct sent_any {
    bool out;
};

static bool note_outgoing(void *cookie, const struct message_row *m, struct error *err)
{
    (void)err;
    if (m->direction == DIRECTION_OUT)
        ((struct sent_any *)cookie)->out = true;
    return true;
}

bool kind_withdrawal_send(struct exchange *x, const struct consent_row *row, struct error *err)
{
    struct sent_any sent = {0};
    struct body body = {.kind = MESSAGE_WITHDRAWAL};
    struct audit_proof proof;

    if (!message_store_walk_consent(x->db, row->number, note_outgoing, &sent, err))
        return false;
    if (!sent.out)
        return true;
    if (!audit_prove(x->audit, row->withdrawn_index, AUDIT_OF_COMMIT, &x->tick_arena, &proof, err))
        return false;
    body.withdrawal.consent = row->id;
    body.withdrawal.state = row->erase_from <= tick_today(x) ? WITHDRAWAL_ERASE : WITHDRAWAL_STOP;
    body.withdrawal.record = proof.record;
    body.withdrawal.path = proof.path;
    body.withdrawal.checkpoint = proof.checkpoint;
    return outbox_put_plain(x, &row->recipient, &body, 0, row->number, err);
}

/* --- one that came --- */

static bool find(struct exchange *x, const struct received_body *b, int64_t *referral, int64_t *consent,
                 struct error *err)
{
    struct consent_row row;
    bool found;

    (void)referral;
    if (!consent_store_find(x->db, &b->body->withdrawal.consent, &found, &row, err))
        return false;
    if (found && address_equal(&row.agency, b->sender))
        *consent = row.number;
    return true;
}

/* Only the record proven to be in the log of the agency that took the consent has effect, not what the message says
 * beside it. Without a valid proof the message is logged and has none. */
static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    const struct withdrawal_message *w = &b->body->withdrawal;
    struct proof_question q = {
        .agency = address_view(b->sender), .record = w->record, .path = w->path, .checkpoint = w->checkpoint};
    struct proof_answer a;
    struct consent_row row;
    struct error why = {0};
    bool found;

    if (!proofs_check(x, &q, &a, NULL, &why) || a.record.kind != RECORD_WITHDRAWN ||
        !ident_equal(&a.record.consent.consent, &w->consent)) {
        log_line(LOG_WARNING, "event=withdrawal.not_proven peer=%s", b->sender->text);
        return true;
    }
    if (!consent_store_find(x->db, &w->consent, &found, &row, err))
        return false;
    if (!found)
        return withdrawal_add_tombstone(x, b->sender, &a.record.consent, err);
    if (!address_equal(&row.agency, b->sender) || row.case_number != 0) {
        log_line(LOG_WARNING, "event=withdrawal.of_another peer=%s", b->sender->text);
        return true;
    }
    return withdrawal_stop(x, &row, &a.record.consent, err);
}

const struct kind_actions kind_withdrawal = {.find = find, .take = take};
