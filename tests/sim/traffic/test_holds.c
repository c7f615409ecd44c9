/* What waits and goes on by itself, what waits for a person, what never leaves: between whole nodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/traffic/links.h"
#include "fixture.h"
#include "store/consent_store.h"
#include "store/message_store.h"

static void begin(struct fixture *s)
{
    fixture_begin(s, 11, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
}

static void refer(struct fixture *s)
{
    fixture_refer(s);
    world_tick(s->w, NGO);
}

static unsigned arrived(const struct fixture *s)
{
    return people_count(world_node(s->w, MISSION), &s->sent.referral);
}

struct fingerprint {
    const struct address *of;
    char text[FINGERPRINT_TEXT];
    enum hold hold;
};

static bool find_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct fingerprint *f = cookie;

    (void)err;
    if (address_equal(&a->agency, f->of)) {
        fingerprint_write(&a->fingerprint, f->text);
        f->hold = a->hold;
    }
    return true;
}

/* What node AT shows of the agency of node OF. */
static struct fingerprint shown(const struct fixture *s, size_t at, size_t of)
{
    struct fingerprint f = {.of = world_address(s->w, of)};
    struct error err;

    assert_true(exchange_agency_list(world_node(s->w, at), find_agency, &f, &err));
    return f;
}

static struct {
    bool changed;
    bool held_there;
} confirmed;

static bool confirm(const struct fixture *s, size_t at, size_t of, const char *text, struct error *err)
{
    uint32_t user = geteuid();
    bool ok;

    exchange_acting(world_node(s->w, at), &user);
    ok = exchange_agency_confirm(world_node(s->w, at), world_address(s->w, of), view_of_text(text), &confirmed.changed,
                                 &confirmed.held_there, err);
    exchange_acting(world_node(s->w, at), NULL);
    return ok;
}

static uint64_t directory_of(const struct fixture *s, size_t i)
{
    struct node_status status;
    struct error err;

    assert_true(exchange_status(world_node(s->w, i), &status, &err));
    return status.shown.directory_sequence;
}

/* --- a directory past its last day --- */

static void test_what_is_sent_under_an_ended_directory_waits_and_members_pass_a_newer_one_on(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_advance(s.w, 15 * DAY_MS);

    refer(&s);
    assert_int_equal(s.sent.hold, HOLD_DIRECTORY_ENDED);
    assert_true(s.sent.hold_until_ms > world_now(s.w));
    world_run_ms(s.w, 2 * HOURS);
    assert_int_equal(arrived(&s), 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_WAITING);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);

    world_publish_to(s.w, NGO);
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(directory_of(&s, MISSION), directory_of(&s, NGO));
    assert_int_equal(arrived(&s), 1);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

/* A script that lost the line asks again: it learns the same as the first time. */
static void test_what_waits_and_is_asked_for_again_is_said_to_wait(void **state)
{
    static const struct people_referral r = {.now = true, .request_id = "r-1"};
    struct control_referral_result again;
    struct fixture s;

    (void)state;
    begin(&s);
    world_advance(s.w, 15 * DAY_MS);
    assert_true(people_refer(s.ngo, &s.person, s.to, &r, &s.sent, &s.err));
    world_tick(s.w, NGO);
    assert_true(people_refer(s.ngo, &s.person, s.to, &r, &again, &s.err));
    assert_true(again.repeated);
    assert_int_equal(again.hold, HOLD_DIRECTORY_ENDED);
    assert_int_equal(again.hold_until_ms, s.sent.hold_until_ms);

    world_publish_to(s.w, NGO);
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    world_advance(s.w, 15 * DAY_MS);
    assert_true(people_refer(s.ngo, &s.person, s.to, &r, &again, &s.err));
    assert_true(again.repeated);
    assert_int_equal(again.hold, HOLD_NONE);
    fixture_end(&s);
}

static void test_a_node_whose_directory_has_ended_looks_for_a_newer_one_though_nothing_waits(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    world_advance(s.w, 15 * DAY_MS);
    world_crash(s.w, NGO);
    world_start(s.w, NGO);
    world_start(s.w, MISSION);
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(directory_of(&s, MISSION), 1);

    world_publish_to(s.w, NGO);
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(directory_of(&s, MISSION), directory_of(&s, NGO));
    fixture_end(&s);
}

/* --- clocks --- */

static void test_a_record_that_a_person_has_put_into_the_future_is_made_again(void **state)
{
    struct fixture s;
    bool changed;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    world_set_clock(s.w, NGO, 5 * DAY_MS);
    world_step(s.w, 0);
    assert_true(exchange_clock_confirm(s.ngo, &changed, &s.err)); /* wrongly */
    refer(&s);
    world_step(s.w, 0);
    world_set_clock(s.w, NGO, 0);
    assert_true(exchange_clock_confirm(s.ngo, &changed, &s.err));
    world_start(s.w, MISSION);
    world_run_ms(s.w, 5 * MINUTES);

    assert_int_equal(arrived(&s), 1);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 2);
    fixture_end(&s);
}

/* --- what a peer says --- */

static bool find_hold(void *cookie, const struct control_referral *r, struct error *err)
{
    struct control_referral *out = cookie;

    (void)err;
    if (ident_equal(&r->referral, &out->referral))
        *out = *r;
    return true;
}

static void check_no_room(const struct fixture *s)
{
    struct control_referral r = {.referral = s->sent.referral};
    enum hold named;
    struct error err;

    assert_true(exchange_referral_list(world_node(s->w, NGO), &(struct control_referral_list_ask){0}, NULL, find_hold,
                                       &r, &err));
    assert_int_equal(r.hold, HOLD_NO_ROOM);
    assert_true(r.hold_until_ms > world_now(s->w));
    assert_int_equal(people_held(world_node(s->w, NGO), &named), 1);
    assert_int_equal(named, HOLD_NO_ROOM);
}

/* A link stands, and a message waits that the mission never gets. */
static void begin_refused(struct fixture *s)
{
    begin(s);
    refer(s);
    assert_true(world_run_until_idle(s->w, 10 * MINUTES));
    world_conditions(s->w)->loss = 1000;
    refer(s);
}

static void refuse(struct fixture *s, enum hold hold)
{
    struct peer_refusal refusal = {.has_message = true, .message = s->sent.message, .step = STEP_CONSENT, .hold = hold};
    struct bytes payload = {0};

    peer_refusal_encode(&refusal, &payload);
    assert_true(world_inject(s->w, MISSION, NGO, PEER_REFUSAL, bytes_view(&payload)));
    world_tick(s->w, NGO);
    bytes_fini(&payload);
}

static void count_envelope(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    unsigned *envelopes = cookie;

    (void)to;
    (void)payload;
    *envelopes += from == NGO && kind == PEER_ENVELOPE;
}

static void test_what_was_refused_is_tried_after_10_s_doubled_up_to_512_fold(void **state)
{
    unsigned envelopes = 0;
    struct fixture s;

    (void)state;
    begin_refused(&s);
    world_watch(s.w, count_envelope, &envelopes);
    for (unsigned i = 0; i < 12; i++) {
        int64_t pause = INT64_C(10000) << (i < 9 ? i : 9);
        int64_t began = world_now(s.w);
        unsigned before = envelopes;

        refuse(&s, HOLD_NO_ROOM);
        while (envelopes == before && world_now(s.w) - began <= 2 * pause)
            world_step(s.w, 1000);
        assert_in_range(world_now(s.w) - began, pause, pause + 2000);
    }
    fixture_end(&s);
}

static void test_why_a_message_was_refused_is_known_after_a_restart(void **state)
{
    struct fixture s;

    (void)state;
    begin_refused(&s);
    refuse(&s, HOLD_NO_ROOM);
    check_no_room(&s);
    world_conditions(s.w)->loss = 0;
    world_conditions(s.w)->partition = true;
    world_crash(s.w, NGO);
    world_start(s.w, NGO);
    world_tick(s.w, NGO);
    check_no_room(&s);
    s.ngo = world_node(s.w, NGO);
    world_conditions(s.w)->partition = false;
    world_run_ms(s.w, 30 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

/* --- keys --- */

static void begin_replaced(struct fixture *s)
{
    begin(s);
    world_crash(s->w, MISSION);
    refer(s);
    world_replace(s->w, MISSION);
    world_run_ms(s->w, HOURS);
}

static void test_new_keys_get_nothing_before_a_person_has_compared_them(void **state)
{
    struct fixture s;
    char known[FINGERPRINT_TEXT];
    struct fingerprint f;
    uint32_t user = geteuid();
    uint32_t uid;

    (void)state;
    begin(&s);
    f = shown(&s, NGO, MISSION);
    for (size_t i = 0; i < sizeof known; i++)
        known[i] = f.text[i];
    world_crash(s.w, MISSION);
    refer(&s);
    exchange_acting(s.ngo, &user); /* who brings the directory */
    world_replace(s.w, MISSION);
    exchange_acting(s.ngo, NULL);
    world_run_ms(s.w, 23 * HOURS);

    assert_int_equal(arrived(&s), 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_WAITING);
    assert_int_equal(people_records(s.ngo, RECORD_AGENCY_KEY), 1);
    assert_false(people_decided(s.ngo, RECORD_AGENCY_KEY, &uid)); /* the directory says it, and nobody decided */
    f = shown(&s, NGO, MISSION);
    assert_int_equal(f.hold, HOLD_KEY_CHANGED);
    assert_false(confirm(&s, NGO, MISSION, known, &s.err)); /* what they read is not what the directory lists */
    assert_int_equal(s.err.code, E_FED_40);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(arrived(&s), 0);

    assert_true(confirm(&s, NGO, MISSION, f.text, &s.err));
    world_run_ms(s.w, MINUTES);
    assert_int_equal(arrived(&s), 1);
    assert_int_equal(people_records(s.ngo, RECORD_AGENCY_KEY), 2);
    assert_true(people_decided(s.ngo, RECORD_AGENCY_KEY, &uid));
    assert_int_equal(uid, geteuid());
    fixture_end(&s);
}

/* The log of the machine before was followed; the new one says nothing of itself but that it has the message. */
static void test_the_receipt_of_a_replaced_machine_counts(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer(&s);
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    world_crash(s.w, MISSION);
    world_replace(s.w, MISSION);
    world_run_ms(s.w, MINUTES);
    assert_true(confirm(&s, NGO, MISSION, shown(&s, NGO, MISSION).text, &s.err));
    refer(&s);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(arrived(&s), 1);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

/* What the other agency holds is said by the node that is held: nothing changed here. */
static void test_a_new_machine_whose_key_is_held_there_says_that_it_is_held_there(void **state)
{
    enum hold named;
    struct fixture s;

    (void)state;
    begin(&s);
    refer(&s);
    world_run_ms(s.w, 10 * MINUTES);
    world_crash(s.w, MISSION);
    world_replace(s.w, MISSION);
    world_run_ms(s.w, MINUTES);
    assert_true(fixture_withdraw(&s, true)); /* it is told at once, and its statement waits */
    world_run_ms(s.w, 10 * MINUTES);

    assert_int_equal(people_held(world_node(s.w, MISSION), &named), 1);
    assert_int_equal(named, HOLD_KEY_HELD_THERE);
    assert_true(confirm(&s, MISSION, NGO, shown(&s, MISSION, NGO).text, &s.err));
    assert_true(!confirmed.changed && confirmed.held_there);
    assert_int_equal(people_records(world_node(s.w, MISSION), RECORD_AGENCY_KEY), 1); /* that it was compared */

    assert_true(confirm(&s, NGO, MISSION, shown(&s, NGO, MISSION).text, &s.err));
    assert_true(confirmed.changed && !confirmed.held_there);
    world_run_ms(s.w, 3 * HOURS);
    assert_int_equal(people_held(world_node(s.w, MISSION), &named), 0);
    fixture_end(&s);
}

/* After hours of refusals the next try would be hours away. */
static void test_when_a_key_is_confirmed_what_was_held_there_goes_at_once(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer(&s);
    world_run_ms(s.w, 10 * MINUTES);
    world_replace(s.w, MISSION);
    world_run_ms(s.w, MINUTES);
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 16 * HOURS);
    assert_int_equal(people_records(s.ngo, RECORD_SETTLED), 0);

    assert_true(confirm(&s, NGO, MISSION, shown(&s, NGO, MISSION).text, &s.err));
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_SETTLED), 1);
    fixture_end(&s);
}

/* As the reason of a refusal only what the recipient finds is believed. */
static void test_a_hold_that_is_not_for_the_peer_to_find_is_no_reason(void **state)
{
    static const enum hold said[] = {HOLD_KEY_CHANGED, HOLD_CLOCK_DOUBT, HOLD_LEFT, HOLD_DIRECTORY_ENDED};
    struct bytes frame = {0};
    enum hold named;
    struct fixture s;

    (void)state;
    begin(&s);
    world_link(s.w, NGO, MISSION);
    world_run_ms(s.w, MINUTES);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    refer(&s);
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct peer_refusal refusal = {
            .step = STEP_MEMBER, .has_message = true, .message = s.sent.message, .hold = said[i]};

        bytes_clear(&frame);
        peer_refusal_encode(&refusal, &frame);
        assert_true(world_inject(s.w, MISSION, NGO, PEER_REFUSAL, bytes_view(&frame)));
        world_tick(s.w, NGO);
        assert_non_null(world_node(s.w, NGO));
        assert_int_equal(people_held(world_node(s.w, NGO), &named), 0);
        assert_int_equal(shown(&s, NGO, MISSION).hold, HOLD_ON_ITS_WAY);
    }
    bytes_fini(&frame);
    fixture_end(&s);
}

static void test_a_changed_key_is_held_for_a_day_and_over_a_restart(void **state)
{
    struct fixture s;

    (void)state;
    begin_replaced(&s);
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 22 * HOURS);
    assert_int_equal(arrived(&s), 0);

    world_run_ms(s.w, 2 * HOURS);
    assert_int_equal(arrived(&s), 1);
    fixture_end(&s);
}

static bool may_have_left(struct fixture *s)
{
    struct message_row row;
    struct peer_row peer;
    bool found;

    assert_true(peers_find(s->ngo, s->to, &found, &peer, &s->err) && found);
    assert_true(message_store_find(s->ngo->db, DIRECTION_OUT, peer.number, &s->sent.message, &found, &row, &s->err));
    assert_true(found);
    assert_non_null(links_find_to(s->ngo, peer.number));
    return row.may_have_left;
}

static void test_a_referral_to_a_held_agency_is_saved_and_says_until_when(void **state)
{
    struct fixture s;

    (void)state;
    begin_replaced(&s);
    refer(&s);

    assert_int_equal(s.sent.hold, HOLD_KEY_CHANGED);
    assert_true(s.sent.hold_until_ms > world_now(s.w));
    assert_true(s.sent.hold_until_ms <= world_now(s.w) + 24 * HOURS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_WAITING);
    assert_false(may_have_left(&s)); /* it stays here, though there is a link */
    fixture_end(&s);
}

static void test_a_withdrawal_leaves_to_a_held_agency(void **state)
{
    struct fixture s;
    struct control_consent_withdraw_ask ask = {0};
    struct control_consent out;

    (void)state;
    begin(&s);
    refer(&s); /* only who may have received something is told */
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(arrived(&s), 1);
    world_crash(s.w, MISSION);
    world_replace(s.w, MISSION);
    world_run_ms(s.w, HOURS);
    ask.consent = s.consent;
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &out, &s.err));
    world_run_ms(s.w, 10 * MINUTES);

    assert_int_equal(people_records(world_node(s.w, MISSION), RECORD_RECEIVED), 1);
    assert_int_equal(arrived(&s), 0);
    fixture_end(&s);
}

/* --- suspended and back --- */

static void test_what_waits_for_a_suspended_agency_goes_on_when_a_person_says_so(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    refer(&s);
    world_revoke(s.w, MISSION, REVOKED_SUSPENDED);
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);

    world_replace(s.w, MISSION);
    world_run_ms(s.w, 3 * DAY_MS);
    assert_int_equal(arrived(&s), 0);
    assert_int_equal(shown(&s, NGO, MISSION).hold, HOLD_SUSPENDED);
    assert_true(confirm(&s, NGO, MISSION, shown(&s, NGO, MISSION).text, &s.err));
    world_run_ms(s.w, MINUTES);
    assert_int_equal(arrived(&s), 1);
    fixture_end(&s);
}

static void test_an_acceptance_from_a_held_agency_counts_after_the_hold(void **state)
{
    struct fixture s;
    struct control_referral answer;

    (void)state;
    begin(&s);
    refer(&s);
    world_run_ms(s.w, MINUTES);
    world_revoke(s.w, MISSION, REVOKED_SUSPENDED);
    world_pardon(s.w, MISSION);
    world_run_ms(s.w, MINUTES);
    assert_true(
        exchange_referral_accept(world_node(s.w, MISSION), &s.sent.referral, (struct view){0}, &answer, &s.err));
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);

    assert_true(confirm(&s, NGO, MISSION, shown(&s, NGO, MISSION).text, &s.err));
    world_run_ms(s.w, 2 * HOURS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    fixture_end(&s);
}

static void test_from_a_held_agency_stop_counts_at_once_and_erasing_after_the_hold(void **state)
{
    struct fixture s;
    struct control_consent_withdraw_ask ask = {.erase_now = true, .seen_alone = SEEN_ALONE};
    struct control_consent out;
    struct exchange *mission;

    (void)state;
    begin(&s);
    mission = world_node(s.w, MISSION);
    refer(&s);
    world_run_ms(s.w, MINUTES);
    world_revoke(s.w, NGO, REVOKED_SUSPENDED);
    world_pardon(s.w, NGO);
    world_run_ms(s.w, MINUTES);
    ask.consent = s.consent;
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &out, &s.err));
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(people_open_sections(mission, &s.sent.referral, &s.err), 0);
    assert_int_equal(people_records(mission, RECORD_ERASED), 0);

    assert_true(confirm(&s, MISSION, NGO, shown(&s, MISSION, NGO).text, &s.err));
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(people_records(mission, RECORD_ERASED), 1);
    fixture_end(&s);
}

/* A suspended agency is held for as long as nobody confirms it: what she agreed to until a day is not, even where she
 * is said to have withdrawn it since. */
static void test_what_came_from_a_held_agency_is_erased_behind_its_last_day(void **state)
{
    struct control_consent_withdraw_ask ask = {.seen_alone = SEEN_ALONE};
    struct control_consent out;
    struct exchange *mission;
    struct fixture s;

    (void)state;
    for (int withdrawn = 0; withdrawn < 2; withdrawn++) {
        fixture_begin(&s, 11, 2, NULL);
        mission = world_node(s.w, MISSION);
        s.consent = ask.consent =
            people_consent(s.ngo, &s.person, s.to,
                           &(struct people_consent){.sections = BIT(TRIAGE), .until = day_of_ms(world_now(s.w)) + 5});
        world_tick(s.w, NGO);
        refer(&s);
        world_run_ms(s.w, MINUTES);
        world_revoke(s.w, NGO, REVOKED_SUSPENDED);
        world_pardon(s.w, NGO);
        world_run_ms(s.w, MINUTES);
        if (withdrawn) {
            ask.erase_now = true;
            assert_true(exchange_consent_withdraw(s.ngo, &ask, &out, &s.err));
        }
        world_run_ms(s.w, 5 * DAY_MS);
        assert_int_equal(people_open_sections(mission, &s.sent.referral, &s.err), withdrawn ? 0 : BIT(TRIAGE));
        assert_int_equal(people_records(mission, RECORD_ERASED), 0);
        world_run_ms(s.w, 2 * DAY_MS);
        assert_int_equal(shown(&s, MISSION, NGO).hold, HOLD_SUSPENDED);
        assert_int_equal(people_records(mission, RECORD_ERASED), 1);
        fixture_end(&s);
    }
}

/* --- what never leaves --- */

static void test_what_waits_for_an_agency_that_left_is_withheld_by_that_name_at_once(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    refer(&s);
    world_revoke(s.w, MISSION, REVOKED_LEFT);
    world_run_ms(s.w, MINUTES);

    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_STOPPED);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_sent_under_an_ended_directory_waits_and_members_pass_a_newer_one_on),
        cmocka_unit_test(test_what_waits_and_is_asked_for_again_is_said_to_wait),
        cmocka_unit_test(test_a_node_whose_directory_has_ended_looks_for_a_newer_one_though_nothing_waits),
        cmocka_unit_test(test_a_record_that_a_person_has_put_into_the_future_is_made_again),
        cmocka_unit_test(test_new_keys_get_nothing_before_a_person_has_compared_them),
        cmocka_unit_test(test_the_receipt_of_a_replaced_machine_counts),
        cmocka_unit_test(test_a_new_machine_whose_key_is_held_there_says_that_it_is_held_there),
        cmocka_unit_test(test_when_a_key_is_confirmed_what_was_held_there_goes_at_once),
        cmocka_unit_test(test_a_hold_that_is_not_for_the_peer_to_find_is_no_reason),
        cmocka_unit_test(test_a_changed_key_is_held_for_a_day_and_over_a_restart),
        cmocka_unit_test(test_a_referral_to_a_held_agency_is_saved_and_says_until_when),
        cmocka_unit_test(test_a_withdrawal_leaves_to_a_held_agency),
        cmocka_unit_test(test_what_waits_for_a_suspended_agency_goes_on_when_a_person_says_so),
        cmocka_unit_test(test_what_was_refused_is_tried_after_10_s_doubled_up_to_512_fold),
        cmocka_unit_test(test_why_a_message_was_refused_is_known_after_a_restart),
        cmocka_unit_test(test_an_acceptance_from_a_held_agency_counts_after_the_hold),
        cmocka_unit_test(test_from_a_held_agency_stop_counts_at_once_and_erasing_after_the_hold),
        cmocka_unit_test(test_what_came_from_a_held_agency_is_erased_behind_its_last_day),
        cmocka_unit_test(test_what_waits_for_an_agency_that_left_is_withheld_by_that_name_at_once),
    };

    return cmocka_run_group_tests_name("holds", tests, NULL, NULL);
}
