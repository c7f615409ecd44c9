#include "exchange/exchange.h"

#include "base/file.h"
#include "base/log.h"
#include "codec/membership_codec.h"
#include "exchange/cases/case_staging.h"
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
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/opening.h"
#include "exchange/traffic/owed_log.h"
#include "exchange/traffic/sealing.h"
#include "exchange/traffic/standing.h"
#include "exchange/vault.h"
#include "exchange/vault_sealing.h"

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
    if (!peers_load(x, err) || !holds_load(x, err))
        return false;
    x->doubt = clock_doubt_new();
    if (x->read_only)
        return true; /* what the log says of the consents is read when it is asked for */
    if (!consent_snapshot_open(x, err) || !vault_load_sealing_keys(x->vault, x->db, err) ||
        !vault_follow_slots(x->vault, x->db, err) || !case_staging_load(x, err))
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
    consent_agreement_free(x);
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
    x->announcing = announcing_new();
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
    x->copy_wal = options->copy_wal;
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
    free(x->announcing);
    meter_free(x->meter);
    secret_fini(&x->transport_key);
    vault_close(x->vault);
    db_close(x->db);
    bytes_fini(&x->frame);
    arena_fini(&x->tick_arena);
    free(x);
}

const struct address *exchange_agency(const struct exchange *x)
{
    return membership_own(x->membership);
}

/* --- undoing a tick --- */

/* What exchange_open was given, the database, the vault's keys, the meter, the links and whose import is at work stay,
 * trusted time as of the last commit, since when no link stands, and how much was not as the log says; all else is as
 * after a start. */
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
    x->copy_wal = kept.copy_wal;
    x->on_committed_cookie = kept.on_committed_cookie;
    x->vault = kept.vault;
    x->meter = kept.meter;
    x->announcing = kept.announcing;
    x->transport_key = kept.transport_key;
    x->tick_arena = kept.tick_arena;
    x->frame = kept.frame;
    x->paused_by = kept.paused_by;
    x->full_until_ms = kept.full_until_ms;
    x->full_pause_ms = kept.full_pause_ms;
    x->links = kept.links;
    x->queued = kept.queued;
    x->durable = kept.durable;
    x->stopping = kept.stopping;
    x->importing = kept.importing;
    x->wal_asked = kept.wal_asked;
    x->owed_mended = kept.owed_mended;
    x->unread_ms = kept.unread_ms;
    x->read_again_ms = kept.read_again_ms;
    x->alone_since_ms = kept.alone_since_ms;
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
