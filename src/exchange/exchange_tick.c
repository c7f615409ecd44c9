/* The tick: the only place of a running node that commits, and the only one after which anything leaves. Its three
 * steps, begin, filled and committed, are drawn in docs/ARCHITECTURE.md 4.
 *
 * If anything fails before COMMIT has returned, nothing has left: where the disk is full the tick is undone and the
 * node goes on, else exchange_tick returns false and the process ends.
 */
#include "exchange/exchange.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_erasing.h"
#include "exchange/cases/case_received.h"
#include "exchange/cases/case_staging.h"
#include "exchange/cases/date_reminders.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/consent/consent_taken.h"
#include "exchange/consent/withdrawal_work.h"
#include "exchange/drafts/drafts.h"
#include "exchange/entries/entries.h"
#include "exchange/kinds/inquiries.h"
#include "exchange/kinds/kind_cancel.h"
#include "exchange/kinds/referral_opening.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/cosigning.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/members/federation.h"
#include "exchange/members/holds.h"
#include "exchange/members/pauses.h"
#include "exchange/members/seeking.h"
#include "exchange/referrals/due_times.h"
#include "exchange/referrals/referral_erasing.h"
#include "exchange/referrals/reminders.h"
#include "exchange/renewal/peer_ends.h"
#include "exchange/renewal/renewal.h"
#include "exchange/renewal/renewal_ask.h"
#include "exchange/restored/elsewhere.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/restored/shown_asks.h"
#include "exchange/retry.h"
#include "exchange/rewrapping.h"
#include "exchange/search/asked_segments.h"
#include "exchange/search/search.h"
#include "exchange/staff/kept_answers.h"
#include "exchange/staff/staff.h"
#include "exchange/state.h"
#include "exchange/succession/former_keys.h"
#include "exchange/succession/rekeying.h"
#include "exchange/suspension/suspension.h"
#include "exchange/tick.h"
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/beginnings.h"
#include "exchange/traffic/entry_gossip.h"
#include "exchange/traffic/growth.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/opening_again.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/owed_messages.h"
#include "exchange/traffic/owed_note.h"
#include "exchange/traffic/receipting.h"
#include "exchange/traffic/releasing.h"
#include "exchange/traffic/releasing_times.h"
#include "exchange/traffic/serving.h"
#include "exchange/traffic/settling.h"
#include "exchange/vault_sealing.h"
#include "store/consent_store.h"
#include "store/handed_store.h"
#include "store/number_store.h"
#include "store/wal_checkpoint.h"

#define WAL_PAGES_MAX  4000    /* over this, a WAL checkpoint is made although the node is busy */
#define WAL_IDLE_MS    500     /* without a commit for so long, the node counts as idle */
#define HOUSE_EVERY_MS 3600000 /* between two records HOUSE */
#define STAGED_A_TICK  128     /* cases of an import that are recorded, or dropped, in one: a few milliseconds */

/* --- begin: write what is due --- */

/* What is past its day. */
static bool destroy_past(struct exchange *x, uint32_t day, struct error *err)
{
    return settling_expire(x, day, err) && inquiries_drop(x, day, err) &&
           consent_store_drop_tombstones(x->db, ((int64_t)day - BOUND_TOMBSTONE_DAYS) * DAY_MS, err) &&
           handed_store_drop_old(x->db, (int64_t)day - BOUND_HANDED_DAYS, err);
}

static bool do_daily_work(struct exchange *x, struct error *err)
{
    uint32_t today = tick_closing_day(x);
    uint32_t destroying = 0;
    bool destroys = tick_destroying_day(x, &destroying);

    if (x->today == today && x->destroyed_on == destroying)
        return true;
    x->today = today;
    x->destroyed_on = destroying;
    withdrawal_work_new_day(x);
    drafts_new_day(x);
    case_deletion_look(x);
    date_reminders_look(x);
    referral_erasing_due(x);
    kept_answers_new_day(x);
    rewrapping_new_day(x);
    obligations_due(x);
    entry_gossip_begin_again(x);
    if (!peer_ends_new_day(x, x->ends_said_ms, err))
        return false;
    x->ends_said_ms = tick_closing_ms(x);
    return rekeying_follow(x, err) && federation_rotate_keys(x, err) && entries_follow(x, err) && tick_begin(x, err) &&
           staff_forget_lapsed(x, err) && referral_opening_tell(x, err) && kind_cancel_tell(x, err) &&
           case_received_follow_day(x, err) && pauses_new_day(x, err) &&
           (!destroys || destroy_past(x, destroying, err));
}

/* The house log's checkpoint is recorded in the exchange log, which peers witness. Once an hour at most, so that they
 * do not see when people work. */
static bool append_house_record(struct exchange *x, struct error *err)
{
    struct record r = {.kind = RECORD_HOUSE};
    int64_t now = tick_steady_ms(x);
    int64_t noted = 0;
    uint64_t size;
    bool there;

    if (x->house_due_ms != 0 && now < x->house_due_ms)
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

/* Nothing in the transaction is half of something. */
static bool is_whole(struct exchange *x, struct error *err)
{
    if (x->failed_after_write.code != E_NONE) {
        *err = x->failed_after_write;
        return error_wrap(err, "half done, so nothing of this tick is kept");
    }
    return (!x->undo_due && !db_is_full(x->db)) ||
           error_set(err, E_STO_03, "no room was found on the disk, so nothing of this tick is kept");
}

/* What waits for a key that the disk did not give. Messages are released again by their link. */
static bool read_again(struct exchange *x, struct error *err)
{
    if (x->read_again_ms == 0 || tick_steady_ms(x) < x->read_again_ms)
        return true;
    x->read_again_ms = 0;
    withdrawal_work_read_again(x);
    case_deletion_look(x);
    date_reminders_look(x);
    referral_erasing_due(x);
    obligations_due(x);
    asked_segments_read_again(x);
    return due_times_load_unread(x, err) && kind_cancel_tell(x, err) && search_read_again(x, err);
}

static bool add_due(struct exchange *x, struct error *err)
{
    serving_run(x);
    links_end_recalls(x);
    return is_whole(x, err) && read_again(x, err) && clock_doubt_advance(x, err) && holds_advance(x, err) &&
           suspension_advance(x, err) && do_daily_work(x, err) && rewrapping_advance(x, err) &&
           append_house_record(x, err) && case_deletion_advance(x, err) && search_advance(x, err) &&
           asked_segments_advance(x, err) && withdrawal_work_advance(x, err) && owed_messages_advance(x, err) &&
           growth_advance(x, err) && releasing_mark(x, err) && meter_advance(x, err) && reminders_advance(x, err) &&
           date_reminders_advance(x, err) && owed_note_write(x, err) && drafts_advance(x, err) &&
           staff_advance(x, err) && case_erasing_advance(x, err) && kept_answers_advance(x, err) &&
           referral_erasing_advance(x, err) && restored_asks_advance(x, err) && opening_again_advance(x, err) &&
           former_keys_advance(x, err);
}

/* --- committed: everything that sends, acknowledges, answers or erases --- */

static bool send_and_erase(struct exchange *x, struct error *err)
{
    struct error why;
    const bool stopped = !own_note_may_sign(x, &why);

    if (!renewal_settle_key(x, err) || !rekeying_settle(x, err))
        return false;
    if (stopped && why.code == E_LOG_27 && !growth_send(x, err)) /* the peers are to know how much it has */
        return false;
    if (stopped && !shown_asks_wait(x)) /* its links would keep out the node whose log is newer */
        links_end_all(x, why.code);
    if (stopped && !shown_asks_advance(x, err))
        return false;
    tick_send_pending(x); /* also hangs up */
    if (stopped) {
        elsewhere_look(x);
        return withdrawal_work_erase_slots(x, err);
    }
    announcing_send_due(x);
    seeking_advance(x);
    renewal_advance(x);
    return beginnings_send_due(x, err) && withdrawal_work_erase_slots(x, err) && vault_destroy_retired(x->vault, err) &&
           receipting_send(x, err) && cosigning_send_due(x, err) && releasing_run(x, err) && growth_send(x, err) &&
           entry_gossip_send_due(x, err) && rewrapping_step(x, err);
}

static void answer_people(struct exchange *x)
{
    x->durable = false;
    if (x->on_committed != NULL)
        x->on_committed(x->on_committed_cookie);
}

static bool let_leave(struct exchange *x, struct error *err)
{
    bool ok;

    REQUIRE(!x->in_transaction && !x->committed);
    x->committed = true;
    ok = x->read_only || send_and_erase(x, err);
    if (ok)
        answer_people(x);
    x->committed = false;
    return ok;
}

/* --- filled: nothing more is asked in. Written now: checkpoints, and the new consents with their proofs --- */

typedef bool after_commit_fn(struct exchange *x, struct error *err);

/* Commits the open transaction, then calls AFTER_COMMIT, always before it returns. */
static bool filled(struct exchange *x, after_commit_fn *after_commit, struct error *err)
{
    REQUIRE(!x->durable); /* those of the tick before were answered */
    if (x->in_transaction) {
        REQUIRE(x->failed_after_write.code == E_NONE && !x->undo_due && !x->read_only); /* is_whole */
        if (!consent_snapshot_write(x, x->stopping, err) || !audit_sign(x->audit, err) ||
            !consent_taken_write_rows(x, err) || !db_commit(x->db, err))
            return false;
        x->in_transaction = false;
        x->time_committed = x->time;
        x->durable = true;
        meter_committed(x->meter);
        case_staging_committed(x);
        x->full_pause_ms = 0;
        x->wal_idle_since_ms = tick_steady_ms(x);
    }
    return after_commit(x, err);
}

/* --- the tick --- */

/* When the daily work is due next, by the steady clock. Where the wall clock is behind, the day on which both agree
 * comes later than this; where it is set meanwhile, the program's own longest sleep counts. */
static int64_t next_day(const struct exchange *x)
{
    int64_t closing = tick_steady_at_closing(x, ((int64_t)tick_closing_day(x) + 1) * DAY_MS);
    int64_t trusted = tick_steady_at_trusted(x, ((int64_t)x->destroyed_on + 1) * DAY_MS);

    return x->destroyed_on != 0 && trusted > tick_steady_ms(x) && trusted < closing ? trusted : closing;
}

static int64_t next_wake(const struct exchange *x)
{
    int64_t idle = db_wal_pages(x->db) > 0 && !x->wal_asked ? x->wal_idle_since_ms + WAL_IDLE_MS : 0;
    const int64_t due[] = {
        x->house_due_ms,          seeking_wake_ms(x),      holds_wake_ms(x),       idle,
        owed_messages_wake_ms(x), announcing_wake_ms(x),   clock_doubt_wake_ms(x), cosigning_wake_ms(x),
        releasing_wake_ms(x),     consent_book_wake_ms(x), growth_wake_ms(x),      x->read_again_ms,
        entry_gossip_wake_ms(x),  reminders_wake_ms(x),    rewrapping_wake_ms(x),  renewal_wake_ms(x),
        suspension_wake_ms(x),    links_recall_wake_ms(x)};
    int64_t wake = next_day(x);

    if (x->tick_wanted)
        return tick_steady_ms(x);
    if (own_note_stopped(x)) { /* nothing is due any more, but a look at what others hold */
        int64_t look = elsewhere_wake_ms(x) != 0 ? elsewhere_wake_ms(x) : shown_asks_wake_ms(x);

        return look != 0 && look < wake ? look : wake;
    }
    for (size_t i = 0; i < sizeof due / sizeof due[0]; i++)
        if (due[i] != 0 && due[i] < wake) /* 0: no time is set */
            wake = due[i];
    return wake;
}

/* A WAL checkpoint is made when the node is idle, or when the WAL has become long: by another process, for on a slow
 * disk it takes long. What is committed meanwhile is copied here, in a moment: only when all is can the WAL begin anew.
 */
static bool checkpoint_wal(struct exchange *x, struct error *err)
{
    int pages = db_wal_pages(x->db);
    int64_t since = tick_steady_ms(x) - x->wal_idle_since_ms;

    if (x->in_transaction || x->wal_asked || pages == 0)
        return true;
    if (!x->wal_copied && pages <= WAL_PAGES_MAX && since < WAL_IDLE_MS)
        return true;
    x->wal_idle_since_ms += since; /* if a reader blocks it, an idle node tries again after WAL_IDLE_MS */
    x->wal_asked = !x->wal_copied && x->copy_wal != NULL && x->copy_wal(x->on_committed_cookie);
    x->wal_copied = false;
    return x->wal_asked || db_checkpoint_wal(x->db, err);
}

void exchange_step_begin(struct exchange *x)
{
    x->people_wait = true;
    db_begin_reading(x->db);
}

void exchange_step_end(struct exchange *x)
{
    db_end_reading(x->db);
}

void exchange_wal_copied(struct exchange *x)
{
    x->wal_asked = false;
    x->wal_copied = true;
    tick_again(x);
}

static bool run_tick(struct exchange *x, struct error *err)
{
    if (!is_whole(x, err))
        return false;
    if (!x->read_only && !case_staging_advance(x, STAGED_A_TICK, err))
        return false;
    if ((!x->read_only && !own_note_stopped(x) && !add_due(x, err)) || !filled(x, let_leave, err))
        return false;
    return x->read_only || checkpoint_wal(x, err);
}

/* --- no room --- */

/* The reserve is given up, if there is that little: the next try finds room for what answers something open. */
static void begin_pause(struct exchange *x)
{
    struct error ignored;

    if (!tick_is_full(x)) {
        x->full_pause_ms = retry_longer_ms(RETRY_FULL, x->full_pause_ms);
        x->full_until_ms = tick_steady_ms(x) + x->full_pause_ms;
        log_line(LOG_WARNING, "event=disk.full pause=%lld", (long long)x->full_pause_ms / 1000);
    }
    (void)!tick_has_room(x, &ignored);
}

/* People are answered what they were, or, where nothing of it is kept, WHY. */
static bool wait_for_room(struct exchange *x, const struct error *why, int64_t *wake_ms)
{
    x->committed = true;
    tick_send_pending(x);
    if (why == NULL)
        answer_people(x);
    else if (x->on_undone != NULL)
        x->on_undone(x->on_committed_cookie, why);
    x->committed = false;
    tick_end(x);
    x->tick_wanted = false;
    *wake_ms = x->full_until_ms;
    return true;
}

/* Once, as soon as it may be tried: no frame is taken and nobody is answered before. */
static bool follow(struct exchange *x, struct error *err)
{
    if (!x->follow_due || tick_is_full(x))
        return true;
    x->follow_due = false;
    return exchange_follow(x, err);
}

/* What passes by itself: no room, or a key that the disk does not give, in the middle of something. */
static bool passes(const struct error *err)
{
    return err->code == E_STO_03 || err->code == E_KEY_21;
}

/* Nothing of the tick is on the disk. What this process has of it in memory is read anew. What was only asked for in a
 * pause finds out nothing about the disk: whoever asks again makes no pause longer. */
static bool undo_tick(struct exchange *x, int64_t *wake_ms, struct error *err)
{
    struct error why = *err;
    bool was_tried = !x->undo_due || db_is_full(x->db);

    SOMETIMES(a_tick_was_undone);
    x->undone++;
    if (!exchange_undo(x, err))
        return false;
    if (was_tried) {
        x->paused_by = why.code;
        begin_pause(x);
    }
    if (!wait_for_room(x, x->durable ? NULL : &why, wake_ms))
        return false;
    return follow(x, err) || passes(err); /* then the next tick is undone, too */
}

uint64_t exchange_undone(const struct exchange *x)
{
    return x->undone;
}

bool exchange_tick(struct exchange *x, int64_t *wake_ms, struct error *err)
{
    *wake_ms = 0;
    x->tick_wanted = false;
    if (tick_is_full(x) && !x->undo_due && x->failed_after_write.code == E_NONE)
        return wait_for_room(x, NULL, wake_ms);
    if (!follow(x, err) || !run_tick(x, err))
        return passes(err) && !x->read_only ? undo_tick(x, wake_ms, err) : exchange_blame_disk(err);
    if (!x->read_only) {
        consent_book_end_tick(x);
        audit_end_tick(x->audit);
    }
    tick_end(x);
    *wake_ms = x->read_only ? 0 : next_wake(x);
    return true;
}

bool exchange_stop(struct exchange *x, struct error *err)
{
    int64_t wake_ms;

    x->stopping = true;
    if (tick_waits(x))
        return true;
    return (audit_size(x->audit, LOG_EXCHANGE) == consent_snapshot_size(x) || tick_begin(x, err)) &&
           exchange_tick(x, &wake_ms, err);
}

bool exchange_has_work(const struct exchange *x)
{
    if (tick_is_full(x) && !x->undo_due)
        return x->pending_frames != NULL || x->pending_hang_ups != NULL || x->membership_changed;
    return x->in_transaction || x->tick_wanted || outbox_new_messages(x) != NULL || receipting_is_due(x) ||
           x->pending_frames != NULL || serving_waits(x) || x->pending_hang_ups != NULL || x->membership_changed;
}
