/* exchange_status: what a node says of itself, for people. */
#include "exchange/exchange_status.h"

#include "exchange/access/access_review.h"
#include "exchange/access/holders.h"
#include "exchange/cases/case_entries.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/consent/suspended_stops.h"
#include "exchange/entries/entries.h"
#include "exchange/logs/audit.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/members/federation.h"
#include "exchange/members/holds.h"
#include "exchange/members/leaving.h"
#include "exchange/members/membership.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/members/other_directory.h"
#include "exchange/members/pauses.h"
#include "exchange/members/peers.h"
#include "exchange/members/seeking.h"
#include "exchange/referrals/incidents.h"
#include "exchange/renewal/peer_ends.h"
#include "exchange/renewal/renewal_ask.h"
#include "exchange/restored/elsewhere.h"
#include "exchange/restored/gaps.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/restored/short_logs.h"
#include "exchange/restored/shown_asks.h"
#include "exchange/rewrapping.h"
#include "exchange/search/search.h"
#include "exchange/setup.h"
#include "exchange/staff/staff.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/succession/contradictions.h"
#include "exchange/succession/rekeying.h"
#include "exchange/succession/succession.h"
#include "exchange/suspension/suspensions_refused.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/waiting.h"
#include "exchange/vault.h"
#include "exchange/vault_sealing.h"
#include "store/evidence_store.h"
#include "store/inquiry_store.h"
#include "store/note_store.h"

/* --- what is held --- */

struct held_list {
    struct exchange *x;
    exchange_on_held_fn *on_item;
    void *cookie;
};

static bool tell_held(const struct held_list *l, const struct peer_row *row, uint64_t waiting, struct error *err)
{
    struct held held;

    holds_ask_peer(l->x, row, MESSAGE_REFERRAL, &held);
    return !hold_is_finding(held.hold) ||
           l->on_item(l->cookie, &(struct held_summary){row->agency, held.hold, held.until_ms, waiting}, err);
}

static bool list_waiting_peer(void *cookie, int64_t peer, uint64_t waiting, struct error *err)
{
    const struct held_list *l = cookie;
    struct peer_row row;
    bool found;

    if (!peers_get(l->x, peer, &found, &row, err))
        return false;
    return !found || row.held_since_ms != 0 || tell_held(l, &row, waiting, err);
}

static bool list_held_key(void *cookie, const struct peer_row *row, struct error *err)
{
    const struct held_list *l = cookie;
    uint64_t waiting;

    return message_store_waiting_for(l->x->db, row->number, &waiting, err) && tell_held(l, row, waiting, err);
}

bool exchange_held_list(struct exchange *x, exchange_on_held_fn *on_item, void *cookie, struct error *err)
{
    struct held_list list = {x, on_item, cookie};

    return peer_store_walk_held(x->db, list_held_key, &list, err) &&
           message_store_walk_waiting_peers(x->db, list_waiting_peer, &list, err);
}

/* --- when what waits is tried next --- */

struct next_try {
    struct exchange *x;
    int64_t *ms; /* 0: nothing is tried at a time that is known */
};

static bool note_next_try(void *cookie, int64_t peer, uint64_t waiting, struct error *err)
{
    const struct next_try *n = cookie;
    struct waiting_wait wait;
    struct peer_row row;
    bool found;

    (void)waiting;
    if (!peers_get(n->x, peer, &found, &row, err))
        return false;
    if (!found)
        return true;
    waiting_of_peer(n->x, &row, &wait);
    if (*n->ms == 0 || (wait.next_try_ms != 0 && wait.next_try_ms < *n->ms))
        *n->ms = wait.next_try_ms;
    return true;
}

/* --- what agencies say of themselves --- */

static bool fill_contested(struct exchange *x, struct node_status *out, struct error *err)
{
    const struct entry_cache *c = entries_cache(x);

    for (size_t i = 0; i < c->count; i++) {
        enum entry_known known;
        struct agency_entry said;
        uint64_t sequence;

        if (c->at[i]->other.size == 0)
            continue;
        if (!entries_find(x, &c->at[i]->agency, &known, &sequence, &said, err))
            return false;
        if (known == ENTRY_CONTESTED && out->contested_count < BOUND_NAMED)
            out->contested[out->contested_count++] = c->at[i]->agency;
        else
            out->contested_more += known == ENTRY_CONTESTED;
    }
    return true;
}

/* And what this one says of its node. */
static bool fill_said(struct exchange *x, struct node_status *out, struct error *err)
{
    return pauses_fill_own(x, &out->pause, err) && leaving_find(x, membership_own(x->membership), &out->left_ms, err) &&
           fill_contested(x, out, err);
}

/* --- shares, and the consents that differ --- */

/* To who does not see them those of others are not named, nor counted. */
static bool leave_out_others(struct exchange *x, struct node_status *out, struct error *err)
{
    size_t kept = 0;
    bool shown;

    if (holders_hide_nothing(x))
        return true;
    for (size_t i = 0; i < out->differing_count; i++) {
        if (!holders_show_consent_id(x, &out->differing[i].consent, &shown, err))
            return false;
        if (shown)
            out->differing[kept++] = out->differing[i];
    }
    out->differing_count = kept;
    out->differing_more = 0;
    return true;
}

/* On a stopped node the log may be damaged: that is what it says then. */
static bool fill_differing(struct exchange *x, struct node_status *out, struct error *err)
{
    struct error why = {0};

    if (!consent_snapshot_need(x, &why)) {
        if (why.code == E_STO_01) {
            *err = why; /* it was not read: it may be what was written */
            return false;
        }
        out->consents_differ = true;
        return true;
    }
    return consent_agreement_status(x, out, err) && leave_out_others(x, out, err);
}

/* It grows by what others do, and by one more record where what a caseworker brought in or named is another's. */
static uint64_t house_log_size(const struct exchange *x)
{
    int64_t own;

    return staff_asker_is_restricted(x, &own) ? 0 : audit_size(x->audit, LOG_HOUSE);
}

bool exchange_status_prepare(struct exchange *x, struct walk_step *step, struct error *err)
{
    struct error why = {0};

    return !consent_snapshot_need(x, &why) || consent_agreement_compare(x, step, err);
}

static void list_over(void *cookie, const struct address *agency, enum resource r)
{
    struct node_status *out = cookie;

    if (out->over_count == BOUND_NAMED)
        out->over_more++;
    else
        out->over[out->over_count++] = (struct agency_over){*agency, r};
}

/* --- our own entry, and certificates that end --- */

struct asked_walk {
    struct exchange *x;
    struct node_status *out;
};

static void list_asked(void *cookie, const struct suspension *s, struct view note)
{
    struct asked_walk *w = cookie;
    struct node_status *out = w->out;

    (void)note;
    if (s->key != 0 || address_equal(&s->member, membership_own(w->x->membership)) ||
        membership_suspended_until(w->x->membership, &s->agencies[0]) != 0 || out->asked_count == BOUND_NAMED)
        return;
    out->asked[out->asked_count++] =
        (struct suspension_asked){s->member, s->agencies[0], s->time_ms + BOUND_SUSPENSION_MS};
}

static void list_unused(void *cookie, const struct suspension *s, enum error_code why)
{
    struct node_status *out = cookie;

    out->unused[out->unused_count++] =
        (struct suspension_unused){s->member, s->key, why, s->time_ms + BOUND_SUSPENSION_MS};
}

const struct member *exchange_own_entry(struct exchange *x)
{
    struct peer own;

    return membership_find_peer(x->membership, address_view(membership_own(x->membership)), &own) ? own.member : NULL;
}

static void fill_own_entry(struct exchange *x, struct node_status *out)
{
    struct asked_walk asked = {x, out};
    const struct member *own = exchange_own_entry(x);

    membership_each_statement(x->membership, tick_record_ms(x), list_asked, &asked);
    suspensions_refused_each(x, list_unused, out);
    out->renewals_count = renewal_waits_list(x, out->renewals, BOUND_NAMED, &out->renewals_more);
    out->suspended = membership_suspended(x->membership, &out->suspended_count);
    out->own_listed = own != NULL;
    if (own == NULL)
        return;
    out->own_endpoint = own->endpoint;
    out->own_unlisted = own->unlisted;
    (void)address_read(own->relay, &out->own_relay);
}

static void fill_keys(struct exchange *x, struct control_status *shown)
{
    struct bundle_key keys[BOUND_BUNDLE_KEYS];
    size_t n;

    if (x->vault == NULL)
        return;
    shown->storage_key_plain = vault_is_plain(x->vault);
    n = vault_offered_keys(x->vault, tick_closing_day(x), keys, BOUND_BUNDLE_KEYS);
    shown->sealing_until = n == 0 ? 0 : keys[n - 1].use_until;
}

static void fill_renewal(const struct exchange *x, struct node_status *out)
{
    struct renewal_due due;

    renewal_due(x, &due);
    out->transport_due_ms = due.transport_ms;
    out->identity_due_ms = due.identity_ms;
    out->shown.renews_ms = due.transport_ms;
    membership_authorities_end(x->membership, &out->authorities);
}

/* Of the people here, and what waits for one of them. */
static bool fill_staff(struct exchange *x, struct node_status *out, struct error *err)
{
    struct control_status *shown = &out->shown;
    struct staff_unseen unseen;
    struct access_waiting accesses;
    struct incidents_open incidents;

    if (!access_review_waiting(x, &accesses, err) || !incidents_open(x, &incidents, err) ||
        !suspended_stops_status(x, out, err) ||
        !case_entries_late(x, CASE_ENTRY_NOTE, &out->notes_late, &out->notes_late_from, err) ||
        !case_entries_late(x, CASE_ENTRY_LETTER, &out->letters_late, &out->letters_late_from, err))
        return false;
    if (!inquiry_store_waiting(x->db, MESSAGE_INQUIRY, tick_closing_ms(x), &out->inquiries, err) ||
        !inquiry_store_waiting(x->db, MESSAGE_NOTIFICATION, tick_closing_ms(x), &out->notifications, err))
        return false;
    out->incidents = incidents.count;
    out->incidents_ms = incidents.first_ms;
    staff_unseen_fill(x, &unseen);
    shown->alone = !x->read_only && staff_is_alone(x); /* read only it is not known */
    shown->supervises = shown->alone || staff_asker_is_supervisor(x);
    shown->staff_changed = unseen.changed;
    shown->staff_waiting = unseen.waiting;
    shown->accesses_waiting = accesses.listed;
    out->staff_waits_ms = unseen.waits_until_ms;
    out->accesses_late = accesses.late;
    out->staff_unread = staff_unread(x);
    return true;
}

bool exchange_outline(struct exchange *x, struct node_outline *out, struct error *err)
{
    struct membership_status m;

    membership_status(x->membership, tick_closing_ms(x), &m);
    *out = (struct node_outline){.transport_until_ms = m.transport_until_ms};
    for (const struct link *l = x->links; l != NULL; l = l->next)
        out->links += l->recall_only ? 0 : 1;
    return message_store_waiting_count(x->db, &out->waiting, &out->oldest_waiting_ms, err);
}

static bool list_awaited(void *cookie, const struct address *agency, struct error *err)
{
    struct node_status *out = cookie;

    (void)err;
    if (out->awaited_count < BOUND_NAMED)
        out->awaited[out->awaited_count++] = *agency;
    return true;
}

static bool list_short(void *cookie, const struct short_log *s, struct error *err)
{
    struct node_status *out = cookie;

    (void)err;
    if (out->short_count < BOUND_NAMED)
        out->short_logs[out->short_count++] = *s;
    return true;
}

/* Whether this agency's key of today is that of a home that goes on from the backup of a stolen machine. */
static bool find_key(struct exchange *x, bool *out, struct error *err)
{
    struct bytes note = {0};
    uint64_t sequence;
    struct peer own;
    bool found;
    bool ok = note_store_get(x->db, EXCHANGE_REPLACED_KEY, view_of_text(""), &found, &sequence, &note, err);

    *out = ok && found && membership_find_peer(x->membership, address_view(membership_own(x->membership)), &own) &&
           view_equal(bytes_view(&note), hash_view(&own.fingerprint));
    bytes_fini(&note);
    return ok;
}

/* Why this node signs nothing, and what waits since it was put back. */
static bool fill_own_log(struct exchange *x, struct node_status *out, struct error *err)
{
    out->signed_beyond = own_note_beyond(x);
    out->signed_beyond_seen_by = *own_note_seen_by(x);
    out->restored_ms = own_note_restored_ms(x);
    out->moved_ms = own_note_moved_ms(x);
    out->stopped = own_note_why(x);
    elsewhere_says(x, &out->newer_ms, &out->same_ms);
    return find_key(x, &out->key_is_compared, err) && gaps_count(x, &out->gaps, err) &&
           shown_asks_count(x, &out->unshown, err) && restored_asks_walk(x, list_awaited, out, err) &&
           short_logs_walk(x, list_short, out, err);
}

static void fill_held_there(struct exchange *x, struct node_status *out)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (l->recall_only && holds_waits_there(x, l->peer)) {
            out->held_there++;
            out->held_there_by = l->agency;
        }
}

bool exchange_status(struct exchange *x, struct node_status *out, struct error *err)
{
    struct membership_status m;
    struct node_outline outline;
    struct control_status *shown = &out->shown;
    struct next_try next_try = {x, &shown->next_try_ms};

    membership_status(x->membership, tick_closing_ms(x), &m);
    *out = (struct node_status){.closing_ms = tick_closing_ms(x)};
    *shown = (struct control_status){.agency = *membership_own(x->membership),
                                     .kind = membership_own_kind(x->membership),
                                     .federation = view_of_text(membership_federation(x->membership)->name),
                                     .federation_id = membership_federation(x->membership)->fid,
                                     .directory_sequence = m.sequence,
                                     .directory_refresh_after_ms = m.refresh_after_ms,
                                     .directory_hard_expiry_ms = m.hard_expiry_ms,
                                     .transport_until_ms = m.transport_until_ms,
                                     .identity_until_ms = m.identity_until_ms,
                                     .exchange_log_size = audit_size(x->audit, LOG_EXCHANGE),
                                     .house_log_size = house_log_size(x)};
    fill_renewal(x, out);
    if (!fill_staff(x, out, err) || !exchange_outline(x, &outline, err))
        return false;
    shown->links = outline.links;
    shown->waiting = outline.waiting;
    shown->oldest_waiting_ms = outline.oldest_waiting_ms;
    out->keys_open = vault_is_open_to_others(x->home);
    out->keys_unread = x->unread_ms != 0 && tick_steady_ms(x) - x->unread_ms < 3 * READ_AGAIN_MS;
    out->rewrap_late_ms = rewrapping_late_since_ms(x);
    out->other_succession = succession_has_other(x);
    out->next_key_unopened = rekeying_is_unopened(x);
    out->other_keys = federation_has_other_keys(x);
    out->other_entry = entries_other_in_our_name(x);
    out->entry_unopened = entries_own_is_unopened(x);
    out->own_missing = m.own_missing;
    out->own_differs = m.own_differs;
    out->own_revoked = m.own_revoked;
    out->own_reason = m.own_reason;
    if (!fill_own_log(x, out, err))
        return false;
    out->owed_mended = obligations_mended(x);
    fill_held_there(x, out);
    out->alone_ms = seeking_alone_ms(x);
    meter_walk_over(x, list_over, out);
    fill_own_entry(x, out);
    out->over_until_ms = ((int64_t)tick_record_day(x) + 1) * DAY_MS;
    fill_keys(x, &out->shown);
    clock_doubt_list(x, out);
    return peer_ends_status(x, out, err) && contradictions_status(x, out, err) &&
           exchange_clock_show(x, &out->clock, err) && fill_said(x, out, err) && fill_differing(x, out, err) &&
           search_count_waiting(x, &out->unsearched, err) && other_directory_kept(x, &out->other_directory, err) &&
           message_store_walk_waiting_peers(x->db, note_next_try, &next_try, err) &&
           evidence_store_count_waiting(x->db, &out->unlinked, err) && db_free_space(x->db, &shown->room_bytes, err);
}
