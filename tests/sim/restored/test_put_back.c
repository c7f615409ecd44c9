/* A node whose home was copied, and where the copy runs: what it, the newer one and their peers learn of it.
 *
 * sim_put_back [PATTERN].
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "codec/peer_messages.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/kept_notes.h"
#include "exchange/members/federation.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/own_note_test.h"
#include "exchange/restored/short_logs.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/vault.h"
#include "pair.h"
#include "store/consent_store.h"

static void begin(struct pair *s)
{
    pair_begin(s, 17);
}

static void refer_and_settle(struct pair *s, size_t from)
{
    assert_true(pair_refer(s, from));
    pair_settle(s);
}

/* The node is what it was when the copy was made; it does not hear what its peers remember of it. */
static void put_back(struct pair *s, size_t i, const char *older)
{
    world_crash(s->w, i);
    world_copy_folder(older, world_home(s->w, i));
    world_conditions(s->w)->drop = PEER_WITNESS;
    world_start(s->w, i);
}

static void make_copy(struct pair *s, size_t i, char older[static 80])
{
    world_crash(s->w, i);
    (void)snprintf(older, 80, "%s-older", world_home(s->w, i));
    world_copy_folder(world_home(s->w, i), older);
    world_start(s->w, i);
    pair_settle(s);
}

static void test_a_log_that_is_put_back_after_a_burst_is_found(void **state)
{
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_burst(&s, 8);
    make_copy(&s, NGO, older);
    for (unsigned i = 0; i < 4; i++)
        refer_and_settle(&s, NGO);
    assert_int_equal(pair_findings(&s, MISSION), 0);

    put_back(&s, NGO, older);
    for (unsigned i = 0; i < 6; i++) {
        assert_true(pair_refer(&s, NGO));
        world_run_ms(s.w, MINUTES);
    }
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 1);
    pair_end(&s);
}

/* Its peers show it what it signed before it was put back. */
static void test_a_node_that_was_put_back_signs_nothing_more(void **state)
{
    char older[80];
    struct pair s;
    struct node_status status;
    uint64_t size;

    (void)state;
    begin(&s);
    make_copy(&s, NGO, older);
    for (unsigned i = 0; i < 3; i++)
        refer_and_settle(&s, NGO);
    put_back(&s, NGO, older);
    world_conditions(s.w)->drop = 0;
    assert_true(pair_refer(&s, MISSION)); /* there is a link again */
    world_run_ms(s.w, 10 * MINUTES);

    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_true(status.signed_beyond > 0 && address_equal(&status.signed_beyond_seen_by, world_address(s.w, MISSION)));
    assert_int_equal(status.shown.links, 0); /* they would keep out the node whose log is newer */
    assert_null(pair_node(&s, MISSION)->links);
    size = audit_size(pair_node(&s, NGO)->audit, LOG_EXCHANGE);
    assert_false(pair_refer(&s, NGO));
    assert_int_equal(s.err.code, E_LOG_27);
    (void)people_case(pair_node(&s, NGO)); /* what is not signed for peers goes on */
    world_tick(s.w, NGO);
    world_run_ms(s.w, 26 * 60 * MINUTES); /* nor does it by itself: the house log has grown */
    assert_int_equal(audit_size(pair_node(&s, NGO)->audit, LOG_EXCHANGE), size);

    world_crash(s.w, NGO);
    world_start(s.w, NGO);
    assert_false(pair_refer(&s, NGO));
    assert_int_equal(s.err.code, E_LOG_27);
    pair_end(&s);
}

/* NGO knows that MISSION has more of its log; whether that grows tells a copy from a home that was put back. */
static void test_which_of_two_it_looks_like_is_told_by_what_grows_elsewhere(void **state)
{
    struct node_status status;
    struct peer_row ours;
    char older[80];
    struct pair s;
    bool found;

    (void)state;
    for (int grows = 0; grows < 2; grows++) {
        begin(&s);
        make_copy(&s, NGO, older);
        refer_and_settle(&s, NGO);
        put_back(&s, NGO, older);
        world_conditions(s.w)->drop = 0;
        assert_true(pair_refer(&s, MISSION));
        world_run_ms(s.w, 30 * MINUTES);
        assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
        assert_int_not_equal(status.signed_beyond, 0);
        assert_int_equal(status.newer_ms, 0);
        if (grows != 0) { /* the other home signs on */
            assert_true(peers_find(pair_node(&s, MISSION), world_address(s.w, NGO), &found, &ours, &s.err) && found);
            ours.linked_size += 5;
            assert_true(tick_begin(pair_node(&s, MISSION), &s.err) &&
                        peers_update(pair_node(&s, MISSION), &ours, &s.err));
        }
        world_run_ms(s.w, 3 * 60 * MINUTES);
        assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
        assert_int_equal(status.newer_ms != 0, grows != 0);
        assert_int_equal(status.same_ms != 0, grows == 0);
        assert_null(pair_node(&s, NGO)->links);
        world_crash(s.w, NGO);
        world_start(s.w, NGO);
        assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
        assert_int_equal(status.newer_ms != 0, grows != 0);
        pair_end(&s);
    }
}

static struct node_status peer_status(struct pair *s)
{
    struct node_status status;

    assert_true(exchange_status(pair_node(s, MISSION), &status, &s->err));
    return status;
}

static void count_witnesses(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)to;
    (void)payload;
    *(unsigned *)cookie += from == NGO && kind == PEER_WITNESS;
}

/* People at MISSION, who caught it, are told, too: until NGO's home with all of its log was there for a day. */
static void test_who_catches_a_copy_is_told(void **state)
{
    struct node_status status;
    const struct link *link;
    unsigned said = 0;
    char older[80];
    char newer[80];
    struct pair s;

    (void)state;
    begin(&s);
    make_copy(&s, NGO, older);
    refer_and_settle(&s, NGO);
    world_cut(s.w, NGO, MISSION);
    refer_and_settle(&s, MISSION);
    link = links_find_agency(pair_node(&s, MISSION), world_address(s.w, NGO));
    assert_true(short_logs_take(pair_node(&s, MISSION), link, 2, 0, &s.err)); /* of a log that began anew, as it says */
    assert_int_equal(peer_status(&s).short_count, 0);
    world_crash(s.w, NGO);
    (void)snprintf(newer, sizeof newer, "%s-newer", world_home(s.w, NGO));
    world_copy_folder(world_home(s.w, NGO), newer);
    world_copy_folder(older, world_home(s.w, NGO));
    world_start(s.w, NGO);
    assert_true(pair_refer(&s, MISSION));
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_not_equal(own_note_beyond(pair_node(&s, NGO)), 0);
    status = peer_status(&s);
    assert_int_equal(status.short_count, 1);
    assert_true(address_equal(&status.short_logs[0].agency, world_address(s.w, NGO)));
    assert_false(status.short_logs[0].goes_on);
    world_watch(s.w, count_witnesses, &said);
    world_run_ms(s.w, 3 * 60 * MINUTES);
    assert_true(said >= 2); /* it looks what is known of it each hour, and says again how much it has */
    world_watch(s.w, NULL, NULL);

    world_crash(s.w, NGO);
    world_copy_folder(newer, world_home(s.w, NGO));
    world_start(s.w, NGO);
    world_crash(s.w, MISSION);
    world_start(s.w, MISSION);
    refer_and_settle(&s, NGO);
    status = peer_status(&s);
    assert_int_equal(status.short_count, 1);
    assert_true(status.short_logs[0].goes_on);
    world_advance(s.w, DAY_MS);
    world_publish(s.w);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(peer_status(&s).short_count, 0);
    pair_end(&s);
}

static void test_a_node_that_was_put_back_takes_no_link(void **state)
{
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, MISSION);
    world_cut(s.w, NGO, MISSION);
    own_note_set_beyond(pair_node(&s, NGO), 1000);
    assert_true(pair_refer(&s, MISSION));
    for (int i = 0; i < 600; i++) {
        world_step(s.w, 100);
        assert_null(pair_node(&s, NGO)->links);
    }
    own_note_set_beyond(pair_node(&s, NGO), 0);
    pair_settle(&s);
    pair_end(&s);
}

static bool has_other_keys(struct pair *s)
{
    struct node_status status;

    assert_true(exchange_status(pair_node(s, NGO), &status, &s->err));
    return status.other_keys;
}

/* To the evening before the day on which nodes make their keys of a week (docs/PROTOCOL.md 10). */
static void pass_to_sunday_night(struct pair *s)
{
    do {
        world_advance(s->w, DAY_MS / 2);
        world_publish(s->w);
        world_run_ms(s->w, MINUTES);
    } while (day_of_ms(world_now(s->w) + DAY_MS / 2) % 7 != 4 || day_of_ms(world_now(s->w)) % 7 == 4);
}

/* A copy makes its keys of a week, and the node its own, both under one sequence: who has the copy's is told the node's
 * by it, and the node learns of them by who has them. */
static void test_keys_that_a_copy_made_are_found_and_do_not_count(void **state)
{
    char older[80];
    char newer[80];
    struct pair s;
    unsigned receipts;
    unsigned keys;

    (void)state;
    begin(&s);
    receipts = people_records(pair_node(&s, MISSION), RECORD_RECEIPTED);
    pass_to_sunday_night(&s);
    make_copy(&s, NGO, older);
    world_crash(s.w, NGO);
    (void)snprintf(newer, sizeof newer, "%s-newer", world_home(s.w, NGO));
    world_copy_folder(world_home(s.w, NGO), newer);
    world_advance(s.w, DAY_MS / 2);
    put_back(&s, NGO, older);
    world_run_ms(s.w, MINUTES);
    world_crash(s.w, NGO);
    world_copy_folder(newer, world_home(s.w, NGO));
    world_start(s.w, NGO);
    assert_true(pair_refer(&s, MISSION));
    world_run_ms(s.w, 10 * MINUTES);

    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_RECEIPTED), receipts + 1);
    assert_true(has_other_keys(&s));
    keys = people_records(pair_node(&s, NGO), RECORD_KEYS);
    world_crash(s.w, NGO);
    world_start(s.w, NGO);
    world_run_ms(s.w, MINUTES);
    assert_true(has_other_keys(&s));
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_KEYS), keys);
    pass_to_sunday_night(&s);
    assert_true(has_other_keys(&s));
    world_advance(s.w, DAY_MS / 2);
    world_run_ms(s.w, MINUTES);
    assert_false(has_other_keys(&s));
    pair_end(&s);
}

static bool take_own_bundle(struct pair *s, uint64_t sequence)
{
    struct exchange *x = pair_node(s, NGO);
    struct bundle b = *membership_bundle(x->membership, address_view(world_address(s->w, NGO)));
    struct bytes note = {0};
    uint64_t mark = tick_call_begin(x);
    bool is_new;
    bool ok;

    b.sequence = sequence;
    assert_true(bundle_sign(&b, membership_federation(x->membership),
                            (struct sign_key *)(uintptr_t)vault_identity(x->vault), &note, &s->err));
    ok = tick_call_end(x, mark, federation_take_bundle(x, x->links, bytes_view(&note), &is_new, &s->err), &s->err);
    bytes_fini(&note);
    world_tick(s->w, NGO);
    return ok;
}

static uint64_t own_sequence(struct pair *s)
{
    return membership_bundle(pair_node(s, NGO)->membership, address_view(world_address(s->w, NGO)))->sequence;
}

static void test_each_bundle_in_our_name_is_answered_once(void **state)
{
    struct pair s;
    unsigned keys;

    (void)state;
    begin(&s);
    keys = people_records(pair_node(&s, NGO), RECORD_KEYS);
    assert_true(take_own_bundle(&s, 7));
    assert_int_equal(own_sequence(&s), 8);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_KEYS), keys + 2); /* the other's, and ours */
    assert_true(take_own_bundle(&s, 7) && take_own_bundle(&s, 8) && take_own_bundle(&s, 1));
    assert_int_equal(own_sequence(&s), 8);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_KEYS), keys + 2);
    for (int i = 0; i < 2; i++) /* none is later than the last */
        assert_true(take_own_bundle(&s, INT64_MAX));
    assert_int_equal(own_sequence(&s), 8);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_KEYS), keys + 3);
    assert_true(has_other_keys(&s));
    pair_end(&s);
}

/* A copy that knows that it is one does not take the word from the node whose log is newer. */
static void test_a_copy_that_knows_it_makes_no_keys_count(void **state)
{
    struct pair s;
    unsigned keys;

    (void)state;
    begin(&s);
    keys = people_records(pair_node(&s, NGO), RECORD_KEYS);
    own_note_set_beyond(pair_node(&s, NGO), 1000);
    assert_true(take_own_bundle(&s, 7));
    assert_int_equal(own_sequence(&s), 1);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_KEYS), keys);
    pair_end(&s);
}

/* Whom to tell is said also where, by this log, nothing left: the newer one may have sent it. */
static void test_on_a_node_that_was_put_back_a_withdrawal_says_whom_to_tell(void **state)
{
    struct control_consent_withdraw_ask ask = {0};
    struct control_consent_record_ask no = {.to_count = 1, .refused = true};
    struct control_consent shown;
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    make_copy(&s, NGO, older);
    refer_and_settle(&s, NGO);
    put_back(&s, NGO, older);
    world_conditions(s.w)->drop = 0;
    assert_true(pair_refer(&s, MISSION));
    world_run_ms(s.w, MINUTES);

    ask.consent = s.consent[NGO];
    for (int dry = 0; dry < 2; dry++) {
        ask.dry_run = dry != 0;
        assert_false(exchange_consent_withdraw(pair_node(&s, NGO), &ask, &shown, &s.err));
        assert_int_equal(s.err.code, E_CON_22);
        assert_non_null(strstr(s.err.text, world_address(s.w, MISSION)->text));
    }
    world_tick(s.w, NGO);
    assert_true(exchange_consent_show(pair_node(&s, NGO), &ask.consent, &shown, &s.err));
    assert_int_equal(shown.progress, CONSENT_STANDS);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_WITHDRAWN), 0);

    no.case_id = s.person[NGO]; /* where a yes stands, a no ends it */
    no.to = world_address(s.w, MISSION);
    assert_false(people_record(pair_node(&s, NGO), &no, &shown.consent, &s.err));
    assert_int_equal(s.err.code, E_CON_22);
    no.refused = false;
    assert_false(people_record(pair_node(&s, NGO), &no, &shown.consent, &s.err));
    assert_int_equal(s.err.code, E_LOG_27);

    ask.consent = s.consent[MISSION]; /* it may have been recorded after the copy was made */
    ask.consent.at[0] ^= 1;
    assert_false(exchange_consent_withdraw(pair_node(&s, NGO), &ask, &shown, &s.err));
    assert_int_equal(s.err.code, E_LOG_27);
    pair_end(&s);
}

static bool withdraw(struct pair *s, bool erase_now)
{
    struct control_consent_withdraw_ask ask = {
        .consent = s->consent[NGO], .erase_now = erase_now, .seen_alone = erase_now ? 1 : 0};
    struct control_consent shown;

    return exchange_consent_withdraw(pair_node(s, NGO), &ask, &shown, &s->err);
}

static uint64_t waiting(struct pair *s)
{
    struct node_status status;

    assert_true(exchange_status(pair_node(s, NGO), &status, &s->err));
    return status.shown.waiting;
}

/* She withdrew at both: at the older copy, and then at the node that has the newer log. */
static void withdraw_in_both_histories(struct pair *s, bool erase_now)
{
    char older[80];
    char newer[80];

    begin(s);
    refer_and_settle(s, NGO);
    make_copy(s, NGO, older);
    refer_and_settle(s, NGO);
    world_crash(s->w, NGO);
    (void)snprintf(newer, sizeof newer, "%s-newer", world_home(s->w, NGO));
    world_copy_folder(world_home(s->w, NGO), newer);
    put_back(s, NGO, older);
    assert_true(withdraw(s, erase_now));
    world_run_ms(s->w, 10 * MINUTES);
    assert_int_equal(people_records(pair_node(s, MISSION), RECORD_ERASED), erase_now);
    put_back(s, NGO, newer);
    assert_true(withdraw(s, erase_now));
    world_run_ms(s->w, 10 * MINUTES);
}

static void test_a_withdrawal_that_another_history_sent_too_gets_a_receipt_of_its_own(void **state)
{
    struct pair s;

    (void)state;
    withdraw_in_both_histories(&s, false);
    assert_int_equal(waiting(&s), 0);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_SETTLED), 0); /* it is not erased there yet */
    world_run_ms(s.w, 5 * 24 * 60 * MINUTES);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_SETTLED), 1);
    pair_end(&s);
}

static void test_what_another_history_was_told_of_erasure_is_stated_again(void **state)
{
    struct pair s;

    (void)state;
    withdraw_in_both_histories(&s, true);
    assert_int_equal(waiting(&s), 0);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_ERASED), 1);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_SETTLED), 1);
    pair_end(&s);
}

static bool count_untold(void *cookie, const struct owed_summary *o, struct error *err)
{
    (void)o;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static unsigned untold(struct pair *s)
{
    unsigned count = 0;

    assert_true(exchange_untold_list(pair_node(s, NGO), count_untold, &count, &s->err));
    return count;
}

/* Before its first link a copy does not know that it is one. */
static void test_what_a_copy_recorded_before_it_knew_is_named_as_not_told(void **state)
{
    struct control_consent shown;
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    make_copy(&s, NGO, older);
    refer_and_settle(&s, NGO);
    world_crash(s.w, MISSION);
    put_back(&s, NGO, older);
    world_conditions(s.w)->drop = 0;
    assert_true(withdraw(&s, false));
    world_tick(s.w, NGO);
    assert_int_equal(untold(&s), 0); /* it is told like any other, as far as is known */
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    world_start(s.w, MISSION);
    assert_true(pair_refer(&s, MISSION));
    world_run_ms(s.w, 10 * MINUTES);

    assert_int_not_equal(own_note_beyond(pair_node(&s, NGO)), 0);
    assert_int_equal(untold(&s), 1);
    assert_true(exchange_consent_show(pair_node(&s, NGO), &s.consent[NGO], &shown, &s.err));
    assert_true(shown.untold_here && shown.progress == CONSENT_STOPPED);
    assert_int_equal(shown.hold, HOLD_COPY); /* not "on its way": nothing leaves */
    assert_int_equal(shown.next_try_ms, 0);
    assert_false(withdraw(&s, false));
    assert_int_equal(s.err.code, E_CON_22);
    assert_non_null(strstr(s.err.text, "is recorded here, and this node tells nobody of it"));
    pair_end(&s);
}

/* A note of another log, and one in our name that we did not sign, accuse nobody. */
static void test_a_note_that_we_did_not_sign_stops_nobody(void **state)
{
    struct peer_witness w = {0};
    struct peer_row peer;
    struct pair s;
    struct bytes frame = {0};
    struct bytes forged = {0};

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    for (size_t i = 0; i < 2; i++) { /* MISSION's own; then NGO's, with another size */
        peer = people_peer(s.w, i, 1 - i);
        assert_true(kept_notes_linked(pair_node(&s, i), &peer, &w.linked, &s.err));
        bytes_clear(&forged);
        bytes_append_view(&forged, w.linked);
        if (i == 1)
            *((uint8_t *)memchr(forged.at, '\n', forged.size) + 1) = '9';
        w.linked = bytes_view(&forged);
        bytes_clear(&frame);
        peer_witness_encode(&w, &frame);
        assert_true(world_inject(s.w, MISSION, NGO, PEER_WITNESS, bytes_view(&frame)));
        pair_settle(&s);
        assert_int_equal(own_note_beyond(pair_node(&s, NGO)), 0);
    }
    refer_and_settle(&s, NGO);
    bytes_fini(&frame);
    bytes_fini(&forged);
    pair_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_log_that_is_put_back_after_a_burst_is_found),
        cmocka_unit_test(test_a_node_that_was_put_back_signs_nothing_more),
        cmocka_unit_test(test_which_of_two_it_looks_like_is_told_by_what_grows_elsewhere),
        cmocka_unit_test(test_who_catches_a_copy_is_told),
        cmocka_unit_test(test_a_node_that_was_put_back_takes_no_link),
        cmocka_unit_test(test_keys_that_a_copy_made_are_found_and_do_not_count),
        cmocka_unit_test(test_each_bundle_in_our_name_is_answered_once),
        cmocka_unit_test(test_a_copy_that_knows_it_makes_no_keys_count),
        cmocka_unit_test(test_on_a_node_that_was_put_back_a_withdrawal_says_whom_to_tell),
        cmocka_unit_test(test_a_withdrawal_that_another_history_sent_too_gets_a_receipt_of_its_own),
        cmocka_unit_test(test_what_another_history_was_told_of_erasure_is_stated_again),
        cmocka_unit_test(test_what_a_copy_recorded_before_it_knew_is_named_as_not_told),
        cmocka_unit_test(test_a_note_that_we_did_not_sign_stops_nobody),
    };

    log_init("sim", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
