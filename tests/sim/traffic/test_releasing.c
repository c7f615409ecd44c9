/* What waits to leave: what keeps it here, and what others say of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/meter_test.h"
#include "fixture.h"
#include "store/message_store.h"

static void begin(struct fixture *s)
{
    fixture_begin(s, 67, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
}

/* Of her newest referral, at the ngo. */
static struct message_row message_of(struct fixture *s)
{
    struct message_row row;
    struct peer_row peer;
    bool found;

    assert_true(peers_find(s->ngo, s->to, &found, &peer, &s->err) && found);
    assert_true(message_store_find(s->ngo->db, DIRECTION_OUT, peer.number, &s->sent.message, &found, &row, &s->err));
    assert_true(found);
    return row;
}

/* --- what was changed while it waited --- */

static bool on_withheld(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct record_withheld *out = cookie;

    (void)e;
    (void)err;
    out->reason = r->withheld.reason;
    out->left = r->withheld.left;
    return true;
}

/* A referral waits for a node that is down; SQL runs meanwhile. It is withheld for WHY, and said to have LEFT so. */
static void withhold_after(const char *sql, enum denial why, enum left left)
{
    struct control_audit_list_ask filter = {.log = LOG_EXCHANGE, .kind = RECORD_WITHHELD};
    struct record_withheld withheld = {0};
    struct fixture s;

    begin(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_false(message_of(&s).may_have_left);
    fixture_edit(&s, NGO, sql);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    assert_true(exchange_audit_list(s.ngo, &filter, NULL, on_withheld, &withheld, &s.err));
    assert_int_equal(withheld.reason, why);
    assert_int_equal(withheld.left, left);
    fixture_end(&s);
}

static void test_what_waits_under_a_consent_that_was_changed_is_known_never_to_have_left(void **state)
{
    (void)state;
    withhold_after("UPDATE consent SET until = until + 30", DENIAL_LOG_MISMATCH, LEFT_NEVER);
}

/* That is known only when it is to be sealed; the mission says then that it has no such message. */
static void test_what_waits_and_does_not_open_any_more_is_withheld(void **state)
{
    (void)state;
    withhold_after("UPDATE body SET sealed = zeroblob(length(sealed))", DENIAL_WITHDRAWN, LEFT_PERHAPS);
}

/* --- what keeps it here for now --- */

/* A referral is made while the mission's node is down, and comes up. */
static void refer_while_down(struct fixture *s)
{
    world_crash(s->w, MISSION);
    fixture_settle(s);
    fixture_refer(s);
    fixture_settle(s);
    fixture_restart(s, MISSION);
    world_run_ms(s->w, 90000);
}

static void assert_waits(struct fixture *s, bool may_have_left)
{
    assert_int_equal(people_count(s->mission, &s->sent.referral), 0);
    assert_int_equal(message_of(s).state, MESSAGE_WAITING);
    assert_int_equal(message_of(s).may_have_left, may_have_left);
}

/* What is made while a link stands is said to have left with its commit; what was made before is not. */
static void assert_keeps(struct fixture *s)
{
    fixture_refer(s);
    world_run_ms(s->w, 10000);
    assert_waits(s, true);
    refer_while_down(s);
    assert_true(s->ngo->links != NULL);
    assert_waits(s, false);
    assert_int_equal(people_records(s->mission, RECORD_RECEIVED), 1);
}

static void assert_goes(struct fixture *s)
{
    fixture_settle(s);
    assert_int_equal(people_state(s->ngo, &s->sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(people_records(s->mission, RECORD_RECEIVED), 3);
    fixture_end(s);
}

static void test_who_was_sent_its_share_of_bytes_is_sent_more_tomorrow(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    meter_set_share(s.ngo->meter, RESOURCE_BYTES_OUT, 1);
    assert_keeps(&s);
    world_advance(s.w, DAY_MS);
    meter_set_share(s.ngo->meter, RESOURCE_BYTES_OUT, BOUND_SHARE_BYTES);
    assert_goes(&s);
}

static void test_nothing_is_sent_on_a_link_on_which_much_waits(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    world_set_waiting(s.w, NGO, BOUND_LINK_OUT + 1);
    assert_keeps(&s);
    world_set_waiting(s.w, NGO, 0);
    assert_goes(&s);
}

/* A list takes many ticks, and each would send 64. */
static void test_what_waits_goes_in_small_parts_while_somebody_waits_for_a_list(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    world_set_waiting(s.w, NGO, BOUND_LINK_OUT + 1);
    for (int i = 0; i < 40; i++)
        fixture_refer(&s);
    world_tick(s.w, NGO);
    world_set_waiting(s.w, NGO, 0);
    exchange_step_begin(s.ngo);
    exchange_step_end(s.ngo);
    world_tick(s.w, NGO);
    world_set_waiting(s.w, NGO, BOUND_LINK_OUT + 1);
    world_run_ms(s.w, 5000);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1 + 16);
    world_set_waiting(s.w, NGO, 0);
    world_tick(s.w, NGO); /* and nobody waits any more */
    world_set_waiting(s.w, NGO, BOUND_LINK_OUT + 1);
    world_run_ms(s.w, 5000);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1 + 40);
    fixture_end(&s);
}

/* What is due meanwhile waits for the room, not the processor for it. */
static void test_a_link_that_takes_nothing_keeps_no_node_awake(void **state)
{
    struct fixture s;
    int64_t wake_ms;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    assert_true(fixture_withdraw(&s, false));
    world_run_ms(s.w, 2000);
    world_set_waiting(s.w, NGO, BOUND_LINK_OUT + 1);
    assert_true(exchange_consent_withdraw(s.ngo, &(struct control_consent_withdraw_ask){.consent = s.consent}, &s.shown,
                                          &s.err));
    world_tick(s.w, NGO);
    world_advance(s.w, 15000); /* its next try was to be within 10 s */
    for (size_t i = 0; i < 5; i++)
        world_tick(s.w, NGO);
    assert_true(exchange_tick(s.ngo, &wake_ms, &s.err));
    assert_true(wake_ms > tick_steady_ms(s.ngo));
    fixture_end(&s);
}

/* Its agency has another machine, whose key a person is to compare. */
static void test_what_is_held_is_not_said_to_have_left(void **state)
{
    enum hold hold = HOLD_NONE;
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    world_replace(s.w, MISSION);
    fixture_look(&s);
    world_link(s.w, MISSION, NGO);
    world_run_ms(s.w, 90000);
    assert_true(s.ngo->links != NULL);
    assert_int_equal(people_held(s.ngo, &hold), 1);
    assert_int_equal(hold, HOLD_KEY_CHANGED);
    assert_waits(&s, false);
    fixture_end(&s);
}

/* --- what its recipient says of it --- */

/* The mission says that the newest message never came. */
static void send_missing(struct fixture *s)
{
    struct peer_missing missing = {.ids = &s->sent.message, .count = 1};
    struct bytes frame = {0};

    peer_missing_encode(&missing, &frame);
    assert_true(world_inject(s->w, MISSION, NGO, PEER_MISSING, bytes_view(&frame)));
    world_run_ms(s->w, 500);
    bytes_fini(&frame);
}

static void test_what_was_receipted_is_not_missing(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    send_missing(&s);
    assert_int_equal(message_of(&s).missing_ms, 0);
    fixture_end(&s);
}

static void test_what_was_refused_there_is_not_missing(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    fixture_edit(&s, NGO, "UPDATE message SET state = 5 WHERE direction = 1"); /* refused */
    fixture_settle(&s);
    send_missing(&s);
    assert_int_equal(message_of(&s).missing_ms, 0);
    fixture_end(&s);
}

static void test_what_never_left_is_not_missing(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    world_set_waiting(s.w, NGO, BOUND_LINK_OUT + 1);
    refer_while_down(&s);
    assert_waits(&s, false);
    send_missing(&s);
    assert_int_equal(message_of(&s).missing_ms, 0);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_waits_under_a_consent_that_was_changed_is_known_never_to_have_left),
        cmocka_unit_test(test_what_waits_and_does_not_open_any_more_is_withheld),
        cmocka_unit_test(test_who_was_sent_its_share_of_bytes_is_sent_more_tomorrow),
        cmocka_unit_test(test_nothing_is_sent_on_a_link_on_which_much_waits),
        cmocka_unit_test(test_what_waits_goes_in_small_parts_while_somebody_waits_for_a_list),
        cmocka_unit_test(test_a_link_that_takes_nothing_keeps_no_node_awake),
        cmocka_unit_test(test_what_is_held_is_not_said_to_have_left),
        cmocka_unit_test(test_what_was_receipted_is_not_missing),
        cmocka_unit_test(test_what_was_refused_there_is_not_missing),
        cmocka_unit_test(test_what_never_left_is_not_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
