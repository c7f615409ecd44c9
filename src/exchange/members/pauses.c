#include "exchange/members/pauses.h"

#include "exchange/kinds/kind_ping.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/own_note.h"
#include "exchange/members/entries.h"
#include "exchange/members/pause_calls.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/note_store.h"

#define PAUSE "pause" /* of note_store: its end as the number, its reason as the text */

/* --- what is kept --- */

static bool keep(struct exchange *x, const struct address *agency, const struct ping_message *said, struct error *err)
{
    const uint8_t reason = (uint8_t)said->reason;

    return note_store_put(x->db, PAUSE, address_view(agency), (uint64_t)said->paused_until_ms, view_of(&reason, 1),
                          err);
}

bool pauses_find(struct exchange *x, const struct address *agency, struct ping_message *out, struct error *err)
{
    struct bytes reason = {0};
    uint64_t until = 0;
    bool found;
    bool ok = note_store_get(x->db, PAUSE, address_view(agency), &found, &until, &reason, err);

    *out = (struct ping_message){.says = PING_RUNS};
    if (ok && found && reason.size == 1 && until <= INT64_MAX && (int64_t)until > tick_closing_ms(x) &&
        reason.at[0] > 0 && reason.at[0] < PAUSE_REASON_END)
        *out = (struct ping_message){
            .says = PING_PAUSED, .paused_until_ms = (int64_t)until, .reason = (enum pause_reason)reason.at[0]};
    bytes_fini(&reason);
    return ok;
}

bool pauses_fill_own(struct exchange *x, struct ping_message *out, struct error *err)
{
    return pauses_find(x, membership_own(x->membership), out, err);
}

static int64_t latest_ms(const struct exchange *x)
{
    return tick_closing_ms(x) + BOUND_PAUSE_DAYS * DAY_MS;
}

bool pauses_take(struct exchange *x, const struct address *agency, const struct ping_message *said, struct error *err)
{
    struct ping_message kept = *said;
    struct ping_message before;

    if (kept.paused_until_ms > latest_ms(x))
        kept.paused_until_ms = latest_ms(x);
    if (!pauses_find(x, agency, &before, err))
        return false;
    return (kept.paused_until_ms == 0 && before.paused_until_ms == 0) || keep(x, agency, &kept, err);
}

/* --- people --- */

/* Whether AGENCY may know that this one's node is paused: who reads what this agency says of itself; else who has had
 * to do with it. */
static bool may_know(struct exchange *x, const struct address *agency, bool *may, struct error *err)
{
    struct agency_entry e = {.for_members = false};
    enum entry_known known;
    struct peer_row row;
    uint64_t sequence;
    struct error why;
    struct peer own;
    bool found;

    if (!entries_find(x, membership_own(x->membership), &known, &sequence, &e, &why))
        e = (struct agency_entry){.for_members = false}; /* it does not open: then as little as can be */
    *may = membership_find_peer(x->membership, address_view(membership_own(x->membership)), &own) &&
           (!own.member->unlisted || e.for_members);
    if (*may)
        return true;
    if (!peers_find(x, agency, &found, &row, err))
        return false;
    *may = found && row.last_receipt_ms != 0;
    return true;
}

bool pauses_fill_for(struct exchange *x, const struct address *agency, struct ping_message *out, struct error *err)
{
    bool may;

    if (!may_know(x, agency, &may, err))
        return false;
    if (may)
        return pauses_fill_own(x, out, err);
    *out = (struct ping_message){.says = PING_RUNS};
    return true;
}

static bool tell_all(struct exchange *x, uint64_t *told, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++) {
        const struct address *to = &d->members[i].agency;
        bool may;
        bool sent;

        if (!may_know(x, to, &may, err) || (may && !kind_ping_tell(x, to, &sent, err)))
            return false;
        *told += may && sent;
    }
    return true;
}

static bool set(struct exchange *x, const struct ping_message *said, struct control_pause *out, struct error *err)
{
    struct record r = {.kind = RECORD_CONFIGURED};

    r.house.what = said->paused_until_ms != 0 ? HOUSE_PAUSED : HOUSE_PAUSE_ENDED;
    return tick_begin(x, err) && keep(x, membership_own(x->membership), said, err) && acting_append(x, &r, err) &&
           tell_all(x, &out->told, err);
}

static bool read_ask(struct exchange *x, const struct control_pause_ask *ask, struct ping_message *out,
                     struct error *err)
{
    *out = (struct ping_message){.paused_until_ms = ask->until_ms, .reason = ask->reason};
    if (ask->end)
        return ask->until_ms == 0 || error_set(err, E_USE_03, "a pause ends now, or at a time");
    if (ask->until_ms <= tick_closing_ms(x) || ask->until_ms > latest_ms(x))
        return error_set(err, E_PAU_01, "until when the node is paused is a time in the next %d days",
                         BOUND_PAUSE_DAYS);
    return ask->reason != 0 || error_set(err, E_PAU_02, "why the node is paused is not said");
}

bool exchange_pause(struct exchange *x, const struct control_pause_ask *ask, struct control_pause *out,
                    struct error *err)
{
    struct ping_message before;
    struct ping_message said;
    uint64_t mark;

    if (!own_note_may_sign(x, err) || !read_ask(x, ask, &said, err) || !pauses_fill_own(x, &before, err))
        return false;
    *out = (struct control_pause){.until_ms = said.paused_until_ms, .reason = said.reason};
    if (before.paused_until_ms == said.paused_until_ms && before.reason == said.reason)
        return true;
    if (!tick_has_room(x, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, set(x, &said, out, err), err);
}
