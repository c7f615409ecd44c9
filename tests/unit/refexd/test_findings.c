/* Findings: each row of findings.def is made by what it is about, and cleared when that is gone. */
#include "refexd/findings/findings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/traffic/owed_list.h"
#include "store/message_store.h"

#define NOW (INT64_C(20000) * DAY_MS)

/* Facts of a node that is well. */
struct facts {
    struct finding_facts all;
    struct node_status node;
    struct config config;
    struct error conf;
    struct seam_state network;
    struct owed_summary owed[40];
    struct owed_summary untold[1];
    struct held_summary held[40];
    struct finding_summary logs[1];
    struct due_summary due[1];
    struct backup_facts backup;
    struct dial_back_said said;
};

static const struct address other = {.text = "mission@sim.example"};

static void be_well(struct facts *f)
{
    memset(f, 0, sizeof *f);
    f->all = (struct finding_facts){.node = &f->node,
                                    .config = &f->config,
                                    .conf = &f->conf,
                                    .network = &f->network,
                                    .dial_back = &f->said,
                                    .owed = f->owed,
                                    .untold = f->untold,
                                    .held = f->held,
                                    .logs = f->logs,
                                    .due = f->due,
                                    .backup = &f->backup};
    f->node.closing_ms = NOW;
    f->node.alone_ms = 3600000 - 1;
    f->node.shown.directory_sequence = 7;
    f->node.shown.directory_refresh_after_ms = NOW;
    f->node.shown.directory_hard_expiry_ms = NOW + 7 * DAY_MS;
    f->node.transport_due_ms = f->node.identity_due_ms = NOW - BOUND_RENEWAL_LATE_MS;
    f->node.shown.transport_until_ms = NOW + DAY_MS;
    f->node.shown.identity_until_ms = NOW + DAY_MS;
    f->node.shown.sealing_until = day_of_ms(NOW) + 1;
    f->node.shown.waiting = 1;
    f->node.shown.oldest_waiting_ms = NOW - DAY_MS;
    f->node.shown.room_bytes = 4 * (uint64_t)BOUND_DISK_FREE;
    f->node.own_listed = true;
    f->node.own_endpoint = view_of_text("127.0.0.1:7411");
    f->config.listens = true;
    (void)snprintf(f->config.listen_address, sizeof f->config.listen_address, "127.0.0.1");
    f->config.listen_port = 7411;
    f->config.backup = true;
    f->config.backup_data[0] = f->config.backup_keys[0] = '/';
    f->backup = (struct backup_facts){.has_words = true,
                                      .data = {.part = BACKUP_DATA, .made_ms = NOW - 2 * DAY_MS},
                                      .keys = {.part = BACKUP_KEYS, .made_ms = NOW - 2 * DAY_MS},
                                      .rehearsal = {.good_ms = NOW - 180 * DAY_MS}};
    f->network = (struct seam_state){.running = true, .ready = true, .landlock = 1, .seccomp = true, .restarts = 2};
}

/* --- what makes each row --- */

static void make_backup_none(struct facts *f)
{
    f->config.backup_data[0] = f->config.backup_keys[0] = '\0';
}

static void make_backup_words(struct facts *f)
{
    f->backup.has_words = false;
}

static void fail_backup(struct control_backup_part *p, const char *code)
{
    p->failing_since_ms = NOW - 1;
    p->code = view_of_text(code);
    p->failure = view_of_text("it is away");
}

static void make_backup_failed(struct facts *f)
{
    fail_backup(&f->backup.data, "E-BAK-04");
}

static void make_backup_trial(struct facts *f)
{
    fail_backup(&f->backup.keys, "E-BAK-05");
}

static void make_backup_old(struct facts *f)
{
    f->backup.data.made_ms--;
}

static void make_backup_ahead(struct facts *f)
{
    f->backup.data.made_ms = NOW + 1;
}

static void make_backup_outdated(struct facts *f)
{
    f->backup.keys.outdated = true;
    f->backup.keys.outdated_since_ms = NOW - 10 * MINUTE_MS - 1;
}

static void make_backup_other(struct facts *f)
{
    f->backup.rehearsal.good_ms = NOW - 1;
    f->backup.keys.other_found_ms = NOW - 1;
}

static void make_backup_old_place(struct facts *f)
{
    static struct control_backup_place old;

    old = (struct control_backup_place){
        .name = view_of_text("stick"), .path = view_of_text("/media/stick"), .since_ms = NOW, .number = 3};
    f->backup.places.old = &old;
    f->backup.places.old_count = 1;
}

static void make_backup_untold(struct facts *f)
{
    static const struct view agency = {.at = (const uint8_t *)"shelter@nrm.example", .size = 19};

    f->backup.places.untold = &agency;
    f->backup.places.untold_count = 1;
}

static void make_backup_places_full(struct facts *f)
{
    static struct control_backup_place old[BOUND_BACKUP_OLD_PLACES];

    for (size_t i = 0; i < BOUND_BACKUP_OLD_PLACES; i++)
        old[i] = (struct control_backup_place){.name = view_of_text("stick"), .path = view_of_text("/media/stick")};
    f->backup.places.old = old;
    f->backup.places.old_count = BOUND_BACKUP_OLD_PLACES;
    f->backup.places.path = view_of_text("/media/the-one-before");
}

static void make_backup_copy(struct facts *f)
{
    static const struct control_backup_place copy = {.name = {.at = (const uint8_t *)"before-upgrade", .size = 14},
                                                     .path = {.at = (const uint8_t *)"/srv/refex-before", .size = 17},
                                                     .since_ms = NOW - 7 * DAY_MS - 1,
                                                     .number = 1,
                                                     .copy = true};

    f->backup.places.old = &copy;
    f->backup.places.old_count = 1;
}

static void make_backup_rehearsal(struct facts *f)
{
    f->backup.rehearsal.good_ms = 0;
}

static void make_backup_own_disk(struct facts *f)
{
    f->backup.data.own_disk = f->backup.keys.own_disk = f->backup.keys.one_disk = true;
}

static void make_backup_one_disk(struct facts *f)
{
    f->backup.data.one_disk = f->backup.keys.one_disk = true;
}

static void add_due(struct facts *f, enum due_what what)
{
    f->due[0] = (struct due_summary){.what = what, .direction = DIRECTION_IN, .peer = other, .due_ms = NOW - 1};
    f->all.due_count = 1;
}

static void make_emergency_undelivered(struct facts *f)
{
    add_due(f, DUE_UNDELIVERED);
}

static void make_emergency_unopened(struct facts *f)
{
    add_due(f, DUE_UNOPENED);
}

static void make_emergency_unanswered(struct facts *f)
{
    add_due(f, DUE_UNANSWERED);
}

static void make_not_found(struct facts *f)
{
    add_due(f, DUE_NOT_FOUND);
}

static void make_not_arrived(struct facts *f)
{
    add_due(f, DUE_NOT_ARRIVED);
}

static void make_case_ending(struct facts *f)
{
    static const struct ending_case ending = {.from = 22613};

    f->all.ending = &ending;
    f->all.ending_count = 1;
}

static void make_date_past(struct facts *f)
{
    static const struct near_date past = {.until = 22613, .is_past = true};

    f->all.past = &past;
    f->all.past_count = 1;
}

static void make_incident(struct facts *f)
{
    f->node.incidents = 2;
    f->node.incidents_ms = DAY_MS;
}

static void make_letter_late(struct facts *f)
{
    f->node.letters_late = 3;
    f->node.letters_late_from = 22613;
}

static void make_note_late(struct facts *f)
{
    f->node.notes_late = 2;
    f->node.notes_late_from = 22613;
}

static void make_case_kept(struct facts *f)
{
    static const struct ending_case ending = {.from = 22613, .why = "a referral of it is open"};

    f->all.ending = &ending;
    f->all.ending_count = 1;
}

static void make_overdue(struct facts *f)
{
    add_due(f, DUE_OVERDUE);
}

static void make_answer_refused(struct facts *f)
{
    add_due(f, DUE_DOUBTED);
}

static void make_silent(struct facts *f)
{
    add_due(f, DUE_SILENT);
}

static void make_expired(struct facts *f)
{
    add_due(f, DUE_EXPIRED);
}

static void make_unanswerable(struct facts *f)
{
    add_due(f, DUE_UNANSWERABLE);
    f->due[0].hold = HOLD_LEFT;
}

static void make_accepted_lost(struct facts *f)
{
    add_due(f, DUE_LOST);
}

static void make_copy(struct facts *f)
{
    f->node.stopped = OWN_COPY;
    f->node.signed_beyond = 12;
    f->node.signed_beyond_seen_by = other;
}

static void make_restored(struct facts *f)
{
    f->node.stopped = OWN_RESTORED;
    f->node.restored_ms = f->node.closing_ms;
}

static void make_moved(struct facts *f)
{
    f->node.stopped = OWN_MOVED;
    f->node.moved_ms = f->node.closing_ms;
}

/* E-RST-12, and E-RST-13. */
static void make_copy_runs(struct facts *f)
{
    make_copy(f);
    f->node.newer_ms = f->node.closing_ms;
}

static void make_copy_rests(struct facts *f)
{
    make_copy(f);
    f->node.same_ms = f->node.closing_ms;
}

static void make_gaps(struct facts *f)
{
    f->node.gaps.messages = 2;
}

static void make_gaps_to_ask(struct facts *f)
{
    f->node.gaps.withdrawals = 2;
}

static void make_unshown(struct facts *f)
{
    f->node.unshown = 2;
}

static void make_gaps_more(struct facts *f)
{
    f->node.gaps.more = 1;
}

static void make_restored_awaits(struct facts *f)
{
    f->node.awaited[0] = other;
    f->node.awaited_count = 1;
}

static void make_log_is_over(struct facts *f)
{
    f->node.stopped = OWN_OVER;
}

static void make_key_succeeded(struct facts *f)
{
    f->node.stopped = OWN_SUCCEEDED;
}

static void make_untold(struct facts *f)
{
    f->untold[0].agency = other;
    f->all.untold_count = 1;
}

static struct owed_summary *add_owed(struct facts *f)
{
    struct owed_summary *o = &f->owed[f->all.owed_count++];

    *o = (struct owed_summary){.what = OWED_WITHDRAWAL, .agency = other, .since_ms = NOW - DAY_MS, .late_ms = NOW + 1};
    return o;
}

static void make_owed_by_hand(struct facts *f)
{
    add_owed(f)->by_hand = true;
}

static void make_owed_refused(struct facts *f)
{
    struct owed_summary *o = add_owed(f);

    o->by_hand = true;
    o->refused_at = STEP_RECORD;
}

static void make_owed_lost(struct facts *f)
{
    add_owed(f)->lost = true;
}

static void make_owed_doubted(struct facts *f)
{
    add_owed(f)->doubted = true;
}

static void make_owed_late(struct facts *f)
{
    add_owed(f)->late_ms = NOW;
}

static void make_owed_mended(struct facts *f)
{
    f->node.owed_mended = 1;
}

static void make_consent_shut(struct facts *f)
{
    f->node.differing[0].what = CONSENT_HAS_NO_ROW;
    f->node.differing_count = 1;
}

static void make_consents_differ(struct facts *f)
{
    f->node.consents_differ = true;
}

static void make_consents_read_again(struct facts *f)
{
    f->node.consents_read_again = true;
}

static void make_own_differs(struct facts *f)
{
    f->node.own_differs = true;
}

static void make_own_revoked(struct facts *f)
{
    f->node.own_revoked = true;
    f->node.own_reason = REVOKED_SUSPENDED;
}

static void make_own_missing(struct facts *f)
{
    f->node.own_missing = true;
}

static void make_own_certificate(struct facts *f)
{
    f->node.transport_due_ms--;
}

static void make_directory_ended(struct facts *f)
{
    f->node.shown.directory_hard_expiry_ms = NOW - 1;
}

static void make_directory_old(struct facts *f)
{
    f->node.shown.directory_refresh_after_ms = NOW - 1;
}

static void make_keys_open(struct facts *f)
{
    f->node.keys_open = true;
}

static void make_rewrap_late(struct facts *f)
{
    f->node.rewrap_late_ms = 1795000000000;
}

static void make_keys_unread(struct facts *f)
{
    f->node.keys_unread = true;
}

static void make_hooks_stopped(struct facts *f)
{
    f->all.hooks_stopped = 2;
}

static void make_hook_fails(struct facts *f)
{
    f->all.hook = "came/mail-update";
    f->all.hooks_failing = 2;
}

static void make_access_late(struct facts *f)
{
    f->node.accesses_late = 3;
}

static void make_staff_given_on(struct facts *f)
{
    static const struct ident staff = {{9}};

    f->all.given_on = &staff;
    f->all.given_on_count = 1;
}

static void make_staff_unread(struct facts *f)
{
    f->node.staff_unread = 2;
}

static void make_other_entry(struct facts *f)
{
    f->node.other_entry = true;
}

static void make_entry_unopened(struct facts *f)
{
    f->node.entry_unopened = true;
}

static void make_entry_contested(struct facts *f)
{
    f->node.contested[0] = (struct address){"mission@nrm.example"};
    f->node.contested_count = 1;
    f->node.contested_more = 2;
}

static void make_key_contradicted(struct facts *f)
{
    f->node.contradicted[0] = (struct key_contradicted){{"mission@nrm.example"}, NOW - DAY_MS, "+387 33 1"};
    f->node.contradicted_count = 1;
}

static void make_next_key(struct facts *f)
{
    f->node.next_key_unopened = true;
}

static void make_other_succession(struct facts *f)
{
    f->node.other_succession = true;
}

static void make_other_keys(struct facts *f)
{
    f->node.other_keys = true;
}

static void make_other_directory(struct facts *f)
{
    f->node.other_directory = 7;
}

static void make_suspended_by_one(struct facts *f)
{
    static const struct suspended one = {{"mission@nrm.example"}, NOW + DAY_MS, false};

    f->node.suspended = &one;
    f->node.suspended_count = 1;
}

static void make_suspended_stops(struct facts *f)
{
    f->node.stops[0] = (struct agency_stops){{"mission@nrm.example"}, 3, NOW - DAY_MS};
    f->node.stops_count = 1;
}

static void make_suspension_unused(struct facts *f)
{
    f->node.unused[0] = (struct suspension_unused){{"shelter@nrm.example"}, 0, E_RVK_10, NOW + DAY_MS};
    f->node.unused[1] = (struct suspension_unused){{""}, 2, E_RVK_11, NOW + DAY_MS};
    f->node.unused_count = 2;
}

static void make_renewal_waits(struct facts *f)
{
    f->node.renewals[0] = (struct renewal_waiting){other, NOW - DAY_MS};
    f->node.renewals_count = 1;
}

static void make_suspension_asked(struct facts *f)
{
    f->node.asked[0] = (struct suspension_asked){{"shelter@nrm.example"}, {"mission@nrm.example"}, NOW + DAY_MS};
    f->node.asked_count = 1;
}

static void make_no_sealing_key(struct facts *f)
{
    f->node.shown.sealing_until--;
}

static void make_endpoint(struct facts *f)
{
    f->config.listen_port = 7412;
}

static void make_no_way_in(struct facts *f)
{
    f->node.own_endpoint = (struct view){0};
}

static void add_log(struct facts *f, enum finding which)
{
    f->logs[0] = (struct finding_summary){.agency = other, .which = which, .since_ms = NOW - DAY_MS};
    f->all.log_count = 1;
}

static void make_fork(struct facts *f)
{
    add_log(f, FINDING_FORK);
}

static void make_unlinked(struct facts *f)
{
    add_log(f, FINDING_UNLINKED);
}

static void add_held(struct facts *f, enum hold hold)
{
    f->held[f->all.held_count++] = (struct held_summary){.agency = other, .hold = hold, .waiting = 2};
}

static void make_key_changed(struct facts *f)
{
    add_held(f, HOLD_KEY_CHANGED);
}

static void make_peer_no_room(struct facts *f)
{
    add_held(f, HOLD_NO_ROOM);
}

static void make_peer_held(struct facts *f)
{
    add_held(f, HOLD_SUSPENDED);
}

static void make_waits_long(struct facts *f)
{
    f->node.shown.oldest_waiting_ms--;
}

static void make_unreached(struct facts *f)
{
    f->said = (struct dial_back_said){.failed = other, .failed_ms = NOW - HOUR_MS, .why = DIALLED_UNANSWERED};
}

static void make_held_there(struct facts *f)
{
    f->node.held_there = 2;
    f->node.held_there_by = other;
}

static void make_alone(struct facts *f)
{
    f->node.alone_ms++;
}

static void make_peer_certificate(struct facts *f)
{
    f->node.ending[0] = (struct agency_ending){.agency = other, .until_ms = NOW + DAY_MS};
    f->node.ending_count = 1;
}

static void make_share(struct facts *f)
{
    f->node.over[0].agency = other;
    f->node.over_count = 1;
}

static void make_clock_doubt(struct facts *f)
{
    f->node.clock = (struct control_clock){.in_doubt = true, .clock_ms = NOW + 3 * DAY_MS, .trusted_ms = NOW};
}

static void make_clock_behind(struct facts *f)
{
    f->node.clock = (struct control_clock){.is_behind = true, .clock_ms = NOW - DAY_MS, .trusted_ms = NOW};
}

static void make_own_clock(struct facts *f)
{
    f->node.own_ahead_ms = -11 * INT64_C(60000);
    f->node.own_ahead_of = 3;
    f->node.clock_count = 3;
}

static void make_clocks_differ(struct facts *f)
{
    f->node.clocks[0] = (struct clock_differs){other, 11 * INT64_C(60000)};
    f->node.clock_count = 1;
}

static void make_no_room(struct facts *f)
{
    f->node.shown.room_bytes--;
}

static void make_node_conf(struct facts *f)
{
    (void)error_set(&f->conf, E_NOD_06, "node.conf:3: unknown setting");
}

static void make_network_down(struct facts *f)
{
    f->network.ready = false;
}

static void make_network_restarts(struct facts *f)
{
    f->network.restarts = 3;
}

static void make_unconfined(struct facts *f)
{
    f->network.landlock = 0;
}

static void make_authority(struct facts *f)
{
    f->node.authorities = (struct authorities_end){"issuing CA", NOW + BOUND_AUTHORITY_WARN_MS - 1};
}

static void make_ca_unconfined(struct facts *f)
{
    f->network.ca = (struct ca_state){.greeted = true, .landlock = 3};
}

static void make_stolen_runs(struct facts *f)
{
    f->network.stolen.last_ms = NOW;
    assert_true(address_read(view_of_text("brama@nrm.example"), &f->network.stolen.agency));
}

static void make_keys_wait(struct facts *f)
{
    f->node.restored_ms = NOW;
    f->node.stopped = OWN_KEYS_WAIT;
}

static void make_short_log(struct facts *f)
{
    f->node.short_logs[0].seen_ms = NOW;
    assert_true(address_read(view_of_text("brama@nrm.example"), &f->node.short_logs[0].agency));
    f->node.short_count = 1;
}

static void make_ca_broken(struct facts *f)
{
    f->network.ca = (struct ca_state){.why = "E-FED-55", .since_ms = NOW};
}

static const struct {
    void (*make)(struct facts *f);
    const char *sentence; /* what it begins with */
} rows[FOUND_COUNT] = {
    [FOUND_EMERGENCY_UNDELIVERED] = {make_emergency_undelivered, "emergency ABACUS-000-0 to mission@"},
    [FOUND_EMERGENCY_UNOPENED] = {make_emergency_unopened, "emergency ABACUS-000-0 from mission@"},
    [FOUND_EMERGENCY_UNANSWERED] = {make_emergency_unanswered, "emergency ABACUS-000-0 from mission@"},
    [FOUND_NOT_FOUND] = {make_not_found, "she did not come, and nobody knows where she is: referral ABACUS-000-0 "},
    [FOUND_NOT_ARRIVED] = {make_not_arrived, "she was expected at "},
    [FOUND_OVERDUE] = {make_overdue, "referral ABACUS-000-0 from mission@"},
    [FOUND_SILENT] = {make_silent, "referral ABACUS-000-0 from mission@"},
    [FOUND_UNANSWERABLE] = {make_unanswerable, "no answer to referral ABACUS-000-0 of "},
    [FOUND_ACCEPTED_LOST] = {make_accepted_lost, "referral ABACUS-000-0 of "},
    [FOUND_ANSWER_REFUSED] = {make_answer_refused, "referral ABACUS-000-0: an answer came from mission@"},
    [FOUND_EXPIRED] = {make_expired, "referral ABACUS-000-0 to mission@"},
    [FOUND_INCIDENT] = {make_incident, "2 referrals went to the wrong agency"},
    [FOUND_LETTER_LATE] = {make_letter_late,
                           "3 letters to somebody outside are not answered by their day, the first since 2031-11-30"},
    [FOUND_NOTE_LATE] = {make_note_late, "2 notes for a supervisor are past their day, the first since 2031-11-30"},
    [FOUND_CASE_ENDING] = {make_case_ending, "case abacus-abacus-0 is deleted here from 2031-11-30 on"},
    [FOUND_DATE_PAST] = {make_date_past, "a date of case abacus-abacus-0 was 2031-11-30, and nobody"},
    [FOUND_CASE_KEPT] = {make_case_kept,
                         "case abacus-abacus-0 was to be deleted here from 2031-11-30 on, and is not: a"},
    [FOUND_COPY] = {make_copy, "this node is a copy, or was put back to an older state: mission@"},
    [FOUND_COPY_RUNS] = {make_copy_runs, "it looks like a copy: what mission@"},
    [FOUND_COPY_RESTS] = {make_copy_rests, "it looks as if this home was put back: mission@"},
    [FOUND_GAPS] = {make_gaps, "other agencies have 2 messages that this agency sent behind the copy"},
    [FOUND_GAPS_MORE] = {make_gaps_more, "1 other agency has more of what this agency sent behind the copy of this"},
    [FOUND_UNSHOWN] = {make_unshown, "2 agencies have not shown yet what they hold of the log of this agency"},
    [FOUND_MOVED] = {make_moved, "this home was moved to another machine, "},
    [FOUND_RESTORED] = {make_restored, "this home is marked as put back since "},
    [FOUND_RESTORED_AWAITS] = {make_restored_awaits, "mission@sim.example has not said yet what was withdrawn"},
    [FOUND_LOG_IS_OVER] = {make_log_is_over, "directory "},
    [FOUND_KEY_SUCCEEDED] = {make_key_succeeded, "directory 7 lists another identity key of this agency"},
    [FOUND_COPY_WITHDRAWS] = {make_copy, "that a person withdraws"},
    [FOUND_UNTOLD] = {make_untold, "consent 00000000000000000000000000000000 is withdrawn here, and mission@"},
    [FOUND_OWED_BY_HAND] = {make_owed_by_hand, "by hand: tell mission@sim.example outside refex that consent "},
    [FOUND_OWED_REFUSED] = {make_owed_refused, "by hand: tell mission@sim.example outside refex that consent "},
    [FOUND_OWED_LOST] = {make_owed_lost, "tell mission@sim.example outside refex that consent "},
    [FOUND_OWED_DOUBTED] = {make_owed_doubted, "consent 00000000000000000000000000000000: mission@"},
    [FOUND_OWED_LATE] = {make_owed_late, "withdrawal about 00000000000000000000000000000000: mission@"},
    [FOUND_OWED_MENDED] = {make_owed_mended, "at the start 1 of"},
    [FOUND_CONSENT_SHUT] = {make_consent_shut, "consent 00000000000000000000000000000000 is shut: the database"},
    [FOUND_CONSENTS_DIFFER] = {make_consents_differ, "the audit log states"},
    [FOUND_CONSENTS_READ_AGAIN] = {make_consents_read_again, "the stored entries"},
    [FOUND_OWN_DIFFERS] = {make_own_differs, "directory 7 has an entry"},
    [FOUND_OWN_REVOKED] = {make_own_revoked, "the federation has revoked this agency's certificates: suspended"},
    [FOUND_OWN_MISSING] = {make_own_missing, "directory 7 has no entry"},
    [FOUND_OWN_CERTIFICATE] = {make_own_certificate, "this node's transport certificate ends at "},
    [FOUND_DIRECTORY_ENDED] = {make_directory_ended, "the directory ended at "},
    [FOUND_DIRECTORY_OLD] = {make_directory_old, "a newer directory was due at "},
    [FOUND_BACKUP_NONE] = {make_backup_none, "no backup of this node is made: node.conf names no folder for its parts"},
    [FOUND_BACKUP_WORDS] = {make_backup_words, "no recovery words were made"},
    [FOUND_BACKUP_FAILED] = {make_backup_failed, "the data part of the backup cannot be made since "},
    [FOUND_BACKUP_TRIAL] = {make_backup_trial, "the keys part of the backup does not hold when it is tried, since "},
    [FOUND_BACKUP_OLD] = {make_backup_old, "the newest good data part of the backup is of "},
    [FOUND_BACKUP_AHEAD] = {make_backup_ahead, "the data part of the backup says that it is of "},
    [FOUND_BACKUP_OUTDATED] = {make_backup_outdated, "the keys part of the backup was not written anew since keys"},
    [FOUND_BACKUP_OTHER] = {make_backup_other,
                            "at the place of the keys part of the backup lay another than this node had written"},
    [FOUND_BACKUP_OLD_PLACE] = {make_backup_old_place,
                                "a keys part of the backup lies at stick number 3 (/media/stick)"},
    [FOUND_BACKUP_COPY] = {make_backup_copy, "the copy of this home that was made before the upgrade of "},
    [FOUND_BACKUP_UNTOLD] = {make_backup_untold, "shelter@nrm.example was told of an erasure, and not that a keys"},
    [FOUND_BACKUP_PLACES_FULL] = {make_backup_places_full, "no keys part of the backup is made at /, "},
    [FOUND_BACKUP_REHEARSAL] = {make_backup_rehearsal, "nobody has rehearsed yet with the recovery words"},
    [FOUND_BACKUP_OWN_DISK] = {make_backup_own_disk, "each part of the backup lies on the disk of the node itself"},
    [FOUND_BACKUP_ONE_DISK] = {make_backup_one_disk, "both parts of the backup lie on one disk"},
    [FOUND_KEYS_OPEN] = {make_keys_open, "a key file of this node can be read by others"},
    [FOUND_REWRAP_LATE] = {make_rewrap_late, "keys were erased at 2026-11-18 "},
    [FOUND_KEYS_UNREAD] = {make_keys_unread, "the disk does not give keys"},
    [FOUND_HOOKS_STOPPED] = {make_hooks_stopped,
                             "the process that runs hooks has ended, or did not start: 2 hooks are not run"},
    [FOUND_HOOK_FAILS] = {make_hook_fails, "hook came/mail-update fails or is not run, 2 in all: refex node hooks"},
    [FOUND_ACCESS_LATE] = {make_access_late, "3 cases were opened more than 7 days ago by who does not hold them"},
    [FOUND_STAFF_GIVEN_ON] = {make_staff_given_on,
                              "the Unix user of staff 09000000000000000000000000000000 is another account's by now"},
    [FOUND_STAFF_UNREAD] = {make_staff_unread, "2 entries of the staff do not open"},
    [FOUND_ENTRY_UNOPENED] = {make_entry_unopened, "what this agency says of itself is damaged"},
    [FOUND_OTHER_ENTRY] = {make_other_entry, "an entry in this agency's name went round"},
    [FOUND_ENTRY_CONTESTED] = {make_entry_contested, "mission@nrm.example made two entries with one number"},
    [FOUND_KEY_CONTRADICTED] = {make_key_contradicted,
                                "mission@nrm.example: an identity key of it signed for two next keys"},
    [FOUND_NEXT_KEY] = {make_next_key, "the next identity key of this agency (keys.d/identity-next.pem) does not open"},
    [FOUND_OTHER_SUCCESSION] = {make_other_succession, "an identity key of this agency, the one in use or one before"},
    [FOUND_OTHER_KEYS] = {make_other_keys, "sealing keys in this agency's name were made on another machine"},
    [FOUND_OTHER_DIRECTORY] = {make_other_directory, "two different directories have the number 7"},
    [FOUND_SUSPENSION_ASKED] = {make_suspension_asked,
                                "shelter@nrm.example states that mission@nrm.example is to be suspended"},
    [FOUND_SUSPENSION_UNUSED] = {make_suspension_unused, "shelter@nrm.example signed a suspension that goes round"},
    [FOUND_SUSPENDED_STOPS] = {make_suspended_stops, "3 consents were stopped by mission@nrm.example while it was"},
    [FOUND_SUSPENDED_BY_ONE] = {make_suspended_by_one, "mission@nrm.example is suspended by one officer until"},
    [FOUND_NO_SEALING_KEY] = {make_no_sealing_key, "other agencies have no key"},
    [FOUND_ENDPOINT] = {make_endpoint,
                        "the directory shows 127.0.0.1:7411 as this node's address, node.conf 127.0.0.1, "
                        "port 7412"},
    [FOUND_NO_WAY_IN] = {make_no_way_in, "the directory shows neither an address"},
    [FOUND_FORK] = {make_fork, "mission@sim.example has signed two"},
    [FOUND_UNLINKED] = {make_unlinked, "mission@sim.example did not prove"},
    [FOUND_KEY_CHANGED] = {make_key_changed, "mission@sim.example: its identity key has changed; waiting: 2, until it"},
    [FOUND_PEER_NO_ROOM] = {make_peer_no_room, "mission@sim.example has no room"},
    [FOUND_PEER_HELD] = {make_peer_held, "mission@sim.example: the federation has suspended"},
    [FOUND_WAITS_LONG] = {make_waits_long, "1 message waits here"},
    [FOUND_UNREACHED] = {make_unreached, "mission@sim.example dialled this node at "},
    [FOUND_HELD_THERE] = {make_held_there, "2 agencies have this agency for suspended or gone (one is mission@sim."},
    [FOUND_ALONE] = {make_alone, "no other agency's node has been linked"},
    [FOUND_RENEWAL_WAITS] = {make_renewal_waits, "mission@sim.example asks for a new certificate since "},
    [FOUND_PEER_CERTIFICATE] = {make_peer_certificate, "the certificate of mission@sim.example ends at "},
    [FOUND_SHARE] = {make_share, "mission@sim.example has used up"},
    [FOUND_CLOCK_DOUBT] = {make_clock_doubt, "this machine's clock says "},
    [FOUND_CLOCK_BEHIND] = {make_clock_behind, "this machine's clock says "},
    [FOUND_OWN_CLOCK] = {make_own_clock, "this machine's clock is 11 minutes behind those of the 3 other agencies'"},
    [FOUND_CLOCKS_DIFFER] = {make_clocks_differ, "the clock of mission@sim.example is 11 minutes ahead of this"},
    [FOUND_NO_ROOM] = {make_no_room, "the disk has 255 MiB left"},
    [FOUND_NODE_CONF] = {make_node_conf, "node.conf:3: unknown setting: this node goes on"},
    [FOUND_NETWORK_DOWN] = {make_network_down, "the network process is not"},
    [FOUND_NETWORK_RESTARTS] = {make_network_restarts, "the network process was started 3 times"},
    [FOUND_UNCONFINED] = {make_unconfined, "the network process is not fully confined (Landlock no, seccomp yes)"},
    [FOUND_AUTHORITY] = {make_authority, "the federation's issuing CA ends at "},
    [FOUND_CA_UNCONFINED] = {make_ca_unconfined,
                             "refex-ca, which renews members' certificates here, is not fully confined (Landlock yes, "
                             "seccomp no)"},
    [FOUND_STOLEN_RUNS] = {make_stolen_runs, "a machine of brama@nrm.example that is revoked as compromised was "},
    [FOUND_KEYS_WAIT] = {make_keys_wait, "this home was put back with new keys "},
    [FOUND_GAPS_TO_ASK] = {make_gaps_to_ask, "2 withdrawals came back under a key that may be in other hands"},
    [FOUND_SHORT_LOG] = {make_short_log, "a home of brama@nrm.example was linked, last "},
    [FOUND_CA_BROKEN] = {make_ca_broken, "certificates that this node and others ask for are not made here since "},
};

/* --- the tests --- */

static struct arena arena;

static struct finding_list found(const struct facts *f)
{
    struct finding_list l;

    findings_make(&f->all, &arena, &l);
    return l;
}

/* The first finding of ROW; NULL: there is none. */
static const struct control_finding *finding_of(const struct finding_list *l, size_t row)
{
    for (size_t i = 0; i < l->count; i++)
        if ((size_t)l->rows[i] == row)
            return &l->items[i];
    return NULL;
}

static void test_a_node_that_is_well_has_no_finding(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    l = found(&f);
    if (l.count != 0)
        fail_msg("%.*s", (int)l.items[0].text.size, (const char *)l.items[0].text.at);
    arena_fini(&arena);
}

static void test_each_row_is_made_and_cleared(void **state)
{
    static struct facts f;

    (void)state;
    for (size_t row = 0; row < FOUND_COUNT; row++) {
        const struct control_finding *item;
        struct finding_list l;

        if (rows[row].make == NULL)
            fail_msg("row %zu of findings.def: nothing here makes it", row);
        be_well(&f);
        rows[row].make(&f);
        l = found(&f);
        item = finding_of(&l, row);
        if (item == NULL)
            fail_msg("row %zu (%s) is not made", row, rows[row].sentence);
        if (item->text.size < strlen(rows[row].sentence) ||
            memcmp(item->text.at, rows[row].sentence, strlen(rows[row].sentence)) != 0)
            fail_msg("row %zu: \"%.*s\"", row, (int)item->text.size, (const char *)item->text.at);
        assert_true(item->code.size > 0 && item->remedy.size > 0 && item->clears.size > 0);
        assert_in_range(item->who, CONTROL_CASEWORKER, CONTROL_WHO_END - 1);
        be_well(&f);
        l = found(&f);
        assert_null(finding_of(&l, row));
        arena_fini(&arena);
    }
}

static void assert_doubt_says(bool replaced, const char *words)
{
    static struct facts f;
    struct finding_list l;

    be_well(&f);
    make_owed_doubted(&f);
    f.owed[0].replaced = replaced;
    l = found(&f);
    assert_int_equal(l.count, 1);
    assert_true(l.items[0].text.size > strlen(words));
    assert_memory_equal(l.items[0].text.at, words, strlen(words));
    arena_fini(&arena);
}

static void test_of_an_agency_that_holds_nothing_it_is_said_whether_its_machine_was_replaced(void **state)
{
    (void)state;
    assert_doubt_says(false, "consent 00000000000000000000000000000000: mission@sim.example received data, and states "
                             "that it held nothing. Phone");
    assert_doubt_says(true, "consent 00000000000000000000000000000000: mission@sim.example received data on a machine "
                            "that was replaced since, and states that it held nothing. Phone");
}

/* Whoever reads it phones, and knows what for. */
static void test_of_a_certificate_that_ended_it_is_said_what_waits_and_whom_to_phone(void **state)
{
    static const struct {
        uint64_t waiting;
        const char *phone;
        const char *end;
    } ways[] = {{2, "+48123456789", "UTC; 2 messages wait here for it, and none is lost; phone +48123456789"},
                {1, "", "UTC; 1 message waits here for it, and none is lost"},
                {0, "+48123456789", "UTC; phone +48123456789"},
                {0, "", "UTC"}};
    static struct facts f;
    struct finding_list l;

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct view text;
        size_t n = strlen(ways[i].end);

        be_well(&f);
        make_peer_certificate(&f);
        f.node.ending[0].waiting = ways[i].waiting;
        (void)snprintf(f.node.ending[0].phone, sizeof f.node.ending[0].phone, "%s", ways[i].phone);
        l = found(&f);
        assert_int_equal(l.count, 1);
        text = l.items[0].text;
        assert_true(text.size > n);
        assert_memory_equal(text.at + text.size - n, ways[i].end, n);
        arena_fini(&arena);
    }
}

static void test_an_agency_whose_name_is_none_ends_no_status(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    add_owed(&f)->refused_at = STEP_ACTS;
    f.owed[0].refused_why = REFUSAL_OF_ANOTHER;
    memset(f.owed[0].agency.text, 'a', BOUND_ADDRESS);
    l = found(&f);
    assert_int_equal(l.count, 1);
    f.owed[0].refused_at = 0;
    f.owed[0].lost = true;
    arena_fini(&arena);
    l = found(&f);
    assert_int_equal(l.count, 1);
    arena_fini(&arena);
}

static void test_sixteen_of_a_row_are_named_and_the_others_counted(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    for (size_t i = 0; i < BOUND_NAMED; i++)
        add_owed(&f)->lost = true;
    l = found(&f);
    assert_int_equal(l.count, BOUND_NAMED);
    for (size_t i = 0; i < 3; i++)
        add_owed(&f)->lost = true;
    l = found(&f);
    assert_int_equal(l.count, BOUND_NAMED + 1);
    assert_true(text_is(l.items[BOUND_NAMED].text, "at least 3 more like this"));
    arena_fini(&arena);
}

/* Those of one row neither take the places of another's, nor are counted there. */
static void test_held_agencies_are_named_and_counted_in_their_own_row(void **state)
{
    static struct facts f;
    struct finding_list l;
    size_t n = 0;

    (void)state;
    be_well(&f);
    for (size_t i = 0; i < BOUND_NAMED + 5; i++)
        add_held(&f, HOLD_KEY_CHANGED);
    for (size_t i = 0; i < BOUND_NAMED + 1; i++)
        add_held(&f, HOLD_NO_ROOM);
    add_held(&f, HOLD_SUSPENDED);
    l = found(&f);
    for (size_t i = 0; i < l.count; i++)
        n += l.rows[i] == FOUND_KEY_CHANGED;
    assert_int_equal(n, BOUND_NAMED + 1);
    assert_int_equal(l.count, 2 * (BOUND_NAMED + 1) + 1);
    assert_true(text_is(l.items[BOUND_NAMED].text, "at least 5 more like this"));
    assert_true(text_is(l.items[2 * BOUND_NAMED + 1].text, "at least 1 more like this"));
    assert_int_equal(l.rows[l.count - 1], FOUND_PEER_HELD);
    arena_fini(&arena);
}

/* Whom a directory revokes reads that of itself. */
static void test_who_is_revoked_is_not_told_besides_that_others_hold(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    make_held_there(&f);
    f.node.own_revoked = true;
    l = found(&f);
    for (size_t i = 0; i < l.count; i++)
        assert_int_not_equal(l.rows[i], FOUND_HELD_THERE);
    assert_true(l.count > 0);
    arena_fini(&arena);
}

static void test_an_agency_for_which_nothing_waits_is_named_for_its_key_alone(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    add_held(&f, HOLD_KEY_CHANGED);
    add_held(&f, HOLD_LEFT);
    f.held[0].waiting = f.held[1].waiting = 0;
    l = found(&f);
    assert_int_equal(l.count, 1);
    assert_int_equal(l.rows[0], FOUND_KEY_CHANGED);
    arena_fini(&arena);
}

/* What was over the bounds of the facts is counted even where none is named. */
static void test_as_many_as_nobody_lists_are_counted(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    make_share(&f);
    f.node.over_more = 5;
    l = found(&f);
    assert_int_equal(l.count, 2);
    assert_true(text_is(l.items[1].text, "at least 5 more like this"));
    arena_fini(&arena);
}

static void test_people_who_wait_come_first(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    make_no_room(&f);
    make_own_revoked(&f);
    make_emergency_unanswered(&f);
    l = found(&f);
    assert_int_equal(l.count, 3);
    assert_int_equal(l.rows[0], FOUND_EMERGENCY_UNANSWERED);
    assert_int_equal(l.rows[2], FOUND_NO_ROOM);
    arena_fini(&arena);
}

/* What it cannot say is named: nobody takes its silence for "nothing waits". */
static void test_a_stopped_node_names_what_it_cannot_say(void **state)
{
    struct bytes words = {0};

    (void)state;
    findings_write_unsaid(true, &words);
    assert_true(view_equal(bytes_view(&words),
                           view_of_text("whether somebody who was expected is not found; "
                                        "whether somebody who was expected did not come; "
                                        "whether an emergency has left no receipt; whether nobody opened one; whether "
                                        "one is unanswered, or was referred again and not as one; whether a referral "
                                        "is past its time; whether nothing was said of an accepted one by its time; "
                                        "whether an answer was refused to which no steps lead; "
                                        "whether one waits for an agency that cannot answer it any "
                                        "more; whether a date of a case is past")));
    bytes_clear(&words);
    findings_write_unsaid(false, &words);
    bytes_append_u8(&words, 0);
    assert_non_null(strstr(
        (const char *)words.at,
        "whether cases that were opened by who does not hold them are reviewed; whether all entries of the staff "
        "open; whether an account of the staff is another's by now; whether the process that runs hooks runs; whether "
        "hooks are run; whether the network process runs"));
    assert_null(strstr((const char *)words.at, "emergency"));
    bytes_fini(&words);
}

static void test_a_node_that_was_reached_is_not_called_unreached(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    make_unreached(&f);
    f.network.came = 1;
    l = found(&f);
    assert_int_equal(l.count, 0);
    arena_fini(&arena);
}

/* It has no network process, no sealing key in use, no shares: nothing is said of them. */
static void test_a_stopped_node_says_what_it_can(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    f.all.is_stopped = true;
    f.all.network = NULL;
    make_no_sealing_key(&f);
    make_own_revoked(&f);
    make_expired(&f);
    l = found(&f);
    assert_int_equal(l.count, 2);
    assert_int_equal(l.rows[0], FOUND_EXPIRED);
    assert_int_equal(l.rows[1], FOUND_OWN_REVOKED);
    arena_fini(&arena);
}

/* What is owed is a person's on a copy, too, but late it is not: a copy tells nobody. */
static void test_a_copy_is_late_with_nothing(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    make_owed_late(&f);
    make_copy(&f);
    l = found(&f);
    assert_null(finding_of(&l, FOUND_OWED_LATE));
    arena_fini(&arena);
}

static void set_endpoint(struct facts *f, const char *listen, const char *endpoint, const char *shown)
{
    be_well(f);
    (void)snprintf(f->config.listen_address, sizeof f->config.listen_address, "%s", listen);
    (void)snprintf(f->config.endpoint, sizeof f->config.endpoint, "%s", endpoint);
    f->node.own_endpoint = view_of_text(shown);
}

static void test_the_address_shown_is_the_one_that_node_conf_says(void **state)
{
    static const struct {
        const char *listen;
        const char *endpoint;
        const char *shown;
        bool is_ours;
    } cases[] = {
        {"127.0.0.1", "", "127.0.0.1:7411", true},
        {"127.0.0.1", "", "127.0.0.2:7411", false},
        {"::1", "", "[::1]:7411", true},
        {"0.0.0.0", "", "node.mission.example:7411", true},
        {"::", "", "node.mission.example:7412", false},
        {"10.0.0.7", "node.mission.example:443", "node.mission.example:443", true},
        {"10.0.0.7", "node.mission.example:443", "10.0.0.7:7411", false},
        {"10.0.0.7", "", "", true},
    };
    static struct facts f;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct finding_list l;

        set_endpoint(&f, cases[i].listen, cases[i].endpoint, cases[i].shown);
        l = found(&f);
        assert_int_equal(finding_of(&l, FOUND_ENDPOINT) == NULL, cases[i].is_ours);
    }
    arena_fini(&arena);
}

static void test_a_status_holds_as_many_findings_as_its_bound_and_no_more(void **state)
{
    static struct control_finding items[BOUND_FINDINGS];
    struct control_status status = {
        .agency = other, .kind = KIND_SHELTER, .federation = view_of_text("sim.example"), .findings = items};
    struct control_finding one = {.code = view_of_text("E-FED-23"),
                                  .text = view_of_text("t"),
                                  .who = CONTROL_OPERATOR,
                                  .remedy = view_of_text("r"),
                                  .clears = view_of_text("c")};
    struct control_status out;
    struct bytes wire = {0};
    struct error err;
    size_t without;

    (void)state;
    memset(status.federation_id.at, 1, sizeof status.federation_id.at);
    for (size_t i = 0; i < BOUND_FINDINGS; i++)
        items[i] = one;
    status.finding_count = BOUND_FINDINGS - 1;
    control_status_encode(&status, &wire);
    without = wire.size;
    bytes_clear(&wire);
    status.finding_count = BOUND_FINDINGS;
    control_status_encode(&status, &wire);
    assert_true(control_status_decode(bytes_view(&wire), &arena, &out, &err));
    assert_int_equal(out.finding_count, BOUND_FINDINGS);

    (void)bytes_reserve(&wire, wire.size); /* the last finding once more */
    bytes_append(&wire, wire.at + without, wire.size - without);
    assert_false(control_status_decode(bytes_view(&wire), &arena, &out, &err));
    bytes_fini(&wire);
    arena_fini(&arena);
}

static void test_a_home_that_signs_nothing_lacks_no_key_to_seal_to(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    rows[FOUND_NO_SEALING_KEY].make(&f);
    f.node.stopped = OWN_RESTORED;
    l = found(&f);
    assert_non_null(finding_of(&l, FOUND_RESTORED));
    assert_null(finding_of(&l, FOUND_NO_SEALING_KEY));
    arena_fini(&arena);
}

/* One place is missing, the words were rehearsed too long ago, one disk is away: by their codes. */
static void test_what_is_wrong_with_a_backup_has_its_code(void **state)
{
    static const struct {
        enum found row;
        const char *code;
    } codes[] = {
        {FOUND_BACKUP_NONE, "E-BAK-11"},      {FOUND_BACKUP_WORDS, "E-BAK-06"},    {FOUND_BACKUP_FAILED, "E-BAK-04"},
        {FOUND_BACKUP_TRIAL, "E-BAK-05"},     {FOUND_BACKUP_OLD, "E-BAK-08"},      {FOUND_BACKUP_REHEARSAL, "E-BAK-15"},
        {FOUND_BACKUP_OWN_DISK, "E-BAK-09"},  {FOUND_BACKUP_ONE_DISK, "E-BAK-10"}, {FOUND_BACKUP_OUTDATED, "E-BAK-17"},
        {FOUND_BACKUP_OLD_PLACE, "E-BAK-16"}, {FOUND_BACKUP_OTHER, "E-BAK-24"},    {FOUND_BACKUP_AHEAD, "E-BAK-27"},
        {FOUND_BACKUP_COPY, "E-BAK-29"}};
    static struct facts f;
    struct finding_list l;

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        be_well(&f);
        rows[codes[i].row].make(&f);
        l = found(&f);
        assert_int_equal(l.count, 1);
        assert_true(text_is(l.items[0].code, codes[i].code));
        assert_null(memmem(l.items[0].text.at, l.items[0].text.size, codes[i].code, strlen(codes[i].code)));
        arena_fini(&arena);
    }
    be_well(&f);
    f.config.backup_keys[0] = '\0';
    l = found(&f);
    assert_int_equal(l.count, 1);
    assert_int_equal(l.rows[0], FOUND_BACKUP_NONE);
    arena_fini(&arena);
    be_well(&f);
    f.backup.rehearsal.good_ms--;
    l = found(&f);
    assert_int_equal(l.rows[0], FOUND_BACKUP_REHEARSAL);
    arena_fini(&arena);
    be_well(&f);
    f.backup.keys.own_disk = true; /* without it the other opens for nobody */
    l = found(&f);
    assert_int_equal(l.count, 1);
    assert_int_equal(l.rows[0], FOUND_BACKUP_OWN_DISK);
    arena_fini(&arena);
    be_well(&f);
    make_backup_outdated(&f);
    f.backup.keys.outdated_since_ms++; /* it is being made */
    l = found(&f);
    assert_int_equal(l.count, 0);
    arena_fini(&arena);
    be_well(&f);
    make_backup_other(&f);
    f.backup.rehearsal.good_ms = NOW; /* a person has looked since */
    l = found(&f);
    assert_int_equal(l.count, 0);
    arena_fini(&arena);
}

/* Somebody wrote backup = no: a note says it. */
static void test_who_said_that_there_is_no_backup_is_not_asked_for_one(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    f.config.backup = false;
    make_backup_words(&f);
    make_backup_failed(&f);
    make_backup_own_disk(&f);
    make_backup_outdated(&f);
    l = found(&f);
    assert_int_equal(l.count, 0);
    make_backup_old_place(&f); /* what lies there opens all the same */
    l = found(&f);
    assert_int_equal(l.count, 1);
    arena_fini(&arena);
    make_backup_copy(&f);
    l = found(&f);
    assert_int_equal(l.count, 1);
    assert_int_equal(l.rows[0], FOUND_BACKUP_COPY);
    arena_fini(&arena);
    f.node.closing_ms--; /* it is the way back */
    l = found(&f);
    assert_int_equal(l.count, 0);
    arena_fini(&arena);
}

static void test_a_home_that_does_not_start_asks_nobody_what_it_holds(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    make_unshown(&f);
    f.node.stopped = OWN_RESTORED;
    l = found(&f);
    assert_non_null(finding_of(&l, FOUND_UNSHOWN));
    f.node.stopped = OWN_KEYS_WAIT;
    l = found(&f);
    assert_null(finding_of(&l, FOUND_UNSHOWN));
    arena_fini(&arena);
}

static void test_a_relay_is_a_way_in(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    make_no_way_in(&f);
    f.node.own_relay = other;
    l = found(&f);
    assert_null(finding_of(&l, FOUND_NO_WAY_IN));
    arena_fini(&arena);
}

static void test_an_own_entry_that_was_not_asked_for_so_is_a_finding(void **state)
{
    static struct facts f;

    (void)state;
    for (int differs = 0; differs < 5; differs++) {
        struct finding_list l;

        be_well(&f);
        f.node.shown.kind = differs == 1 ? KIND_POLICE : KIND_SHELTER;
        f.node.own_unlisted = differs == 2;
        if (differs >= 3)
            f.node.own_relay = other;
        f.config.kind = KIND_SHELTER;
        if (differs == 4)
            f.config.relay = other;
        l = found(&f);
        assert_int_equal(finding_of(&l, FOUND_OWN_DIFFERS) != NULL, differs >= 1 && differs <= 3);
        f.config.kind = 0; /* node.conf says nothing of it */
        l = found(&f);
        assert_null(finding_of(&l, FOUND_OWN_DIFFERS));
        arena_fini(&arena);
    }
}

static void test_an_authority_that_ends_is_named_half_a_year_before(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    f.node.authorities = (struct authorities_end){"transport CA", NOW + BOUND_AUTHORITY_WARN_MS};
    l = found(&f);
    assert_int_equal(l.count, 0);
    f.node.authorities.ends_ms--;
    l = found(&f);
    assert_int_equal(l.count, 1);
    assert_int_equal(l.rows[0], FOUND_AUTHORITY);
    arena_fini(&arena);
}

static void test_a_certificate_that_did_not_renew_is_named_from_thirty_days_on(void **state)
{
    static struct facts f;
    struct finding_list l;

    (void)state;
    be_well(&f);
    f.node.transport_due_ms = f.node.identity_due_ms = NOW - 100 * DAY_MS;
    f.node.shown.transport_until_ms = f.node.shown.identity_until_ms = NOW + BOUND_CERTIFICATE_WARN_MS;
    l = found(&f);
    assert_int_equal(l.count, 0);
    f.node.shown.identity_until_ms--;
    l = found(&f);
    assert_int_equal(l.count, 1);
    arena_fini(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_node_that_is_well_has_no_finding),
        cmocka_unit_test(test_an_authority_that_ends_is_named_half_a_year_before),
        cmocka_unit_test(test_a_certificate_that_did_not_renew_is_named_from_thirty_days_on),
        cmocka_unit_test(test_each_row_is_made_and_cleared),
        cmocka_unit_test(test_an_own_entry_that_was_not_asked_for_so_is_a_finding),
        cmocka_unit_test(test_of_an_agency_that_holds_nothing_it_is_said_whether_its_machine_was_replaced),
        cmocka_unit_test(test_of_a_certificate_that_ended_it_is_said_what_waits_and_whom_to_phone),
        cmocka_unit_test(test_an_agency_whose_name_is_none_ends_no_status),
        cmocka_unit_test(test_sixteen_of_a_row_are_named_and_the_others_counted),
        cmocka_unit_test(test_held_agencies_are_named_and_counted_in_their_own_row),
        cmocka_unit_test(test_who_is_revoked_is_not_told_besides_that_others_hold),
        cmocka_unit_test(test_an_agency_for_which_nothing_waits_is_named_for_its_key_alone),
        cmocka_unit_test(test_as_many_as_nobody_lists_are_counted),
        cmocka_unit_test(test_people_who_wait_come_first),
        cmocka_unit_test(test_a_node_that_was_reached_is_not_called_unreached),
        cmocka_unit_test(test_a_stopped_node_says_what_it_can),
        cmocka_unit_test(test_a_stopped_node_names_what_it_cannot_say),
        cmocka_unit_test(test_a_copy_is_late_with_nothing),
        cmocka_unit_test(test_the_address_shown_is_the_one_that_node_conf_says),
        cmocka_unit_test(test_a_home_that_signs_nothing_lacks_no_key_to_seal_to),
        cmocka_unit_test(test_what_is_wrong_with_a_backup_has_its_code),
        cmocka_unit_test(test_who_said_that_there_is_no_backup_is_not_asked_for_one),
        cmocka_unit_test(test_a_home_that_does_not_start_asks_nobody_what_it_holds),
        cmocka_unit_test(test_a_relay_is_a_way_in),
        cmocka_unit_test(test_a_status_holds_as_many_findings_as_its_bound_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
