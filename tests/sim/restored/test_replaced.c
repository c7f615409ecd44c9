/* A machine was stolen: its agency goes on elsewhere under new keys with the data of its backup. What counts of what it
 * says of its past, from when on, and what of the thief's.
 *
 * sim_replaced [PATTERN].
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/file.h"
#include "base/log.h"
#include "base/secret.h"
#include "codec/audit_messages.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "crypto/data_keys.h"
#include "crypto/keyfile.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/exchange_status.h"
#include "exchange/home.h"
#include "exchange/logs/audit.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/federation.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/setup.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/beginnings.h"
#include "exchange/traffic/links.h"
#include "exchange/vault.h"
#include "forge.h"
#include "pair.h"
#include "store/consent_store.h"
#include "store/obligation_store.h"
#include "store/referral_store.h"

static void begin(struct pair *s)
{
    pair_begin(s, 37);
}

/* What the backup of node I has. */
static void back_up(struct pair *s, size_t i, char copy[static 80])
{
    world_crash(s->w, i);
    (void)snprintf(copy, 80, "%s-backup", world_home(s->w, i));
    world_copy_folder(world_home(s->w, i), copy);
    world_start(s->w, i);
    pair_settle(s);
}

/* The machine of node I is stolen, and its backup goes on with new keys; its home as the thief has it is THEIRS. */
static void replace(struct pair *s, size_t i, const char *copy, char theirs[static 80])
{
    if (pair_node(s, i) != NULL)
        world_crash(s->w, i);
    (void)snprintf(theirs, 80, "%s-stolen", world_home(s->w, i));
    world_copy_folder(world_home(s->w, i), theirs);
    world_copy_folder(copy, world_home(s->w, i));
    world_replace_keys(s->w, i);
    world_go_on_replaced(s->w, i);
}

/* Of each a referral is in NGO's backup COPY, and one of MISSION's that it had is not. Then its machine is replaced. */
static struct ident lose_one(struct pair *s, char copy[static 80], char theirs[static 80])
{
    struct ident lost;

    pair_referred(s, NGO);
    pair_referred(s, MISSION);
    pair_settle(s);
    back_up(s, NGO, copy);
    lost = pair_referred(s, MISSION);
    pair_settle(s);
    replace(s, NGO, copy, theirs);
    return lost;
}

/* Somebody at node I phones the other agency, and compares. */
static void confirm(struct pair *s, size_t i)
{
    char text[FINGERPRINT_TEXT];
    bool held_there;
    bool changed;
    struct peer p;

    assert_true(membership_find_peer(pair_node(s, i)->membership, address_view(world_address(s->w, 1 - i)), &p));
    fingerprint_write(&p.fingerprint, text);
    assert_true(exchange_agency_confirm(pair_node(s, i), world_address(s->w, 1 - i), view_of_text(text), &changed,
                                        &held_there, &s->err));
    assert_true(changed);
}

static void confirm_after(struct pair *s)
{
    pair_settle(s);
    confirm(s, MISSION);
    pair_settle(s);
}

struct gaps {
    unsigned count;
    struct control_node_gap last;
};

static bool on_gap(void *cookie, const struct control_node_gap *line, struct error *err)
{
    struct gaps *g = cookie;

    (void)err;
    g->count++;
    g->last = *line;
    return true;
}

static struct gaps gaps(struct pair *s)
{
    struct gaps g = {0};

    assert_true(exchange_gaps(pair_node(s, NGO), on_gap, &g, &s->err));
    return g;
}

/* Until the key counts at the peer nothing that the agency says of its past does; then all goes on. */
static void test_what_the_backup_has_goes_on_when_the_key_counts(void **state)
{
    struct control_referral line;
    struct node_status status;
    struct gaps named;
    char theirs[80];
    char copy[80];
    struct ident sent;
    struct ident came;
    struct ident behind;
    struct ident lost;
    struct pair s;

    (void)state;
    begin(&s);
    sent = pair_referred(&s, NGO);
    came = pair_referred(&s, MISSION);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    behind = pair_referred(&s, NGO);
    lost = pair_referred(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, NGO) + pair_waiting(&s, MISSION), 0);

    replace(&s, NGO, copy, theirs);
    pair_settle(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 1);
    assert_true(restored_asks_wait(pair_node(&s, NGO)));
    assert_int_equal(people_count(pair_node(&s, NGO), &lost), 0);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_WITHHELD), 0);
    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_true(status.key_is_compared && status.awaited_count == 1); /* no time ends that */
    assert_true(exchange_status(pair_node(&s, MISSION), &status, &s.err));
    assert_false(status.key_is_compared);

    confirm(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 2);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    assert_int_equal(people_count(pair_node(&s, NGO), &came), 1);
    assert_int_equal(people_count(pair_node(&s, NGO), &lost), 1); /* sealed to its new keys */
    named = gaps(&s);
    assert_int_equal(named.count, 1);
    assert_true(ident_equal(&named.last.referral, &behind));
    assert_true(exchange_referral_accept(pair_node(&s, MISSION), &sent, (struct view){0}, &line, &s.err));
    pair_settle(&s);
    assert_int_equal(people_state(pair_node(&s, NGO), &sent), REFERRAL_ACCEPTED);
    assert_true(exchange_referral_accept(pair_node(&s, NGO), &came, (struct view){0}, &line, &s.err));
    pair_settle(&s);
    assert_int_equal(people_state(pair_node(&s, MISSION), &came), REFERRAL_ACCEPTED);
    assert_true(pair_refer(&s, NGO) && pair_refer(&s, MISSION));
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, NGO) + pair_waiting(&s, MISSION), 0);
    assert_int_equal(pair_findings(&s, MISSION) + pair_findings(&s, NGO), 0);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_WITHHELD), 0);
    world_crash(s.w, NGO);
    world_start(s.w, NGO);
    pair_settle(&s);
    pair_end(&s);
}

/* The NGO runs on its third machine, and MISSION compares its key: LOST comes again, and SENT goes on. */
static void assert_goes_on_from_the_third(struct pair *s, const struct ident *sent, const struct ident *lost)
{
    struct control_referral line;

    world_run_ms(s->w, 26 * 60 * MINUTES);
    assert_int_equal(people_peer(s->w, MISSION, NGO).incarnation, 1);
    assert_int_equal(people_count(pair_node(s, NGO), lost), 0);
    confirm_after(s);
    assert_int_equal(people_peer(s->w, MISSION, NGO).incarnation, 3);
    assert_int_equal(people_count(pair_node(s, NGO), lost), 1);
    assert_true(exchange_referral_accept(pair_node(s, MISSION), sent, (struct view){0}, &line, &s->err));
    pair_settle(s);
    assert_int_equal(people_state(pair_node(s, NGO), sent), REFERRAL_ACCEPTED);
}

/* It was stolen twice within days, or the key was changed: nobody at the peer had compared the first. */
static void test_a_second_key_before_anybody_compared_ends_nothing(void **state)
{
    char theirs[80];
    char copy[80];
    struct ident lost;
    struct ident sent;
    struct pair s;

    (void)state;
    begin(&s);
    sent = pair_referred(&s, NGO);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    lost = pair_referred(&s, MISSION);
    pair_settle(&s);
    replace(&s, NGO, copy, theirs);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    replace(&s, NGO, copy, theirs);
    world_crash(s.w, MISSION);
    world_start(s.w, MISSION);
    assert_goes_on_from_the_third(&s, &sent, &lost);
    pair_end(&s);
}

/* Nor was the peer there when the first was listed. */
static void test_a_peer_that_was_off_through_two_thefts_follows(void **state)
{
    char theirs[80];
    char copy[80];
    struct ident lost;
    struct ident sent;
    struct pair s;

    (void)state;
    begin(&s);
    sent = pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    lost = pair_referred(&s, MISSION);
    pair_settle(&s);
    world_crash(s.w, MISSION);
    replace(&s, NGO, copy, theirs);
    world_run_ms(s.w, MINUTES);
    back_up(&s, NGO, copy);
    replace(&s, NGO, copy, theirs);
    world_run_ms(s.w, MINUTES);
    world_start(s.w, MISSION);
    assert_goes_on_from_the_third(&s, &sent, &lost);
    pair_end(&s);
}

/* The machine between had nothing of before: what goes on from that is another agency's beginning. */
static void test_what_goes_on_from_a_machine_without_data_has_none(void **state)
{
    char theirs[80];
    char copy[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    world_crash(s.w, MISSION);
    world_replace(s.w, NGO);
    world_run_ms(s.w, MINUTES);
    back_up(&s, NGO, copy);
    replace(&s, NGO, copy, theirs);
    world_run_ms(s.w, MINUTES);
    world_start(s.w, MISSION);
    pair_settle(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 3); /* nothing of the log before is waited for */
    pair_end(&s);
}

/* The consent was recorded before the theft: a release after an acceptance, and a first referral, go under it. */
static void test_consents_of_before_go_on(void **state)
{
    struct control_referral line;
    char theirs[80];
    char copy[80];
    struct ident later;
    struct ident sent;
    struct pair s;

    (void)state;
    begin(&s);
    sent = pair_referred(&s, NGO);
    pair_settle(&s);
    pair_add_person(&s, NGO); /* with a consent under which nothing was sent */
    back_up(&s, NGO, copy);
    replace(&s, NGO, copy, theirs);
    confirm_after(&s);
    assert_true(exchange_referral_accept(pair_node(&s, MISSION), &sent, (struct view){0}, &line, &s.err));
    pair_settle(&s);
    assert_int_equal(people_state(pair_node(&s, NGO), &sent), REFERRAL_ACCEPTED);
    later = pair_referred(&s, NGO);
    pair_settle(&s);
    assert_int_equal(people_count(pair_node(&s, MISSION), &later), 1);
    assert_true(exchange_referral_accept(pair_node(&s, MISSION), &later, (struct view){0}, &line, &s.err));
    pair_settle(&s);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_REFUSED), 0);
    pair_end(&s);
}

/* Any other new key counts after a day; with this one all that the agency says that it lost would be sent again. */
static void assert_doubt(struct pair *s, bool doubt)
{
    struct control_clock c;

    world_must(exchange_clock_show(pair_node(s, NGO), &c, &s->err), &s->err, "the clock");
    assert_int_equal(c.in_doubt, doubt);
}

/* Its log ended days ago, so that its clock is in doubt when it starts. */
static void test_who_compared_says_what_the_time_is_to_an_old_backup(void **state)
{
    char theirs[80];
    char copy[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    world_run_ms(s.w, 5 * DAY_MS);
    replace(&s, NGO, copy, theirs);
    assert_doubt(&s, true);
    pair_settle(&s);
    confirm(&s, MISSION);
    world_run_ms(s.w, 10 * MINUTES);
    assert_doubt(&s, false);
    pair_end(&s);
}

static void test_nobodys_silence_confirms_a_key_that_goes_on(void **state)
{
    struct node_status status;
    char theirs[80];
    char copy[80];
    struct ident lost;
    struct pair s;

    (void)state;
    begin(&s);
    lost = lose_one(&s, copy, theirs);
    world_run_ms(s.w, 30 * 60 * MINUTES);
    world_crash(s.w, MISSION);
    world_start(s.w, MISSION);
    world_run_ms(s.w, 30 * 60 * MINUTES);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 1);
    assert_int_equal(people_count(pair_node(&s, NGO), &lost), 0);
    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_int_equal(status.awaited_count, 1);
    confirm_after(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 2);
    assert_int_equal(people_count(pair_node(&s, NGO), &lost), 1);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    pair_end(&s);
}

/* What waited when the backup was made leaves with its record of the old log, as the new key says where that ended. */
static void test_what_waits_leaves_with_its_record_of_the_old_log(void **state)
{
    char theirs[80];
    char copy[80];
    struct ident waits;
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    world_conditions(s.w)->partition = true;
    waits = pair_referred(&s, NGO);
    world_tick(s.w, NGO);
    world_crash(s.w, NGO);
    (void)snprintf(copy, sizeof copy, "%s-backup", world_home(s.w, NGO));
    world_copy_folder(world_home(s.w, NGO), copy);
    world_conditions(s.w)->partition = false;
    replace(&s, NGO, copy, theirs);
    pair_settle(&s);
    assert_int_equal(people_count(pair_node(&s, MISSION), &waits), 0);
    confirm(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(people_count(pair_node(&s, MISSION), &waits), 1);
    assert_int_equal(pair_waiting(&s, NGO), 0);
    assert_int_equal(pair_findings(&s, MISSION) + pair_unlinked(&s, MISSION), 0);
    pair_end(&s);
}

static void withdraw(struct pair *s, bool erase_now)
{
    const struct control_consent_withdraw_ask ask = {
        .consent = s->consent[NGO], .erase_now = erase_now, .seen_alone = erase_now ? SEEN_ALONE : 0};
    struct control_consent told;

    world_must(exchange_consent_withdraw(pair_node(s, NGO), &ask, &told, &s->err), &s->err, "withdraw");
    pair_settle(s);
}

/* She may not have said it: a thief who erases at the peers does not erase in the backup. */
static void test_what_was_withdrawn_under_the_old_key_stops_and_erases_nothing(void **state)
{
    struct node_status status;
    struct gaps named;
    struct consent_row row;
    char theirs[80];
    char copy[80];
    struct pair s;
    bool found;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    withdraw(&s, true);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_ERASED), 1);
    replace(&s, NGO, copy, theirs);
    pair_settle(&s);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_WITHDRAWN), 0);
    confirm(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_WITHDRAWN), 1);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_ERASED), 0);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    assert_true(
        consent_store_find(pair_node(&s, NGO)->db, world_address(s.w, NGO), &s.consent[NGO], &found, &row, &s.err) &&
        found);
    named = gaps(&s);
    assert_int_equal(named.count, 1);
    assert_int_equal(named.last.kind, MESSAGE_WITHDRAWAL);
    assert_true(ident_equal(&named.last.message, &s.consent[NGO])); /* to ask her */
    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_int_equal(status.gaps.withdrawals, 1);
    assert_int_equal(status.gaps.messages, 0);
    assert_true(row.erase_from > day_of_ms(tick_closing_ms(pair_node(&s, NGO))) + 1);
    assert_false(pair_refer(&s, NGO));
    withdraw(&s, true); /* she says it herself */
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_ERASED), 1);
    pair_end(&s);
}

/* The agency went on without the peer's word, which comes when somebody there has compared, on the same link. */
static void test_who_confirms_late_is_told_all_the_same(void **state)
{
    char theirs[80];
    char copy[80];
    struct ident lost;
    struct pair s;

    (void)state;
    begin(&s);
    lost = lose_one(&s, copy, theirs);
    pair_settle(&s);
    assert_true(exchange_restored_without(pair_node(&s, NGO), world_address(s.w, MISSION), &s.err));
    pair_settle(&s);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    assert_true(pair_refer(&s, NGO));
    pair_settle(&s);
    assert_true(holds_waits_there(pair_node(&s, NGO), people_peer(s.w, NGO, MISSION).number)); /* as is shown */
    confirm(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 2);
    assert_int_equal(people_count(pair_node(&s, NGO), &lost), 1);
    assert_true(pair_refer(&s, NGO));
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, NGO) + pair_waiting(&s, MISSION), 0);
    pair_end(&s);
}

/* What the peer withdraws meanwhile is answered by no receipt that counts. */
static void test_a_receipt_under_a_held_key_settles_nothing(void **state)
{
    struct control_consent_withdraw_ask ask = {.erase_now = true, .seen_alone = SEEN_ALONE};
    struct control_consent told;
    char theirs[80];
    char copy[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    replace(&s, NGO, copy, theirs);
    pair_settle(&s);
    ask.consent = s.consent[MISSION];
    world_must(exchange_consent_withdraw(pair_node(&s, MISSION), &ask, &told, &s.err), &s.err, "withdraw");
    pair_settle(&s);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_ERASED), 1); /* it is told, and erases */
    assert_int_equal(pair_waiting(&s, MISSION), 1);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 1);
    confirm(&s, MISSION);
    world_run_ms(s.w, 90 * MINUTES);
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, MISSION), 0);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_SETTLED), 1);
    pair_end(&s);
}

static void edit(struct pair *s, const char *home, const char *sql)
{
    char path[FILE_PATH_MAX];
    sqlite3 *db;

    assert_true(file_join_path(path, home, HOME_DATABASE, &s->err));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* She had said stop before: what a thief says puts nothing off, and nothing forward, also where the row was changed. */
static void test_what_comes_back_moves_no_day(void **state)
{
    struct consent_row before;
    struct consent_row row;
    char theirs[80];
    char copy[80];
    struct pair s;
    bool found;

    (void)state;
    for (int missing = 0; missing < 2; missing++) {
        begin(&s);
        pair_referred(&s, NGO);
        pair_settle(&s);
        withdraw(&s, false);
        back_up(&s, NGO, copy);
        assert_true(consent_store_find(pair_node(&s, NGO)->db, world_address(s.w, NGO), &s.consent[NGO], &found,
                                       &before, &s.err));
        withdraw(&s, true);
        if (missing)
            edit(&s, copy, "UPDATE consent SET progress = 1, erase_from = 0 WHERE progress = 2");
        replace(&s, NGO, copy, theirs);
        confirm_after(&s);
        assert_int_equal(people_records(pair_node(&s, NGO), RECORD_WITHDRAWN), 1 + missing);
        assert_int_equal(people_records(pair_node(&s, NGO), RECORD_ERASED), 0);
        assert_true(consent_store_find(pair_node(&s, NGO)->db, world_address(s.w, NGO), &s.consent[NGO], &found, &row,
                                       &s.err) &&
                    found);
        assert_int_equal(row.erase_from, before.erase_from);
        pair_end(&s);
    }
}

/* What she says now does not wait for a telephone call: it stops there, and nothing of the log is remembered. */
static void test_a_withdrawal_stops_while_the_key_is_held(void **state)
{
    char theirs[80];
    char copy[80];
    unsigned taken;
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    replace(&s, NGO, copy, theirs);
    pair_settle(&s);
    taken = people_records(pair_node(&s, MISSION), RECORD_TAKEN);
    withdraw(&s, true);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_TAKEN), taken + 1);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_ERASED), 0);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 1);
    confirm(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_ERASED), 1);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 2);
    pair_end(&s);
}

/* The key counts, and how its log began anew has not come. */
static void test_a_withdrawal_stops_before_the_beginning_came(void **state)
{
    char theirs[80];
    char copy[80];
    unsigned taken;
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    world_conditions(s.w)->drop = PEER_INCARNATION;
    replace(&s, NGO, copy, theirs);
    confirm_after(&s);
    taken = people_records(pair_node(&s, MISSION), RECORD_TAKEN);
    withdraw(&s, true);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_TAKEN), taken + 1);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_ERASED), 0);
    world_conditions(s.w)->drop = 0;
    world_cut(s.w, NGO, MISSION);
    pair_settle(&s);
    world_run_ms(s.w, 90 * MINUTES);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_ERASED), 1);
    pair_end(&s);
}

/* The one part of the backup was made under the key before, the other under the one that was stolen. */
static void go_on_with_parts(bool data_is_newer)
{
    struct control_referral line;
    char identity[2][FILE_PATH_MAX];
    char theirs[80];
    char copies[2][80];
    char command[2 * FILE_PATH_MAX + 8];
    struct ident sent;
    struct pair s;

    begin(&s);
    sent = pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copies[0]);
    replace(&s, NGO, copies[0], theirs);
    confirm_after(&s);
    (void)snprintf(copies[1], sizeof copies[1], "%s-second", world_home(s.w, NGO));
    world_crash(s.w, NGO);
    world_copy_folder(world_home(s.w, NGO), copies[1]);
    for (size_t i = 0; i < 2; i++)
        assert_true(file_join_path(identity[i], copies[i], VAULT_IDENTITY, &s.err));
    (void)snprintf(command, sizeof command, "cp '%s' '%s'", identity[!data_is_newer], identity[data_is_newer]);
    assert_int_equal(system(command), 0);
    replace(&s, NGO, copies[data_is_newer], theirs);
    pair_settle(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 2);
    confirm_after(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 3);
    assert_true(exchange_referral_accept(pair_node(&s, MISSION), &sent, (struct view){0}, &line, &s.err));
    pair_settle(&s);
    assert_int_equal(people_state(pair_node(&s, NGO), &sent), REFERRAL_ACCEPTED);
    pair_end(&s);
}

static void test_it_goes_on_from_the_key_that_others_know(void **state)
{
    (void)state;
    go_on_with_parts(false);
    go_on_with_parts(true);
}

static void note_step(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct arena arena = {0};
    struct peer_refusal r;
    struct error err;

    if (kind == PEER_REFUSAL && from == MISSION && to == NGO && peer_refusal_decode(payload, &arena, &r, &err))
        *(enum admission_step *)cookie = r.step;
    arena_fini(&arena);
}

/* Appends what the thief signs as a record of a log INCARNATION. */
static void forge(struct pair *s, uint32_t incarnation, struct bytes *envelope)
{
    struct forgery f = {.record.message_kind = MESSAGE_AUTHORITY_REQUEST,
                        .incarnation = incarnation,
                        .other_size = 3,
                        .other_index = 2};
    struct body b = {.kind = MESSAGE_AUTHORITY_REQUEST};
    struct bytes body = {0};

    body_encode(&b, &body);
    f.body = bytes_view(&body);
    forge_envelope(s->w, NGO, MISSION, &f, envelope);
    bytes_fini(&body);
}

static void test_nothing_that_the_old_key_signs_counts(void **state)
{
    enum admission_step step;
    struct bytes envelopes[2] = {{0}, {0}};
    char theirs[80];
    char copy[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    forge(&s, 1, &envelopes[0]);
    forge(&s, 2, &envelopes[1]);
    replace(&s, NGO, copy, theirs);
    pair_settle(&s);
    world_watch(s.w, note_step, &step);
    for (int counts = 0; counts < 2; counts++) {
        for (size_t i = 0; i < 2; i++) {
            step = (enum admission_step)0;
            assert_true(world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&envelopes[i])));
            world_tick(s.w, MISSION);
            assert_int_equal(step, STEP_CHECKPOINT);
        }
        if (counts == 0) {
            confirm(&s, MISSION);
            pair_settle(&s);
        }
    }
    world_watch(s.w, NULL, NULL);
    for (size_t i = 0; i < 2; i++)
        bytes_fini(&envelopes[i]);
    pair_end(&s);
}

/* The home that the thief has learns from any newer directory that another one goes on. */
static void test_the_stolen_home_signs_nothing_under_the_new_directory(void **state)
{
    struct control_enrol_result result;
    struct bytes file = {0};
    char theirs[80];
    char copy[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    replace(&s, NGO, copy, theirs);
    pair_settle(&s);
    world_membership(s.w, NGO, membership_note(pair_node(&s, MISSION)->membership), &file);
    world_crash(s.w, NGO);
    world_copy_folder(theirs, world_home(s.w, NGO));
    assert_false(world_enrol(s.w, NGO, bytes_view(&file), (struct view){0}, &result, &s.err));
    assert_int_equal(s.err.code, E_ENR_06); /* the certificates are of other keys than it has */
    world_start(s.w, NGO);                  /* the directory comes, by whatever way */
    assert_false(own_note_may_sign(pair_node(&s, NGO), &s.err));
    assert_int_equal(s.err.code, E_RST_03);
    bytes_fini(&file);
    pair_end(&s);
}

static void read_home(struct pair *s, const char *home, const char *name, struct bytes *out)
{
    char path[FILE_PATH_MAX];

    bytes_clear(out);
    assert_true(file_join_path(path, home, name, &s->err) && file_read(path, 4096, out, &s->err));
}

static uint64_t generation(struct pair *s, const char *home)
{
    char path[FILE_PATH_MAX];
    uint64_t out;

    assert_true(file_join_path(path, home, VAULT_SLOTS, &s->err) && data_keys_read_generation(path, &out, &s->err));
    return out;
}

static bool on_own(void *cookie, const struct control_agency *a, struct error *err)
{
    (void)err;
    if (a->self)
        *(struct hash *)cookie = a->fingerprint;
    return true;
}

/* What is read of the stopped home is of the key that the coordinator is to enter. */
static void stopped_home_tells_new_key(struct pair *s)
{
    const struct exchange_options options = {.home = world_home(s->w, NGO),
                                             .clock = pair_node(s, MISSION)->time.clock,
                                             .random = pair_node(s, MISSION)->random,
                                             .read_only = true};
    struct control_node_restored line;
    struct node_status status;
    struct arena arena = {0};
    struct hash shown = {{0}};
    struct hash own;
    struct exchange *x;

    assert_true(exchange_own_fingerprint(options.home, &own, &s->err));
    assert_true(exchange_mark_restored(&options, false, &arena, &line, &s->err));
    assert_true(line.new_keys);
    assert_true(exchange_open(&options, &x, &s->err));
    assert_true(exchange_status(x, &status, &s->err));
    assert_int_equal(status.stopped, OWN_KEYS_WAIT);
    assert_true(exchange_agency_list(x, on_own, &shown, &s->err));
    assert_true(hash_equal(&shown, &own));
    assert_false(exchange_restored_ready(x, &s->err));
    assert_int_equal(s->err.code, E_RST_18);
    exchange_close(x);
    arena_fini(&arena);
}

static void test_a_home_with_new_keys_does_not_start_before_they_are_entered(void **state)
{
    static const char *const keys[] = {VAULT_IDENTITY, VAULT_TRANSPORT, VAULT_STORAGE_KEY, HOME_NODE};
    struct bytes before = {0};
    struct bytes after = {0};
    struct secret key = {0};
    struct keyfile *keyfile;
    char path[FILE_PATH_MAX];
    char copy[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    world_replace_keys(s.w, NGO);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        read_home(&s, copy, keys[i], &before);
        read_home(&s, world_home(s.w, NGO), keys[i], &after);
        assert_false(view_equal(bytes_view(&before), bytes_view(&after)));
    }
    bytes_fini(&before);
    bytes_fini(&after);
    assert_int_equal(generation(&s, world_home(s.w, NGO)), generation(&s, copy) + 1);
    assert_true(file_join_path(path, world_home(s.w, NGO), VAULT_STORAGE_KEY, &s.err) &&
                keyfile_open(path, view_of(NULL, 0), &keyfile, &s.err));
    assert_false(keyfile_key(keyfile, generation(&s, copy), &key, &s.err)); /* of the stolen one nothing is left */
    keyfile_close(keyfile);
    assert_false(world_try_start(s.w, NGO, &s.err));
    assert_int_equal(s.err.code, E_RST_18);
    stopped_home_tells_new_key(&s);
    edit(&s, world_home(s.w, NGO), "DELETE FROM note WHERE what = 'replaced-key'"); /* as of parts of two keys */
    assert_false(world_try_start(s.w, NGO, &s.err));
    assert_int_equal(s.err.code, E_RST_20);
    world_go_on_replaced(s.w, NGO);
    pair_settle(&s);
    pair_end(&s);
}

/* What node AT has against FORGED, in a frame 8 of the other. */
static enum error_code bring(struct pair *s, size_t at, const struct audit_proof *forged)
{
    const struct peer_incarnation frame = {
        .record = forged->record, .path = forged->path, .checkpoint = forged->checkpoint};
    struct bytes wire = {0};
    bool taken;

    peer_incarnation_encode(&frame, &wire);
    taken = beginnings_take(pair_node(s, at), links_find_to(pair_node(s, at), people_peer(s->w, at, 1 - at).number),
                            bytes_view(&wire), &s->err);
    world_tick(s->w, at);
    bytes_fini(&wire);
    return taken ? E_NONE : s->err.code;
}

/* Where the old log ended the new key says, and of the log that goes on the old one nothing. */
static void test_the_old_key_says_nothing_of_the_logs(void **state)
{
    struct forgery f = {.incarnation = 2, .other_size = 1};
    struct record r = {.kind = RECORD_INCARNATION};
    struct audit_proof by_thief;
    struct audit_proof own;
    struct bytes last = {0};
    struct arena arena = {0};
    char theirs[80];
    char copy[80];
    struct pair s;
    uint64_t size;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    bytes_append_view(&last, audit_note(pair_node(&s, NGO)->audit, &size));
    r.notes.first = bytes_view(&last);
    forge_other_log(s.w, NGO, &r, &f, 1, &arena, &by_thief);
    world_conditions(s.w)->drop = PEER_INCARNATION;
    replace(&s, NGO, copy, theirs);
    confirm_after(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 1);
    forge_other_log(s.w, NGO, &r, &f, 1, &arena, &own);
    assert_int_equal(bring(&s, MISSION, &own), E_LOG_05);
    assert_int_equal(bring(&s, MISSION, &by_thief), E_LOG_05);
    assert_int_equal(bring(&s, NGO, &by_thief), E_LOG_05);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 1);
    assert_true(restored_asks_wait(pair_node(&s, NGO)));
    world_conditions(s.w)->drop = 0;
    bytes_fini(&last);
    arena_fini(&arena);
    pair_end(&s);
}

/* Before the machine was stolen its home had been put back once, and somebody showed what it had signed behind that. */
static void test_what_others_hold_under_the_old_key_is_not_named(void **state)
{
    struct bytes shown = {0};
    char theirs[80];
    char copy[80];
    struct pair s;
    uint64_t size;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    pair_referred(&s, NGO);
    pair_settle(&s);
    bytes_append_view(&shown, audit_note(pair_node(&s, NGO)->audit, &size));
    world_conditions(s.w)->partition = true;
    world_crash(s.w, NGO);
    world_copy_folder(copy, world_home(s.w, NGO));
    world_start(s.w, NGO);
    assert_true(own_note_check(pair_node(&s, NGO), world_address(s.w, MISSION), bytes_view(&shown), &size, &s.err));
    world_tick(s.w, NGO);
    assert_int_not_equal(own_note_beyond(pair_node(&s, NGO)), 0);
    world_crash(s.w, NGO);
    (void)snprintf(copy, sizeof copy, "%s-marked", world_home(s.w, NGO));
    world_copy_folder(world_home(s.w, NGO), copy);
    world_conditions(s.w)->partition = false;
    replace(&s, NGO, copy, theirs);
    confirm_after(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 2);
    bytes_fini(&shown);
    pair_end(&s);
}

/* Its log began anew before, under the key that was stolen: the peer, who was off, is told of both. */
static void test_a_log_that_began_anew_twice_under_two_keys_is_followed(void **state)
{
    struct control_referral line;
    char theirs[80];
    char copy[80];
    struct ident sent;
    struct pair s;

    (void)state;
    begin(&s);
    sent = pair_referred(&s, NGO);
    pair_settle(&s);
    world_crash(s.w, MISSION);
    world_mark_restored(s.w, NGO);
    world_begin_anew(s.w, NGO);
    back_up(&s, NGO, copy);
    replace(&s, NGO, copy, theirs);
    world_start(s.w, MISSION);
    pair_settle(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 1);
    confirm(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 3);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    assert_true(exchange_referral_accept(pair_node(&s, MISSION), &sent, (struct view){0}, &line, &s.err));
    pair_settle(&s);
    assert_int_equal(people_state(pair_node(&s, NGO), &sent), REFERRAL_ACCEPTED);

    back_up(&s, NGO, copy); /* and it is stolen once more */
    replace(&s, NGO, copy, theirs);
    pair_settle(&s);
    confirm(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 4);
    assert_true(pair_refer(&s, NGO) && pair_refer(&s, MISSION));
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, NGO) + pair_waiting(&s, MISSION), 0);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    pair_end(&s);
}

/* The keys were revoked at once, days before there was another machine. */
static void test_who_was_revoked_as_compromised_comes_back_with_the_data(void **state)
{
    struct control_referral line;
    char theirs[80];
    char copy[80];
    struct ident sent;
    struct pair s;

    (void)state;
    begin(&s);
    sent = pair_referred(&s, NGO);
    pair_settle(&s);
    back_up(&s, NGO, copy);
    world_crash(s.w, NGO);
    world_revoke(s.w, NGO, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.w, 60 * MINUTES);
    replace(&s, NGO, copy, theirs);
    pair_settle(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 1);
    confirm(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 2);
    assert_true(exchange_referral_accept(pair_node(&s, MISSION), &sent, (struct view){0}, &line, &s.err));
    pair_settle(&s);
    assert_int_equal(people_state(pair_node(&s, NGO), &sent), REFERRAL_ACCEPTED);
    pair_end(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_backup_has_goes_on_when_the_key_counts),
        cmocka_unit_test(test_a_peer_that_was_off_through_two_thefts_follows),
        cmocka_unit_test(test_what_goes_on_from_a_machine_without_data_has_none),
        cmocka_unit_test(test_consents_of_before_go_on),
        cmocka_unit_test(test_a_second_key_before_anybody_compared_ends_nothing),
        cmocka_unit_test(test_who_compared_says_what_the_time_is_to_an_old_backup),
        cmocka_unit_test(test_nobodys_silence_confirms_a_key_that_goes_on),
        cmocka_unit_test(test_what_waits_leaves_with_its_record_of_the_old_log),
        cmocka_unit_test(test_what_was_withdrawn_under_the_old_key_stops_and_erases_nothing),
        cmocka_unit_test(test_who_confirms_late_is_told_all_the_same),
        cmocka_unit_test(test_a_receipt_under_a_held_key_settles_nothing),
        cmocka_unit_test(test_what_comes_back_moves_no_day),
        cmocka_unit_test(test_a_withdrawal_stops_while_the_key_is_held),
        cmocka_unit_test(test_a_withdrawal_stops_before_the_beginning_came),
        cmocka_unit_test(test_it_goes_on_from_the_key_that_others_know),
        cmocka_unit_test(test_nothing_that_the_old_key_signs_counts),
        cmocka_unit_test(test_the_stolen_home_signs_nothing_under_the_new_directory),
        cmocka_unit_test(test_a_home_with_new_keys_does_not_start_before_they_are_entered),
        cmocka_unit_test(test_the_old_key_says_nothing_of_the_logs),
        cmocka_unit_test(test_what_others_hold_under_the_old_key_is_not_named),
        cmocka_unit_test(test_a_log_that_began_anew_twice_under_two_keys_is_followed),
        cmocka_unit_test(test_who_was_revoked_as_compromised_comes_back_with_the_data),
    };

    log_init("sim", LOG_ERROR);
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
