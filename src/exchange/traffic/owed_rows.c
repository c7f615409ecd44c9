#include "exchange/traffic/owed_rows.h"

#include "exchange/members/membership.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/stored_body.h"
#include "store/consent_store.h"
#include "store/message_store.h"
#include "store/referral_store.h"

/* --- rows as facts --- */

bool owed_rows_find_subject(struct exchange *x, const struct owed_fact *fact, int64_t *number, struct error *err)
{
    const struct address *taker = fact->what == OWED_WITHDRAWAL ? membership_own(x->membership) : &fact->agency;
    struct referral_row referral;
    struct consent_row consent;
    bool found;

    *number = 0;
    if (owed_is_about_consent(fact->what)) {
        if (!consent_store_find(x->db, taker, &fact->subject, &found, &consent, err))
            return false;
        *number = found ? consent.number : 0;
        return true;
    }
    if (!referral_store_find(x->db, &fact->subject, &found, &referral, err))
        return false;
    *number = found ? referral.number : 0;
    return true;
}

bool owed_rows_fact(struct exchange *x, const struct obligation_row *row, bool *found, struct owed_fact *out,
                    struct error *err)
{
    struct referral_row referral;
    struct consent_row consent;
    struct peer_row peer;

    if (!peers_get(x, row->peer, found, &peer, err))
        return false;
    if (!*found)
        return true;
    if (owed_is_about_consent(row->what)) {
        if (!consent_store_get(x->db, row->subject, found, &consent, err))
            return false;
        out->subject = consent.id;
    } else {
        if (!referral_store_get(x->db, row->subject, found, &referral, err))
            return false;
        out->subject = referral.id;
    }
    out->what = row->what;
    out->agency = peer.agency;
    out->step = owed_is_about_consent(row->what) ? row->step : 0;
    out->record_index = row->record_index;
    out->since_ms = row->since_ms;
    out->settled = row->settled;
    out->result = row->result;
    out->settled_by = row->settled_by;
    out->answered_by = row->answered_by;
    out->closed_by = row->closed_by;
    return true;
}

/* --- facts as rows --- */

static bool carries(const struct message_row *m, const struct obligation_row *row)
{
    return m->direction == DIRECTION_OUT && m->kind == obligations_message_kind(row->what) && m->peer == row->peer &&
           (owed_is_about_consent(row->what) ? m->consent : m->referral) == row->subject;
}

static bool note_message(void *cookie, const struct message_row *m, struct error *err)
{
    struct obligation_row *row = cookie;

    (void)err;
    if (carries(m, row))
        row->message = m->number;
    return true;
}

bool owed_rows_find_message(struct exchange *x, struct obligation_row *row, struct error *err)
{
    struct message_row m;
    struct bytes receipt = {0};
    bool has_end = true;
    bool found;

    if (!message_store_get(x->db, row->message, &found, &m, err))
        return false;
    if (found && (m.state == MESSAGE_RECEIPTED || m.state == MESSAGE_REFUSED)) {
        bool ok = message_store_receipt(x->db, m.number, &has_end, &receipt, &receipt, &receipt, err);

        bytes_fini(&receipt);
        if (!ok)
            return false;
    }
    if (found && has_end && carries(&m, row))
        return true;
    row->message = 0;
    if (!has_end)
        return true; /* its row says that it arrived, and no receipt is there */
    return owed_is_about_consent(row->what) ? message_store_walk_consent(x->db, row->subject, note_message, row, err)
                                            : message_store_walk_referral(x->db, row->subject, note_message, row, err);
}

/* The step of a reply stands in its body only. */
static bool find_step(struct exchange *x, struct obligation_row *row, struct error *err)
{
    struct stored_body stored;
    struct error why = {0};
    struct body body;
    bool readable = false;

    row->step = row->what == OWED_CANCELLATION ? REFERRAL_CANCELLED : REFERRAL_DECLINED;
    if (row->what != OWED_REPLY || row->message == 0)
        return true;
    if (!stored_body_open(x, row->message, &readable, &stored, &why, err))
        return false;
    if (readable && stored_body_decode(x, &stored, MESSAGE_REPLY, &body, &why))
        row->step = body.reply.state;
    return true;
}

bool owed_rows_write(struct exchange *x, const struct owed_fact *fact, struct obligation_row *row, struct error *err)
{
    struct peer_row peer;

    if (!tick_begin(x, err) || !peers_get_or_add(x, &fact->agency, &peer, err))
        return false;
    row->peer = peer.number;
    row->record_index = fact->record_index;
    row->settled = fact->settled;
    row->result = fact->result;
    row->settled_by = fact->settled_by;
    row->answered_by = fact->answered_by;
    row->closed_by = fact->closed_by;
    row->next_ms = 0;
    if (!owed_rows_find_message(x, row, err))
        return false;
    if (owed_is_about_consent(fact->what))
        row->step = fact->step;
    else if (!find_step(x, row, err))
        return false;
    return row->number != 0 ? obligation_store_update(x->db, row, err) : obligation_store_add(x->db, row, err);
}
