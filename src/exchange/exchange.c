#include "exchange/exchange.h"

#include "base/file.h"
#include "base/log.h"
#include "codec/membership_codec.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/withdrawal_work.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/federation.h"
#include "exchange/members/peers.h"
#include "exchange/tick.h"
#include "exchange/traffic/inbox.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/sealing.h"
#include "exchange/vault.h"

#include <stdlib.h>
#include <string.h>

#define WAL_PAGES_MAX  4000    /* pages after which the WAL is folded in though the node is busy (performance.md) */
#define WAL_IDLE_MS    500     /* after a commit, before the WAL is folded in for nobody is waiting */
#define HOUSE_EVERY_MS 3600000 /* between two records HOUSE */

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
                                    .clock = x->clock,
                                    .random = x->random,
                                    .federation = membership_federation(x->membership),
                                    .agency = membership_own(x->membership),
                                    .key = x->read_only ? NULL : vault_identity(x->vault)};

    return audit_open(&options, &x->audit, err);
}

static bool open_parts(struct exchange *x, const struct exchange_options *o, struct error *err)
{
    if (!x->read_only && !vault_open(x->home, o->passphrase, &x->vault, err))
        return false;
    if (!open_store(x, o, err) || !federation_load(x, err) || !open_audit(x, err))
        return false;
    x->consents = consent_book_new();
    x->sealing = sealing_new();
    x->inbox = inbox_new();
    x->proofs = proofs_new();
    x->peers = peers_new();
    if (x->read_only)
        return true;
    if (!vault_load_sealing_keys(x->vault, x->db, err) ||
        !sign_key_der(vault_transport(x->vault), &x->transport_key, err))
        return false;
    x->slots_to_erase = true; /* what a crash left between a commit and its erasure */
    x->consent_work = true;
    x->waiting_scan_due = true;
    x->tick_wanted = true;
    return true;
}

bool exchange_open(const struct exchange_options *options, struct exchange **out, struct error *err)
{
    struct exchange *x = xnew(sizeof *x);
    size_t n = strlen(options->home);

    x->clock = options->clock;
    x->random = options->random;
    x->post = options->post;
    x->read_only = options->read_only;
    x->new_messages_end = &x->new_messages;
    x->pending_receipts_end = &x->pending_receipts;
    if (n >= sizeof x->home) {
        free(x);
        return error_set(err, E_NOD_01, "the path of the node is longer than %zu bytes", sizeof x->home - 1);
    }
    memcpy(x->home, options->home, n + 1);
    if (!open_parts(x, options, err)) {
        exchange_close(x);
        return false;
    }
    *out = x;
    return true;
}

static void wipe_plains(struct exchange *x)
{
    for (struct plain *p = x->plains; p != NULL; p = p->next) {
        if (p->bytes.at != NULL)
            secret_wipe(p->bytes.at, p->bytes.room);
        bytes_fini(&p->bytes);
    }
    x->plains = NULL;
}

void exchange_close(struct exchange *x)
{
    if (x == NULL)
        return;
    if (x->in_transaction)
        db_rollback(x->db);
    while (x->links != NULL) {
        struct link *l = x->links;

        x->links = l->next;
        free(l);
    }
    outbox_fini(x);
    wipe_plains(x);
    consent_book_free(x->consents);
    sealing_free(x->sealing);
    inbox_free(x->inbox);
    proofs_free(x->proofs);
    peers_free(x->peers);
    audit_close(x->audit);
    membership_free(x->membership);
    secret_fini(&x->transport_key);
    vault_close(x->vault);
    db_close(x->db);
    bytes_fini(&x->frame);
    arena_fini(&x->tick_arena);
    free(x);
}

/* --- the turn --- */

static bool do_daily_work(struct exchange *x, struct error *err)
{
    uint32_t today = tick_today(x);

    if (x->today == today)
        return true;
    x->today = today;
    x->consent_work = true;
    return federation_rotate_keys(x, err) && outbox_expire(x, err) && inbox_count_refusals(x, true, err);
}

/* The house log's checkpoint enters the exchange log once an hour when it grew: peers witness it, and see no hours of
 * work. */
static bool append_house_record(struct exchange *x, struct error *err)
{
    struct record r = {.kind = RECORD_HOUSE};
    int64_t now = clock_now_ms(x->clock);
    int64_t noted = 0;
    uint64_t size;
    bool there;

    if (x->house_due_ms != 0 && now < x->house_due_ms && x->house_due_ms - now <= HOUSE_EVERY_MS)
        return true;
    x->house_due_ms = now + HOUSE_EVERY_MS;
    r.notes.first = audit_house_note(x->audit, &size);
    if (!number_store_get(x->db, "house_noted", &there, &noted, err))
        return false;
    if (size == 0 || (there && (uint64_t)noted == size))
        return true;
    return tick_begin(x, err) && audit_append(x->audit, &r, NULL, err) &&
           number_store_put(x->db, "house_noted", (int64_t)size, err);
}

static bool commit_tick(struct exchange *x, struct error *err)
{
    if (!x->in_transaction)
        return true;
    if (!audit_sign(x->audit, err) || !consent_book_write_rows(x, err) || !db_commit(x->db, err))
        return false;
    x->in_transaction = false;
    x->committed_ms = clock_now_ms(x->clock);
    return true;
}

static bool send_committed(struct exchange *x, struct error *err)
{
    bool ok;

    x->releasing = true;
    federation_send_bundle(x);
    ok = withdrawal_work_erase_slots(x, err) && inbox_send_receipts(x, err) && outbox_release(x, err);
    x->releasing = false;
    return ok;
}

static void end_tick(struct exchange *x)
{
    x->new_messages = NULL;
    x->new_messages_end = &x->new_messages;
    x->pending_receipts = NULL;
    x->pending_receipts_end = &x->pending_receipts;
    wipe_plains(x);
    consent_book_ticked(x->consents);
    audit_ticked(x->audit);
    arena_reset(&x->tick_arena);
}

static int64_t next_wake(const struct exchange *x)
{
    int64_t now = clock_now_ms(x->clock);
    int64_t wake = ((int64_t)tick_today(x) + 1) * DAY_MS;
    int64_t outbox = outbox_wake_ms(x);

    if (x->tick_wanted)
        return now;
    if (x->house_due_ms < wake)
        wake = x->house_due_ms;
    if (db_wal_pages(x->db) > 0 && x->committed_ms + WAL_IDLE_MS < wake)
        wake = x->committed_ms + WAL_IDLE_MS;
    return outbox != 0 && outbox < wake ? outbox : wake;
}

/* Folding the WAL in costs milliseconds: it waits until nobody is waiting, unless it has become long. */
static bool checkpoint_wal(struct exchange *x, struct error *err)
{
    int pages = db_wal_pages(x->db);
    int64_t since = clock_now_ms(x->clock) - x->committed_ms;

    if (x->in_transaction || pages == 0 || (pages <= WAL_PAGES_MAX && since >= 0 && since < WAL_IDLE_MS))
        return true;
    x->committed_ms += since; /* what a reader keeps from being folded in is tried again as late */
    return db_checkpoint_wal(x->db, err);
}

bool exchange_tick(struct exchange *x, int64_t *wake_ms, struct error *err)
{
    if (x->read_only) {
        wipe_plains(x);
        arena_reset(&x->tick_arena);
        *wake_ms = 0;
        return true;
    }
    x->tick_wanted = false;
    if (x->half_done.code != E_NONE) {
        *err = x->half_done;
        return error_wrap(err, "half done, so nothing of this turn is kept");
    }
    if (!do_daily_work(x, err) || !append_house_record(x, err) ||
        (x->consent_work && !withdrawal_work_advance(x, err)) || !inbox_count_refusals(x, false, err))
        return false;
    if (!commit_tick(x, err) || !send_committed(x, err) || !checkpoint_wal(x, err))
        return false;
    end_tick(x);
    *wake_ms = next_wake(x);
    return true;
}

bool exchange_has_work(const struct exchange *x)
{
    return x->in_transaction || x->tick_wanted || x->new_messages != NULL || x->pending_receipts != NULL;
}

/* --- status --- */

bool exchange_status(struct exchange *x, struct node_status *out, struct error *err)
{
    struct membership_status m;
    struct bundle_key keys[BOUND_BUNDLE_KEYS];
    size_t n;

    *out = (struct node_status){.agency = *membership_own(x->membership),
                                .kind = membership_own_kind(x->membership),
                                .federation = *membership_federation(x->membership)};
    membership_status(x->membership, clock_now_ms(x->clock), &m);
    fingerprint_write(&out->federation.fid, out->fingerprint);
    out->directory_sequence = m.sequence;
    out->directory_refresh_after_ms = m.refresh_after_ms;
    out->directory_hard_expiry_ms = m.hard_expiry_ms;
    out->transport_until_ms = m.transport_until_ms;
    out->identity_until_ms = m.identity_until_ms;
    out->log_size[0] = audit_size(x->audit, LOG_EXCHANGE);
    out->log_size[1] = audit_size(x->audit, LOG_HOUSE);
    for (const struct link *l = x->links; l != NULL; l = l->next)
        out->links++;
    if (x->vault != NULL) {
        out->storage_key_plain = vault_is_plain(x->vault);
        n = vault_offered_keys(x->vault, tick_today(x), keys, BOUND_BUNDLE_KEYS);
        out->sealing_until = n == 0 ? 0 : keys[n - 1].use_until;
    }
    return message_store_waiting_count(x->db, &out->waiting, &out->oldest_waiting_ms, err) &&
           db_free_space(x->db, &out->room_bytes, err);
}
