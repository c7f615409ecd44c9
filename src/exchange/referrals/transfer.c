#include "exchange/referrals/transfer.h"

#include "exchange/state.h"
#include "exchange/traffic/stored_body.h"
#include "store/message_store.h"

struct accepted_walk {
    struct exchange *x;
    bool accepted;
    bool unknown; /* an answer is kept no more, or sealed */
};

static bool note_answer(void *cookie, const struct message_row *m, struct error *err)
{
    struct accepted_walk *w = cookie;
    struct stored_body stored;
    struct error why = {0};
    struct body body;
    bool readable;

    if (m->direction != DIRECTION_IN || m->kind != MESSAGE_REPLY || m->state != MESSAGE_STORED)
        return true;
    if (!stored_body_open(w->x, m->number, &readable, &stored, &why, err))
        return err->code == E_KEY_21 && (w->unknown = true);
    if (readable && !stored_body_decode(w->x, &stored, m->kind, &body, err))
        return false;
    w->unknown = w->unknown || !readable;
    w->accepted = w->accepted || (readable && referral_state_is_accepted(body.reply.state));
    return true;
}

/* This agency has cancelled it: whether they had accepted it, as far as is known here, its state does not say. */
static bool find_cancelled(struct exchange *x, const struct referral_row *row, enum transfer *out, struct error *err)
{
    struct accepted_walk w = {.x = x, .unknown = x->read_only};

    if (!x->read_only && !message_store_walk_referral(x->db, row->number, note_answer, &w, err))
        return false;
    *out = w.accepted ? TRANSFER_MOVED : w.unknown ? TRANSFER_ENDED : TRANSFER_ASKED;
    return true;
}

bool transfer_find(struct exchange *x, const struct referral_row *row, enum transfer *out, struct error *err)
{
    if (row->state == REFERRAL_CANCEL_ASKED && row->direction == DIRECTION_OUT)
        return find_cancelled(x, row, out, err);
    if (referral_state_is_accepted(row->state) || row->state == REFERRAL_FINISHED || row->state == REFERRAL_CLOSED)
        *out = TRANSFER_MOVED;
    else if (row->state == REFERRAL_STOPPED || row->state == REFERRAL_ERASED)
        *out = TRANSFER_ENDED;
    else
        *out = referral_state_has_ended(row->state) ? TRANSFER_NOT_MOVED : TRANSFER_ASKED;
    return true;
}
