#include "exchange/referrals/referral_request.h"

#include "base/text.h"
#include "exchange/referrals/referrals.h"
#include "exchange/staff/request_mark.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/case_store.h"
#include "store/consent_store.h"
#include "store/peer_store.h"

#define ASKED 6 /* bytes: required sections u32, partial u8, release now u8 */

/* What of ASK no row shows: how its sections were to be chosen. */
static void encode_asked(const struct control_refer_ask *ask, struct bytes *out)
{
    bytes_append_u32(out, ask->require);
    bytes_append_u8(out, ask->partial);
    bytes_append_u8(out, ask->release_now);
    REQUIRE(out->size == ASKED);
}

/* It lies under the consent's key, and ends with that. */
static struct cell asked_cell(const struct consent_row *consent, int64_t referral)
{
    return (struct cell){
        .slot = consent->slot, .section = "consent", .table = "request", .row = referral, .column = "asked"};
}

bool referral_request_put(struct exchange *x, const struct referral_draft *m, int64_t referral, struct error *err)
{
    struct cell where = asked_cell(&m->survey.consent->row, referral);
    struct bytes *asked = tick_plain(x);
    struct request_marks marks;
    struct bytes sealed = {0};
    bool ok;

    encode_asked(m->ask, asked);
    ok = vault_seal_cell(x->vault, &where, bytes_view(asked), &sealed, err) &&
         request_marks_make(x, "referral", m->ask->request_id, &marks, err) &&
         request_store_add(x->db, &marks.at[0], referral, bytes_view(&sealed), tick_latest_day(x), err);
    bytes_fini(&sealed);
    return ok;
}

/* CONSENT_NUMBER is the one that its first message lies under. After an erasure nothing is left to compare; nothing
 * is sent either. */
static bool was_asked_so(struct exchange *x, const struct control_refer_ask *ask, int64_t referral,
                         int64_t consent_number, struct view sealed, bool *same, struct error *err)
{
    struct bytes *before = tick_plain(x);
    struct bytes *now = tick_plain(x);
    struct consent_row consent;
    struct cell where;
    bool found;

    *same = true;
    if (!consent_store_get(x->db, consent_number, &found, &consent, err))
        return false;
    if (!found || consent.progress == CONSENT_ERASING || consent.progress == CONSENT_ERASED)
        return true;
    where = asked_cell(&consent, referral);
    encode_asked(ask, now);
    if (!vault_open_cell(x->vault, &where, sealed, before, err))
        return false;
    *same = view_equal(bytes_view(before), bytes_view(now));
    return true;
}

/* Whether ROW is the referral that ASK asks for. The same request id with another ask is an error of the caller. */
static bool is_same_ask(struct exchange *x, const struct control_refer_ask *ask, const struct referral_row *row,
                        enum message_kind kind, bool *same, struct error *err)
{
    struct peer_row peer;
    struct case_row c;
    bool found;

    if (!peer_store_get(x->db, row->peer, &found, &peer, err))
        return false;
    *same = found && address_equal(&peer.agency, &ask->to);
    if (!case_store_get(x->db, row->case_number, &found, &c, err))
        return false;
    *same = *same && found && ident_equal(&c.id, &ask->case_id) && kind == ask->kind;
    if (!row->readable) /* erased: what was asked is not known any more */
        return true;
    *same = *same && row->urgency == ask->urgency && row->purpose == ask->purpose &&
            row->services == referrals_service_bits(ask->services, ask->service_count) &&
            text_is(ask->desk, row->for_desk);
    return true;
}

bool referral_request_find(struct exchange *x, const struct control_refer_ask *ask, struct control_referral_result *out,
                           struct message_row *message, bool *repeated, struct error *err)
{
    struct bytes *asked = tick_plain(x); /* still sealed */
    struct referral_row row;
    struct request_marks marks;
    int64_t number;
    bool asked_so;
    bool same;

    *repeated = false;
    if (ask->request_id.size == 0)
        return true;
    if (!request_marks_make(x, "referral", ask->request_id, &marks, err))
        return false;
    for (size_t i = 0; !*repeated && i < marks.count; i++)
        if (!request_store_find(x->db, &marks.at[i], repeated, &number, asked, err))
            return false;
    if (!*repeated)
        return true;
    if (!referrals_get(x, number, repeated, &row, err) ||
        !message_store_get(x->db, row.message, repeated, message, err) ||
        !is_same_ask(x, ask, &row, message->kind, &same, err) ||
        !was_asked_so(x, ask, number, message->consent, bytes_view(asked), &asked_so, err))
        return false;
    if (!same || !asked_so)
        return error_set(err, E_REF_09, "the request id was used for another referral");
    out->referral = row.id;
    out->message = message->id;
    out->state = row.state;
    out->due_ms = row.due_ms;
    out->due_working_days = 0;
    out->shared = row.shared;
    out->offered = row.offered;
    out->repeated = true;
    return true;
}
