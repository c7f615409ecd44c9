#include "exchange/exchange.h"

#include "base/file.h"
#include "exchange/access/exclusions.h"
#include "exchange/backup/backup_places.h"
#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_erasing.h"
#include "exchange/cases/case_staging.h"
#include "exchange/cases/date_reminders.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_log.h"
#include "exchange/consent/consent_refusals.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/consent/withdrawal_work.h"
#include "exchange/drafts/drafts.h"
#include "exchange/entries/entries.h"
#include "exchange/home.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/kept_notes.h"
#include "exchange/logs/proofs.h"
#include "exchange/logs/witness.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/members/federation.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/peers.h"
#include "exchange/members/seeking.h"
#include "exchange/referrals/due_times.h"
#include "exchange/referrals/referral_erasing.h"
#include "exchange/renewal/renewal.h"
#include "exchange/renewal/renewal_ask.h"
#include "exchange/renewal/renewal_waits.h"
#include "exchange/restored/elsewhere.h"
#include "exchange/restored/going_on.h"
#include "exchange/restored/incarnations.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/restored/shown_asks.h"
#include "exchange/rewrapping.h"
#include "exchange/search/asked_segments.h"
#include "exchange/search/search.h"
#include "exchange/setup.h"
#include "exchange/staff/desks.h"
#include "exchange/staff/kept_answers.h"
#include "exchange/staff/staff.h"
#include "exchange/state.h"
#include "exchange/succession/contradictions.h"
#include "exchange/succession/known_keys.h"
#include "exchange/succession/rekeying.h"
#include "exchange/succession/succession.h"
#include "exchange/suspension/suspensions_refused.h"
#include "exchange/tick.h"
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/dial_back.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/entry_gossip.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/opening.h"
#include "exchange/traffic/opening_again.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/owed_log.h"
#include "exchange/traffic/receipting.h"
#include "exchange/traffic/sealing.h"
#include "exchange/traffic/serving.h"
#include "exchange/traffic/standing.h"
#include "exchange/vault.h"
#include "exchange/vault_sealing.h"
#include "store/note_store.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* --- opening --- */

static bool open_store(struct exchange *x, const struct exchange_options *o, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (o->database != NULL)
        return db_open(o->database, x->read_only ? DB_READ_ONLY : DB_WRITE, &x->db, err);
    if (!file_join_path(path, x->home, HOME_DATABASE, err))
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

/* All that is read from the database. exchange_undo makes it anew: parts.def has what is kept of it in memory. */
static bool open_state(struct exchange *x, struct error *err)
{
    if (!federation_load(x, err) || !succession_load(x, err) || !open_audit(x, err) || !own_note_load(x, err) ||
        !elsewhere_load(x, err) || !restored_asks_load(x, err))
        return false;
#define MADE_PART(part, made, freed) x->part = made;
#define READ_PART(part, freed)
#include "exchange/parts.def"
    if (!rewrapping_load(x, err) || !peers_load(x, err) || !entries_load(x, err) || !holds_load(x, err) ||
        !going_on_load(x, err))
        return false;
    if (x->read_only)
        return true; /* what the log says of the consents is read when it is asked for */
    if (!consent_snapshot_open(x, err) || !vault_load_sealing_keys(x->vault, x->db, err) ||
        !vault_follow_slots(x->vault, x->db, err) || !staff_load(x, err) || !desks_load(x, err) ||
        !exclusions_load(x, err) || !case_staging_load(x, err))
        return false;
    x->tick_wanted = true;
    return search_load(x, err) && due_times_load(x, err);
}

static void close_state(struct exchange *x)
{
    tick_end(x);
    consent_agreement_free(x);
#define MADE_PART(part, made, freed) READ_PART(part, freed)
#define READ_PART(part, freed)                                                                                         \
    freed(x->part);                                                                                                    \
    x->part = NULL; /* an undone tick that is not read anew ends the node, which comes here again */
#include "exchange/parts.def"
}

/* What stands when a tick is undone. */
static void make_standing(struct exchange *x)
{
    x->meter = meter_new();
    x->acting = acting_new();
    x->announcing = announcing_new();
    x->backup_places = backup_places_new();
    x->outbox = outbox_new();
    x->obligations = obligations_new();
    x->receipting = receipting_new();
    x->seeking = seeking_new();
    x->renewal = renewal_ask_new();
    x->renewal_waits = renewal_waits_new();
    x->refused_suspensions = suspensions_refused_new();
    x->dial_back = dial_back_new();
    x->serving = serving_new();
    x->standing = standing_new();
    x->tick_arena.wiping = true; /* opened bodies and what was decoded from them */
    tick_end(x);
}

static void free_standing(struct exchange *x)
{
    meter_free(x->meter);
    free(x->acting);
    free(x->announcing);
    free(x->backup_places);
    free(x->outbox);
    free(x->obligations);
    free(x->receipting);
    free(x->seeking);
    free(x->renewal);
    renewal_waits_free(x->renewal_waits);
    free(x->refused_suspensions);
    free(x->dial_back);
    free(x->serving);
    free(x->standing);
    bytes_fini(&x->frame);
    arena_fini(&x->tick_arena);
}

/* A home that was put back: its keys were made for it, or are of another time than its database. */
static bool explain_other_keys(struct exchange *x, const uint8_t identity[static KEY_SIZE], struct error *err)
{
    struct bytes note = {0};
    uint64_t sequence;
    struct hash key;
    bool found;
    bool ok = note_store_get(x->db, EXCHANGE_REPLACED_KEY, view_of_text(""), &found, &sequence, &note, err);

    sign_public_hash(identity, &key);
    if (ok && found && view_equal(bytes_view(&note), view_of(key.at, sizeof key.at)))
        (void)error_set(err, E_RST_18, "this home has new keys, and no membership for them yet");
    else if (ok)
        (void)error_set(err, E_RST_20, "the keys of this home are others than its database was enrolled with");
    bytes_fini(&note);
    return false;
}

/* What a damaged key signs convicts us, and nobody believes it. */
static bool check_own_keys(struct exchange *x, struct error *err)
{
    uint8_t transport[KEY_SIZE];
    uint8_t identity[KEY_SIZE];
    struct error why;

    sign_key_public(vault_transport(x->vault), transport);
    sign_key_public(vault_identity(x->vault), identity);
    if (own_note_restored_ms(x) != 0 && !membership_check_keys(x->membership, transport, identity, NULL, &why))
        return explain_other_keys(x, identity, err);
    return membership_check_keys(x->membership, transport, identity, NULL, &why) ||
           error_set(err, E_KEY_19, "%s", why.text);
}

static bool open_parts(struct exchange *x, const struct exchange_options *o, struct error *err)
{
    if (!x->read_only && !vault_open(x->home, o->passphrase, &x->vault, err))
        return false;
    if (!open_store(x, o, err) || !trusted_time_begin(&x->time, o->clock, x->db, err))
        return false;
    x->time_committed = x->time;
    if (!open_state(x, err))
        return false;
    if (x->read_only)
        return true;
    if (!renewal_settle_key(x, err) || !rekeying_settle(x, err) || !check_own_keys(x, err))
        return false;
    exchange_request_follow(x->home);
    secret_fini(&x->transport_key);
    return sign_key_der(vault_transport(x->vault), &x->transport_key, err) && exchange_follow(x, err);
}

bool exchange_follow(struct exchange *x, struct error *err)
{
    return owed_log_mend(x, err) && holds_compare_keys(x, err) && /* enrolling again may have brought a directory */
           incarnations_follow(x, err) && entries_follow(x, err);
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
    x->keep_closed_days = options->keep_closed_days != 0 ? options->keep_closed_days : KEEP_CLOSED_DAYS;
    x->on_committed = options->on_committed;
    x->on_undone = options->on_undone;
    x->copy_wal = options->copy_wal;
    x->on_committed_cookie = options->cookie;
    if (n >= sizeof x->home) {
        free(x);
        return error_set(err, E_NOD_01, "the path of the node is longer than %zu bytes", sizeof x->home - 1);
    }
    memcpy(x->home, options->home, n + 1);
    make_standing(x);
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
    free_standing(x);
    secret_fini(&x->transport_key);
    vault_close(x->vault);
    db_close(x->db);
    free(x);
}

void exchange_keep_closed(struct exchange *x, uint32_t days)
{
    x->keep_closed_days = days;
}

const struct address *exchange_agency(const struct exchange *x)
{
    return membership_own(x->membership);
}

/* --- undoing a tick --- */

/* What stands, stands; of the rest all is as after a start, but trusted time, which is as of the last commit. */
static void reset(struct exchange *x)
{
    const size_t first = offsetof(struct exchange, pending_consents);

    memset((char *)x + first, 0, sizeof *x - first);
    tick_end(x);
    x->time = x->time_committed;
    obligations_undone(x);
    x->follow_due = true;
    x->membership_changed = true; /* refex-link may have been given what is undone */
}

bool exchange_undo(struct exchange *x, struct error *err)
{
    struct bytes hang_ups = {0};

    REQUIRE(!x->read_only && !x->committed);
    db_rollback(x->db);
    x->in_transaction = false;
    tick_save_hang_ups(x, &hang_ups);
    standing_save(x);
    close_state(x);
    reset(x);
    tick_restore_hang_ups(x, bytes_view(&hang_ups));
    bytes_fini(&hang_ups);
    if (!open_state(x, err))
        return false;
    entry_gossip_undone(x);
    return meter_undone(x, err) && standing_restore(x, err);
}
