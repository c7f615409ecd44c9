/* exchange_referral_accept_by_phone: what the other agency said by phone, as a person here heard it. */
#include "exchange/referrals/referral_calls.h"

#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"

/* While nobody there has said for certain what becomes of it. */
static bool may_note(struct exchange *x, const struct referral_row *row, struct error *err)
{
    struct message_row first = {.state = MESSAGE_WAITING};
    enum referral_state shown;
    bool found;

    if (!message_store_get(x->db, row->message, &found, &first, err))
        return false;
    shown = referral_summary_state(row, first.state);
    if (!row->readable)
        return referral_summary_held(E_CON_05, err);
    return (referral_state_is_open(shown) && !referral_state_is_accepted(shown)) ||
           error_set(err, E_REF_07, "the referral is %s already", referral_state_name(shown));
}

static bool note(struct exchange *x, struct referral_row *row, struct error *err)
{
    struct record record = {.kind = RECORD_SAID_BY_PHONE};

    record.house = (struct record_house){.has_object = true, .object = row->id, .what = HOUSE_REFERRAL};
    row->phoned_ms = tick_record_ms(x);
    return acting_sign(x, &record, err) && tick_begin(x, err) && audit_append(x->audit, &record, NULL, err) &&
           referrals_update(x, row, err);
}

bool exchange_referral_accept_by_phone(struct exchange *x, const struct ident *id, struct control_referral *out,
                                       struct error *err)
{
    struct referral_row row;
    struct peer_row peer;
    uint64_t mark;

    if (!own_note_may_sign(x, err) || !referral_summary_find(x, id, &row, &peer, err))
        return false;
    if (row.direction != DIRECTION_OUT)
        return error_set(err, E_REF_12, "%s sent the referral: accept it here", peer.agency.text);
    if (row.phoned_ms != 0) {
        if (!referral_summary_fill(x, &row, &peer, out, err))
            return false;
        out->answered_ms = row.phoned_ms;
        return true;
    }
    if (!may_note(x, &row, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, note(x, &row, err) && referral_summary_fill(x, &row, &peer, out, err), err);
}
