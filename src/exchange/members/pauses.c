#include "exchange/members/pauses.h"

#include "exchange/entries/entries.h"
#include "exchange/kinds/kind_ping.h"
#include "exchange/logs/acting.h"
#include "exchange/members/leaving.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/pause_calls.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "model/envelope.h"
#include "store/message_store.h"
#include "store/note_store.h"

/* Of note_store: its end as the number, its reason as the text. */
#define PAUSE "pause"
/* To whom what this node last said of its pause went: its message as the number, 0: it could not go; and as the text
 * the unix day after which nobody needs it any more. */
#define PAUSE_SAID "pause-said"

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

    if (said->says == PING_LEAVES && !leaving_take(x, agency, err))
        return false;
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

/* That it leaves stands for good, and is told to who reads it: an older node refuses what it does not know. */
static bool fill_known(struct exchange *x, const struct address *to, struct ping_message *out, struct error *err)
{
    const struct bundle *b = membership_bundle(x->membership, address_view(to));
    int64_t left_ms = 0;

    if (b != NULL && b->content_max >= CONTENT_VERSION_LATEST &&
        !leaving_find(x, membership_own(x->membership), &left_ms, err))
        return false;
    if (left_ms == 0)
        return pauses_fill_own(x, out, err);
    *out = (struct ping_message){.says = PING_LEAVES};
    return true;
}

bool pauses_fill_for(struct exchange *x, const struct address *agency, struct ping_message *out, struct error *err)
{
    bool may;

    if (!may_know(x, agency, &may, err))
        return false;
    *out = (struct ping_message){.says = PING_RUNS};
    return !may || fill_known(x, agency, out, err);
}

/* *MESSAGE 0: nobody was told yet; *UNTIL 0: nobody needs to be. */
static bool read_said(struct exchange *x, const struct address *to, int64_t *message, uint32_t *until,
                      struct error *err)
{
    struct bytes day = {0};
    uint64_t number = 0;
    bool found;
    bool ok = note_store_get(x->db, PAUSE_SAID, address_view(to), &found, &number, &day, err);

    *message = (int64_t)number;
    *until = ok && found && day.size == 4 ? read_u32(day.at) : 0;
    bytes_fini(&day);
    return ok;
}

static bool tell(struct exchange *x, const struct address *to, uint32_t until, uint64_t *told, struct error *err)
{
    struct bytes day = {0};
    struct ping_message says;
    int64_t left;
    int64_t message = 0;
    bool ok = leaving_find(x, membership_own(x->membership), &left, err) && pauses_fill_for(x, to, &says, err) &&
              /* who does not read yet that it leaves is told when he does */
              ((left != 0 && says.says != PING_LEAVES) || kind_ping_tell(x, to, &message, err));

    bytes_append_u32(&day, until);
    ok = ok && note_store_put(x->db, PAUSE_SAID, address_view(to), (uint64_t)message, bytes_view(&day), err);
    bytes_fini(&day);
    *told += ok && message != 0;
    return ok;
}

bool pauses_tell_all(struct exchange *x, uint32_t until, uint64_t *told, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++) {
        const struct address *to = &d->members[i].agency;
        int64_t message;
        uint32_t before;
        bool may;

        if (!may_know(x, to, &may, err) || (may && !read_said(x, to, &message, &before, err)) ||
            (may && !tell(x, to, until > before ? until : before, told, err)))
            return false;
    }
    return true;
}

/* Whether MESSAGE, which said it, arrived, or may do so today. */
static bool is_said(struct exchange *x, int64_t message, bool *is, struct error *err)
{
    struct message_row row;
    bool found;

    *is = false;
    if (message == 0)
        return true;
    if (!message_store_get(x->db, message, &found, &row, err))
        return false;
    *is =
        found && (row.state == MESSAGE_RECEIPTED || (row.state == MESSAGE_WAITING && row.expiry >= tick_record_day(x)));
    return true;
}

bool pauses_new_day(struct exchange *x, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);
    uint64_t told = 0;
    struct error why;

    if (!own_note_may_sign(x, &why))
        return true; /* nothing leaves */
    for (size_t i = 0; i < d->member_count; i++) {
        const struct address *to = &d->members[i].agency;
        int64_t message;
        uint32_t until;
        bool said;

        if (!read_said(x, to, &message, &until, err) || !is_said(x, message, &said, err))
            return false;
        if (!said && until >= tick_record_day(x) && !tell(x, to, until, &told, err))
            return false;
    }
    return true;
}

static bool set(struct exchange *x, const struct ping_message *before, const struct ping_message *said,
                struct control_pause *out, struct error *err)
{
    const int64_t until =
        said->paused_until_ms > before->paused_until_ms ? said->paused_until_ms : before->paused_until_ms;
    struct record r = {.kind = RECORD_CONFIGURED};

    r.house.what = said->paused_until_ms != 0 ? HOUSE_PAUSED : HOUSE_PAUSE_ENDED;
    return tick_begin(x, err) && keep(x, membership_own(x->membership), said, err) && acting_append(x, &r, err) &&
           pauses_tell_all(x, (uint32_t)(until / DAY_MS), &out->told, err);
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
    return tick_call_end(x, mark, set(x, &before, &said, out, err), err);
}
