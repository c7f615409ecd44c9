#include "exchange/exchange.h"

#include "base/file.h"
#include "base/log.h"
#include "codec/membership_codec.h"
#include "exchange/cases/due_times.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_log.h"
#include "exchange/consent/consent_refusals.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/kept_notes.h"
#include "exchange/logs/own_note.h"
#include "exchange/logs/proofs.h"
#include "exchange/logs/witness.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/members/federation.h"
#include "exchange/members/holds.h"
#include "exchange/members/incarnations.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/opening.h"
#include "exchange/traffic/owed_log.h"
#include "exchange/traffic/sealing.h"
#include "exchange/traffic/standing.h"
#include "exchange/vault.h"

#include <stdlib.h>
#include <string.h>

/* --- opening --- */

static bool open_store(struct exchange *x, const struct exchange_options *o, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (o->database != NULL)
        return db_open(o->database, x->read_only ? DB_READ_ONLY : DB_WRITE, &x->db, err);
    if (!file_join_path(path, x->home, "refex.db", err))
        return false;
    if (!file_exists(path))
        return error_set(err, E_NOD_01, "there is no node in %s", x->home);
    return db_open(path, x->read_only ? DB_READ_ONLY : DB_WRITE, &x->db, err);
}

static bool open_audit(struct exchange *x, struct error *err)
{
    struct audit_options options = {.db = x->db,
                                    .time = &x->time,
                                    .random = x->random,
                                    .federation = membership_federation(x->membership),
                                    .agency = membership_own(x->membership),
                                    .incarnation = membership_own_incarnation(x->membership),
                                    .key = x->read_only ? NULL : vault_identity(x->vault)};

    return audit_open(&options, &x->audit, err);
}

/* All that is read from the database. exchange_undo makes it anew: what a part keeps in memory is made here. */
static bool open_state(struct exchange *x, struct error *err)
{
    if (!federation_load(x, err) || !open_audit(x, err) || !own_note_load(x, err))
        return false;
    x->consents = consent_book_new();
    x->refusals = consent_refusals_new();
    x->due_times = due_times_new();
    x->sealing = sealing_new();
    x->opening = opening_new();
    x->proofs = proofs_new();
    x->peers = peers_new();
    x->holds = holds_new();
    x->witness = witness_new();
    x->kept_notes = kept_notes_new();
    if (!holds_load(x, err))
        return false;
    x->doubt = clock_doubt_new();
    if (x->read_only)
        return true; /* what the log says of the consents is read when it is asked for */
    if (!consent_snapshot_open(x, err) || !vault_load_sealing_keys(x->vault, x->db, err) ||
        !vault_follow_slots(x->vault, x->db, err))
        return false;
    x->slots_to_erase = true; /* a crash may have come after a commit and before its erasure … */
    x->slots_unsure = true;   /* … and a sync that failed leaves what only we read */
    x->consent_work_due = true;
    x->waiting_scan_due = true;
    x->obligations_due = true;
    x->tick_wanted = true;
    return due_times_load(x, err);
}

static void close_state(struct exchange *x)
{
    dialling_fini(x);
    tick_end(x);
    consent_book_free(x->consents);
    consent_refusals_free(x->refusals);
    due_times_free(x->due_times);
    consent_log_free(x->consent_log);
    free(x->consent_comparison);
    sealing_free(x->sealing);
    opening_free(x->opening);
    proofs_free(x->proofs);
    peers_free(x->peers);
    holds_free(x->holds);
    witness_free(x->witness);
    kept_notes_free(x->kept_notes);
    clock_doubt_free(x->doubt);
    audit_close(x->audit);
    membership_free(x->membership);
}

/* What a damaged key signs convicts us, and nobody believes it. */
static bool check_own_keys(struct exchange *x, struct error *err)
{
    uint8_t transport[KEY_SIZE];
    uint8_t identity[KEY_SIZE];
    struct error why;

    sign_key_public(vault_transport(x->vault), transport);
    sign_key_public(vault_identity(x->vault), identity);
    return membership_check_keys(x->membership, transport, identity, NULL, &why) ||
           error_set(err, E_KEY_19, "%s", why.text);
}

static bool open_parts(struct exchange *x, const struct exchange_options *o, struct error *err)
{
    if (!x->read_only && !vault_open(x->home, o->passphrase, &x->vault, err))
        return false;
    x->meter = meter_new();
    if (!open_store(x, o, err) || !trusted_time_begin(&x->time, o->clock, x->db, err))
        return false;
    x->time_committed = x->time;
    if (!open_state(x, err))
        return false;
    return x->read_only || (check_own_keys(x, err) && sign_key_der(vault_transport(x->vault), &x->transport_key, err) &&
                            exchange_follow(x, err));
}

bool exchange_follow(struct exchange *x, struct error *err)
{
    return owed_log_mend(x, err) && holds_compare_keys(x, err) && /* enrolling again may have brought a directory */
           incarnations_follow(x, err);
}

bool exchange_blame_disk(struct error *err)
{
    const struct error why = *err;

    return (error_fault(err) == FAULT_PEER || error_fault(err) == FAULT_DENIED) &&
           error_set(err, E_STO_04, "what is stored does not read (%s: %s)", error_row(why.code)->code, why.text);
}

bool exchange_open(const struct exchange_options *options, struct exchange **out, struct error *err)
{
    struct exchange *x = xnew(sizeof *x);
    size_t n = strlen(options->home);

    x->random = options->random;
    x->post = options->post;
    x->read_only = options->read_only;
    x->new_messages_end = &x->new_messages;
    x->pending_receipts_end = &x->pending_receipts;
    x->tick_arena.wiping = true; /* opened bodies and what was decoded from them */
    x->pending_frames_end = &x->pending_frames;
    x->on_committed = options->on_committed;
    x->on_undone = options->on_undone;
    x->on_committed_cookie = options->cookie;
    if (n >= sizeof x->home) {
        free(x);
        return error_set(err, E_NOD_01, "the path of the node is longer than %zu bytes", sizeof x->home - 1);
    }
    memcpy(x->home, options->home, n + 1);
    if (!open_parts(x, options, err)) {
        exchange_close(x);
        return exchange_blame_disk(err);
    }
    *out = x;
    return true;
}

void exchange_close(struct exchange *x)
{
    if (x == NULL)
        return;
    if (x->in_transaction)
        db_rollback(x->db);
    links_fini(x);
    close_state(x);
    meter_free(x->meter);
    secret_fini(&x->transport_key);
    vault_close(x->vault);
    db_close(x->db);
    bytes_fini(&x->frame);
    arena_fini(&x->tick_arena);
    free(x);
}

/* --- undoing a tick --- */

/* What exchange_open was given, the database, the vault's keys, the meter and the links stay, trusted time as of the
 * last commit, and how much was not as the log says; all else is as after a start. */
static void reset(struct exchange *x)
{
    struct exchange kept = *x;

    memset(x, 0, sizeof *x);
    memcpy(x->home, kept.home, sizeof x->home);
    x->db = kept.db;
    x->time = kept.time_committed;
    x->time_committed = kept.time_committed;
    x->random = kept.random;
    x->post = kept.post;
    x->on_committed = kept.on_committed;
    x->on_undone = kept.on_undone;
    x->on_committed_cookie = kept.on_committed_cookie;
    x->vault = kept.vault;
    x->meter = kept.meter;
    x->transport_key = kept.transport_key;
    x->tick_arena = kept.tick_arena;
    x->frame = kept.frame;
    x->full_until_ms = kept.full_until_ms;
    x->full_pause_ms = kept.full_pause_ms;
    x->links = kept.links;
    x->queued = kept.queued;
    x->durable = kept.durable;
    x->stopping = kept.stopping;
    x->owed_mended = kept.owed_mended;
    x->follow_due = true;
    x->new_messages_end = &x->new_messages;
    x->pending_receipts_end = &x->pending_receipts;
    x->pending_frames_end = &x->pending_frames;
    x->membership_changed = true; /* refex-link may have been given what is undone */
}

/* Links that the tick closed, each with why: they are closed all the same. */
static void save_hang_ups(const struct exchange *x, struct bytes *out)
{
    for (const struct pending_hang_up *h = x->pending_hang_ups; h != NULL; h = h->next)
        bytes_append(out, h, sizeof *h);
}

static void restore_hang_ups(struct exchange *x, struct view saved)
{
    for (size_t at = 0; at < saved.size; at += sizeof(struct pending_hang_up)) {
        struct pending_hang_up h;

        memcpy(&h, saved.at + at, sizeof h);
        tick_hang_up(x, h.link, h.why);
    }
}

bool exchange_undo(struct exchange *x, struct error *err)
{
    struct bytes hang_ups = {0};

    db_rollback(x->db);
    x->in_transaction = false;
    save_hang_ups(x, &hang_ups);
    standing_save(x);
    close_state(x);
    reset(x);
    restore_hang_ups(x, bytes_view(&hang_ups));
    bytes_fini(&hang_ups);
    return open_state(x, err) && meter_undone(x, err) && standing_restore(x, err);
}

/* --- status --- */

struct held_list {
    struct exchange *x;
    struct node_status *out;
};

static void add_held(struct node_status *out, const struct peer_row *row, const struct held *held, uint64_t waiting)
{
    if (out->held_count == STATUS_HELD_MAX)
        out->held_more++;
    else
        out->held[out->held_count++] = (struct agency_held){row->agency, held->hold, held->until_ms, waiting};
}

static bool list_waiting_peer(void *cookie, int64_t peer, uint64_t waiting, struct error *err)
{
    struct held_list *l = cookie;
    struct peer_row row;
    struct held held;
    bool found;

    if (!peers_get(l->x, peer, &found, &row, err))
        return false;
    if (!found)
        return true;
    holds_ask_peer(l->x, &row, MESSAGE_REFERRAL, &held);
    if (held.hold != HOLD_NONE && row.held_since_ms == 0)
        add_held(l->out, &row, &held, waiting);
    return true;
}

static bool list_held_key(void *cookie, const struct peer_row *row, struct error *err)
{
    struct held_list *l = cookie;
    struct held held;
    uint64_t waiting;

    if (!message_store_waiting_for(l->x->db, row->number, &waiting, err))
        return false;
    holds_ask_peer(l->x, row, MESSAGE_REFERRAL, &held);
    add_held(l->out, row, &held, waiting);
    return true;
}

/* On a stopped node the log may be damaged: that is what it says then. */
static bool fill_differing(struct exchange *x, struct node_status *out, struct error *err)
{
    struct error why = {0};

    if (!consent_snapshot_need(x, &why)) {
        out->consents_differ = true;
        return true;
    }
    return consent_agreement_status(x, out, err);
}

static void list_over(void *cookie, const struct usage *u, enum resource r)
{
    struct node_status *out = cookie;

    if (out->over_count == STATUS_HELD_MAX)
        out->over_more++;
    else
        out->over[out->over_count++] = (struct agency_over){u->agency, r};
}

bool exchange_status(struct exchange *x, struct node_status *out, struct error *err)
{
    struct membership_status m;
    struct bundle_key keys[BOUND_BUNDLE_KEYS];
    struct held_list list = {x, out};
    size_t n;

    *out = (struct node_status){.agency = *membership_own(x->membership),
                                .kind = membership_own_kind(x->membership),
                                .federation = *membership_federation(x->membership)};
    membership_status(x->membership, tick_closing_ms(x), &m);
    exchange_clock_status(x, &out->clock);
    out->closing_ms = tick_closing_ms(x);
    fingerprint_write(&out->federation.fid, out->fingerprint);
    out->directory_sequence = m.sequence;
    out->directory_refresh_after_ms = m.refresh_after_ms;
    out->directory_hard_expiry_ms = m.hard_expiry_ms;
    out->transport_until_ms = m.transport_until_ms;
    out->identity_until_ms = m.identity_until_ms;
    out->own_missing = m.own_missing;
    out->own_differs = m.own_differs;
    out->own_revoked = m.own_revoked;
    out->own_reason = m.own_reason;
    out->signed_beyond = x->signed_beyond;
    out->signed_beyond_seen_by = x->signed_beyond_seen_by;
    out->owed_mended = x->owed_mended;
    out->log_size[0] = audit_size(x->audit, LOG_EXCHANGE);
    out->log_size[1] = audit_size(x->audit, LOG_HOUSE);
    for (const struct link *l = x->links; l != NULL; l = l->next)
        out->links++;
    meter_walk_over(x, list_over, out);
    out->over_until_ms = ((int64_t)tick_record_day(x) + 1) * DAY_MS;
    if (x->vault != NULL) {
        out->storage_key_plain = vault_is_plain(x->vault);
        n = vault_offered_keys(x->vault, tick_closing_day(x), keys, BOUND_BUNDLE_KEYS);
        out->sealing_until = n == 0 ? 0 : keys[n - 1].use_until;
    }
    return fill_differing(x, out, err) && federation_other_directory(x, &out->other_directory, err) &&
           peer_store_walk_held(x->db, list_held_key, &list, err) &&
           message_store_walk_waiting_peers(x->db, list_waiting_peer, &list, err) &&
           evidence_store_count_waiting(x->db, &out->unlinked, err) &&
           message_store_waiting_count(x->db, &out->waiting, &out->oldest_waiting_ms, err) &&
           db_free_space(x->db, &out->room_bytes, err);
}
